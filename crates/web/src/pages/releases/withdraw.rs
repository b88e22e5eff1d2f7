//! Marking a release as withdrawn: it never un-happens, and the recipient is told.

use case_registry::release::{ReleaseView, WithdrawRelease};
use vocabulary::ReleaseId;

use crate::at::At;
use crate::form::{Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::ConfirmPage;
use crate::pages::{edited, reason};
use crate::visit::{Posted, Shown, Visit};

/// The form of the confirm page.
pub(crate) fn form(blank: Form, msg: Messages, id: ReleaseId) -> Form {
    blank
        .field(
            Field::textarea("reason", msg.release_withdraw_reason())
                .hint(msg.release_withdraw_reason_hint())
                .longest(1000),
        )
        .button(msg.release_withdraw_do())
        .cancel(format!("/ui/releases/{id}"))
}

/// What withdrawing means.
pub(crate) fn page(frame: Frame, release: &ReleaseView, form: Form) -> ConfirmPage {
    let msg = frame.msg;
    let told = msg.release_withdraw_told(&release.brief.recipient);
    let consequences = [told, msg.release_withdraw_no_more().to_owned(), msg.release_withdraw_history().to_owned()];
    ConfirmPage::new(frame, consequences, form)
}

fn address(id: ReleaseId) -> String {
    format!("/ui/releases/{id}/withdraw")
}

/// Asks once more.
pub(super) async fn ask(visit: Visit, At(id): At<ReleaseId>) -> Shown {
    show(&visit, id, false).await
}

async fn show(visit: &Visit, id: ReleaseId, tried: bool) -> Shown {
    let read = visit.registry()?.read_release(&visit.caller, id).await;
    reason::or_ask(visit, &address(id), &format!("/ui/releases/{id}"), tried, read, |answer| {
        let form = edited::on(form(visit.form(address(id)), visit.msg, id), answer.view.version);
        let form = reason::carried(visit, form);
        visit.page(&page(visit.frame(visit.msg.release_withdraw_title()), &answer.view, form), answer.entry)
    })
}

/// Marks it.
pub(super) async fn withdraw(visit: Visit, At(id): At<ReleaseId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let form = form(visit.form(address(id)), visit.msg, id);
    match visit
        .submit(form, &data, |command: WithdrawRelease| registry.withdraw_release(caller, id, sent, command))
        .await
    {
        Ok(answer) => visit.done(&format!("/ui/releases/{id}"), "release-withdrawn", answer.entry),
        Err(unsent) => {
            let view = registry.read_release(caller, id).await?.view;
            let version = edited::again(&unsent, sent, view.version);
            visit.again(unsent, |form| {
                let form = reason::carried(&visit, edited::on(form, version));
                page(visit.frame(visit.msg.release_withdraw_title()), &view, form)
            })
        }
    }
}
