//! Writing a note, paragraph by paragraph, because each can be released or withheld by itself.

use axum::routing::{get, post};
use case_registry::case::CaseView;
use case_registry::note::{NoteKind, WriteNote};
use time::Date;
use vocabulary::{Action, CaseId};

use super::{case_tabs, reason};
use crate::at::At;
use crate::form::{Choice, Field, Form, ParagraphEditor};
use crate::i18n::Messages;
use crate::i18n::dates::iso_day;
use crate::layouts::FormPage;
use crate::route::{LONG_TEXT_BODY, Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form, and writing.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}/notes/new", Action::WriteNote, || get(ask)),
    Route::page(Method::Post, "/ui/cases/{id}/notes/new", Action::WriteNote, || post(write)).body_limit(LONG_TEXT_BODY),
];

async fn ask(visit: Visit, At(case): At<CaseId>) -> Shown {
    show(&visit, case, false).await
}

async fn show(visit: &Visit, case: CaseId, tried: bool) -> Shown {
    let read = visit.registry()?.read_case(&visit.caller, case).await;
    reason::or_ask(visit, &path(case), &format!("/ui/cases/{case}"), tried, read, |answer| {
        visit.page(&page(visit, form(visit, case), Some(&answer.view)), answer.entry)
    })
}

async fn write(visit: Visit, At(case): At<CaseId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, case, true).await;
    }
    let registry = visit.registry()?;
    let caller = &visit.caller;
    match visit.submit(form(&visit, case), &data, |command: WriteNote| registry.write_note(caller, case, command)).await
    {
        Ok(answer) => visit.done(&format!("/ui/cases/{case}/notes"), "note-written", answer.entry),
        Err(unsent) => {
            let about = registry.read_case(caller, case).await.ok();
            visit.again(unsent, |form| page(&visit, form, about.as_ref().map(|answer| &answer.view)))
        }
    }
}

fn path(case: CaseId) -> String {
    format!("/ui/cases/{case}/notes/new")
}

fn page(visit: &Visit, form: Form, case: Option<&CaseView>) -> FormPage {
    let page =
        FormPage::new(visit.frame(visit.msg.note_new()), reason::carried(visit, form)).lead(visit.msg.note_new_lead());
    match case {
        Some(case) => page.before(case_tabs::about(visit.msg, case)),
        None => page,
    }
}

fn form(visit: &Visit, case: CaseId) -> Form {
    writing(visit.form(path(case)), visit.msg, visit.site.clock().today()).cancel(format!("/ui/cases/{case}/notes"))
}

/// The form.
pub(crate) fn writing(form: Form, msg: Messages, today: Date) -> Form {
    let kinds = Choice::codes(msg, "note-kind", NoteKind::ALL.iter().map(|kind| kind.code()));
    form.field(Field::select("kind", msg.note_kind(), kinds))
        .field(Field::date("occurredOn", msg.note_occurred_on()).value(iso_day(today)))
        .field(Field::paragraphs("paragraphs", msg.note_text(), ParagraphEditor::new(msg)).hint(msg.note_text_hint()))
        .button(msg.note_write_button())
}
