//! Answering the other side's request wholly or partly by a release, refusing it with reasons, and recording by hand an answer that came in another way.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::info_request::{
    AnswerExtent, AnswerInformation, InfoRequestView, RecordAnswer, RefuseInformation, RequestState,
};
use case_registry::joint_file::JointFileView;
use case_registry::release::{BasisChoice, ItemKind, ItemRef, Statement};
use case_registry::{Answer, FieldError, RegistryError};
use serde::Deserialize;
use vocabulary::{Action, InfoRequestId, SecrecyClass};

use super::basis_form::{self, Chosen, Consents, Offer, Picked};
use super::release_wizard::marked;
use super::{edited, info_requests, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::{ConfirmPage, DetailPage, FormPage};
use crate::parts::{Action as Link, Section};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Answer, refuse, record.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/info-requests/{id}/answer", Action::AnswerInformation, || get(ask)),
    Route::page(Method::Post, "/ui/info-requests/{id}/answer", Action::AnswerInformation, || post(answer)),
    Route::page(Method::Get, "/ui/info-requests/{id}/refuse", Action::Abstain, || get(ask_refuse)),
    Route::page(Method::Post, "/ui/info-requests/{id}/refuse", Action::Abstain, || post(refuse)),
    Route::page(Method::Get, "/ui/info-requests/{id}/record", Action::WriteEntry, || get(ask_record)),
    Route::page(Method::Post, "/ui/info-requests/{id}/record", Action::WriteEntry, || post(record)),
];

fn path(id: InfoRequestId, step: &str) -> String {
    format!("/ui/info-requests/{id}/{step}")
}

fn back(id: InfoRequestId) -> String {
    format!("/ui/info-requests/{id}")
}

/// What the browser sends: boxes for what there is, and room for a text of its own.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Typed {
    extent: AnswerExtent,
    #[serde(default)]
    items: Vec<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    class: Option<SecrecyClass>,
    third_party: bool,
    contact_details: bool,
    #[serde(default)]
    held_back: String,
    #[serde(default)]
    handling_note: String,
    grounds: BasisChoice,
}

impl Typed {
    fn command(self) -> Result<AnswerInformation, RegistryError> {
        let invalid = |code| RegistryError::Invalid(vec![FieldError { field: "text".to_owned(), code, limit: None }]);
        let items: Option<Vec<ItemRef>> = self.items.iter().map(|text| marked::parse(text)).collect();
        let items = items.ok_or_else(|| invalid("not-in-list"))?;
        let mut statements = Vec::new();
        if !self.text.trim().is_empty() {
            statements.push(Statement {
                title: String::new(),
                text: self.text,
                class: self.class.unwrap_or(SecrecyClass::Standard),
                third_party: self.third_party,
                contact_details: self.contact_details,
            });
        }
        if items.is_empty() && statements.is_empty() {
            return Err(invalid("required"));
        }
        Ok(AnswerInformation {
            extent: self.extent,
            items,
            statements,
            held_back: self.held_back,
            handling_note: self.handling_note,
            grounds: self.grounds,
        })
    }
}

/// What an answer is put together from.
struct Matter {
    request: InfoRequestView,
    offers: Vec<Offer>,
    file: Option<JointFileView>,
    items: Vec<Choice>,
}

async fn matter(visit: &Visit, id: InfoRequestId) -> Result<Answer<Matter>, RegistryError> {
    let registry = visit.registry().map_err(|_| RegistryError::Unavailable)?;
    let request = registry.read_information_request(&visit.caller, id).await?;
    let peer = request.view.peer_id;
    let offers = basis_form::offers(visit, true, |authority| authority.id == peer)
        .await
        .map_err(|_| RegistryError::Unavailable)?;
    let file = match request.view.joint_file_id {
        Some(file) => Some(registry.read_joint_file(&visit.caller, file).await?.view),
        None => None,
    };
    let mut items = file.as_ref().map(|file| of_file(visit.msg, file)).unwrap_or_default();
    if let Some(case) = file.as_ref().and_then(|file| file.case_id) {
        match registry.read_case(&visit.caller, case).await {
            Ok(case) => items.extend(marked::of_case(visit.msg, &case.view)),
            // Whoever does not see the case answers in words of their own.
            Err(RegistryError::NotFound) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(request.map(|request| Matter { request, offers, file, items }))
}

/// Own entries that stand.
fn of_file(msg: Messages, file: &JointFileView) -> Vec<Choice> {
    let standing = file.entries.iter().filter_map(|entry| entry.text.as_ref().map(|text| (entry, text)));
    let choice = |(entry, text): (&case_registry::joint_entry::JointEntryView, &String)| {
        let item = ItemRef { kind: ItemKind::JointEntry, id: entry.id.0, version: entry.version };
        let class = msg.of("secrecy-class", entry.class.code());
        Choice::new(marked::value(item), format!("{}: {}", msg.of("item-kind", "joint_entry"), marked::excerpt(text)))
            .hint(class)
    };
    standing.map(choice).collect()
}

async fn ask(visit: Visit, At(id): At<InfoRequestId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, id, &chosen, false).await
}

async fn show(visit: &Visit, id: InfoRequestId, chosen: &Chosen, tried: bool) -> Shown {
    let msg = visit.msg;
    let read = matter(visit, id).await;
    let (address, consents) = match &read {
        Ok(answer) => match basis_form::pick(&answer.view.offers, chosen) {
            Some(picked) => (picked.address(&path(id, "answer")), consents(visit, &answer.view, picked).await?),
            None => (path(id, "answer"), Consents::NotAsked),
        },
        Err(_) => (path(id, "answer"), Consents::NotAsked),
    };
    reason::or_ask(visit, &address, "/ui/joint-files", tried, read, |answer| {
        let matter = &answer.view;
        if let Some(picked) = basis_form::pick(&matter.offers, chosen) {
            let form =
                answering(visit.form(address.clone()), msg, matter.items.clone(), picked, consents).cancel(back(id));
            visit.page(&page(visit, form, matter, picked, matter.request.version), answer.entry)
        } else {
            let about = Section::new("request", msg.request()).block(info_requests::question(msg, &matter.request));
            let mut sections =
                vec![about, Section::plain().block(msg.request_answer_lead()).block(msg.basis_choose_lead())];
            sections.extend(basis_form::choose(msg, &matter.offers, &path(id, "answer")));
            let actions =
                vec![Link::other(path(id, "refuse"), msg.request_refuse()), Link::other(back(id), msg.button_cancel())];
            let frame = visit.frame(msg.request_answer());
            visit.page(
                &DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions, sections },
                answer.entry,
            )
        }
    })
}

async fn consents(visit: &Visit, matter: &Matter, picked: Picked<'_>) -> Result<Consents, Failure> {
    picked.consents(visit, matter.file.as_ref().and_then(|file| file.case_id)).await
}

async fn answer(visit: Visit, At(id): At<InfoRequestId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, &chosen, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let matter = matter(&visit, id).await?.view;
    let picked = basis_form::pick(&matter.offers, &chosen).ok_or(Failure::Malformed)?;
    let consents = consents(&visit, &matter, picked).await?;
    let form =
        answering(visit.form(picked.address(&path(id, "answer"))), visit.msg, matter.items.clone(), picked, consents)
            .cancel(back(id));
    let act =
        async |typed: Typed| registry.answer_information(caller, id, sent, typed.command()?).await.map_err(in_form);
    match visit.submit(form, &data, act).await {
        Ok(answer) => visit.done(&back(id), "request-answered", answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, matter.request.version);
            visit.again(unsent, |form| page(&visit, form, &matter, picked, version))
        }
    }
}

/// The form's names for what the use case calls `statements[0].text`.
fn in_form(error: RegistryError) -> RegistryError {
    let RegistryError::Invalid(mut errors) = error else { return error };
    for error in &mut errors {
        if let Some(inner) = error.field.strip_prefix("statements[0].") {
            error.field = inner.to_owned();
        }
    }
    RegistryError::Invalid(errors)
}

/// The form: how much, what, and the tests.
pub(crate) fn answering(form: Form, msg: Messages, items: Vec<Choice>, picked: Picked<'_>, consents: Consents) -> Form {
    let extents = Choice::codes(msg, "answer-extent", AnswerExtent::ALL.iter().map(|extent| extent.code()));
    let classes = [SecrecyClass::Standard, SecrecyClass::Health, SecrecyClass::ThirdParty].map(SecrecyClass::code);
    let mut form = form.field(Field::radios("extent", msg.request_extent(), extents));
    if !items.is_empty() {
        form = form
            .field(Field::checkboxes("items", msg.request_items(), items).hint(msg.request_items_hint()).when_needed());
    }
    form = form
        .field(
            Field::textarea("text", msg.request_text()).hint(msg.basis_leaves()).rows(5).longest(10_000).when_needed(),
        )
        .field(
            Field::textarea("heldBack", msg.request_held_back())
                .hint(msg.request_held_back_hint())
                .rows(3)
                .longest(2_000)
                .when_needed(),
        )
        .more(
            Field::select("class", msg.paragraph_class(), Choice::codes(msg, "secrecy-class", classes))
                .value("standard"),
        )
        .more(Field::mark("thirdParty", msg.paragraph_third_party()))
        .more(Field::mark("contactDetails", msg.request_contact_details()))
        .more(
            Field::textarea("handlingNote", msg.basis_handling_note())
                .hint(msg.basis_handling_note_hint())
                .rows(2)
                .longest(500)
                .optional(),
        );
    picked.fields(form, msg, "grounds", consents).button(msg.request_answer_button())
}

fn page(visit: &Visit, form: Form, matter: &Matter, picked: Picked<'_>, version: i64) -> FormPage {
    let msg = visit.msg;
    let id = matter.request.id;
    FormPage::new(visit.frame(msg.request_answer()), reason::carried(visit, edited::on(form, version)))
        .before(Section::new("request", msg.request()).block(info_requests::question(msg, &matter.request)))
        .before(picked.about(msg, &path(id, "answer")))
        .before(Section::plain().block(vec![Link::other(path(id, "refuse"), msg.request_refuse())]))
}

async fn ask_refuse(visit: Visit, At(id): At<InfoRequestId>) -> Shown {
    show_refuse(&visit, id, false).await
}

async fn show_refuse(visit: &Visit, id: InfoRequestId, tried: bool) -> Shown {
    let read = visit.registry()?.read_information_request(&visit.caller, id).await;
    reason::or_ask(visit, &path(id, "refuse"), "/ui/joint-files", tried, read, |answer| {
        let form = refusing(visit.form(path(id, "refuse")), visit.msg).cancel(back(id));
        visit.page(&refuse_page(visit, form, answer.view.version), answer.entry)
    })
}

async fn refuse(visit: Visit, At(id): At<InfoRequestId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show_refuse(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let form = refusing(visit.form(path(id, "refuse")), visit.msg).cancel(back(id));
    match visit
        .submit(form, &data, |command: RefuseInformation| registry.refuse_information(caller, id, sent, command))
        .await
    {
        Ok(answer) => visit.done(&back(id), "request-refused", answer.entry),
        Err(unsent) => {
            let stands = registry.read_information_request(caller, id).await?.view.version;
            let version = edited::again(&unsent, sent, stands);
            visit.again(unsent, |form| refuse_page(&visit, form, version))
        }
    }
}

/// The form: why, and what the other side hears beyond that the request is not answered.
pub(crate) fn refusing(form: Form, msg: Messages) -> Form {
    form.field(Field::textarea("reasons", msg.request_reasons()).hint(msg.basis_stays()).rows(4).longest(2_000))
        .more(Field::textarea("say", msg.request_say()).hint(msg.request_say_hint()).rows(2).longest(500).optional())
        .button(msg.request_refuse())
}

fn refuse_page(visit: &Visit, form: Form, version: i64) -> ConfirmPage {
    let msg = visit.msg;
    let consequences = [msg.request_refuse_told(), msg.request_refuse_kept()].map(str::to_owned);
    ConfirmPage::new(visit.frame(msg.request_refuse()), consequences, reason::carried(visit, edited::on(form, version)))
}

async fn ask_record(visit: Visit, At(id): At<InfoRequestId>) -> Shown {
    show_record(&visit, id, false).await
}

async fn show_record(visit: &Visit, id: InfoRequestId, tried: bool) -> Shown {
    let read = visit.registry()?.read_information_request(&visit.caller, id).await;
    reason::or_ask(visit, &path(id, "record"), "/ui/joint-files", tried, read, |answer| {
        let form = recording(visit.form(path(id, "record")), visit.msg).cancel(back(id));
        visit.page(&record_page(visit, form, &answer.view, answer.view.version), answer.entry)
    })
}

async fn record(visit: Visit, At(id): At<InfoRequestId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show_record(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let form = recording(visit.form(path(id, "record")), visit.msg).cancel(back(id));
    match visit.submit(form, &data, |command: RecordAnswer| registry.record_answer(caller, id, sent, command)).await {
        Ok(answer) => visit.done(&back(id), "request-recorded", answer.entry),
        Err(unsent) => {
            let request = registry.read_information_request(caller, id).await?.view;
            let version = edited::again(&unsent, sent, request.version);
            visit.again(unsent, |form| record_page(&visit, form, &request, version))
        }
    }
}

/// The form: what came of it, and what was said.
pub(crate) fn recording(form: Form, msg: Messages) -> Form {
    let states = RequestState::ALL
        .iter()
        .filter(|state| !matches!(state, RequestState::Waiting | RequestState::PartlyRefused))
        .map(|state| state.code());
    form.field(Field::radios("state", msg.request_state(), Choice::codes(msg, "request-state", states)))
        .field(Field::textarea("text", msg.request_said()).rows(5).longest(2_000))
}

fn record_page(visit: &Visit, form: Form, request: &InfoRequestView, version: i64) -> FormPage {
    let msg = visit.msg;
    FormPage::new(visit.frame(msg.request_record()), reason::carried(visit, edited::on(form, version)))
        .before(Section::new("request", msg.request()).block(info_requests::question(msg, request)))
}
