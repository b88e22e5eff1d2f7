//! Notes of a case: written in paragraphs, corrected by annotation, locked; never overwritten.

use axum::routing::{get, post};
use case_registry::note::{Annotate, NoteView, WriteNote};
use vocabulary::{Action, CaseId, NoteId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::paging::Paging;
use crate::route::{LONG_TEXT_BODY, Method, Route, describe};
use crate::version_tag::IfMatch;

/// List, write, annotate, lock.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Get, "/api/v1/cases/{id}/notes", Action::ReadCase, || get(list), describe::<__path_list>),
    Route::api(Method::Post, "/api/v1/cases/{id}/notes", Action::WriteNote, || post(write), describe::<__path_write>)
        .body_limit(LONG_TEXT_BODY),
    Route::api(
        Method::Post,
        "/api/v1/cases/{id}/annotations",
        Action::AnnotateNote,
        || post(annotate),
        describe::<__path_annotate>,
    ),
    Route::api(Method::Post, "/api/v1/notes/{id}/lock", Action::LockNote, || post(lock), describe::<__path_lock>),
];

#[utoipa::path(
    get, path = "/api/v1/cases/{id}/notes", tag = "notes", params(("id" = CaseId, Path, description = "The case"), Paging), description = "The notes of a case with the paragraphs that the caller may see, newest first.",
    responses((status = 200, description = "The notes", body = Vec<NoteView>), (status = 404, description = "No such case for the caller"))
)]
async fn list(call: Call, At(id): At<CaseId>, paging: Paging) -> Replied<Vec<NoteView>> {
    Ok(Reply::of(call.registry()?.read_case(&call.caller, id).await?.map(|case| paging.of(case.notes))))
}

#[utoipa::path(
    post, path = "/api/v1/cases/{id}/notes", tag = "notes", params(("id" = CaseId, Path, description = "The case")), request_body = WriteNote,
    description = "Writes a note of one to fifty paragraphs, each with its secrecy class and third-party mark.",
    responses((status = 201, description = "Written", body = Created), (status = 422, description = "Every field error"))
)]
async fn write(call: Call, At(case): At<CaseId>, key: IdempotencyKey, body: Command<WriteNote>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    create(&call, key, body.digest, &format!("/api/v1/cases/{case}/notes#"), |caller| async move {
        registry.write_note(&caller, case, command).await
    })
    .await
}

#[utoipa::path(
    post, path = "/api/v1/cases/{id}/annotations", tag = "notes", params(("id" = CaseId, Path, description = "The case")), request_body = Annotate,
    description = "Corrects a paragraph or a measure beside what stands. Recipients of a released item get a notice.",
    responses((status = 201, description = "Written", body = Created), (status = 404, description = "No such item for the caller"))
)]
async fn annotate(call: Call, At(case): At<CaseId>, key: IdempotencyKey, body: Command<Annotate>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    create(&call, key, body.digest, &format!("/api/v1/cases/{case}#"), |caller| async move {
        registry.annotate(&caller, case, command).await
    })
    .await
}

#[utoipa::path(
    post, path = "/api/v1/notes/{id}/lock", tag = "notes", params(("id" = NoteId, Path, description = "The note"), ("If-Match" = String, Header, description = "Tag of the note as read")),
    description = "Locks a note for good.", responses((status = 204, description = "Locked"), (status = 412, description = "Locked or changed meanwhile"))
)]
async fn lock(call: Call, At(id): At<NoteId>, IfMatch(tag): IfMatch) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.lock_note(&call.caller, id, tag.version).await?, tag))
}
