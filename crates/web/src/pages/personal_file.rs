//! For the personal file: whom a record concerns above it on paper, and the day on which it was entered below it.

use axum::routing::{get, post};
use case_registry::measure::MeasureView;
use case_registry::personal_file::{ConcernsView, FileRecord, InFile};
use uuid::Uuid;
use vocabulary::{AbstentionId, Action, MeasureId, ReleaseId};

use super::{measures, reason};
use crate::at::At;
use crate::form::Form;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::ReceiptPage;
use crate::parts::{Action as Link, Section, SummaryList};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// A measure on paper, and the note that a record has been entered.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/measures/{id}/print", Action::ReadMeasure, || get(print)),
    Route::page(Method::Post, "/ui/measures/{id}/print", Action::ReadMeasure, || post(print_with_reason)),
    Route::page(Method::Post, "/ui/measures/{id}/personal-file", Action::EnterInFile, || post(measure)),
    Route::page(Method::Post, "/ui/releases/{id}/personal-file", Action::EnterInFile, || post(release)),
    Route::page(Method::Post, "/ui/abstentions/{id}/personal-file", Action::EnterInFile, || post(abstention)),
];

/// Whom a record concerns: what the personal file is kept under.
pub(crate) fn concerns(msg: Messages, concerns: &ConcernsView, reference: Option<&str>) -> Section {
    let summary = SummaryList::new()
        .row(msg.file_person(), concerns.name.clone())
        .maybe(msg.of("identity-kind", concerns.identity_kind.code()), concerns.identity_value.clone())
        .row(msg.file_case_number(), concerns.case_number.clone())
        .maybe(msg.file_reference(), reference.map(str::to_owned));
    Section::new("concerns", msg.file_concerns()).block(summary)
}

/// When it was entered, or the button that notes it. `blank` is an empty form to the record's own address.
pub(crate) fn entered(msg: Messages, in_file: Option<&InFile>, blank: Form) -> Section {
    let section = Section::new("personal-file", msg.file_entered());
    match in_file {
        Some(entered) => section.block(msg.file_entered_by(&entered.entered_by, msg.instant(entered.entered_at))),
        None => section.block(msg.file_not_entered()).block(blank.button(msg.file_enter())),
    }
}

async fn print(visit: Visit, At(id): At<MeasureId>) -> Shown {
    show(&visit, id, false).await
}

async fn print_with_reason(visit: Visit, At(id): At<MeasureId>, Posted(_): Posted) -> Shown {
    show(&visit, id, true).await
}

async fn show(visit: &Visit, id: MeasureId, tried: bool) -> Shown {
    let read = visit.registry()?.read_measure(&visit.caller, id).await;
    let path = format!("/ui/measures/{id}/print");
    reason::or_ask(visit, &path, &format!("/ui/measures/{id}"), tried, read, |answer| {
        let blank = visit.form(format!("/ui/measures/{id}/personal-file"));
        visit.page(&page(visit.frame(visit.msg.file_measure_title()), &answer.view, blank), answer.entry)
    })
}

/// A measure as it goes to the personal file.
pub(crate) fn page(frame: Frame, measure: &MeasureView, blank: Form) -> ReceiptPage {
    let msg = frame.msg;
    let mut sections: Vec<Section> = measure.concerns.iter().map(|one| concerns(msg, one, None)).collect();
    sections.push(
        Section::new("facts", measures::title(msg, measure))
            .block(measures::facts(msg, measure))
            .block(msg.of("measure-status", measure.status.code())),
    );
    sections.push(Section::new("history", msg.measure_history()).block(measures::history(msg, &measure.history)));
    if measure.has_ended {
        sections.push(entered(msg, measure.in_file.as_ref(), blank));
    }
    ReceiptPage {
        outcome: msg.file_measure_outcome().to_owned(),
        reference: measure.id.to_string(),
        sections,
        actions: vec![Link::other(format!("/ui/measures/{}", measure.id), msg.measure_back())],
        frame,
    }
}

async fn enter(visit: &Visit, kind: FileRecord, id: Uuid, back: String) -> Shown {
    let answer = visit.registry()?.enter_in_file(&visit.caller, kind, id).await?;
    visit.done(&back, "in-file", answer.entry)
}

async fn measure(visit: Visit, At(id): At<MeasureId>, Posted(_): Posted) -> Shown {
    enter(&visit, FileRecord::Measure, id.0, format!("/ui/measures/{id}/print")).await
}

async fn release(visit: Visit, At(id): At<ReleaseId>, Posted(_): Posted) -> Shown {
    enter(&visit, FileRecord::Release, id.0, format!("/ui/releases/{id}/receipt")).await
}

async fn abstention(visit: Visit, At(id): At<AbstentionId>, Posted(_): Posted) -> Shown {
    enter(&visit, FileRecord::Abstention, id.0, format!("/ui/abstentions/{id}")).await
}
