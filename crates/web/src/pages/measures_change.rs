//! A measure's next step: only what the life cycle allows from where it stands, and what each step asks for.

use axum::routing::{get, post};
use case_registry::measure::{ChangeMeasure, MeasureView};
use vocabulary::{Action, MeasureId};

use super::{edited, measures, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::parts::{Section, SummaryList};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form on a page of its own, and the step.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/measures/{id}/change", Action::UpdateMeasure, || get(ask)),
    Route::page(Method::Post, "/ui/measures/{id}/change", Action::UpdateMeasure, || post(change)),
];

async fn ask(visit: Visit, At(id): At<MeasureId>) -> Shown {
    show(&visit, id, false).await
}

async fn show(visit: &Visit, id: MeasureId, tried: bool) -> Shown {
    let read = visit.registry()?.read_measure(&visit.caller, id).await;
    reason::or_ask(visit, &path(id), "/ui/cases", tried, read, |answer| {
        let measure = &answer.view;
        visit.page(&page(visit, measure, form(visit, measure)?, measure.version), answer.entry)
    })
}

async fn change(visit: Visit, At(id): At<MeasureId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let registry = visit.registry()?;
    let caller = &visit.caller;
    let sent = edited::version(&data)?;
    let measure = registry.read_measure(caller, id).await?.view;
    match visit
        .submit(form(&visit, &measure)?, &data, |command: ChangeMeasure| {
            registry.change_measure(caller, id, sent, command)
        })
        .await
    {
        Ok(answer) => visit.done(&format!("/ui/measures/{id}"), "measure-updated", answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, measure.version);
            visit.again(unsent, |form| page(&visit, &measure, form, version))
        }
    }
}

fn path(id: MeasureId) -> String {
    format!("/ui/measures/{id}/change")
}

fn page(visit: &Visit, measure: &MeasureView, form: Form, version: i64) -> FormPage {
    let msg = visit.msg;
    let summary = SummaryList::new()
        .row(msg.measure_kind(), measures::title(msg, measure))
        .row(msg.measure_what(), measure.what.clone())
        .row(msg.measure_status(), msg.of("measure-status", measure.status.code()));
    FormPage::new(visit.frame(msg.measure_next()), reason::carried(visit, edited::on(form, version)))
        .before(Section::plain().block(summary))
}

/// The form as it stands on the measure's own page.
pub(super) fn shown(visit: &Visit, measure: &MeasureView) -> Result<Form, Failure> {
    Ok(reason::carried(visit, edited::on(form(visit, measure)?, measure.version)))
}

fn form(visit: &Visit, measure: &MeasureView) -> Result<Form, Failure> {
    let cycle = visit.registry()?.measures.life_cycle();
    let steps: Vec<Step> = cycle
        .next(measure.status)
        .map(|step| Step { to: step.to.code(), asks: step.asks.iter().map(|ask| ask.code()).collect() })
        .collect();
    Ok(stepping(visit.form(path(measure.id)), visit.msg, measure, &steps))
}

/// One step that the life cycle allows, and what must be written down with it.
pub(crate) struct Step {
    pub(crate) to: &'static str,
    pub(crate) asks: Vec<&'static str>,
}

/// The form: a step or none, new days, and a note that is the reason where one is asked for.
pub(crate) fn stepping(form: Form, msg: Messages, measure: &MeasureView, steps: &[Step]) -> Form {
    let choices = steps.iter().map(|step| {
        let choice = Choice::new(step.to, msg.of("measure-status", step.to));
        let asked: Vec<String> = step.asks.iter().map(|ask| msg.of("ask", ask)).collect();
        if asked.is_empty() { choice } else { choice.hint(asked.join(" ")) }
    });
    let mut form = form.field(
        Field::radios("status", msg.measure_new_status(), choices.collect())
            .hint(msg.measure_new_status_hint())
            .optional(),
    );
    if steps.iter().any(|step| step.asks.contains(&"outcome")) {
        let outcomes = Choice::codes(msg, "measure-outcome", ["reached", "partly", "not"]);
        form = form.field(
            Field::select("outcome", msg.measure_outcome(), outcomes).hint(msg.measure_outcome_hint()).when_needed(),
        );
    }
    form.field(
        Field::textarea("note", msg.measure_note()).hint(msg.measure_note_hint()).rows(3).longest(10_000).when_needed(),
    )
    .field(Field::date("followUpOn", msg.measure_follow_up()).value(measure.follow_up_on.clone()).optional())
    .field(Field::date("dueOn", msg.measure_due()).value(measure.due_on.clone().unwrap_or_default()).optional())
    .cancel(format!("/ui/measures/{}", measure.id))
}
