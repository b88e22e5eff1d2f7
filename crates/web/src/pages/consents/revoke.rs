//! Withdrawing a consent: asks once more, says what stops at once, and then it stops.

use case_registry::case::CaseView;
use case_registry::consent::{ConsentView, RevokeConsent};
use vocabulary::{CaseId, ConsentId};

use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::ConfirmPage;
use crate::pages::{case_tabs, edited, reason};
use crate::visit::{Posted, Shown, Visit};

/// The form of the confirm page.
pub(crate) fn form(blank: Form, msg: Messages, case: CaseId) -> Form {
    blank
        .field(Field::radios("by", msg.consent_revoke_by(), Choice::codes(msg, "consenter", ["person", "guardian"])))
        .field(Field::text("note", msg.consent_revoke_note()).hint(msg.consent_revoke_note_hint()).longest(500))
        .button(msg.consent_revoke_do())
        .cancel(format!("/ui/cases/{case}/consents"))
}

/// What happens when a consent is withdrawn.
pub(crate) fn page(frame: Frame, case: &CaseView, consent: &ConsentView, form: Form) -> ConfirmPage {
    let msg = frame.msg;
    let whose = msg.consent_revoke_whose(case_tabs::name(msg, &case.person), &consent.recipient);
    let at_once = [
        msg.consent_revoke_at_once(),
        msg.consent_revoke_notice(),
        msg.consent_revoke_pause(),
        msg.consent_revoke_history(),
    ];
    ConfirmPage::new(frame, std::iter::once(whose).chain(at_once.map(str::to_owned)), form)
}

fn address(case: CaseId, id: ConsentId) -> String {
    format!("/ui/cases/{case}/consents/{id}/revoke")
}

fn found(case: &CaseView, id: ConsentId) -> Result<&ConsentView, Failure> {
    case.consents.iter().find(|consent| consent.id == id).ok_or(Failure::NotFound)
}

/// Asks once more.
pub(super) async fn ask(visit: Visit, At((case, id)): At<(CaseId, ConsentId)>) -> Shown {
    show(&visit, case, id, false).await
}

async fn show(visit: &Visit, case: CaseId, id: ConsentId, tried: bool) -> Shown {
    let read = visit.registry()?.read_case(&visit.caller, case).await;
    reason::or_ask(visit, &address(case, id), &format!("/ui/cases/{case}/consents"), tried, read, |answer| {
        let consent = found(&answer.view, id)?;
        let form = edited::on(form(visit.form(address(case, id)), visit.msg, case), consent.version);
        let form = reason::carried(visit, form);
        visit.page(&page(visit.frame(visit.msg.consent_revoke_title()), &answer.view, consent, form), answer.entry)
    })
}

/// Withdraws it.
pub(super) async fn revoke(visit: Visit, At((case, id)): At<(CaseId, ConsentId)>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, case, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let form = form(visit.form(address(case, id)), visit.msg, case);
    match visit.submit(form, &data, |command: RevokeConsent| registry.revoke_consent(caller, id, sent, command)).await {
        Ok(answer) => visit.done(&format!("/ui/cases/{case}/consents"), "consent-revoked", answer.entry),
        Err(unsent) => {
            let view = registry.read_case(caller, case).await?.view;
            let consent = found(&view, id)?;
            let version = edited::again(&unsent, sent, consent.version);
            visit.again(unsent, |form| {
                let form = reason::carried(&visit, edited::on(form, version));
                page(visit.frame(visit.msg.consent_revoke_title()), &view, consent, form)
            })
        }
    }
}
