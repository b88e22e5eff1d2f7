//! Adding a received item to an own case (tillförd ärendet), with the reason why it is needed there.

use axum::extract::RawQuery;
use case_registry::case::{CaseBrief, CasePhase};
use case_registry::received::FileReceived;
use vocabulary::ReceivedItemId;

use super::parameter;
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::pages::{edited, reason};
use crate::visit::{Posted, Shown, Visit};

/// As many own cases as a list gives.
const MOST: i64 = 100;

/// The form.
pub(crate) fn form(blank: Form, msg: Messages, id: ReceivedItemId, cases: &[CaseBrief]) -> Form {
    let open = cases.iter().filter(|case| case.phase == CasePhase::Open);
    let choices = open.map(|case| Choice::new(case.id.to_string(), format!("{}, {}", case.external_number, case.name)));
    blank
        .field(Field::select("caseId", msg.inbox_case(), choices.collect()))
        .field(Field::textarea("reason", msg.inbox_file_reason()).hint(msg.inbox_file_reason_hint()).longest(1000))
        .field(Field::mark("samePerson", msg.inbox_same_person()).hint(msg.inbox_same_person_hint()))
        .button(msg.inbox_file_do())
        .cancel(format!("/ui/received-items/{id}"))
}

/// The page.
pub(crate) fn page(frame: Frame, form: Form) -> FormPage {
    let msg = frame.msg;
    FormPage::new(frame, form).lead(msg.inbox_file_lead())
}

async fn prepared(visit: &Visit, id: ReceivedItemId) -> Result<Form, Failure> {
    let cases = visit.registry()?.list_cases(&visit.caller, MOST, 0).await?.view.cases;
    Ok(form(visit.form(format!("/ui/received-items/{id}/file")), visit.msg, id, &cases))
}

/// Asks which case, and why. The item itself is not opened once more for it.
pub(super) async fn ask(visit: Visit, At(id): At<ReceivedItemId>, RawQuery(query): RawQuery) -> Shown {
    let version = parameter(query.as_deref(), "version").and_then(|text| text.parse().ok()).ok_or(Failure::NotFound)?;
    let form = edited::on(prepared(&visit, id).await?, version);
    visit.plain(&page(visit.frame(visit.msg.inbox_file()), form))
}

/// Adds it.
pub(super) async fn file(visit: Visit, At(id): At<ReceivedItemId>, Posted(data): Posted) -> Shown {
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let form = prepared(&visit, id).await?;
    match visit.submit(form, &data, |command: FileReceived| registry.file_received(caller, id, sent, command)).await {
        Ok(answer) => visit.done(&format!("/ui/received-items/{id}"), "received-filed", answer.entry),
        Err(unsent) => visit.again(unsent, |form| {
            let form = reason::carried(&visit, edited::on(form, sent));
            page(visit.frame(visit.msg.inbox_file()), form)
        }),
    }
}
