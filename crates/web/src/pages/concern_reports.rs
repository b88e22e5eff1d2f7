//! A concern report (orosanmälan, SoL 19 kap. 1 §) and the other reports that the law wants at once: no balancing, and nothing between the text and its leaving
//! but the questions that the law itself asks.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::joint_file::JointFileView;
use case_registry::release::{BasisChoice, Channel, ReleaseCommand, Statement};
use serde::Deserialize;
use vocabulary::{Action, AuthorityId, JointFileId, SecrecyClass};

use super::basis_form::{self, Chosen, Consents, Offer, Picked};
use super::joint_file_tabs::{self as tabs, Part};
use super::{joint_actions, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::route::{LONG_TEXT_BODY, Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form, and reporting.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-files/{id}/concern", Action::DecideRelease, || get(ask)),
    Route::page(Method::Post, "/ui/joint-files/{id}/concern", Action::DecideRelease, || post(report)).body_limit(LONG_TEXT_BODY),
];

/// What the browser sends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Typed {
    text: String,
    class: SecrecyClass,
    third_party: bool,
    #[serde(default)]
    attention: String,
    channel: Channel,
    grounds: BasisChoice,
}

impl Typed {
    fn command(self, title: &str, file: JointFileId, to: AuthorityId) -> ReleaseCommand {
        let statement = Statement { title: title.to_owned(), text: self.text, class: self.class, third_party: self.third_party, contact_details: false };
        ReleaseCommand {
            case_id: None,
            joint_file_id: Some(file),
            items: Vec::new(),
            statements: vec![statement],
            recipient_id: to,
            attention: self.attention,
            grounds: self.grounds,
            handling_note: String::new(),
            channel: self.channel,
            occurred_at: None,
            late_reason: String::new(),
            origin_asked: String::new(),
            follow_fields: Vec::new(),
            follow_until: None,
        }
    }
}

fn path(id: JointFileId) -> String {
    format!("/ui/joint-files/{id}/concern")
}

/// Whoever can be reported to, on the bases that oblige to report at once.
async fn offers(visit: &Visit) -> Result<Vec<Offer>, Failure> {
    let mut offers = basis_form::offers(visit, false, |_| true).await?;
    for offer in &mut offers {
        offer.bases.retain(|basis| basis.at_once);
    }
    offers.retain(|offer| !offer.bases.is_empty());
    Ok(offers)
}

async fn ask(visit: Visit, At(id): At<JointFileId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, id, &chosen, false).await
}

async fn show(visit: &Visit, id: JointFileId, chosen: &Chosen, tried: bool) -> Shown {
    let msg = visit.msg;
    let offers = offers(visit).await?;
    let picked = basis_form::pick(&offers, chosen);
    let address = picked.map_or_else(|| path(id), |picked| picked.address(&path(id)));
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    reason::or_ask(visit, &address, "/ui/joint-files", tried, read, |answer| match picked {
        Some(picked) => {
            let form = reporting(visit.form(address.clone()), msg, picked).cancel(Part::Overview.path(id));
            visit.page(&page(visit, form, &answer.view, picked), answer.entry)
        }
        None => {
            let frame = visit.frame(msg.concern_new());
            visit.page(&joint_actions::choose_page(frame, &answer.view, msg.concern_lead(), &offers, &path(id), Part::Overview.path(id)), answer.entry)
        }
    })
}

async fn report(visit: Visit, At(id): At<JointFileId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, &chosen, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let offers = offers(&visit).await?;
    let picked = basis_form::pick(&offers, &chosen).ok_or(Failure::Malformed)?;
    let form = reporting(visit.form(picked.address(&path(id))), visit.msg, picked).cancel(Part::Overview.path(id));
    let (title, to) = (picked.basis.title.as_str(), picked.recipient.id);
    let act = async |typed: Typed| registry.release(caller, typed.command(title, id, to)).await.map_err(in_form);
    match visit.submit(form, &data, act).await {
        Ok(answer) => visit.done(&format!("/ui/releases/{}", answer.view), "concern-reported", answer.entry),
        Err(unsent) => {
            let file = registry.read_joint_file(caller, id).await?.view;
            visit.again(unsent, |form| page(&visit, form, &file, picked))
        }
    }
}

/// The form's names for what the use case calls `statements[0].text`.
fn in_form(error: case_registry::RegistryError) -> case_registry::RegistryError {
    let case_registry::RegistryError::Invalid(mut errors) = error else { return error };
    for error in &mut errors {
        if let Some(inner) = error.field.strip_prefix("statements[0].") {
            error.field = inner.to_owned();
        }
    }
    case_registry::RegistryError::Invalid(errors)
}

/// The form: what is known or suspected, and the questions of the law.
pub(crate) fn reporting(form: Form, msg: Messages, picked: Picked<'_>) -> Form {
    let classes = [SecrecyClass::Standard, SecrecyClass::Health, SecrecyClass::ThirdParty, SecrecyClass::Investigation].map(SecrecyClass::code);
    let by_parcel = picked.recipient.takes_parcels;
    let channels = Channel::ALL.iter().filter(|channel| by_parcel || **channel != Channel::System).map(|channel| channel.code());
    let form = form.field(Field::textarea("text", msg.concern_text()).hint(msg.concern_text_hint()).rows(8).longest(10_000));
    let form = picked.fields(form, msg, "grounds", Consents::NotAsked);
    form.field(Field::mark("thirdParty", msg.basis_names_others()).hint(msg.concern_others_hint()))
        .more(Field::select("class", msg.paragraph_class(), Choice::codes(msg, "secrecy-class", classes)).value("standard"))
        .more(Field::text("attention", msg.basis_attention()).hint(msg.basis_attention_hint()).value(msg.concern_reception()).longest(200))
        .more(Field::radios("channel", msg.basis_channel(), Choice::codes(msg, "channel", channels)).value(if by_parcel { "system" } else { "phone" }))
        .button(msg.concern_send())
}

fn page(visit: &Visit, form: Form, file: &JointFileView, picked: Picked<'_>) -> FormPage {
    let msg = visit.msg;
    FormPage::new(visit.frame(msg.concern_new()), reason::carried(visit, form))
        .lead(msg.concern_lead())
        .before(tabs::about(msg, file))
        .before(picked.about(msg, &path(file.id)))
}
