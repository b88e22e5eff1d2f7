//! Taking the own authority's position. Grounds and reasons stay on the own side; limb, answer and review date are told only on a basis of their own.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::assessment::{Limb, PositionGround, TakePosition};
use case_registry::joint_file::JointFileView;
use vocabulary::{Action, AuthorityId, JointFileId};

use super::basis_form::{self, Chosen, Consents, Offer, Picked};
use super::joint_file_tabs::{self as tabs, Part};
use super::reason;
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::{DetailPage, FormPage};
use crate::parts::{Action as Link, Section};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form, with or without telling the other side; the choice of the basis for telling.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-files/{id}/positions/new", Action::TakePosition, || get(ask)),
    Route::page(Method::Post, "/ui/joint-files/{id}/positions/new", Action::TakePosition, || post(take)),
    Route::page(Method::Get, "/ui/joint-files/{id}/positions/tell", Action::TakePosition, || get(choose)),
    Route::page(Method::Post, "/ui/joint-files/{id}/positions/tell", Action::TakePosition, || post(choose_with_reason)),
];

fn path(id: JointFileId) -> String {
    format!("/ui/joint-files/{id}/positions/new")
}

async fn offers(visit: &Visit, peer: AuthorityId) -> Result<Vec<Offer>, Failure> {
    basis_form::offers(visit, false, |authority| authority.id == peer && authority.takes_parcels).await
}

async fn ask(visit: Visit, At(id): At<JointFileId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, id, &chosen, false).await
}

async fn show(visit: &Visit, id: JointFileId, chosen: &Chosen, tried: bool) -> Shown {
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    let offers = match &read {
        Ok(answer) => offers(visit, answer.view.peer_id).await?,
        Err(_) => Vec::new(),
    };
    let picked = basis_form::pick(&offers, chosen);
    let address = picked.map_or_else(|| path(id), |picked| picked.address(&path(id)));
    let consents = match (&read, picked) {
        (Ok(answer), Some(picked)) => picked.consents(visit, answer.view.case_id).await?,
        _ => Consents::NotAsked,
    };
    reason::or_ask(visit, &address, "/ui/joint-files", tried, read, |answer| {
        let form = taking(visit.form(address.clone()), visit.msg, id, picked, consents);
        visit.page(&page(visit, form, &answer.view, picked), answer.entry)
    })
}

async fn take(visit: Visit, At(id): At<JointFileId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, &chosen, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let file = registry.read_joint_file(caller, id).await?.view;
    let offers = offers(&visit, file.peer_id).await?;
    let picked = basis_form::pick(&offers, &chosen);
    // Somebody who chose to tell must not find the position taken untold.
    if picked.is_none() && chosen.is_made() {
        return Err(Failure::Malformed);
    }
    let address = picked.map_or_else(|| path(id), |picked| picked.address(&path(id)));
    let consents = match picked {
        Some(picked) => picked.consents(&visit, file.case_id).await?,
        None => Consents::NotAsked,
    };
    let form = taking(visit.form(address), visit.msg, id, picked, consents);
    match visit.submit(form, &data, |command: TakePosition| registry.take_position(caller, id, command)).await {
        Ok(answer) => {
            let notice = if answer.view.release_id.is_some() { "position-told" } else { "position-taken" };
            visit.done(&Part::Assessment.path(id), notice, answer.entry)
        }
        Err(unsent) => visit.again(unsent, |form| page(&visit, form, &file, picked)),
    }
}

/// The form: which limb, yes or no, on what grounds, why, until when; with a basis its tests.
pub(crate) fn taking(
    form: Form,
    msg: Messages,
    id: JointFileId,
    picked: Option<Picked<'_>>,
    consents: Consents,
) -> Form {
    let limbs = Limb::ALL
        .iter()
        .map(|limb| Choice::new(limb.code(), msg.of("limb", limb.code())).hint(msg.of("limb-hint", limb.code())));
    let grounds = Choice::codes(msg, "position-ground", PositionGround::ALL.iter().map(|ground| ground.code()));
    let form = form
        .field(Field::radios("limb", msg.position_limb(), limbs.collect()))
        .field(Field::yes_no("stands", msg.position_question()))
        .field(
            Field::checkboxes("grounds", msg.position_grounds(), grounds)
                .hint(msg.position_grounds_hint())
                .when_needed(),
        )
        .field(
            Field::textarea("reasons", msg.position_reasons()).hint(msg.position_reasons_hint()).rows(6).longest(4_000),
        )
        .field(Field::date("reviewOn", msg.position_review()).hint(msg.position_review_hint()));
    let form = match picked {
        Some(picked) => picked.fields(form, msg, "tell", consents).button(msg.position_take_and_tell()),
        None => form.button(msg.position_take()),
    };
    form.cancel(Part::Assessment.path(id))
}

fn page(visit: &Visit, form: Form, file: &JointFileView, picked: Option<Picked<'_>>) -> FormPage {
    let msg = visit.msg;
    let tell = format!("/ui/joint-files/{}/positions/tell", file.id);
    let page = FormPage::new(visit.frame(msg.position_new()), reason::carried(visit, form))
        .lead(msg.position_lead())
        .before(tabs::about(msg, file));
    match picked {
        Some(picked) => page.lead(msg.position_told_what()).before(picked.about(msg, &tell)),
        None => page.before(
            Section::plain().block(msg.position_untold(&file.peer)).block(vec![Link::other(tell, msg.position_tell())]),
        ),
    }
}

async fn choose(visit: Visit, At(id): At<JointFileId>) -> Shown {
    show_choice(&visit, id, false).await
}

async fn choose_with_reason(visit: Visit, At(id): At<JointFileId>, Posted(_): Posted) -> Shown {
    show_choice(&visit, id, true).await
}

async fn show_choice(visit: &Visit, id: JointFileId, tried: bool) -> Shown {
    let msg = visit.msg;
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    let offers = match &read {
        Ok(answer) => offers(visit, answer.view.peer_id).await?,
        Err(_) => Vec::new(),
    };
    reason::or_ask(visit, &format!("/ui/joint-files/{id}/positions/tell"), "/ui/joint-files", tried, read, |answer| {
        let mut sections = vec![
            tabs::about(msg, &answer.view),
            Section::plain().block(msg.position_told_what()).block(msg.basis_choose_lead()),
        ];
        sections.extend(basis_form::choose(msg, &offers, &path(id)));
        let actions = vec![Link::other(path(id), msg.position_without_telling())];
        let frame = visit.frame(msg.position_tell());
        visit.page(&DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions, sections }, answer.entry)
    })
}
