//! The home of police and SIG coordinators: what to take a position on first, with text and basis, then what is due, then the joint files.

use case_registry::joint_action::ActionCard;
use case_registry::joint_file::{CoordinatorHome, JointFileBrief};
use time::Date;
use vocabulary::{Caller, EntryId, Role};

use super::{access_requests, joint_actions_part as part, joint_file_tabs, joint_files};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::HomePage;
use crate::parts::{Action, Block, Card, Inline, Section, Tone, Why};
use crate::visit::{Shown, Visit};

/// Shows it.
pub(super) async fn show(visit: &Visit) -> Shown {
    let answer = visit.registry()?.coordinator_home(&visit.caller).await?;
    let mut page = page(
        visit.frame(visit.msg.home_title()),
        &visit.caller,
        &answer.view,
        visit.site.clock().today(),
        answer.entry,
    );
    // A SIG coordinator has the plan, no register of persons.
    if visit.caller.has(Role::PoliceCoordinator) {
        page.actions.push(Action::other("/ui/persons/search", visit.msg.person_search()));
        page.actions.push(Action::other("/ui/persons/new", visit.msg.person_register()));
    }
    if let Some(asked) = access_requests::waiting(visit).await? {
        page.sections.insert(1, asked);
    }
    visit.page(&page, answer.entry)
}

/// The page.
pub(crate) fn page(frame: Frame, caller: &Caller, home: &CoordinatorHome, today: Date, entry: EntryId) -> HomePage {
    let msg = frame.msg;
    let mut sections = vec![waiting(msg, caller, home)];
    if home.overdue > 0 {
        let notice = Block::Notice(msg.home_police_overdue_title().to_owned(), msg.home_police_overdue(home.overdue));
        sections.push(Section::new("overdue", msg.home_police_late()).block(notice));
    }
    if !home.due.is_empty() {
        sections.push(
            Section::new("due", msg.home_police_due())
                .block(home.due.iter().map(|card| due(msg, card)).collect::<Vec<_>>()),
        );
    }
    let mut files = Section::new("joint-files", msg.home_joint_files())
        .block(joint_files::table(msg, &home.joint_files, today).quiet());
    if home.has_more {
        files = files.block(vec![Action::other("/ui/joint-files", msg.home_police_all())]);
    }
    sections.push(files);
    sections
        .push(Section::plain().block(Why::new(msg).rule(msg.home_police_rule(), msg.home_police_law()).entry(entry)));
    HomePage { frame, actions: vec![Action::other("/ui/received-items", msg.nav_received())], sections }
}

/// Proposals with their text and basis, nominations, requests, copies whose basis has ended.
fn waiting(msg: Messages, caller: &Caller, home: &CoordinatorHome) -> Section {
    let mut cards: Vec<Card> = home.to_answer.iter().map(|card| proposal(msg, card)).collect();
    cards.extend(home.nominations.iter().map(|file| nomination(msg, caller, file)));
    if home.requests_to_answer > 0 {
        let title = Inline::link("/ui/joint-files", msg.home_police_requests(home.requests_to_answer));
        cards.push(Card::new(title).line(msg.home_police_requests_where()));
    }
    if home.lapsed_to_review > 0 {
        let title = Inline::link("/ui/received-items?state=lapsed", msg.home_police_lapsed(home.lapsed_to_review));
        cards.push(Card::new(title).tag(Tone::Late, msg.home_police_lapsed_tag()).line(msg.home_police_lapsed_what()));
    }
    let section = Section::new("waiting", msg.home_waiting());
    if cards.is_empty() { section.block(msg.home_nothing_waiting()) } else { section.block(cards) }
}

/// One click opens the answer, the next one sends it.
fn proposal(msg: Messages, card: &ActionCard) -> Card {
    let action = &card.action;
    let path = |step: &str| format!("/ui/joint-actions/{}{step}", action.id);
    let title = msg.home_police_proposal(part::title(msg, action), &card.reference);
    let mut shown = Card::new(Inline::link(path(""), title)).line(part::what(msg, action));
    if let Some(text) = &action.text
        && !text.receiver_part.trim().is_empty()
    {
        shown = shown
            .line(Inline::Many(vec![msg.home_police_our_part().into(), Inline::Lines(text.receiver_part.clone())]));
    }
    if let Some(citation) = &action.basis.citation {
        shown = shown.line(msg.home_police_basis(citation));
    }
    if let Some(sender) = &action.basis.sender {
        shown = shown.line(msg.home_police_sender(sender));
    }
    if let Some(on) = &action.due_on {
        shown = shown.line(Inline::Many(vec![format!("{}:", msg.action_due()).into(), Inline::day_text(msg, on)]));
    }
    if action.text.is_none() {
        return shown;
    }
    shown
        .action(Action::primary(path("/accept"), msg.action_accept()))
        .action(Action::other(path("/decline"), msg.action_decline()))
}

fn nomination(msg: Messages, caller: &Caller, file: &JointFileBrief) -> Card {
    let whom = file
        .initials
        .as_deref()
        .map_or_else(|| file.reference.clone(), |initials| format!("{}, {initials}", file.reference));
    let path = format!("/ui/joint-files/{}", file.id);
    let mut card =
        Card::new(Inline::link(path.clone(), msg.home_police_nomination(whom))).line(msg.home_police_from(&file.peer));
    if let Some(on) = &file.erase_on {
        card = card.line(Inline::Many(vec![msg.joint_erased_on().into(), " ".into(), Inline::day_text(msg, on)]));
    }
    let take_up = if joint_file_tabs::decides(caller.roles) {
        Action::primary(format!("{path}/link"), msg.joint_link())
    } else {
        Action::primary(format!("{path}/members"), msg.joint_members_change())
    };
    card.action(take_up).action(Action::other(format!("{path}/decline"), msg.joint_decline_nomination()))
}

/// An own part whose day comes or has passed.
fn due(msg: Messages, card: &ActionCard) -> Card {
    let action = &card.action;
    let title = Inline::link(
        format!("/ui/joint-actions/{}", action.id),
        msg.home_police_action(part::title(msg, action), &card.reference),
    );
    let on = action.due_on.as_deref().or(action.follow_up_on.as_deref());
    let mut shown = Card::new(title).line(Inline::Text(msg.of("measure-status", action.status.code())));
    if let Some(on) = on {
        shown = shown.line(Inline::Many(vec![format!("{}:", msg.action_due()).into(), Inline::day_text(msg, on)]));
    }
    if let Some(responsible) = &action.responsible {
        shown = shown.line(responsible.clone());
    }
    if action.is_overdue {
        shown = shown.tag(Tone::Late, msg.measure_overdue());
    }
    shown.action(Action::primary(format!("/ui/joint-actions/{}/progress", action.id), msg.action_progress()))
}
