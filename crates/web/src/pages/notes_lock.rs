//! Locking a note for good, after a page that says what that means.

use axum::routing::{get, post};
use case_registry::case::CaseView;
use case_registry::note::NoteView;
use vocabulary::{Action, CaseId, NoteId};

use super::case_tabs::{self, capital};
use super::{edited, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Form, Unsent};
use crate::i18n::Messages;
use crate::layouts::ConfirmPage;
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Asks once more, then locks.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}/notes/{note}/lock", Action::LockNote, || get(ask)),
    Route::page(Method::Post, "/ui/cases/{id}/notes/{note}/lock", Action::LockNote, || post(lock)),
];

async fn ask(visit: Visit, At((case, note)): At<(CaseId, NoteId)>) -> Shown {
    show(&visit, case, note, false).await
}

async fn show(visit: &Visit, case: CaseId, note: NoteId, tried: bool) -> Shown {
    let read = visit.registry()?.read_case(&visit.caller, case).await;
    reason::or_ask(visit, &path(case, note), &format!("/ui/cases/{case}/notes"), tried, read, |answer| {
        let found = of(&answer.view, note)?;
        visit.page(&page(visit, &answer.view, found, form(visit, case, note), found.version), answer.entry)
    })
}

async fn lock(visit: Visit, At((case, note)): At<(CaseId, NoteId)>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, case, note, true).await;
    }
    let registry = visit.registry()?;
    let sent = edited::version(&data)?;
    match registry.lock_note(&visit.caller, note, sent).await {
        Ok(answer) => visit.done(&format!("/ui/cases/{case}/notes"), "note-locked", answer.entry),
        Err(error) => {
            let unsent = form(&visit, case, note).refused(error);
            if let Unsent::Failed(failure) = unsent {
                return Err(failure);
            }
            let view = registry.read_case(&visit.caller, case).await?.view;
            let found = of(&view, note)?;
            let version = edited::again(&unsent, sent, found.version);
            visit.again(unsent, |form| page(&visit, &view, found, form, version))
        }
    }
}

fn of(case: &CaseView, note: NoteId) -> Result<&NoteView, Failure> {
    case.notes.iter().find(|known| known.id == note).ok_or(Failure::NotFound)
}

fn path(case: CaseId, note: NoteId) -> String {
    format!("/ui/cases/{case}/notes/{note}/lock")
}

fn form(visit: &Visit, case: CaseId, note: NoteId) -> Form {
    visit.form(path(case, note)).button(visit.msg.note_lock_button()).cancel(format!("/ui/cases/{case}/notes"))
}

fn page(visit: &Visit, case: &CaseView, note: &NoteView, form: Form, version: i64) -> ConfirmPage {
    let form = reason::carried(visit, edited::on(form, version));
    ConfirmPage::new(visit.frame(visit.msg.note_lock_title()), consequences(visit.msg, case, note), form)
}

/// Which note, whose, and what locking means.
pub(crate) fn consequences(msg: Messages, case: &CaseView, note: &NoteView) -> [String; 3] {
    let day =
        crate::i18n::dates::parse_day(&note.occurred_on).map_or_else(|| note.occurred_on.clone(), |day| msg.day(day));
    let which = msg.note_heading(day, capital(&msg.of("note-kind", note.kind.code())));
    [
        format!("{which}: {}", case_tabs::name(msg, &case.person)),
        msg.note_lock_for_good().to_owned(),
        msg.note_lock_corrections().to_owned(),
    ]
}
