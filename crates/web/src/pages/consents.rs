//! Consents of a case: what was asked and answered, recording one, withdrawing one.

use axum::routing::{get, post};
use case_registry::case::{CasePhase, CaseView};
use case_registry::consent::{ConsentState, ConsentView, ConsenterView};
use vocabulary::{Action, CaseId, Roles, Timestamp};

use super::case_tabs::{self, Part};
use super::{because, reason};
use crate::at::At;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::parts::{Action as Link, Block, Inline, Section, SummaryList, Table, Tone};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

pub mod record;
pub mod revoke;
pub(crate) mod words;

use words::Words;

/// List, record, withdraw.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}/consents", Action::ReadCase, || get(list)),
    Route::page(Method::Post, "/ui/cases/{id}/consents", Action::ReadCase, || post(list_with_reason)),
    Route::page(Method::Get, "/ui/cases/{id}/consents/new", Action::ReadCase, || get(record::empty)),
    Route::page(Method::Post, "/ui/cases/{id}/consents/new", Action::RecordConsent, || post(record::record)),
    Route::page(Method::Get, "/ui/cases/{id}/consents/{consent}/revoke", Action::ReadCase, || get(revoke::ask)),
    Route::page(Method::Post, "/ui/cases/{id}/consents/{consent}/revoke", Action::RevokeConsent, || {
        post(revoke::revoke)
    }),
];

async fn list(visit: Visit, At(case): At<CaseId>) -> Shown {
    show(&visit, case, false).await
}

async fn list_with_reason(visit: Visit, At(case): At<CaseId>, Posted(_): Posted) -> Shown {
    show(&visit, case, true).await
}

async fn show(visit: &Visit, case: CaseId, tried: bool) -> Shown {
    let registry = visit.registry()?;
    let read = registry.read_case(&visit.caller, case).await;
    reason::or_ask(visit, &format!("/ui/cases/{case}/consents"), "/ui/cases", tried, read, |answer| {
        let why = because::why(visit);
        let words = Words::of(registry, visit.msg);
        let mut page = page(visit.frame(visit.msg.consent_title()), visit.caller.roles, &answer.view, &words);
        page.sections.push(Section::plain().block(why));
        visit.page(&page, answer.entry)
    })
}

/// The consents of a case.
pub(crate) fn page(frame: Frame, roles: Roles, case: &CaseView, words: &Words) -> DetailPage {
    let msg = frame.msg;
    let is_open = case.phase == CasePhase::Open;
    let new = Link::primary(format!("/ui/cases/{}/consents/new", case.id), msg.consent_new());
    let mut sections = vec![Section::plain().block(msg.consent_lead())];
    if case.consents.is_empty() {
        sections.push(Section::plain().block(msg.consent_none()));
    }
    sections.extend(case.consents.iter().map(|consent| section(msg, case.id, consent, words)));
    DetailPage {
        heading: Some(case_tabs::name(msg, &case.person).into()),
        tags: case_tabs::tags(msg, case),
        tabs: Some(case_tabs::tabs(msg, roles, case.id, Part::Consents)),
        actions: if is_open { vec![new] } else { Vec::new() },
        sections,
        frame,
    }
}

fn section(msg: Messages, case: CaseId, consent: &ConsentView, words: &Words) -> Section {
    let day = |text: &str| Inline::day_text(msg, text);
    let told = consent.informed.iter().map(|code| words.informed(code)).collect::<Vec<_>>().join("\n");
    let summary = SummaryList::new()
        .row(msg.consent_state(), state(msg, consent.state))
        .row(msg.consent_purpose(), consent.purpose.clone())
        .row(msg.consent_kinds(), Inline::Lines(consent.kinds_of_data.join("\n")))
        .row(msg.consent_from(), day(&consent.valid_from))
        .row(msg.consent_until(), day(&consent.valid_until))
        .row(msg.consent_informed(), Inline::Lines(told))
        .row(msg.consent_informed_how(), consent.informed_how.clone())
        .row(msg.consent_language(), consent.language.clone())
        .row(msg.consent_recorded(), when_and_who(msg, consent.recorded_at, &consent.recorded_by))
        .maybe(msg.consent_revoked(), revoked(msg, consent));
    let answers = consent.consenters.iter().fold(
        Table::new(msg.consent_answers(), msg.consent_none())
            .column(msg.consent_who())
            .column(msg.consent_answer())
            .column(msg.consent_form()),
        |table, given| table.row([who(msg, given).into(), answer(msg, given, words).into(), form(msg, given).into()]),
    );
    let mut section = Section::new(format!("consent-{}", consent.id), consent.recipient.clone()).block(summary);
    if !consent.gaps.is_empty() {
        let gaps = consent.gaps.iter().map(|gap| msg.of("consent-gap", gap)).collect::<Vec<_>>().join(" ");
        section = section.block(Block::Notice(msg.consent_gaps_heading().to_owned(), gaps));
    }
    section = section.block(answers);
    if consent.revoked_at.is_none() {
        let href = format!("/ui/cases/{case}/consents/{}/revoke", consent.id);
        section = section.block(vec![Link::other(href, msg.consent_revoke_of(&consent.recipient))]);
    }
    section
}

/// The state as a tag.
pub(crate) fn state(msg: Messages, state: ConsentState) -> Inline {
    let tone = match state {
        ConsentState::Standing => Tone::Good,
        ConsentState::NotYet => Tone::Plain,
        ConsentState::NotStanding | ConsentState::Expired => Tone::Soon,
        ConsentState::Revoked => Tone::Late,
    };
    Inline::tag(tone, msg.of("consent-state", state.code()))
}

fn who(msg: Messages, given: &ConsenterView) -> String {
    let role = msg.of("consenter", given.role.code());
    if given.name.is_empty() { role } else { format!("{} ({role})", given.name) }
}

fn answer(msg: Messages, given: &ConsenterView, words: &Words) -> String {
    let answer = msg.of("consent-stance", given.answer.code());
    if given.ground.is_empty() {
        return answer;
    }
    msg.consent_not_asked_because(&answer, &given.decided_by, words.ground(&given.ground))
}

const fn form(msg: Messages, given: &ConsenterView) -> &'static str {
    if given.written { msg.consent_written() } else { msg.consent_oral() }
}

fn when_and_who(msg: Messages, at: Timestamp, name: &str) -> String {
    msg.consent_recorded_by(name, msg.instant(at))
}

fn revoked(msg: Messages, consent: &ConsentView) -> Option<String> {
    let at = consent.revoked_at?;
    let when = msg.instant(at);
    Some(match &consent.revocation {
        Some(given) => msg.consent_revoked_how(&given.note, &when, msg.of("consenter", given.by.code())),
        None => when,
    })
}
