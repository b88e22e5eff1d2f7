//! Cases: open, list, read, change.

use axum::routing::{get, patch, post};
use case_registry::case::{CaseList, CaseView, ChangeCase, OpenCase};
use vocabulary::{Action, CaseId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::paging::Paging;
use crate::route::{Method, Route, describe};
use crate::version_tag::IfMatch;

/// Open, list, read, change.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Post, "/api/v1/cases", Action::OpenCase, || post(open), describe::<__path_open>),
    Route::api(Method::Get, "/api/v1/cases", Action::ListCases, || get(list), describe::<__path_list>),
    Route::api(Method::Get, "/api/v1/cases/{id}", Action::ReadCase, || get(read), describe::<__path_read>),
    Route::api(Method::Patch, "/api/v1/cases/{id}", Action::UpdateCase, || patch(change), describe::<__path_change>),
];

#[utoipa::path(
    post, path = "/api/v1/cases", tag = "cases", request_body = OpenCase, description = "Opens a case about a registered person; the caller becomes its officer.",
    responses((status = 201, description = "Opened", body = Created), (status = 404, description = "No such person for the caller"), (status = 409, description = "The external number is taken"))
)]
async fn open(call: Call, key: IdempotencyKey, body: Command<OpenCase>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    create(&call, key, body.digest, "/api/v1/cases", |caller| async move { registry.open_case(&caller, command).await })
        .await
}

#[utoipa::path(
    get, path = "/api/v1/cases", tag = "cases", params(Paging), description = "The cases inside the caller's scope, what is due first. The log entry names every one.",
    responses((status = 200, description = "One page", body = CaseList))
)]
async fn list(call: Call, paging: Paging) -> Replied<CaseList> {
    Ok(Reply::of(call.registry()?.list_cases(&call.caller, paging.limit.into(), paging.offset.into()).await?))
}

#[utoipa::path(
    get, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = CaseId, Path, description = "Random id")),
    description = "Reads a case: person, measures, notes, consents, releases. What is not permitted is absent and not counted.",
    responses((status = 200, description = "The case", body = CaseView), (status = 404, description = "None, or not for the caller"))
)]
async fn read(call: Call, At(id): At<CaseId>) -> Replied<CaseView> {
    let answer = call.registry()?.read_case(&call.caller, id).await?;
    let version = answer.view.version;
    Ok(Reply::of(answer).tagged(call.tag(version)?))
}

#[utoipa::path(
    patch, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = CaseId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the case as read")),
    request_body = ChangeCase, description = "Assigns or lends the case, sets its review date, closes it.",
    responses((status = 204, description = "Changed"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn change(call: Call, At(id): At<CaseId>, IfMatch(tag): IfMatch, body: Command<ChangeCase>) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.change_case(&call.caller, id, tag.version, body.command).await?, tag))
}
