//! Received items: the inbox by state with its clocks, and one item with its basis, sender and handling note.

use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use case_registry::RegistryError;
use case_registry::received::{ConcernClock, OpenReceived, ReceivedBrief, ReceivedState};
use vocabulary::{Action, ReceivedItemId};

use super::reason;
use crate::at::At;
use crate::form::Choice;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::ListPage;
use crate::paging::Paging;
use crate::parts::{Filters, Inline, Pager, Table, Tone};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

pub(crate) mod acknowledge;
pub(crate) mod assess;
pub(crate) mod file;
pub(crate) mod lapse;
pub(crate) mod open;

/// The inbox, one item, and what is decided on it.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/received-items", Action::ListReceived, || get(list)),
    Route::page(Method::Get, "/ui/received-items/{id}", Action::ReadReceived, || get(show_item)),
    Route::page(Method::Post, "/ui/received-items/{id}", Action::ReadReceived, || post(show_item_with_reason)),
    Route::page(Method::Post, "/ui/received-items/{id}/corrections/{correction}", Action::ReadReceived, || {
        post(acknowledge::acknowledge)
    }),
    Route::page(Method::Get, "/ui/received-items/{id}/file", Action::FileReceived, || get(file::ask)),
    Route::page(Method::Post, "/ui/received-items/{id}/file", Action::FileReceived, || post(file::file)),
    Route::page(Method::Get, "/ui/received-items/{id}/assess", Action::AssessConcern, || get(assess::ask)),
    Route::page(Method::Post, "/ui/received-items/{id}/assess", Action::AssessConcern, || post(assess::assess)),
    Route::page(Method::Get, "/ui/received-items/{id}/review", Action::ReadReceived, || get(lapse::review)),
    Route::page(Method::Post, "/ui/received-items/{id}/review", Action::ReadReceived, || {
        post(lapse::review_with_reason)
    }),
    Route::page(Method::Get, "/ui/received-items/{id}/keep", Action::DecideLapse, || get(lapse::ask_to_keep)),
    Route::page(Method::Post, "/ui/received-items/{id}/keep", Action::DecideLapse, || post(lapse::keep)),
    Route::page(Method::Get, "/ui/received-items/{id}/erase", Action::EraseReceived, || get(lapse::ask_to_erase)),
    Route::page(Method::Post, "/ui/received-items/{id}/erase", Action::EraseReceived, || post(lapse::erase)),
];

/// A parameter of an address.
pub(crate) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let (_, value) = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(known, _)| known == name)?;
    Some(value.into_owned())
}

async fn list(visit: Visit, paging: Paging, RawQuery(query): RawQuery) -> Shown {
    let state: Option<ReceivedState> = parameter(query.as_deref(), "state").and_then(|code| code.parse().ok());
    let registry = visit.registry()?;
    let answer = registry.list_received(&visit.caller, state, paging.limit.into(), paging.offset.into()).await?;
    let msg = visit.msg;
    let states = Choice::codes(msg, "received-state", ReceivedState::ALL.iter().map(|state| state.code()));
    let filters =
        Filters::new(msg, "/ui/received-items").by("state", msg.inbox_state(), states, state.map(ReceivedState::code));
    let pager = Pager::new(msg, paging, answer.view.has_more, "/ui/received-items", &filters.kept());
    let page = list_page(visit.frame(msg.nav_received()), &answer.view.items, filters, Some(pager));
    visit.page(&page, answer.entry)
}

/// The inbox: what has a day first.
pub(crate) fn list_page(frame: Frame, items: &[ReceivedBrief], filters: Filters, pager: Option<Pager>) -> ListPage {
    let msg = frame.msg;
    let table = Table::new(msg.nav_received(), msg.inbox_none())
        .quiet()
        .column(msg.inbox_received())
        .column(msg.inbox_kind())
        .column(msg.inbox_from())
        .column(msg.inbox_about())
        .column(msg.inbox_state())
        .column(msg.inbox_clock());
    let table = items.iter().fold(table, |table, item| {
        table.row([
            Inline::link(address(item), msg.instant(item.received_at)),
            msg.of("received-kind", &item.kind).into(),
            item.from.clone().into(),
            about(msg, item),
            state(msg, item),
            clock(msg, item),
        ])
    });
    ListPage {
        lead: Some(msg.inbox_lead().to_owned()),
        actions: Vec::new(),
        filters: Some(filters),
        table,
        pager,
        frame,
    }
}

/// A copy whose basis has ended opens only for the review.
fn address(item: &ReceivedBrief) -> String {
    let review = if item.state == ReceivedState::Lapsed { "/review" } else { "" };
    format!("/ui/received-items/{}{review}", item.id)
}

fn about(msg: Messages, item: &ReceivedBrief) -> Inline {
    match (&item.initials, item.age) {
        (Some(initials), Some(age)) => format!("{initials}, {}", msg.age_years(age)).into(),
        (Some(initials), None) => initials.clone().into(),
        (None, _) if item.state == ReceivedState::Lapsed => Inline::Withheld(msg.inbox_about_lapsed().to_owned()),
        (None, _) if item.joint_file_id.is_some() => msg.inbox_about_file().into(),
        (None, _) => Inline::Withheld(msg.inbox_about_hidden().to_owned()),
    }
}

/// Where an item stands, with what waits in it.
pub(crate) fn state(msg: Messages, item: &ReceivedBrief) -> Inline {
    let tone = match item.state {
        ReceivedState::Received => Tone::Soon,
        ReceivedState::Filed => Tone::Good,
        ReceivedState::Lapsed => Tone::Late,
        ReceivedState::Kept | ReceivedState::Erased => Tone::Plain,
    };
    let tag = Inline::tag(tone, msg.of("received-state", item.state.code()));
    if item.to_acknowledge > 0 {
        return Inline::Many(vec![tag, Inline::tag(Tone::Soon, msg.inbox_to_acknowledge(item.to_acknowledge))]);
    }
    tag
}

/// The day by which something is due, and what: the running clock of a concern report before everything else.
pub(crate) fn due(msg: Messages, item: &ReceivedBrief) -> Option<(String, &str)> {
    let (words, day) = match (item.clock, item.state) {
        (Some(clock), _) => (msg.of("concern-clock", clock.code()), item.respond_on.as_deref()),
        (None, ReceivedState::Lapsed) => (msg.inbox_decide_by().to_owned(), item.review_on.as_deref()),
        (None, ReceivedState::Kept) => (msg.inbox_kept_until().to_owned(), item.kept_until.as_deref()),
        (None, ReceivedState::Received) => (msg.inbox_respond_by().to_owned(), item.respond_on.as_deref()),
        (None, ReceivedState::Filed | ReceivedState::Erased) => return None,
    };
    Some((words, day?))
}

/// The same in a cell, with what cannot wait.
pub(crate) fn clock(msg: Messages, item: &ReceivedBrief) -> Inline {
    let Some((words, day)) = due(msg, item) else { return "".into() };
    let mut parts = vec![words.into(), Inline::day_text(msg, day)];
    parts.extend(urgent(msg, item));
    Inline::Many(parts)
}

/// A child who can need protection at once, as long as nobody has assessed it.
pub(crate) fn in_danger(item: &ReceivedBrief) -> bool {
    item.immediate_danger && item.clock == Some(ConcernClock::Protection)
}

/// What cannot wait: a child in immediate danger until somebody has assessed it, and what is overdue.
pub(crate) fn urgent(msg: Messages, item: &ReceivedBrief) -> Vec<Inline> {
    let danger = in_danger(item).then(|| Inline::tag(Tone::Late, msg.inbox_immediate_danger()));
    danger.into_iter().chain(item.is_overdue.then(|| Inline::tag(Tone::Late, msg.inbox_overdue()))).collect()
}

async fn show_item(visit: Visit, At(id): At<ReceivedItemId>) -> Shown {
    show(&visit, id, false).await
}

async fn show_item_with_reason(visit: Visit, At(id): At<ReceivedItemId>, Posted(_): Posted) -> Shown {
    show(&visit, id, true).await
}

async fn show(visit: &Visit, id: ReceivedItemId, tried: bool) -> Shown {
    let read = visit.registry()?.open_received(&visit.caller, id, OpenReceived::default()).await;
    if let Err(RegistryError::Conflict("lapsed")) = read {
        return Ok(Redirect::to(&format!("/ui/received-items/{id}/review")).into_response());
    }
    reason::or_ask(visit, &format!("/ui/received-items/{id}"), "/ui/received-items", tried, read, |answer| {
        let blank = |action: String| visit.form(action);
        let page = open::page(visit.frame(visit.msg.inbox_item()), &visit.caller, &answer.view, answer.entry, &blank);
        visit.page(&page, answer.entry)
    })
}
