//! Answering the other side's proposal: from the card on the home page it takes two clicks. The reason stays on the own side.

use axum::routing::{get, post};
use case_registry::home::Colleague;
use case_registry::joint_action::{JointActionView, ReplyAction, ReplyCode};
use vocabulary::{Action, JointActionId, UserId};

use super::{edited, joint_actions_open, joint_actions_part, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::parts::Section;
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Accept, decline.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-actions/{id}/accept", Action::ReplyAction, || get(ask_accept)),
    Route::page(Method::Post, "/ui/joint-actions/{id}/accept", Action::ReplyAction, || post(accept)),
    Route::page(Method::Get, "/ui/joint-actions/{id}/decline", Action::ReplyAction, || get(ask_decline)),
    Route::page(Method::Post, "/ui/joint-actions/{id}/decline", Action::ReplyAction, || post(decline)),
];

async fn ask_accept(visit: Visit, At(id): At<JointActionId>) -> Shown {
    show(&visit, id, ReplyCode::Accept, false).await
}

async fn ask_decline(visit: Visit, At(id): At<JointActionId>) -> Shown {
    show(&visit, id, ReplyCode::Decline, false).await
}

async fn accept(visit: Visit, At(id): At<JointActionId>, Posted(data): Posted) -> Shown {
    answer(&visit, id, ReplyCode::Accept, &data).await
}

async fn decline(visit: Visit, At(id): At<JointActionId>, Posted(data): Posted) -> Shown {
    answer(&visit, id, ReplyCode::Decline, &data).await
}

fn path(id: JointActionId, code: ReplyCode) -> String {
    let step = match code {
        ReplyCode::Accept => "accept",
        ReplyCode::Decline => "decline",
    };
    format!("/ui/joint-actions/{id}/{step}")
}

async fn show(visit: &Visit, id: JointActionId, code: ReplyCode, tried: bool) -> Shown {
    let form = form(visit, id, code).await?;
    let read = visit.registry()?.read_action(&visit.caller, id).await;
    reason::or_ask(visit, &path(id, code), "/ui", tried, read, |answer| {
        visit.page(&page(visit, form, &answer.view, code, answer.view.version), answer.entry)
    })
}

async fn answer(visit: &Visit, id: JointActionId, code: ReplyCode, data: &crate::form::FormData) -> Shown {
    if reason::only_opens(data) {
        return show(visit, id, code, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(data)?;
    let form = form(visit, id, code).await?;
    match visit.submit(form, data, |command: ReplyAction| registry.reply_action(caller, id, sent, command)).await {
        Ok(answer) => {
            let notice = match (code, answer.view.told.told) {
                (ReplyCode::Accept, true) => "action-accepted-told",
                (ReplyCode::Accept, false) => "action-accepted",
                (ReplyCode::Decline, true) => "action-declined-told",
                (ReplyCode::Decline, false) => "action-declined",
            };
            // The answer is told on a basis of the own side's: the next page is where it is chosen.
            let next = if answer.view.told.told { "" } else { "/tell" };
            visit.done(&format!("/ui/joint-actions/{id}{next}"), notice, answer.entry)
        }
        Err(unsent) => {
            let action = registry.read_action(caller, id).await?.view;
            let version = edited::again(&unsent, sent, action.version);
            visit.again(unsent, |form| page(visit, form, &action, code, version))
        }
    }
}

async fn form(visit: &Visit, id: JointActionId, code: ReplyCode) -> Result<Form, Failure> {
    let colleagues = visit.registry()?.surroundings(&visit.caller).await?.view.colleagues;
    Ok(replying(visit.form(path(id, code)), visit.msg, code, &colleagues, visit.caller.user)
        .cancel(format!("/ui/joint-actions/{id}")))
}

/// The form. Accepting needs no field: the reader answers for the own part unless somebody else is named. Declining needs a reason.
pub(crate) fn replying(form: Form, msg: Messages, code: ReplyCode, colleagues: &[Colleague], me: UserId) -> Form {
    let form = form.fixed("answer", code.code());
    match code {
        ReplyCode::Accept => {
            let people = colleagues
                .iter()
                .map(|one| Choice::new(one.user_id.to_string(), format!("{}, {}", one.name, one.title)));
            form.more(
                Field::select("responsibleId", msg.action_responsible_own(), people.collect()).value(me.to_string()),
            )
            .more(Field::date("dueOn", msg.action_due_own()).hint(msg.action_due_accept_hint()).optional())
            .more(Field::date("followUpOn", msg.action_follow_up()).optional())
            .more(
                Field::textarea("reason", msg.action_reason())
                    .hint(msg.basis_stays())
                    .rows(2)
                    .longest(1_000)
                    .optional(),
            )
            .button(msg.action_accept())
        }
        ReplyCode::Decline => form
            .field(
                Field::textarea("reason", msg.action_decline_reason()).hint(msg.basis_stays()).rows(3).longest(1_000),
            )
            .button(msg.action_decline()),
    }
}

fn page(visit: &Visit, form: Form, action: &JointActionView, code: ReplyCode, version: i64) -> FormPage {
    let msg = visit.msg;
    let (title, lead) = match code {
        ReplyCode::Accept => (msg.action_accept_title(), msg.action_accept_lead()),
        ReplyCode::Decline => (msg.action_decline_title(), msg.action_decline_lead()),
    };
    FormPage::new(visit.frame(title), reason::carried(visit, edited::on(form, version)))
        .lead(lead)
        .lead(msg.action_reply_stays())
        .before(
            Section::new("text", joint_actions_part::title(msg, action)).block(joint_actions_open::text(msg, action)),
        )
        .before(Section::new("basis", msg.action_released_on()).block(joint_actions_open::basis(msg, action)))
}
