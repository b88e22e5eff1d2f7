//! Where the log stands, and a full check of it at the auditor's wish.

use axum::routing::{get, post};
use case_registry::access_log::LogStateView;
use vocabulary::{Action, EntryId};

use crate::layouts::DetailPage;
use crate::parts::{Block, Inline, Section, SummaryList, Tone};
use crate::route::{Method, Route};
use crate::visit::{Shown, Visit};

/// The state, and the check.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/audit/verification", Action::VerifyLog, || get(state)),
    Route::page(Method::Post, "/ui/audit/verification", Action::VerifyLog, || post(verify)),
];

async fn state(visit: Visit) -> Shown {
    let answer = visit.registry()?.log_state(&visit.caller, false).await?;
    show(&visit, &answer.view, answer.entry)
}

async fn verify(visit: Visit) -> Shown {
    let answer = visit.registry()?.log_state(&visit.caller, true).await?;
    show(&visit, &answer.view, answer.entry)
}

fn show(visit: &Visit, state: &LogStateView, entry: EntryId) -> Shown {
    let msg = visit.msg;
    let found = state.verified.as_ref().map(|found| match &found.fault {
        None => Inline::tag(Tone::Good, msg.verification_sound(msg.number(found.entries))),
        Some(fault) => Inline::tag(Tone::Late, msg.verification_broken(fault)),
    });
    let summary = SummaryList::new()
        .maybe(msg.verification_found(), found)
        .row(msg.verification_origin(), state.origin.clone())
        .row(msg.verification_size(), msg.number(state.size))
        .row(msg.verification_root(), state.root.clone())
        .maybe(msg.verification_last(), state.last_at.map(|at| Inline::instant(msg, at)))
        .maybe(msg.verification_signed_size(), state.signed_size.map(|size| msg.number(size)))
        .maybe(msg.verification_signed_at(), state.signed_at.map(|at| Inline::instant(msg, at)));
    let mut sections = vec![
        Section::new("state", msg.verification_state()).block(msg.verification_lead()).block(summary),
        Section::new("check", msg.verification_check())
            .block(msg.verification_check_lead())
            .block(visit.form("/ui/audit/verification").button(msg.verification_run())),
    ];
    if let Some(note) = &state.checkpoint {
        sections.push(
            Section::new("checkpoint", msg.verification_checkpoint())
                .block(msg.verification_checkpoint_lead())
                .block(Block::Quote(note.clone())),
        );
    }
    let frame = visit.frame(msg.nav_verification());
    visit.page(&DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions: Vec::new(), sections }, entry)
}
