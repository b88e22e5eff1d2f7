//! The next step in the assessment of a concern report: immediate protection, preliminary assessment, the end of the inquiry.

use axum::extract::RawQuery;
use case_registry::received::{AssessConcern, ConcernClock, ConcernOutcome};
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

/// The form of a step: only what it can come to.
pub(crate) fn form(blank: Form, msg: Messages, id: ReceivedItemId, step: ConcernClock, today: &str) -> Form {
    let outcomes = ConcernOutcome::ALL.iter().filter(|outcome| outcome.step() == step).map(|outcome| outcome.code());
    blank
        .field(Field::radios(
            "outcome",
            msg.of("concern-clock", step.code()),
            Choice::codes(msg, "concern-outcome", outcomes),
        ))
        .field(Field::date("decidedOn", msg.concern_decided_on()).value(today))
        .field(Field::textarea("reason", msg.concern_reason()).hint(msg.concern_reason_hint()).longest(2000))
        .button(msg.concern_record())
        .cancel(format!("/ui/received-items/{id}"))
}

/// The page.
pub(crate) fn page(frame: Frame, form: Form) -> FormPage {
    let msg = frame.msg;
    FormPage::new(frame, form).lead(msg.concern_assess_lead())
}

/// The step that the address names; the item itself is not opened once more for it.
fn named(query: Option<&str>) -> Result<(ConcernClock, i64), Failure> {
    let step = parameter(query, "step").and_then(|code| code.parse().ok());
    let version = parameter(query, "version").and_then(|text| text.parse().ok());
    step.zip(version).ok_or(Failure::NotFound)
}

fn prepared(visit: &Visit, id: ReceivedItemId, step: ConcernClock) -> Form {
    let today = visit.site.clock().today().to_string();
    form(visit.form(format!("/ui/received-items/{id}/assess?step={}", step.code())), visit.msg, id, step, &today)
}

/// Asks what the step came to.
pub(super) async fn ask(visit: Visit, At(id): At<ReceivedItemId>, RawQuery(query): RawQuery) -> Shown {
    let (step, version) = named(query.as_deref())?;
    let form = edited::on(prepared(&visit, id, step), version);
    visit.plain(&page(visit.frame(visit.msg.concern_assess()), form))
}

/// Records it.
pub(super) async fn assess(
    visit: Visit,
    At(id): At<ReceivedItemId>,
    RawQuery(query): RawQuery,
    Posted(data): Posted,
) -> Shown {
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let step = parameter(query.as_deref(), "step").and_then(|code| code.parse().ok()).ok_or(Failure::NotFound)?;
    let form = prepared(&visit, id, step);
    match visit.submit(form, &data, |command: AssessConcern| registry.assess_concern(caller, id, sent, command)).await {
        Ok(answer) => visit.done(&format!("/ui/received-items/{id}"), "concern-assessed", answer.entry),
        Err(unsent) => visit.again(unsent, |form| {
            let form = reason::carried(&visit, edited::on(form, sent));
            page(visit.frame(visit.msg.concern_assess()), form)
        }),
    }
}
