//! The legal bases as they stand today: what each lets one do, its questions with worked examples, and whether this authority may use it.

use axum::routing::get;
use case_registry::legal_basis::{BasisView, TestView};
use vocabulary::{Action, Role};

use crate::at::At;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{DetailPage, ListPage};
use crate::parts::{Action as Link, Block, Inline, Section, SummaryList, Table, Tone};
use crate::route::{Method, Route};
use crate::visit::{Shown, Visit};

/// The list, and one basis.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/legal-bases", Action::ReadLegalBases, || get(list)),
    Route::page(Method::Get, "/ui/legal-bases/{code}", Action::ReadLegalBases, || get(open)),
];

async fn list(visit: Visit) -> Shown {
    let answer = visit.registry()?.legal_bases(&visit.caller).await?;
    visit.page(&list_page(visit.frame(visit.msg.nav_legal_bases()), &answer.view), answer.entry)
}

async fn open(visit: Visit, At(code): At<String>) -> Shown {
    let answer = visit.registry()?.legal_bases(&visit.caller).await?;
    let basis = answer.view.iter().find(|basis| basis.code == code).ok_or(Failure::NotFound)?;
    visit.page(&page(visit.frame(&basis.citation), basis, visit.caller.has(Role::Administrator)), answer.entry)
}

/// Every basis in force, those that are switched off included: nobody need wonder whether one was forgotten.
pub(crate) fn list_page(frame: Frame, bases: &[BasisView]) -> ListPage {
    let msg = frame.msg;
    let table = Table::new(msg.nav_legal_bases(), msg.legal_none())
        .quiet()
        .column(msg.legal_basis())
        .column(msg.legal_summary())
        .column(msg.legal_state());
    let table = bases.iter().fold(table, |table, basis| {
        let name =
            Inline::link(format!("/ui/legal-bases/{}", basis.code), format!("{}, {}", basis.citation, basis.title));
        let (tone, words) = state(msg, basis);
        table.row([name, basis.summary.clone().into(), Inline::tag(tone, words)])
    });
    ListPage { frame, lead: Some(msg.legal_lead().to_owned()), actions: Vec::new(), filters: None, table, pager: None }
}

/// One basis with its questions; for whoever records counsel's word, the way to do so.
pub(crate) fn page(frame: Frame, basis: &BasisView, records_counsel: bool) -> DetailPage {
    let msg = frame.msg;
    let confirmed =
        basis.confirmed_by.as_ref().zip(basis.confirmed_on).map(|(by, on)| msg.legal_confirmed(by, msg.day(on)));
    let summary = SummaryList::new()
        .row(msg.legal_who_decides(), basis.who_decides.clone())
        .row(msg.legal_valid_from(), Inline::day(msg, basis.valid_from))
        .maybe(msg.legal_valid_to(), basis.valid_to.map(|day| Inline::day(msg, day)))
        .maybe(msg.legal_lapses(), basis.lapses_at_age.map(|age| msg.age_years(age)))
        .maybe(msg.legal_together(), (!basis.requires_one_of.is_empty()).then(|| basis.requires_one_of.join(", ")))
        .row(msg.legal_on_request(), yes_no(msg, basis.on_request_only))
        .row(msg.legal_follow_up(), yes_no(msg, basis.follow_up_allowed))
        .maybe(msg.legal_confirmation(), confirmed)
        .row(msg.legal_version(), msg.number(basis.version.into()));
    let mut sections = vec![Section::new("basis", basis.title.clone()).block(basis.summary.clone()).block(summary)];
    sections.extend((1_usize..).zip(&basis.tests).map(|(number, test)| question(msg, number, test)));
    let (tone, words) = state(msg, basis);
    let mut actions = vec![Link::other("/ui/legal-bases", msg.legal_back())];
    if records_counsel && basis.state.code() == "confirm" {
        actions.insert(
            0,
            if basis.usable {
                Link::other(format!("/ui/legal-bases/{}/withdraw", basis.code), msg.legal_withdraw())
            } else {
                Link::primary(format!("/ui/legal-bases/{}/confirm", basis.code), msg.legal_confirm())
            },
        );
    }
    DetailPage { frame, heading: None, tags: vec![(tone, words.to_owned())], tabs: None, actions, sections }
}

fn question(msg: Messages, number: usize, test: &TestView) -> Section {
    let asks = if test.by_system { msg.legal_by_system() } else { msg.legal_by_officer() };
    let mut points = vec![
        msg.legal_required(msg.of("legal-answer", test.required_answer.code())),
        asks.to_owned(),
        msg.legal_example_yes(&test.example_yes),
        msg.legal_example_no(&test.example_no),
        msg.legal_if_fails(&test.if_fails),
    ];
    if test.reason_required {
        points.insert(2, msg.legal_reason().to_owned());
    }
    Section::new(format!("test-{number}"), test.question.clone()).block(Block::Points(points))
}

fn state(msg: Messages, basis: &BasisView) -> (Tone, &'static str) {
    match (basis.usable, basis.state.code()) {
        (true, _) => (Tone::Good, msg.legal_usable()),
        (false, "off") => (Tone::Plain, msg.legal_off()),
        (false, _) => (Tone::Soon, msg.legal_unconfirmed()),
    }
}

fn yes_no(msg: Messages, yes: bool) -> &'static str {
    if yes { msg.yes() } else { msg.no() }
}
