//! Where a joint file stands and when it is followed up; who on the own side works on it.

use axum::routing::{get, post};
use case_registry::home::Colleague;
use case_registry::joint_file::{ChangeJointFile, ChangeMembers, ClosedReason, JointFileView, JointState};
use vocabulary::{Action, JointFileId};

use super::joint_file_tabs::{self as tabs, Part};
use super::{edited, reason};
use crate::at::At;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// State and follow-up, group.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-files/{id}/change", Action::UpdateJointFile, || get(ask)),
    Route::page(Method::Post, "/ui/joint-files/{id}/change", Action::UpdateJointFile, || post(change)),
    Route::page(Method::Get, "/ui/joint-files/{id}/members", Action::UpdateJointFile, || get(ask_members)),
    Route::page(Method::Post, "/ui/joint-files/{id}/members", Action::UpdateJointFile, || post(change_members)),
];

async fn ask(visit: Visit, At(id): At<JointFileId>) -> Shown {
    show(&visit, id, false).await
}

async fn show(visit: &Visit, id: JointFileId, tried: bool) -> Shown {
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    reason::or_ask(visit, &path(id, "change"), "/ui/joint-files", tried, read, |answer| {
        let file = &answer.view;
        visit.page(&page(visit, form(visit, file), file, file.version), answer.entry)
    })
}

async fn change(visit: Visit, At(id): At<JointFileId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let file = registry.read_joint_file(caller, id).await?.view;
    match visit
        .submit(form(&visit, &file), &data, |command: ChangeJointFile| {
            registry.update_joint_file(caller, id, sent, command)
        })
        .await
    {
        Ok(answer) => visit.done(&Part::Overview.path(id), "joint-file-changed", answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, file.version);
            visit.again(unsent, |form| page(&visit, form, &file, version))
        }
    }
}

fn path(id: JointFileId, step: &str) -> String {
    format!("/ui/joint-files/{id}/{step}")
}

fn form(visit: &Visit, file: &JointFileView) -> Form {
    changing(visit.form(path(file.id, "change")), visit.msg, file)
}

/// The form: only the states that follow from this one.
pub(crate) fn changing(form: Form, msg: Messages, file: &JointFileView) -> Form {
    let states = file.next.iter().map(|state| {
        let choice = Choice::new(state.code(), msg.of("joint-state", state.code()));
        if *state == JointState::Closed { choice.hint(msg.joint_close_hint()) } else { choice }
    });
    let reasons = Choice::codes(msg, "closed-reason", ClosedReason::ALL.iter().map(|reason| reason.code()));
    form.field(
        Field::radios("state", msg.joint_new_state(), states.collect()).hint(msg.joint_new_state_hint()).optional(),
    )
    .field(
        Field::select("reason", msg.joint_closed_reason(), reasons).hint(msg.joint_closed_reason_hint()).when_needed(),
    )
    .field(Field::date("nextFollowUp", msg.joint_next_follow_up()).hint(msg.joint_follow_up_hint()).optional())
    .cancel(Part::Overview.path(file.id))
}

fn page(visit: &Visit, form: Form, file: &JointFileView, version: i64) -> FormPage {
    let msg = visit.msg;
    FormPage::new(visit.frame(msg.joint_change()), reason::carried(visit, edited::on(form, version)))
        .before(tabs::about(msg, file))
}

async fn ask_members(visit: Visit, At(id): At<JointFileId>) -> Shown {
    show_members(&visit, id, false).await
}

async fn show_members(visit: &Visit, id: JointFileId, tried: bool) -> Shown {
    let registry = visit.registry()?;
    let colleagues = registry.surroundings(&visit.caller).await?.view.colleagues;
    let read = registry.read_joint_file(&visit.caller, id).await;
    reason::or_ask(visit, &path(id, "members"), "/ui/joint-files", tried, read, |answer| {
        let form = members(visit.form(path(id, "members")), visit.msg, &answer.view, &colleagues);
        visit.page(&members_page(visit, form, &answer.view), answer.entry)
    })
}

async fn change_members(visit: Visit, At(id): At<JointFileId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show_members(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let colleagues = registry.surroundings(caller).await?.view.colleagues;
    let file = registry.read_joint_file(caller, id).await?.view;
    let form = members(visit.form(path(id, "members")), visit.msg, &file, &colleagues);
    match visit.submit(form, &data, |command: ChangeMembers| registry.change_joint_members(caller, id, command)).await {
        Ok(answer) => visit.done(&Part::Overview.path(id), "joint-members-changed", answer.entry),
        Err(unsent) => visit.again(unsent, |form| members_page(&visit, form, &file)),
    }
}

/// The form: colleagues to add, and those whose work on the file ends.
pub(crate) fn members(form: Form, msg: Messages, file: &JointFileView, colleagues: &[Colleague]) -> Form {
    let others = colleagues.iter().filter(|one| !file.members.iter().any(|member| member.user_id == one.user_id));
    let others: Vec<Choice> =
        others.map(|one| Choice::new(one.user_id.to_string(), format!("{}, {}", one.name, one.title))).collect();
    let present = file
        .members
        .iter()
        .map(|member| Choice::new(member.user_id.to_string(), format!("{}, {}", member.name, member.title)));
    let mut form = form;
    if !others.is_empty() {
        form = form.field(Field::checkboxes("add", msg.joint_members_add(), others).optional());
    }
    if !file.members.is_empty() {
        form = form.field(Field::checkboxes("remove", msg.joint_members_remove(), present.collect()).optional());
    }
    form.cancel(Part::Overview.path(file.id))
}

fn members_page(visit: &Visit, form: Form, file: &JointFileView) -> FormPage {
    let msg = visit.msg;
    FormPage::new(visit.frame(msg.joint_members_change()), reason::carried(visit, form)).before(tabs::about(msg, file))
}
