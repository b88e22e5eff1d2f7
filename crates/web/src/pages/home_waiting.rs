//! What waits for somebody to take a position: the other side's nominations and proposals, requests, received items, copies whose basis has ended.

use case_registry::joint_action::ActionCard;
use case_registry::joint_file::CoordinatorHome;
use case_registry::received::{ReceivedBrief, ReceivedState};
use vocabulary::Language;

use crate::i18n::Messages;
use crate::pages::received_items;
use crate::parts::{Action, Card, Inline, Section, Tone};

/// More than this belongs to the lists that the cards lead to.
const MOST: usize = 12;

/// The section; it says so when nothing waits.
pub(crate) fn section(msg: Messages, joint: &CoordinatorHome, received: &[ReceivedBrief]) -> Section {
    let nominations = joint.nominations.iter().map(|file| {
        let whom = file
            .initials
            .as_deref()
            .map_or_else(|| file.reference.clone(), |initials| format!("{}, {initials}", file.reference));
        let link = Inline::link(format!("/ui/joint-files/{}", file.id), msg.waiting_nomination(whom));
        Card::new(link).line(msg.waiting_from(&file.peer))
    });
    let proposals = joint.to_answer.iter().map(|card| proposal(msg, card));
    let items = received.iter().filter(|item| waits(item));
    let items = items.map(|item| arrived(msg, item));
    let cards: Vec<Card> = proposals.chain(nominations).chain(items).take(MOST).collect();
    let mut section = Section::new("waiting", msg.home_waiting());
    if joint.requests_to_answer > 0 {
        section = section
            .block(msg.waiting_requests(joint.requests_to_answer))
            .block(vec![Action::other("/ui/joint-files", msg.nav_joint_files())]);
    }
    if cards.is_empty() && joint.requests_to_answer == 0 {
        return section.block(msg.home_nothing_waiting());
    }
    section.block(cards)
}

/// Kinds of received items that wait as documents. Nominations, proposals and requests wait as such; what was told of a position or an action stands there.
const DOCUMENTS: [&str; 3] = ["release", "answer", "concern_report"];

/// Whether somebody has to do something with a received item.
fn waits(item: &ReceivedBrief) -> bool {
    item.state == ReceivedState::Lapsed
        || item.to_acknowledge > 0
        || item.clock.is_some()
        || (item.state == ReceivedState::Received && DOCUMENTS.contains(&item.kind.as_str()))
}

/// The other side's proposal with its text and basis: two clicks from here to an answer.
fn proposal(msg: Messages, card: &ActionCard) -> Card {
    let action = &card.action;
    let title = action.text.as_ref().map_or(card.reference.as_str(), |text| match msg.language() {
        Language::Swedish => &text.title_sv,
        Language::English => &text.title_en,
    });
    let shown = Card::new(Inline::link(format!("/ui/joint-actions/{}", action.id), msg.waiting_proposal(title)))
        .line(card.reference.clone());
    let shown = match &action.text {
        Some(text) => shown.line(Inline::Lines(text.what.clone())),
        None => shown.line(Inline::Withheld(msg.waiting_text_lapsed().to_owned())),
    };
    if action.is_overdue { shown.tag(Tone::Late, msg.measure_overdue()) } else { shown }
}

/// A received item that is not in any file, whose basis has ended, in which something was corrected, or whose clock runs.
fn arrived(msg: Messages, item: &ReceivedBrief) -> Card {
    let words = if item.state == ReceivedState::Lapsed {
        msg.waiting_lapsed().to_owned()
    } else {
        msg.of("waiting-kind", &item.kind)
    };
    let words = match (&item.initials, item.age) {
        (Some(initials), Some(age)) => format!("{words}: {initials}, {}", msg.age_years(age)),
        (Some(initials), None) => format!("{words}: {initials}"),
        (None, _) => words,
    };
    let shown =
        Card::new(Inline::link(format!("/ui/received-items/{}", item.id), words)).line(msg.waiting_from(&item.from));
    let shown = match received_items::due(msg, item) {
        Some((words, on)) => shown.line(Inline::Many(vec![words.into(), Inline::day_text(msg, on)])),
        None => shown,
    };
    let shown = if item.to_acknowledge > 0 { shown.line(msg.waiting_corrections(item.to_acknowledge)) } else { shown };
    let shown =
        if received_items::in_danger(item) { shown.tag(Tone::Late, msg.inbox_immediate_danger()) } else { shown };
    if item.is_overdue { shown.tag(Tone::Late, msg.measure_overdue()) } else { shown }
}
