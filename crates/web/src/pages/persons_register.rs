//! Registering a person, with a number, a local number or without any known identity. If the authority has the person already, the answer is whom to ask
//! and nothing else; with protected identity or a conflict of interest not even that.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::person::{IdentityKind, IdentityLevel, RegisterPerson, WhomToAsk, number_fault};
use serde::Deserialize;
use time::Date;
use vocabulary::{Action, Protection};

use super::access_requests;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{DetailPage, FormPage};
use crate::parts::{Action as Link, Block, Section};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form, one for each kind of identity.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/persons/new", Action::RegisterPerson, || get(ask)),
    Route::page(Method::Post, "/ui/persons/new", Action::RegisterPerson, || post(register)),
];

/// How the person is identified: decides which fields the form has.
#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    kind: String,
}

impl Chosen {
    fn kind(&self) -> IdentityKind {
        self.kind.parse().unwrap_or(IdentityKind::PersonalNumber)
    }
}

async fn ask(visit: Visit, Query(chosen): Query<Chosen>) -> Shown {
    let kind = chosen.kind();
    visit.plain(&page(visit.frame(visit.msg.person_register()), form(&visit, kind), kind))
}

async fn register(visit: Visit, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    let kind = chosen.kind();
    let registry = visit.registry()?;
    let caller = &visit.caller;
    match visit
        .submit(form(&visit, kind), &data, |command: RegisterPerson| registry.register_person(caller, command))
        .await
    {
        Ok(answer) => match (answer.view.person_id, &answer.view.exists) {
            (Some(id), _) => visit.done(&format!("/ui/persons/{id}"), "person-registered", answer.entry),
            (None, whom) => {
                let typed = |name: &str| data.one(name).unwrap_or_default().to_owned();
                let ask = access_requests::asking(
                    visit.form("/ui/access-requests/new"),
                    visit.msg,
                    kind,
                    &typed("identityValue"),
                    &typed("identityIssuer"),
                );
                let frame = visit.frame(visit.msg.person_exists_title());
                visit.page(&exists_page(frame, whom.as_ref(), ask), answer.entry)
            }
        },
        Err(unsent) => visit.again(unsent, |form| page(visit.frame(visit.msg.person_register()), form, kind)),
    }
}

fn form(visit: &Visit, kind: IdentityKind) -> Form {
    let today = visit.site.clock().today();
    registering(visit.form(format!("/ui/persons/new?kind={kind}")), visit.msg, kind, today)
}

/// The form for a kind of identity, with links to the other kinds above it.
pub(crate) fn page(frame: Frame, form: Form, kind: IdentityKind) -> FormPage {
    let msg = frame.msg;
    let others = IdentityKind::ALL.iter().filter(|other| **other != kind);
    let links = others.map(|other| {
        Link::other(format!("/ui/persons/new?kind={other}"), msg.of("identity-kind-choose", other.code()))
    });
    let kinds = Section::plain().block(Block::Actions(links.collect()));
    FormPage::new(frame, form).lead(msg.of("identity-kind-lead", kind.code())).before(kinds)
}

/// The fields of a kind of identity.
pub(crate) fn registering(form: Form, msg: Messages, kind: IdentityKind, today: Date) -> Form {
    let number = |field: Field| field.hint(msg.person_number_hint()).longest(60).sound(today, number_fault);
    let value = Field::text("identityValue", msg.of("identity-kind-label", kind.code()));
    let form = form.fixed("identityKind", kind.code());
    let form = match kind {
        IdentityKind::PersonalNumber => form.field(number(value)),
        IdentityKind::CoordinationNumber => form
            .field(number(value))
            .field(Field::radios("identityLevel", msg.person_level(), levels(msg)).hint(msg.person_level_hint())),
        IdentityKind::LocalNumber => form
            .field(value.longest(60))
            .field(Field::text("identityIssuer", msg.person_issuer()).hint(msg.person_issuer_hint()).longest(100)),
        IdentityKind::Unknown => form,
    };
    // Whoever has an official number has a known birth date; it stands apart from the number, because the two can differ.
    let official = matches!(kind, IdentityKind::PersonalNumber | IdentityKind::CoordinationNumber);
    let named = kind != IdentityKind::Unknown;
    let maybe = |field: Field, required: bool| if required { field } else { field.optional() };
    let form = form
        .field(maybe(Field::text("givenName", msg.person_given_name()).longest(100), named))
        .field(maybe(Field::text("familyName", msg.person_family_name()).longest(100), named))
        .field(maybe(Field::date("birthDate", msg.person_born()).hint(msg.person_born_hint()), official));
    let form = if official { form } else { form.field(Field::mark("birthEstimated", msg.person_born_estimated())) };
    let protections = Choice::codes(
        msg,
        "protection",
        Protection::ALL.iter().map(|protection| protection.code()).filter(|code| *code != "unknown"),
    );
    form.more(Field::select("protection", msg.person_protection(), protections).value(Protection::None.code()))
        .button(msg.person_register_button())
}

/// How well the identity behind a samordningsnummer can be known.
pub(super) fn levels(msg: Messages) -> Vec<Choice> {
    Choice::codes(msg, "identity-level", IdentityLevel::ALL.iter().map(|level| level.code()))
}

/// The authority has the person already: whom to ask for access.
pub(crate) fn exists_page(frame: Frame, whom: Option<&WhomToAsk>, ask: Form) -> DetailPage {
    let msg = frame.msg;
    let section = Section::new("ask", msg.person_exists_ask());
    let section = match whom.and_then(|whom| whom.unit.as_ref().map(|unit| (unit, whom.phone.as_ref()))) {
        Some((unit, phone)) => {
            let section = section.block(msg.person_exists_unit(unit));
            let section = match phone {
                Some(phone) => section.block(msg.person_exists_phone(phone)),
                None => section,
            };
            section.block(msg.person_exists_say()).block(ask)
        }
        None => section.block(msg.person_exists_manager()),
    };
    let section = section.block(msg.person_exists_logged());
    let found =
        whom.and_then(|whom| whom.person_id).map(|id| Link::primary(format!("/ui/persons/{id}"), msg.person_open()));
    let actions = found.into_iter().chain([Link::other("/ui", msg.error_home())]).collect();
    DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions, sections: vec![section] }
}
