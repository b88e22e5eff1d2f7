//! Correcting a person's identity: what is there is filled in, and a number that the person has got since is added.

use axum::routing::{get, post};
use case_registry::person::{ChangePerson, IdentityKind, PersonView};
use vocabulary::{Action, PersonId, Protection};

use super::{edited, persons_register, reason};
use crate::at::At;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form, and the correction.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/persons/{id}/change", Action::UpdatePerson, || get(ask)),
    Route::page(Method::Post, "/ui/persons/{id}/change", Action::UpdatePerson, || post(change)),
];

async fn ask(visit: Visit, At(id): At<PersonId>) -> Shown {
    show(&visit, id, false).await
}

async fn show(visit: &Visit, id: PersonId, tried: bool) -> Shown {
    let read = visit.registry()?.open_person(&visit.caller, id).await;
    reason::or_ask(visit, &path(id), &format!("/ui/persons/{id}"), tried, read, |answer| {
        let person = &answer.view.person;
        visit.page(&page(visit, form(visit, person), person.version), answer.entry)
    })
}

async fn change(visit: Visit, At(id): At<PersonId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let registry = visit.registry()?;
    let caller = &visit.caller;
    let sent = edited::version(&data)?;
    let person = registry.open_person(caller, id).await?.view.person;
    let form = form(&visit, &person);
    match visit.submit(form, &data, |command: ChangePerson| registry.change_person(caller, id, sent, command)).await {
        Ok(answer) => visit.done(&format!("/ui/persons/{id}"), "person-changed", answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, person.version);
            visit.again(unsent, |form| page(&visit, form, version))
        }
    }
}

fn path(id: PersonId) -> String {
    format!("/ui/persons/{id}/change")
}

fn page(visit: &Visit, form: Form, version: i64) -> FormPage {
    let form = reason::carried(visit, edited::on(form, version));
    FormPage::new(visit.frame(visit.msg.person_change()), form).lead(visit.msg.person_change_lead())
}

fn form(visit: &Visit, person: &PersonView) -> Form {
    changing(visit.form(path(person.id)), visit.msg, person)
}

/// The form over an identity.
pub(crate) fn changing(form: Form, msg: Messages, person: &PersonView) -> Form {
    let born = person.birth_date.map(|day| day.to_string()).unwrap_or_default();
    let estimated = Field::mark("birthEstimated", msg.person_born_estimated());
    let estimated = if person.birth_estimated { estimated.value("true") } else { estimated };
    let kinds = IdentityKind::ALL.iter().filter(|kind| **kind != IdentityKind::Unknown).map(|kind| kind.code());
    let protections = Protection::ALL.iter().map(|one| one.code());
    form.field(Field::text("givenName", msg.person_given_name()).longest(100).value(&person.given_name).optional())
        .field(Field::text("familyName", msg.person_family_name()).longest(100).value(&person.family_name).optional())
        .field(Field::date("birthDate", msg.person_born()).hint(msg.person_born_hint()).value(born).optional())
        .field(estimated)
        .field(
            Field::select("protection", msg.person_protection(), Choice::codes(msg, "protection", protections))
                .value(person.protection.code()),
        )
        .field(Field::textarea("reason", msg.person_change_reason()).longest(500))
        .more(
            Field::select("identityKind", msg.person_new_number(), Choice::codes(msg, "identity-kind-choose", kinds))
                .hint(msg.person_new_number_hint())
                .optional(),
        )
        .more(Field::text("identityValue", msg.person_number()).hint(msg.person_number_hint()).longest(60).optional())
        .more(
            Field::select("identityLevel", msg.person_level(), persons_register::levels(msg))
                .hint(msg.person_level_hint())
                .optional(),
        )
        .more(Field::text("identityIssuer", msg.person_issuer()).hint(msg.person_issuer_hint()).longest(100).optional())
        .button(msg.person_change_button())
        .cancel(format!("/ui/persons/{}", person.id))
}
