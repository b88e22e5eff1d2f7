//! Finding a person, and a person's own page. Searched for by a form that is sent, because no name and no number may stand in an address (SoLPuF 15 §).

use axum::routing::{get, post};
use case_registry::person::{PersonPage, PersonView, SearchCommand};
use case_registry::person_search::{FoundPerson, SearchResult};
use vocabulary::{Action, PersonId, Protection};

use super::{because, case_tabs, joint_file_tabs, reason};
use crate::at::At;
use crate::form::{Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{DetailPage, FormPage};
use crate::parts::{Action as Link, Inline, Section, SummaryList, Table, Tone, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Search, and one person.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/persons/search", Action::SearchPersons, || get(ask)),
    Route::page(Method::Post, "/ui/persons/search", Action::SearchPersons, || post(search)),
    Route::page(Method::Get, "/ui/persons/{id}", Action::ReadPerson, || get(open)),
    Route::page(Method::Post, "/ui/persons/{id}", Action::ReadPerson, || post(open_with_reason)),
];

async fn ask(visit: Visit) -> Shown {
    visit.registry()?.may_search_persons(&visit.caller).await?;
    let form = searching(visit.form("/ui/persons/search"), visit.msg);
    visit.plain(&FormPage::new(visit.frame(visit.msg.person_search()), form).lead(visit.msg.person_search_lead()))
}

async fn search(visit: Visit, Posted(data): Posted) -> Shown {
    let registry = visit.registry()?;
    let caller = &visit.caller;
    let form = searching(visit.form("/ui/persons/search"), visit.msg);
    match visit.submit(form.clone(), &data, |command: SearchCommand| registry.search_persons(caller, command)).await {
        Ok(answer) => {
            let form = form.with_value("term", data.one("term").unwrap_or_default());
            let why = because::why(&visit);
            visit.page(&found_page(visit.frame(visit.msg.person_search()), form, &answer.view, why), answer.entry)
        }
        Err(unsent) => visit.again(unsent, |form| {
            FormPage::new(visit.frame(visit.msg.person_search()), form).lead(visit.msg.person_search_lead())
        }),
    }
}

/// The form: one term, and nothing but a name or a number finds anything.
pub(crate) fn searching(form: Form, msg: Messages) -> Form {
    form.field(Field::text("term", msg.person_term()).hint(msg.person_term_hint()).longest(100))
        .button(msg.person_search_button())
}

/// What a search found.
pub(crate) fn found_page(frame: Frame, form: Form, found: &SearchResult, why: Why) -> DetailPage {
    let msg = frame.msg;
    let mut results = Section::new("found", msg.person_found()).block(table(msg, &found.persons).quiet());
    if found.has_more {
        results = results.block(msg.person_found_more());
    }
    let sections =
        vec![results, Section::new("search", msg.person_search_again()).block(form), Section::plain().block(why)];
    let actions = vec![Link::other("/ui/persons/new", msg.person_register())];
    DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions, sections }
}

fn table(msg: Messages, persons: &[FoundPerson]) -> Table {
    let table = Table::new(msg.person_found(), msg.person_found_none())
        .column(msg.case_person())
        .numbers(msg.case_age())
        .column(msg.person_cases());
    persons.iter().fold(table, |table, person| {
        let name = if person.name.trim().is_empty() { msg.person_nameless() } else { person.name.as_str() };
        let name = Inline::link(format!("/ui/persons/{}", person.id), name);
        let name = match person.protection {
            Protection::None => name,
            protection => Inline::Many(vec![name, Inline::tag(Tone::Late, msg.of("protection", protection.code()))]),
        };
        let cases = (1_usize..)
            .zip(&person.cases)
            .map(|(number, case)| Inline::link(format!("/ui/cases/{case}"), msg.person_case(number)));
        table.row([
            name,
            person.age.map(|age| age.to_string()).unwrap_or_default().into(),
            Inline::Many(cases.collect()),
        ])
    })
}

async fn open(visit: Visit, At(id): At<PersonId>) -> Shown {
    show(&visit, id, false).await
}

async fn open_with_reason(visit: Visit, At(id): At<PersonId>, Posted(_): Posted) -> Shown {
    show(&visit, id, true).await
}

async fn show(visit: &Visit, id: PersonId, tried: bool) -> Shown {
    let read = visit.registry()?.open_person(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/persons/{id}"), "/ui/persons/search", tried, read, |answer| {
        let why = because::why(visit);
        let mut page = page(visit.frame(visit.msg.person_title()), &answer.view, why);
        if !joint_file_tabs::decides(visit.caller.roles) {
            // A group's coordinator has the plan, and opens no case.
            page.actions.clear();
        }
        visit.page(&page, answer.entry)
    })
}

/// A person with the cases that the reader works on.
pub(crate) fn page(frame: Frame, shown: &PersonPage, why: Why) -> DetailPage {
    let msg = frame.msg;
    let person = &shown.person;
    let cases: Vec<Link> = (1_usize..)
        .zip(&shown.cases)
        .map(|(number, case)| Link::other(format!("/ui/cases/{case}"), msg.person_case(number)))
        .collect();
    let own = Section::new("cases", msg.person_cases());
    let own = if cases.is_empty() { own.block(msg.person_no_cases()) } else { own.block(cases) };
    let identity = Section::new("identity", msg.person_identity()).block(identity(msg, person));
    let former = former(msg, person);
    let sections = [identity].into_iter().chain(former).chain([own, Section::plain().block(why)]).collect();
    let tags = match person.protection {
        Protection::None => Vec::new(),
        protection => vec![(Tone::Late, msg.of("protection", protection.code()))],
    };
    let actions = vec![
        Link::primary(format!("/ui/persons/{}/cases/new", person.id), msg.case_open_title()),
        Link::other(format!("/ui/persons/{}/change", person.id), msg.person_change()),
    ];
    DetailPage { heading: Some(case_tabs::name(msg, person).into()), tags, tabs: None, actions, sections, frame }
}

/// What the person was called or numbered before.
fn former(msg: Messages, person: &PersonView) -> Option<Section> {
    if person.former.is_empty() {
        return None;
    }
    let table = Table::new(msg.person_former(), msg.person_former())
        .column(msg.person_former_identity())
        .column(msg.person_former_until())
        .column(msg.person_change_reason());
    let table = person.former.iter().fold(table, |table, former| {
        let name = format!("{} {}", former.given_name, former.family_name).trim().to_owned();
        let number =
            former.identity_value.clone().unwrap_or_else(|| msg.of("identity-kind", former.identity_kind.code()));
        let identity = if name.is_empty() { number } else { format!("{name}, {number}") };
        table.row([identity.into(), Inline::instant(msg, former.until), former.reason.clone().into()])
    });
    Some(Section::new("former", msg.person_former()).block(table.quiet()))
}

fn identity(msg: Messages, person: &PersonView) -> SummaryList {
    let born = person.birth_date.map(|born| {
        let day = Inline::day(msg, born);
        if person.birth_estimated {
            Inline::Many(vec![day, Inline::tag(Tone::Soon, msg.person_estimated())])
        } else {
            day
        }
    });
    SummaryList::new()
        .row(msg.case_person(), case_tabs::name(msg, person))
        .row(
            msg.of("identity-kind-label", person.identity_kind.code()),
            person.identity_value.clone().unwrap_or_else(|| msg.person_no_number().to_owned()),
        )
        .maybe(msg.person_issuer(), person.identity_issuer.clone())
        .maybe(msg.person_level(), person.identity_level.map(|level| msg.of("identity-level", level.code())))
        .row(msg.person_born(), born.unwrap_or_else(|| msg.person_born_unknown().into()))
        .maybe(msg.case_age(), person.age.map(|age| msg.age_years(age)))
        .row(msg.person_protection(), msg.of("protection", person.protection.code()))
}
