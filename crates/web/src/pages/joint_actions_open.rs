//! One joint action: the proposer's text, where each part stands as far as it is known here, what happened, and what one can do.

use axum::routing::{get, post};
use case_registry::joint_action::{ActionEventView, ActionTextView, JointActionView};
use vocabulary::{Action, JointActionId};

use super::joint_file_tabs::Part;
use super::{because, joint_actions_part as part, reason};
use crate::at::At;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::parts::timeline::Event;
use crate::parts::{Action as Link, Inline, Section, SummaryList, Timeline, Tone, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The page, opened with or without a stated reason.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-actions/{id}", Action::ReadAction, || get(open)),
    Route::page(Method::Post, "/ui/joint-actions/{id}", Action::ReadAction, || post(open_with_reason)),
];

async fn open(visit: Visit, At(id): At<JointActionId>) -> Shown {
    show(&visit, id, false).await
}

async fn open_with_reason(visit: Visit, At(id): At<JointActionId>, Posted(_): Posted) -> Shown {
    show(&visit, id, true).await
}

async fn show(visit: &Visit, id: JointActionId, tried: bool) -> Shown {
    let registry = visit.registry()?;
    let read = registry.read_action(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/joint-actions/{id}"), "/ui/joint-files", tried, read, |mut answer| {
        let why = because::why(visit);
        // A received text came with its citation; of an own one the catalogue knows it.
        let proposed_on = answer.view.created_at.stockholm().date();
        let basis = &mut answer.view.basis;
        if basis.citation.is_none() {
            basis.citation = registry.bases.current(&basis.basis, proposed_on).map(|known| known.citation.clone());
        }
        visit.page(&page(visit.frame(visit.msg.action()), &answer.view, why), answer.entry)
    })
}

/// The page.
pub(crate) fn page(frame: Frame, action: &JointActionView, why: Why) -> DetailPage {
    let msg = frame.msg;
    let mut sections = vec![
        Section::new("text", msg.action_text()).block(text(msg, action)),
        Section::new("basis", msg.action_released_on()).block(basis(msg, action)),
        Section::new("parts", msg.action_parts()).block(parts(msg, action)),
    ];
    sections.push(Section::new("history", msg.joint_tab_history()).block(history(msg, &action.history)));
    sections.push(Section::plain().block(why));
    let mut tags = vec![(part::tone(action), msg.of("measure-status", action.status.code()))];
    if action.is_overdue {
        tags.push((Tone::Late, msg.measure_overdue().to_owned()));
    }
    DetailPage {
        heading: Some(part::title(msg, action).into()),
        tags,
        tabs: None,
        actions: doors(msg, action),
        sections,
        frame,
    }
}

/// What can be done with it as it stands.
fn doors(msg: Messages, action: &JointActionView) -> Vec<Link> {
    let path = |step: &str| format!("/ui/joint-actions/{}/{step}", action.id);
    let mut doors = Vec::new();
    if action.needs_answer && action.text.is_some() {
        doors.push(Link::primary(path("accept"), msg.action_accept()));
        doors.push(Link::other(path("decline"), msg.action_decline()));
    }
    if !action.needs_answer && !action.has_ended {
        doors.push(Link::primary(path("progress"), msg.action_progress()));
        doors.push(Link::other(path("complete"), msg.action_complete()));
        if action.is_own {
            doors.push(Link::other(path("amend"), msg.action_amend()));
        }
    }
    if action.has_ended && action.status.code() != "declined" {
        doors.push(Link::primary(path("evaluate"), msg.action_evaluate()));
    }
    if !action.needs_answer {
        doors.push(Link::other(path("tell"), msg.action_tell()));
    }
    doors.push(Link::other(Part::Actions.path(action.joint_file_id), msg.action_back()));
    doors
}

/// The proposer's text. Whose part is whose follows from who reads it.
pub(crate) fn text(msg: Messages, action: &JointActionView) -> SummaryList {
    let Some(text) = &action.text else {
        return SummaryList::new().row(msg.action_what(), Inline::Withheld(msg.action_text_lapsed().to_owned()));
    };
    let some = |text: &str| (!text.trim().is_empty()).then(|| Inline::Lines(text.to_owned()));
    let (own, theirs) = sides(action.is_own, text);
    SummaryList::new()
        .row(msg.action_kind(), part::title(msg, action))
        .row(msg.action_what(), Inline::Lines(text.what.clone()))
        .maybe(msg.action_goal(), some(&text.goal))
        .maybe(msg.action_own_part(), some(own))
        .maybe(msg.action_your_part(), some(theirs))
        .row(msg.action_text_version(), msg.number(action.text_version))
}

fn sides(is_own: bool, text: &ActionTextView) -> (&str, &str) {
    if is_own { (&text.proposer_part, &text.receiver_part) } else { (&text.receiver_part, &text.proposer_part) }
}

/// On what the text was released, and by whom.
pub(crate) fn basis(msg: Messages, action: &JointActionView) -> SummaryList {
    let basis = &action.basis;
    let shown = basis.citation.clone().or_else(|| (!basis.basis.is_empty()).then(|| basis.basis.replace('_', " ")));
    let list = SummaryList::new()
        .row(msg.action_proposed_by(), if action.is_own { msg.action_us() } else { msg.action_them() })
        .maybe(msg.joint_received_basis(), shown)
        .maybe(msg.joint_received_sender(), basis.sender.clone())
        .maybe(msg.joint_received_handling_note(), basis.handling_note.clone().map(Inline::Lines))
        .row(msg.action_created(), Inline::instant(msg, action.created_at));
    match action.received_item_id {
        Some(item) => list.row(
            msg.action_received_item(),
            Inline::link(format!("/ui/received-items/{item}"), msg.joint_received_open()),
        ),
        None => list,
    }
}

fn parts(msg: Messages, action: &JointActionView) -> SummaryList {
    let follow: Vec<String> = action.follow_fields.iter().map(|field| msg.of("follow-field", field.code())).collect();
    let follow = match (follow.is_empty(), action.follow_until) {
        (true, _) => msg.action_nothing_follows().to_owned(),
        (false, Some(until)) => msg.action_follows_until(follow.join(", "), msg.day(until)),
        (false, None) => follow.join(", "),
    };
    let theirs = match (action.peer_status, action.is_own) {
        (Some(status), _) => Inline::Text(msg.of("measure-status", status.code())),
        (None, true) => Inline::Text(msg.of("peer-answer", &action.peer_answer)),
        (None, false) => Inline::Withheld(msg.action_peer_untold().to_owned()),
    };
    SummaryList::new()
        .row(msg.action_own_status(), Inline::tag(part::tone(action), msg.of("measure-status", action.status.code())))
        .row(msg.action_peer_status(), theirs)
        .maybe(msg.action_responsible(), action.responsible.clone())
        .maybe(msg.action_due(), action.due_on.as_deref().map(|on| Inline::day_text(msg, on)))
        .maybe(msg.action_follow_up(), action.follow_up_on.as_deref().map(|on| Inline::day_text(msg, on)))
        .row(msg.action_follow_fields(), follow)
}

/// Everything that happened, in order; the own side's words stay on the own side.
fn history(msg: Messages, events: &[ActionEventView]) -> Timeline {
    events.iter().fold(Timeline::new(), |timeline, event| {
        let kind = msg.of("action-event", &event.kind);
        let what = match event.value.as_deref().map(|value| value_words(msg, &event.kind, value)) {
            Some(value) => format!("{kind}: {value}"),
            None => kind,
        };
        let told = Event::new(Inline::instant(msg, event.at), what);
        let told = match (&event.author, event.is_own) {
            (Some(author), _) => told.by(author.clone()),
            (None, true) => told.by(msg.action_us()),
            (None, false) => told.by(msg.action_them()),
        };
        timeline.event(match &event.note {
            Some(note) => told.detail(Inline::Lines(note.clone())),
            None => told,
        })
    })
}

/// A code or a day in words.
fn value_words(msg: Messages, kind: &str, value: &str) -> String {
    let found = match kind {
        "reply" => msg.find("reply-code", value),
        "status" => msg.find("measure-status", value),
        "outcome" => msg.find("measure-outcome", value),
        "told" | "not_told" => msg.find("follow-field", value).or_else(|| msg.find("not-told", value)),
        _ => None,
    };
    let day = || crate::i18n::dates::parse_day(value).map(|day| msg.day(day));
    found.map(str::to_owned).or_else(day).unwrap_or_else(|| value.to_owned())
}
