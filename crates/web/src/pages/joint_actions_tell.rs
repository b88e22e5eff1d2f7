//! Telling the other side a field of one's own part that did not follow by itself: as an earlier decision allows, or on a decision of one's own.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::joint_action::{JointActionView, TellField};
use case_registry::joint_file::JointFileView;
use case_registry::release::FollowField;
use case_registry::{Answer, RegistryError};
use vocabulary::{Action, JointActionId};

use super::basis_form::{self, Chosen, Consents, Offer, Picked};
use super::joint_actions::{follows, offers};
use super::joint_file_tabs as tabs;
use super::reason;
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::parts::Section;
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form, with or without a basis in the address.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-actions/{id}/tell", Action::FollowUp, || get(ask)),
    Route::page(Method::Post, "/ui/joint-actions/{id}/tell", Action::FollowUp, || post(tell)),
];

fn path(id: JointActionId) -> String {
    format!("/ui/joint-actions/{id}/tell")
}

/// What the page is about.
struct Both {
    action: JointActionView,
    file: JointFileView,
    offers: Vec<Offer>,
}

async fn both(visit: &Visit, id: JointActionId) -> Result<Answer<Both>, RegistryError> {
    let registry = visit.registry().map_err(|_| RegistryError::Unavailable)?;
    let action = registry.read_action(&visit.caller, id).await?;
    let file = registry.read_joint_file(&visit.caller, action.view.joint_file_id).await?.view;
    let offers = offers(visit, file.peer_id).await.map_err(|_| RegistryError::Unavailable)?;
    Ok(action.map(|action| Both { action, file, offers }))
}

async fn ask(visit: Visit, At(id): At<JointActionId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, id, &chosen, false).await
}

async fn show(visit: &Visit, id: JointActionId, chosen: &Chosen, tried: bool) -> Shown {
    let read = both(visit, id).await;
    let (address, consents) = match &read {
        Ok(answer) => match basis_form::pick(&answer.view.offers, chosen) {
            Some(picked) => (picked.address(&path(id)), picked.consents(visit, answer.view.file.case_id).await?),
            None => (path(id), Consents::NotAsked),
        },
        Err(_) => (path(id), Consents::NotAsked),
    };
    reason::or_ask(visit, &address, "/ui", tried, read, |answer| {
        let both = &answer.view;
        let picked = basis_form::pick(&both.offers, chosen);
        let form = telling(visit.form(address.clone()), visit.msg, &both.action, picked, consents);
        visit.page(&page(visit, form, both, picked), answer.entry)
    })
}

async fn tell(visit: Visit, At(id): At<JointActionId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, &chosen, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let both = both(&visit, id).await?.view;
    let picked = basis_form::pick(&both.offers, &chosen);
    if picked.is_none() && chosen.is_made() {
        return Err(Failure::Malformed);
    }
    let (address, consents) = match picked {
        Some(picked) => (picked.address(&path(id)), picked.consents(&visit, both.file.case_id).await?),
        None => (path(id), Consents::NotAsked),
    };
    let form = telling(visit.form(address), visit.msg, &both.action, picked, consents);
    match visit.submit(form, &data, |command: TellField| registry.tell_field(caller, id, command)).await {
        Ok(answer) => {
            let notice = if answer.view.told { "action-told" } else { "action-not-told" };
            visit.done(&format!("/ui/joint-actions/{id}"), notice, answer.entry)
        }
        Err(unsent) => visit.again(unsent, |form| page(&visit, form, &both, picked)),
    }
}

/// The form: which field; with a basis its tests, and what may follow from now on.
pub(crate) fn telling(
    form: Form,
    msg: Messages,
    action: &JointActionView,
    picked: Option<Picked<'_>>,
    consents: Consents,
) -> Form {
    let fields = FollowField::ALL
        .iter()
        .filter(|field| !action.is_own || **field != FollowField::Reply)
        .map(|field| field.code());
    let form = form
        .field(Field::radios("field", msg.action_tell_field(), Choice::codes(msg, "follow-field", fields)))
        .button(msg.action_tell_button())
        .cancel(format!("/ui/joint-actions/{}", action.id));
    match picked {
        Some(picked) => follows(picked.fields(form, msg, "grounds", consents), msg, picked, !action.is_own),
        None => form,
    }
}

fn page(visit: &Visit, form: Form, both: &Both, picked: Option<Picked<'_>>) -> FormPage {
    let msg = visit.msg;
    let page = FormPage::new(visit.frame(msg.action_tell()), reason::carried(visit, form))
        .before(tabs::about(msg, &both.file));
    if let Some(picked) = picked {
        page.before(picked.about(msg, &path(both.action.id)))
    } else {
        let page = page.lead(msg.action_tell_lead());
        let choices = basis_form::choose(msg, &both.offers, &path(both.action.id));
        let page =
            page.before(Section::new("own-decision", msg.action_tell_own_decision()).block(msg.action_tell_own_lead()));
        choices.into_iter().fold(page, FormPage::before)
    }
}
