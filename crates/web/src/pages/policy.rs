//! The access policy: what is in force, how the last check ended, what waits and what it would change.

use axum::routing::{get, post};
use case_registry::policy::{PolicyCandidateView, PolicyCheckView, PolicyRowView, PolicyView};
use case_registry::policy_change::JudgePolicy;
use vocabulary::{Action, Role};

use crate::form::{Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::parts::{Action as Link, Block, Inline, Section, SummaryList, Table, Tone};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The page and its three buttons.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/policy", Action::ReadPolicy, || get(show)),
    Route::page(Method::Post, "/ui/policy/check", Action::LoadPolicy, || post(check)),
    Route::page(Method::Post, "/ui/policy/approve", Action::ApprovePolicy, || post(approve)),
    Route::page(Method::Post, "/ui/policy/reject", Action::ApprovePolicy, || post(reject)),
];

/// What a reader may start from the page.
pub(crate) struct Buttons {
    pub(crate) check: Form,
    pub(crate) approve: Form,
    pub(crate) reject: Form,
}

async fn show(visit: Visit) -> Shown {
    let answer = visit.registry()?.read_policy(&visit.caller).await?;
    let buttons = visit.caller.has(Role::Administrator).then(|| buttons(&visit, &answer.view));
    visit.page(&page(visit.frame(visit.msg.nav_policy()), &answer.view, buttons), answer.entry)
}

fn buttons(visit: &Visit, view: &PolicyView) -> Buttons {
    let msg = visit.msg;
    let judge = |action: &str, words: &str| {
        let form = visit.form(action).button(words);
        let digest = view.candidate.as_ref().map_or("", |candidate| candidate.digest.as_str());
        form.field(Field::hidden("digest", digest)).field(Field::hidden("epoch", view.epoch.to_string()))
    };
    Buttons {
        check: visit.form("/ui/policy/check").button(msg.policy_check_button()),
        approve: judge("/ui/policy/approve", msg.policy_approve_button()).serious(),
        reject: judge("/ui/policy/reject", msg.policy_reject_button()),
    }
}

async fn check(visit: Visit, Posted(_): Posted) -> Shown {
    let answer = visit.registry()?.load_policy(&visit.caller).await?;
    let notice = if answer.view.is_sound { "policy-sound" } else { "policy-refused" };
    visit.done("/ui/policy", notice, answer.entry)
}

async fn approve(visit: Visit, Posted(data): Posted) -> Shown {
    let registry = visit.registry()?;
    let answer = registry.approve_policy(&visit.caller, judged(&data)).await?;
    let notice = if answer.view.is_in_force { "policy-changed" } else { "policy-approved" };
    visit.done("/ui/policy", notice, answer.entry)
}

async fn reject(visit: Visit, Posted(data): Posted) -> Shown {
    let answer = visit.registry()?.reject_policy(&visit.caller, judged(&data)).await?;
    visit.done("/ui/policy", "policy-rejected", answer.entry)
}

/// What the button was about; an epoch that is no number is none that is in force.
fn judged(data: &crate::form::FormData) -> JudgePolicy {
    JudgePolicy {
        digest: data.one("digest").unwrap_or_default().to_owned(),
        epoch: data.one("epoch").and_then(|epoch| epoch.parse().ok()).unwrap_or_default(),
    }
}

/// The page. Whoever may change nothing is offered nothing.
pub(crate) fn page(frame: Frame, view: &PolicyView, buttons: Option<Buttons>) -> DetailPage {
    let msg = frame.msg;
    let mut sections = vec![in_force(msg, view)];
    let (check, judging) = buttons.map_or((None, None), |Buttons { check, approve, reject }| {
        (view.has_folder.then_some(check), Some((approve, reject)))
    });
    if let Some(candidate) = &view.candidate {
        sections.extend(waiting(msg, candidate, judging));
    }
    sections.push(last_check(msg, view, check));
    let tone = if view.candidate.is_some() { Tone::Soon } else { Tone::Good };
    let tag = if view.candidate.is_some() { msg.policy_tag_waiting() } else { msg.policy_tag_calm() };
    DetailPage {
        heading: None,
        tags: vec![(tone, tag.to_owned())],
        tabs: None,
        actions: vec![Link::other("/ui/policy/matrix", msg.policy_matrix_link())],
        sections,
        frame,
    }
}

fn in_force(msg: Messages, view: &PolicyView) -> Section {
    let origin = if view.is_builtin { msg.policy_origin_program() } else { msg.policy_origin_folder() };
    let list = SummaryList::new()
        .row(msg.policy_digest(), Inline::Text(grouped(&view.digest)))
        .row(msg.policy_epoch(), Inline::Text(msg.number(view.epoch)))
        .maybe(msg.policy_since(), view.since.map(|since| Inline::instant(msg, since)))
        .row(msg.policy_origin(), Inline::Text(origin.to_owned()))
        .maybe(msg.policy_program(), view.program.clone().map(Inline::Text))
        .row(msg.policy_rules(), Inline::Text(msg.number(i64::try_from(view.rules).unwrap_or(i64::MAX))));
    Section::new("in-force", msg.policy_in_force()).block(msg.policy_lead()).block(list)
}

fn waiting(msg: Messages, candidate: &PolicyCandidateView, judging: Option<(Form, Form)>) -> Vec<Section> {
    let agreed = |yes: bool| {
        if yes {
            Inline::tag(Tone::Good, msg.policy_agreed())
        } else {
            Inline::tag(Tone::Soon, msg.policy_not_agreed())
        }
    };
    let mut list = SummaryList::new()
        .row(msg.policy_digest(), Inline::Text(grouped(&candidate.digest)))
        .row(msg.policy_waits_since(), Inline::instant(msg, candidate.at))
        .row(msg.policy_own_authority(), agreed(candidate.own_has_agreed));
    for approval in &candidate.approvals {
        list = list.row(
            msg.policy_agreed_by(),
            Inline::Many(vec![Inline::Text(format!("{}, ", approval.name)), Inline::instant(msg, approval.at)]),
        );
    }
    for other in &candidate.others {
        list = list.row(other.authority.clone(), agreed(other.has_agreed));
    }
    let needed = i64::try_from(candidate.more_needed).unwrap_or(i64::MAX);
    let mut section = Section::new("candidate", msg.policy_candidate())
        .block(msg.policy_candidate_lead())
        .block(list)
        .block(msg.policy_more_needed(msg.number(needed)));
    if let Some((approve, reject)) = judging {
        if candidate.may_approve {
            section = section.block(approve);
        } else {
            section = section.block(msg.policy_you_have_agreed());
        }
        section = section.block(reject);
    }
    let changes = [
        ("newly-allowed", msg.policy_newly_allowed(), &candidate.newly_allowed),
        ("newly-denied", msg.policy_newly_denied(), &candidate.newly_denied),
        ("other-obligations", msg.policy_other_obligations(), &candidate.other_obligations),
    ];
    let tables = changes.into_iter().map(|(id, heading, rows)| {
        Section::new(id, heading).block(table(msg, heading, rows, msg.policy_none_such()).quiet())
    });
    std::iter::once(section).chain(tables).collect()
}

fn last_check(msg: Messages, view: &PolicyView, check: Option<Form>) -> Section {
    let section = Section::new("last-check", msg.policy_last_check());
    let section = match &view.last_check {
        None => section.block(msg.policy_never_checked()),
        Some(found) => checked(msg, section, found),
    };
    let section = match check {
        Some(form) => section.block(msg.policy_check_lead()).block(form),
        None => section,
    };
    if view.has_folder { section } else { section.block(msg.policy_no_folder()) }
}

fn checked(msg: Messages, section: Section, found: &PolicyCheckView) -> Section {
    let outcome = if found.is_sound {
        Inline::tag(Tone::Good, msg.policy_check_sound())
    } else {
        Inline::tag(Tone::Late, msg.policy_check_refused())
    };
    let list = SummaryList::new()
        .row(msg.policy_check_at(), Inline::instant(msg, found.at))
        .row(msg.policy_check_outcome(), outcome)
        .maybe(msg.policy_digest(), found.digest.as_deref().map(|digest| Inline::Text(grouped(digest))));
    let section = section.block(list);
    if found.faults.is_empty() {
        section
    } else {
        section.block(msg.policy_check_kept()).block(Block::Points(found.faults.clone()))
    }
}

/// Rows of the matrix, one a line: who, does what, on which conditions, with which obligations, by which law and rule.
pub(super) fn table(msg: Messages, caption: &str, rows: &[PolicyRowView], empty: &str) -> Table {
    let table = Table::new(caption, empty)
        .column(msg.policy_column_role())
        .column(msg.policy_column_action())
        .column(msg.policy_column_conditions())
        .column(msg.policy_column_obligations())
        .column(msg.policy_column_law())
        .column(msg.policy_column_rules());
    rows.iter().fold(table, |table, row| {
        let conditions: Vec<String> =
            row.conditions.iter().map(|condition| format!("{}: {}", condition.column, condition.values)).collect();
        table.row([
            Inline::Text(row.role_text.clone()),
            Inline::Text(row.action_text.clone()),
            Inline::Lines(conditions.join("\n")),
            Inline::Lines(row.obligations.join("\n")),
            Inline::Lines(row.law.join("\n")),
            Inline::Text(row.rules.join(", ")),
        ])
    })
}

/// A digest in groups of eight, so that two people can compare it by telephone.
fn grouped(digest: &str) -> String {
    let characters: Vec<char> = digest.chars().collect();
    characters.chunks(8).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
