//! Throwing a draft away: nothing was decided, so nothing is kept.

use serde::Deserialize;
use vocabulary::ReleaseDraftId;

use super::source;
use crate::at::At;
use crate::form::Form;
use crate::frame::Frame;
use crate::layouts::ConfirmPage;
use crate::pages::{edited, reason};
use crate::visit::{Posted, Shown, Visit};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {}

fn address(id: ReleaseDraftId) -> String {
    format!("/ui/release-drafts/{id}/discard")
}

/// What it means.
pub(crate) fn page(frame: Frame, form: Form) -> ConfirmPage {
    let msg = frame.msg;
    ConfirmPage::new(frame, [msg.wizard_discard_gone().to_owned(), msg.wizard_discard_logged().to_owned()], form)
}

/// Asks once more.
pub(super) async fn ask(visit: Visit, At(id): At<ReleaseDraftId>) -> Shown {
    show(&visit, id, false).await
}

async fn show(visit: &Visit, id: ReleaseDraftId, tried: bool) -> Shown {
    let read = visit.registry()?.read_draft(&visit.caller, id).await;
    reason::or_ask(visit, &address(id), "/ui", tried, read, |answer| {
        let form = visit.form(address(id)).button(visit.msg.wizard_discard_do()).cancel(source(&answer.view));
        let form = reason::carried(visit, edited::on(form, answer.view.version));
        visit.page(&page(visit.frame(visit.msg.wizard_discard()), form), answer.entry)
    })
}

/// Throws it away.
pub(super) async fn discard(visit: Visit, At(id): At<ReleaseDraftId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let view = registry.read_draft(caller, id).await?.view;
    let form = visit.form(address(id)).button(visit.msg.wizard_discard_do()).cancel(source(&view));
    match visit.submit(form, &data, async |_: Typed| registry.discard_draft(caller, id, sent).await).await {
        Ok(answer) => visit.done(&source(&view), "draft-discarded", answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, view.version);
            visit.again(unsent, |form| {
                let form = reason::carried(&visit, edited::on(form, version));
                page(visit.frame(visit.msg.wizard_discard()), form)
            })
        }
    }
}
