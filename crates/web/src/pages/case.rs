//! One case: what it is, whose, who works on it, what is due.

use axum::routing::{get, post};
use case_registry::case::{CaseView, MemberView};
use time::Date;
use vocabulary::{Action, Caller, CaseId, Role};

use super::case_tabs::{self, Part};
use super::{because, cases, home_social, joint_file_tabs, measures, reason};
use crate::at::At;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::i18n::dates::parse_day;
use crate::layouts::DetailPage;
use crate::parts::{Action as Link, ClockChart, Inline, Section, SummaryList, Table, Tone, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The overview, opened with or without a stated reason.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}", Action::ReadCase, || get(open)),
    Route::page(Method::Post, "/ui/cases/{id}", Action::ReadCase, || post(open_with_reason)),
];

async fn open(visit: Visit, At(id): At<CaseId>) -> Shown {
    show(&visit, id, false).await
}

async fn open_with_reason(visit: Visit, At(id): At<CaseId>, Posted(_): Posted) -> Shown {
    show(&visit, id, true).await
}

async fn show(visit: &Visit, id: CaseId, tried: bool) -> Shown {
    let read = visit.registry()?.read_case(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/cases/{id}"), "/ui/cases", tried, read, |answer| {
        let why = because::why(visit);
        let page =
            page(visit.frame(visit.msg.case_title()), &visit.caller, &answer.view, visit.site.clock().today(), why);
        visit.page(&page, answer.entry)
    })
}

/// The page.
pub(crate) fn page(frame: Frame, caller: &Caller, case: &CaseView, today: Date, why: Why) -> DetailPage {
    let msg = frame.msg;
    let open = case.measures.iter().filter(|measure| !measure.has_ended);
    let mut sections = vec![
        Section::new("facts", msg.case_facts()).block(facts(msg, case)),
        Section::new("due", msg.case_due()).block(measures::table(msg, open).quiet()),
        Section::new("members", msg.case_members()).block(members(msg, &case.members).quiet()),
    ];
    sections.extend(
        clocks(msg, case, today)
            .map(|chart| Section::new("clocks", msg.home_clocks()).block(msg.case_clocks_lead()).block(chart)),
    );
    sections.push(Section::plain().block(why));
    DetailPage {
        heading: Some(case_tabs::name(msg, &case.person).into()),
        tags: case_tabs::tags(msg, case),
        tabs: Some(case_tabs::tabs(msg, caller.roles, case.id, Part::Overview)),
        actions: actions(msg, caller, case),
        sections,
        frame,
    }
}

fn facts(msg: Messages, case: &CaseView) -> SummaryList {
    let person = &case.person;
    SummaryList::new()
        .row(msg.case_person(), Inline::link(format!("/ui/persons/{}", person.id), case_tabs::name(msg, person)))
        .maybe(msg.case_age(), person.age.map(|age| msg.age_years(age)))
        .maybe(msg.of("identity-kind-label", person.identity_kind.code()), person.identity_value.clone())
        .row(msg.case_purpose(), msg.of("case-purpose", case.purpose.code()))
        .row(msg.case_number(), case.external_number.clone())
        .row(msg.case_opened(), Inline::instant(msg, case.opened_at))
        .maybe(msg.case_review(), case.review_on.as_deref().map(|on| Inline::day_text(msg, on)))
        .maybe(msg.case_closed(), case.closed_at.map(|at| Inline::instant(msg, at)))
}

fn members(msg: Messages, members: &[MemberView]) -> Table {
    let table = Table::new(msg.case_members(), msg.case_no_members())
        .column(msg.case_member())
        .column(msg.case_part())
        .column(msg.case_until());
    members.iter().fold(table, |table, member| {
        let until = member.until.map_or_else(|| "".into(), |at| Inline::instant(msg, at));
        table.row([
            format!("{}, {}", member.name, member.title).into(),
            msg.of("case-relation", &member.kind).into(),
            until,
        ])
    })
}

/// Birthdays, the review, and what is due of open measures, on one line of days.
fn clocks(msg: Messages, case: &CaseView, today: Date) -> Option<ClockChart> {
    let mut days: Vec<(String, Date, Tone)> =
        case.clocks.iter().map(|clock| (cases::clock_words(msg, clock), clock.on, cases::clock_tone(clock))).collect();
    let mut due = |words: String, on: Option<&str>| {
        if let Some(on) = on.and_then(parse_day) {
            days.push((words, on, home_social::due_tone((on - today).whole_days())));
        }
    };
    if case.closed_at.is_none() {
        due(msg.case_review().to_owned(), case.review_on.as_deref());
    }
    for measure in case.measures.iter().filter(|measure| !measure.has_ended) {
        due(msg.measure_followed_up(measures::title(msg, measure)), Some(&measure.follow_up_on));
        due(msg.measure_ends(measures::title(msg, measure)), measure.due_on.as_deref());
    }
    if days.is_empty() {
        return None;
    }
    days.sort_by_key(|(_, on, _)| *on);
    let chart = ClockChart::new(msg, "case-clocks", msg.case_clocks_chart(), today);
    Some(days.into_iter().fold(chart, |chart, (words, on, tone)| chart.day(words, on, tone)))
}

fn actions(msg: Messages, caller: &Caller, case: &CaseView) -> Vec<Link> {
    let id = case.id;
    let mut actions = Vec::new();
    if case.closed_at.is_none() {
        actions.push(Link::primary(format!("/ui/cases/{id}/measures/new"), msg.home_add_measure()));
        if case_tabs::keeps_journal(caller.roles) {
            actions.push(Link::other(format!("/ui/cases/{id}/notes/new"), msg.note_new()));
        }
        if case.joint_file_id.is_none() && joint_file_tabs::decides(caller.roles) {
            actions.push(Link::other(format!("/ui/cases/{id}/nominate"), msg.nominate_title()));
        }
        if may_change(caller, case) {
            actions.push(Link::other(format!("/ui/cases/{id}/change"), msg.case_change()));
            actions.push(Link::other(format!("/ui/cases/{id}/close"), msg.case_close()));
        }
    }
    if let Some(file) = case.joint_file_id {
        actions.push(Link::other(format!("/ui/joint-files/{file}"), msg.case_joint_file()));
    }
    actions
}

/// Whoever only covers neither assigns nor closes; the link is absent for them. The policy decides all the same.
fn may_change(caller: &Caller, case: &CaseView) -> bool {
    let own = case.members.iter().find(|member| member.user_id == caller.user);
    caller.has(Role::SocialLead) || own.is_none_or(|member| member.kind == "assigned")
}
