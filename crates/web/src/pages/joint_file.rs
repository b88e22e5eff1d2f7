//! One joint file, part by part. Each part is a page of its own, so that each opening is an access of its own.

use axum::routing::{get, post};
use case_registry::joint_file::{JointFileView, JointMemberView};
use time::Date;
use vocabulary::{Action, AuthorityKind, Caller, JointFileId, Role};

use super::joint_file_tabs::{self as tabs, Part};
use super::{
    assessment_part, because, cases, info_requests_part, joint_actions_part, joint_entries_part, joint_file_history,
    joint_file_received, reason,
};
use crate::at::At;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::parts::{Action as Link, Block, ClockChart, Inline, Section, SummaryList, Table, Tone, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Every part, opened with or without a stated reason.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-files/{id}", Action::ReadJointFile, || get(overview)),
    Route::page(Method::Post, "/ui/joint-files/{id}", Action::ReadJointFile, || post(overview_with_reason)),
    Route::page(Method::Get, "/ui/joint-files/{id}/entries", Action::ReadJointFile, || get(entries)),
    Route::page(Method::Post, "/ui/joint-files/{id}/entries", Action::ReadJointFile, || post(entries_with_reason)),
    Route::page(Method::Get, "/ui/joint-files/{id}/received", Action::ReadJointFile, || get(received)),
    Route::page(Method::Post, "/ui/joint-files/{id}/received", Action::ReadJointFile, || post(received_with_reason)),
    Route::page(Method::Get, "/ui/joint-files/{id}/assessment", Action::ReadJointFile, || get(assessment)),
    Route::page(Method::Post, "/ui/joint-files/{id}/assessment", Action::ReadJointFile, || {
        post(assessment_with_reason)
    }),
    Route::page(Method::Get, "/ui/joint-files/{id}/actions", Action::ReadJointFile, || get(actions)),
    Route::page(Method::Post, "/ui/joint-files/{id}/actions", Action::ReadJointFile, || post(actions_with_reason)),
    Route::page(Method::Get, "/ui/joint-files/{id}/requests", Action::ReadJointFile, || get(requests)),
    Route::page(Method::Post, "/ui/joint-files/{id}/requests", Action::ReadJointFile, || post(requests_with_reason)),
    Route::page(Method::Get, "/ui/joint-files/{id}/history", Action::ReadJointFile, || get(history)),
    Route::page(Method::Post, "/ui/joint-files/{id}/history", Action::ReadJointFile, || post(history_with_reason)),
];

macro_rules! parts {
    ($($part:ident: $get:ident, $post:ident;)+) => {$(
        async fn $get(visit: Visit, At(id): At<JointFileId>) -> Shown {
            show(&visit, id, Part::$part, false).await
        }

        async fn $post(visit: Visit, At(id): At<JointFileId>, Posted(_): Posted) -> Shown {
            show(&visit, id, Part::$part, true).await
        }
    )+};
}

parts! {
    Overview: overview, overview_with_reason;
    Entries: entries, entries_with_reason;
    Received: received, received_with_reason;
    Assessment: assessment, assessment_with_reason;
    Actions: actions, actions_with_reason;
    Requests: requests, requests_with_reason;
    History: history, history_with_reason;
}

async fn show(visit: &Visit, id: JointFileId, part: Part, tried: bool) -> Shown {
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    reason::or_ask(visit, &part.path(id), "/ui/joint-files", tried, read, |answer| {
        let why = because::why(visit);
        let frame = visit.frame(visit.msg.joint_file());
        visit.page(&page(frame, &visit.caller, &answer.view, part, visit.site.clock().today(), why), answer.entry)
    })
}

/// The page of one part.
pub(crate) fn page(
    frame: Frame,
    caller: &Caller,
    file: &JointFileView,
    part: Part,
    today: Date,
    why: Why,
) -> DetailPage {
    let msg = frame.msg;
    let kind = tabs::own_kind(&frame);
    let (actions, sections) = match part {
        Part::Overview => (doors(msg, caller, file), sections(msg, caller, kind, file, today)),
        Part::Entries => joint_entries_part::content(msg, kind, file),
        Part::Received => joint_file_received::content(msg, caller, file),
        Part::Assessment => assessment_part::content(msg, caller, file),
        Part::Actions => joint_actions_part::content(msg, file),
        Part::Requests => info_requests_part::content(msg, caller, file),
        Part::History => (Vec::new(), joint_file_history::content(msg, file)),
    };
    tabs::page(frame, file, part, actions, sections, why)
}

/// What can be started from the overview.
fn doors(msg: Messages, caller: &Caller, file: &JointFileView) -> Vec<Link> {
    let path = |part: &str| format!("/ui/joint-files/{}/{part}", file.id);
    let mut doors = Vec::new();
    if file.closed_at.is_some() {
        return doors;
    }
    if file.case_id.is_none() {
        // A SIG coordinator hands the nomination over to an officer, who has the case.
        if tabs::decides(caller.roles) {
            doors.push(Link::primary(path("link"), msg.joint_link()));
        } else {
            doors.push(Link::primary(path("members"), msg.joint_members_change()));
        }
        if !file.is_nominator {
            doors.push(Link::other(path("decline"), msg.joint_decline_nomination()));
        }
        return doors;
    }
    doors.push(Link::primary(path("actions/new"), msg.action_propose()));
    doors.push(Link::other(path("entries/new"), msg.entry_new()));
    if tabs::decides(caller.roles) {
        doors.push(Link::other(path("positions/new"), msg.position_new()));
        doors.push(Link::other(path("requests/new"), msg.request_new()));
        doors.push(Link::other(format!("/ui/releases/new?joint-file={}", file.id), msg.joint_release()));
    }
    if caller.has(Role::PoliceCoordinator) {
        doors.push(Link::other(path("concern"), msg.concern_new()));
    }
    doors.push(Link::other(path("change"), msg.joint_change()));
    doors.push(Link::other(path("members"), msg.joint_members_change()));
    doors
}

fn sections(
    msg: Messages,
    caller: &Caller,
    kind: Option<AuthorityKind>,
    file: &JointFileView,
    today: Date,
) -> Vec<Section> {
    let mut sections = Vec::new();
    if file.case_id.is_none() && file.closed_at.is_none() {
        let text = file
            .erase_on
            .as_deref()
            .map_or_else(|| msg.joint_unlinked().to_owned(), |on| msg.joint_unlinked_until(day(msg, on)));
        sections.push(
            Section::new("nomination", msg.joint_nomination())
                .block(Block::Notice(msg.joint_unlinked_title().to_owned(), text)),
        );
    }
    sections.push(Section::new("facts", msg.joint_facts()).block(facts(msg, caller, kind, file)));
    sections.push(
        Section::new("elsewhere", msg.joint_elsewhere())
            .block(msg.joint_elsewhere_lead())
            .block(elsewhere(msg, kind, file)),
    );
    sections.push(Section::new("members", msg.joint_members()).block(members(msg, &file.members).quiet()));
    sections.extend(clocks(msg, file, today));
    sections
}

fn day(msg: Messages, text: &str) -> String {
    crate::i18n::dates::parse_day(text).map_or_else(|| text.to_owned(), |day| msg.day(day))
}

fn facts(msg: Messages, caller: &Caller, kind: Option<AuthorityKind>, file: &JointFileView) -> SummaryList {
    let some = |text: &str| (!text.trim().is_empty()).then(|| Inline::Lines(text.to_owned()));
    let origin = if file.is_received_identity {
        msg.joint_identity_received(&file.peer)
    } else {
        msg.joint_identity_own().to_owned()
    };
    let assessment = if file.assessment_stands { msg.joint_assessment_stands() } else { msg.joint_assessment_open() };
    let case_words = if kind == Some(AuthorityKind::Police) { msg.joint_own_matter() } else { msg.joint_own_case() };
    SummaryList::new()
        .row(msg.joint_reference(), file.reference.clone())
        .maybe(msg.joint_person(), file.name.clone())
        .maybe(msg.joint_initials(), file.initials.clone())
        .maybe(msg.joint_age(), file.age.map(|age| msg.age_years(age)))
        .maybe(msg.joint_identity(), file.name.is_some().then_some(origin))
        .row(msg.joint_peer(), msg.joint_peer_reached(&file.peer, &file.peer_phone))
        .maybe(msg.joint_why(), some(&file.reason))
        .maybe(msg.joint_goal(), some(&file.goal))
        .row(case_words, own_case(msg, caller, file))
        .row(msg.joint_tab_assessment(), Inline::link(Part::Assessment.path(file.id), assessment))
        .maybe(msg.joint_next_follow_up(), file.next_follow_up.as_deref().map(|on| Inline::day_text(msg, on)))
        .row(msg.joint_opened(), Inline::instant(msg, file.opened_at))
        .maybe(msg.joint_closed(), file.closed_at.map(|at| Inline::instant(msg, at)))
        .maybe(msg.joint_closed_reason(), file.closed_reason.map(|reason| msg.of("closed-reason", reason.code())))
}

/// The way to the own case, for those who work on it; a SIG coordinator keeps the plan alone.
fn own_case(msg: Messages, caller: &Caller, file: &JointFileView) -> Inline {
    match file.case_id {
        None => msg.joint_no_case().into(),
        Some(case) if tabs::decides(caller.roles) => Inline::link(format!("/ui/cases/{case}"), msg.joint_to_case()),
        Some(_) => msg.yes().into(),
    }
}

/// What only the other side has: named, so that nobody takes its absence for a no.
fn elsewhere(msg: Messages, kind: Option<AuthorityKind>, file: &JointFileView) -> SummaryList {
    let withheld = || tabs::withheld(msg, file);
    let kept = if kind == Some(AuthorityKind::Police) {
        [msg.joint_their_journal(), msg.joint_their_case_number(), msg.joint_their_measures()]
    } else {
        [msg.joint_their_entries(), msg.joint_their_matter_number(), msg.joint_their_measures()]
    };
    kept.into_iter().fold(SummaryList::new(), |list, term| list.row(term, withheld()))
}

fn members(msg: Messages, members: &[JointMemberView]) -> Table {
    let table =
        Table::new(msg.joint_members(), msg.joint_no_members()).column(msg.joint_member()).column(msg.joint_relation());
    members.iter().fold(table, |table, member| {
        table.row([format!("{}, {}", member.name, member.title).into(), msg.of("joint-relation", &member.kind).into()])
    })
}

/// Birthdays, the next follow-up and what is due of actions, on one line of days.
fn clocks(msg: Messages, file: &JointFileView, today: Date) -> Option<Section> {
    let mut days: Vec<(String, Date, Tone)> =
        file.clocks.iter().map(|clock| (cases::clock_words(msg, clock), clock.on, cases::clock_tone(clock))).collect();
    let mut due = |words: String, on: Option<&str>| {
        if let Some(on) = on.and_then(crate::i18n::dates::parse_day) {
            days.push((words, on, super::home_social::due_tone((on - today).whole_days())));
        }
    };
    if file.closed_at.is_none() {
        due(msg.joint_next_follow_up().to_owned(), file.next_follow_up.as_deref());
        due(msg.joint_erased_on().to_owned(), file.erase_on.as_deref());
    }
    for action in file.actions.iter().filter(|action| !action.has_ended) {
        due(joint_actions_part::title(msg, action), action.due_on.as_deref());
    }
    for position in file.positions.iter().filter(|position| position.is_own && position.stands) {
        due(msg.position_review_of(msg.of("limb", position.limb.code())), Some(&position.review_on));
    }
    if days.is_empty() {
        return None;
    }
    days.sort_by_key(|(_, on, _)| *on);
    let chart = ClockChart::new(msg, "joint-clocks", msg.joint_clocks_chart(), today);
    let chart = days.into_iter().fold(chart, |chart, (words, on, tone)| chart.day(words, on, tone));
    Some(Section::new("clocks", msg.home_clocks()).block(chart))
}
