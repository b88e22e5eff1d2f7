//! Following the own part of a joint action: how it goes, that it is done, looking back. Words stay on the own side; codes and days follow where agreed.

use axum::routing::{get, post};
use case_registry::home::Colleague;
use case_registry::joint_action::{JointActionView, ReviewAction, ReviewStep};
use vocabulary::{Action, JointActionId};

use super::{edited, joint_actions_open, joint_actions_part, reason};
use crate::at::At;
use crate::form::{Choice, Field, Form, FormData};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::parts::Section;
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// One page per step.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-actions/{id}/progress", Action::ReviewAction, || get(ask_progress)),
    Route::page(Method::Post, "/ui/joint-actions/{id}/progress", Action::ReviewAction, || post(progress)),
    Route::page(Method::Get, "/ui/joint-actions/{id}/complete", Action::ReviewAction, || get(ask_complete)),
    Route::page(Method::Post, "/ui/joint-actions/{id}/complete", Action::ReviewAction, || post(complete)),
    Route::page(Method::Get, "/ui/joint-actions/{id}/evaluate", Action::ReviewAction, || get(ask_evaluate)),
    Route::page(Method::Post, "/ui/joint-actions/{id}/evaluate", Action::ReviewAction, || post(evaluate)),
];

async fn ask_progress(visit: Visit, At(id): At<JointActionId>) -> Shown {
    show(&visit, id, ReviewStep::Progress, false).await
}

async fn progress(visit: Visit, At(id): At<JointActionId>, Posted(data): Posted) -> Shown {
    review(&visit, id, ReviewStep::Progress, &data).await
}

async fn ask_complete(visit: Visit, At(id): At<JointActionId>) -> Shown {
    show(&visit, id, ReviewStep::Complete, false).await
}

async fn complete(visit: Visit, At(id): At<JointActionId>, Posted(data): Posted) -> Shown {
    review(&visit, id, ReviewStep::Complete, &data).await
}

async fn ask_evaluate(visit: Visit, At(id): At<JointActionId>) -> Shown {
    show(&visit, id, ReviewStep::Evaluate, false).await
}

async fn evaluate(visit: Visit, At(id): At<JointActionId>, Posted(data): Posted) -> Shown {
    review(&visit, id, ReviewStep::Evaluate, &data).await
}

fn path(id: JointActionId, step: ReviewStep) -> String {
    format!("/ui/joint-actions/{id}/{}", step.code())
}

async fn show(visit: &Visit, id: JointActionId, step: ReviewStep, tried: bool) -> Shown {
    let registry = visit.registry()?;
    let colleagues = registry.surroundings(&visit.caller).await?.view.colleagues;
    let read = registry.read_action(&visit.caller, id).await;
    reason::or_ask(visit, &path(id, step), "/ui", tried, read, |answer| {
        let action = &answer.view;
        let form = reviewing(visit.form(path(id, step)), visit.msg, action, step, &colleagues);
        visit.page(&page(visit, form, action, step, action.version), answer.entry)
    })
}

async fn review(visit: &Visit, id: JointActionId, step: ReviewStep, data: &FormData) -> Shown {
    if reason::only_opens(data) {
        return show(visit, id, step, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(data)?;
    let colleagues = registry.surroundings(caller).await?.view.colleagues;
    let action = registry.read_action(caller, id).await?.view;
    let form = reviewing(visit.form(path(id, step)), visit.msg, &action, step, &colleagues);
    match visit.submit(form, data, |command: ReviewAction| registry.review_action(caller, id, sent, command)).await {
        Ok(answer) => {
            let untold = answer.view.told.iter().any(|told| !told.told);
            visit.done(
                &format!("/ui/joint-actions/{id}"),
                if untold { "action-reviewed-untold" } else { "action-reviewed" },
                answer.entry,
            )
        }
        Err(unsent) => {
            let version = edited::again(&unsent, sent, action.version);
            visit.again(unsent, |form| page(visit, form, &action, step, version))
        }
    }
}

/// The form of a step: only what that step asks for.
pub(crate) fn reviewing(
    form: Form,
    msg: Messages,
    action: &JointActionView,
    step: ReviewStep,
    colleagues: &[Colleague],
) -> Form {
    let outcomes = || Choice::codes(msg, "measure-outcome", ["reached", "partly", "not"]);
    let note = |label: &'static str| Field::textarea("note", label).hint(msg.basis_stays()).rows(4).longest(2_000);
    let form = form.fixed("step", step.code()).cancel(format!("/ui/joint-actions/{}", action.id));
    match step {
        ReviewStep::Progress => {
            let statuses = action.next.iter().map(|status| status.code()).filter(|status| *status != "done");
            let people = colleagues
                .iter()
                .map(|one| Choice::new(one.user_id.to_string(), format!("{}, {}", one.name, one.title)));
            form.field(
                Field::radios("status", msg.action_new_status(), Choice::codes(msg, "measure-status", statuses))
                    .hint(msg.action_new_status_hint())
                    .optional(),
            )
            .field(note(msg.action_note()).optional())
            .field(Field::date("followUpOn", msg.action_follow_up()).value(upcoming(action)).optional())
            .more(Field::date("dueOn", msg.action_due_own()).hint(msg.action_due_hint()).optional())
            .more(Field::select("responsibleId", msg.action_responsible_own(), people.collect()).optional())
            .button(msg.action_progress())
        }
        ReviewStep::Complete => form
            .field(Field::radios("outcome", msg.measure_outcome(), outcomes()))
            .field(note(msg.action_note()).optional())
            .button(msg.action_complete()),
        ReviewStep::Evaluate => form
            .field(Field::radios("outcome", msg.measure_outcome(), outcomes()))
            .field(note(msg.action_evaluation()))
            .button(msg.action_evaluate()),
    }
}

/// A follow-up that has passed is not offered again.
fn upcoming(action: &JointActionView) -> String {
    action.follow_up_on.clone().filter(|_| !action.is_overdue).unwrap_or_default()
}

fn page(visit: &Visit, form: Form, action: &JointActionView, step: ReviewStep, version: i64) -> FormPage {
    let msg = visit.msg;
    let title = match step {
        ReviewStep::Progress => msg.action_progress(),
        ReviewStep::Complete => msg.action_complete(),
        ReviewStep::Evaluate => msg.action_evaluate(),
    };
    FormPage::new(visit.frame(title), reason::carried(visit, edited::on(form, version))).before(
        Section::new("text", joint_actions_part::title(msg, action)).block(joint_actions_open::text(msg, action)),
    )
}
