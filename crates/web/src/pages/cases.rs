//! The cases of one's own, and opening a case about a person.

use axum::routing::{get, post};
use case_registry::case::{CaseBrief, CaseList, CasePhase, ClockView, OpenCase};
use time::Date;
use vocabulary::{Action, AuthorityKind, PersonId, Protection};

use super::{case_tabs, home_social, reason};
use crate::at::At;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::i18n::dates::parse_day;
use crate::layouts::{FormPage, ListPage};
use crate::paging::Paging;
use crate::parts::{Action as Link, Inline, Pager, Section, SummaryList, Table, Tone};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The list, and opening a case.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases", Action::ListCases, || get(list)),
    Route::page(Method::Get, "/ui/persons/{id}/cases/new", Action::OpenCase, || get(ask)),
    Route::page(Method::Post, "/ui/persons/{id}/cases/new", Action::OpenCase, || post(open)),
];

async fn list(visit: Visit, paging: Paging) -> Shown {
    let answer = visit.registry()?.list_cases(&visit.caller, paging.limit.into(), paging.offset.into()).await?;
    let page = list_page(visit.frame(visit.msg.nav_cases()), &answer.view, paging, visit.site.clock().today());
    visit.page(&page, answer.entry)
}

/// One page of the list.
pub(crate) fn list_page(frame: Frame, list: &CaseList, paging: Paging, today: Date) -> ListPage {
    let msg = frame.msg;
    ListPage {
        lead: Some(msg.case_list_lead().to_owned()),
        actions: vec![
            Link::other("/ui/persons/search", msg.person_search()),
            Link::other("/ui/persons/new", msg.person_register()),
        ],
        filters: None,
        table: table(msg, &list.cases, today),
        pager: Some(Pager::new(msg, paging, list.has_more, "/ui/cases", "")),
        frame,
    }
}

/// Cases by what is due, each with the way to log a measure.
pub(crate) fn table(msg: Messages, cases: &[CaseBrief], today: Date) -> Table {
    let table = Table::new(msg.home_my_cases(), msg.case_none())
        .column(msg.case_person())
        .numbers(msg.case_age())
        .column(msg.case_next())
        .column(msg.case_clock())
        .column(msg.case_relation())
        .column(msg.case_log());
    cases.iter().fold(table, |table, case| table.row(row(msg, case, today)))
}

fn row(msg: Messages, case: &CaseBrief, today: Date) -> Vec<Inline> {
    let name = if case.name.trim().is_empty() { msg.person_nameless() } else { case.name.as_str() };
    let name = Inline::link(format!("/ui/cases/{}", case.id), name);
    let name = match case.protection {
        Protection::None => name,
        protection => Inline::Many(vec![name, Inline::tag(Tone::Late, msg.of("protection", protection.code()))]),
    };
    let clock = case.clocks.iter().min_by_key(|clock| clock.days);
    vec![
        name,
        case.age.map(|age| age.to_string()).unwrap_or_default().into(),
        next(msg, case, today),
        clock.map_or_else(|| "".into(), |clock| Inline::tag(clock_tone(clock), clock_words(msg, clock))),
        msg.of("case-relation", case.relation.as_deref().unwrap_or("lead")).into(),
        log(msg, case),
    ]
}

/// A measure is one click away, unless the case can only be read.
fn log(msg: Messages, case: &CaseBrief) -> Inline {
    match case.phase {
        CasePhase::Open => Inline::link(format!("/ui/cases/{}/measures/new", case.id), msg.home_add_measure()),
        phase @ CasePhase::Closed => msg.of("case-phase", phase.code()).into(),
    }
}

/// The next follow-up, and how late it is.
fn next(msg: Messages, case: &CaseBrief, today: Date) -> Inline {
    let Some(on) = &case.next_on else { return msg.case_nothing_due().into() };
    let day = Inline::day_text(msg, on);
    match parse_day(on).filter(|_| case.is_overdue) {
        Some(on) => Inline::Many(vec![day, Inline::tag(Tone::Late, msg.days_late((today - on).whole_days()))]),
        None => day,
    }
}

/// A clock in words: `fyller 21 år om 34 dagar`, and with its date when it lies further ahead than anybody counts in days.
pub(crate) fn clock_words(msg: Messages, clock: &ClockView) -> String {
    let when = match clock.days {
        ..0 => msg.days_late(-clock.days),
        0..=home_social::AHEAD => msg.days_left(clock.days),
        _ => msg.day(clock.on),
    };
    msg.fill("clock-kind", clock.kind.code(), &[("when", when)]).unwrap_or_default()
}

/// How near a clock is.
pub(crate) const fn clock_tone(clock: &ClockView) -> Tone {
    home_social::due_tone(clock.days)
}

async fn ask(visit: Visit, At(person): At<PersonId>) -> Shown {
    show(&visit, person, false).await
}

async fn show(visit: &Visit, person: PersonId, tried: bool) -> Shown {
    let path = path(person);
    visit.registry()?.may_open_case(&visit.caller).await?;
    let read = visit.registry()?.open_person(&visit.caller, person).await;
    reason::or_ask(visit, &path, "/ui/persons/search", tried, read, |answer| {
        let page =
            FormPage::new(visit.frame(visit.msg.case_open_title()), reason::carried(visit, open_form(visit, person)));
        visit.page(&page.lead(visit.msg.case_open_lead()).before(about(visit.msg, &answer.view.person)), answer.entry)
    })
}

async fn open(visit: Visit, At(person): At<PersonId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, person, true).await;
    }
    let registry = visit.registry()?;
    let caller = &visit.caller;
    match visit.submit(open_form(&visit, person), &data, |command: OpenCase| registry.open_case(caller, command)).await
    {
        Ok(answer) => visit.done(&format!("/ui/cases/{}", answer.view), "case-opened", answer.entry),
        Err(unsent) => visit.again(unsent, |form| {
            FormPage::new(visit.frame(visit.msg.case_open_title()), reason::carried(&visit, form))
                .lead(visit.msg.case_open_lead())
        }),
    }
}

fn path(person: PersonId) -> String {
    format!("/ui/persons/{person}/cases/new")
}

/// What kind of authority the reader's mandate belongs to, for what a form offers.
pub(super) fn own_kind(visit: &Visit) -> Option<AuthorityKind> {
    visit.frame("").presence.map(|presence| presence.authority_kind)
}

fn open_form(visit: &Visit, person: PersonId) -> Form {
    opening(visit.form(path(person)), visit.msg, own_kind(visit), person).cancel(format!("/ui/persons/{person}"))
}

/// The form: only the purposes that this kind of authority may have (SoLPuF 12 §; crime prevention is not among them).
pub(crate) fn opening(form: Form, msg: Messages, kind: Option<AuthorityKind>, person: PersonId) -> Form {
    let purposes: &[&str] = match kind {
        Some(AuthorityKind::Police) => &["police_matter"],
        Some(AuthorityKind::EducationBoard) => &["school_matter"],
        _ => &["solpuf_12_1", "solpuf_12_3", "solpuf_12_9", "solpuf_12_11"],
    };
    let chosen = purposes.first().copied().unwrap_or_default();
    form.fixed("personId", person.to_string())
        .field(
            Field::radios("purpose", msg.case_purpose(), Choice::codes(msg, "case-purpose", purposes.iter().copied()))
                .value(chosen),
        )
        .field(Field::text("externalNumber", msg.case_number()).hint(msg.case_number_hint()).longest(60))
        .field(Field::date("reviewOn", msg.case_review()).hint(msg.case_review_hint()).optional())
        .button(msg.case_open_button())
}

/// Whom the case is going to be about.
fn about(msg: Messages, person: &case_registry::person::PersonView) -> Section {
    let summary = SummaryList::new()
        .row(msg.case_person(), case_tabs::name(msg, person))
        .maybe(msg.case_age(), person.age.map(|age| msg.age_years(age)));
    Section::plain().block(summary)
}
