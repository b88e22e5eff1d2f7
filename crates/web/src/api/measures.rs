//! Measures: logged in a case, read, moved along.

use axum::routing::{get, patch, post};
use case_registry::measure::{ChangeMeasure, LogMeasure, MeasureView};
use vocabulary::{Action, CaseId, MeasureId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::paging::Paging;
use crate::route::{Method, Route, describe};
use crate::version_tag::IfMatch;

/// List, log, read, change.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Get, "/api/v1/cases/{id}/measures", Action::ReadCase, || get(list), describe::<__path_list>),
    Route::api(Method::Post, "/api/v1/cases/{id}/measures", Action::LogMeasure, || post(log), describe::<__path_log>),
    Route::api(Method::Get, "/api/v1/measures/{id}", Action::ReadMeasure, || get(read), describe::<__path_read>),
    Route::api(
        Method::Patch,
        "/api/v1/measures/{id}",
        Action::UpdateMeasure,
        || patch(change),
        describe::<__path_change>,
    ),
];

#[utoipa::path(
    get, path = "/api/v1/cases/{id}/measures", tag = "measures", params(("id" = CaseId, Path, description = "The case"), Paging), description = "The measures of a case that the caller may see, open ones first.",
    responses((status = 200, description = "The measures", body = Vec<MeasureView>), (status = 404, description = "No such case for the caller"))
)]
async fn list(call: Call, At(id): At<CaseId>, paging: Paging) -> Replied<Vec<MeasureView>> {
    Ok(Reply::of(call.registry()?.read_case(&call.caller, id).await?.map(|case| paging.of(case.measures))))
}

#[utoipa::path(
    post, path = "/api/v1/cases/{id}/measures", tag = "measures", params(("id" = CaseId, Path, description = "The case")), request_body = LogMeasure,
    description = "Logs a measure. Required: kind, what, followUpOn; the caller answers for it unless somebody else is named.",
    responses((status = 201, description = "Logged", body = Created), (status = 422, description = "Every field error"))
)]
async fn log(call: Call, At(case): At<CaseId>, key: IdempotencyKey, body: Command<LogMeasure>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    create(&call, key, body.digest, "/api/v1/measures", |caller| async move {
        registry.log_measure(&caller, case, command).await
    })
    .await
}

#[utoipa::path(
    get, path = "/api/v1/measures/{id}", tag = "measures", params(("id" = MeasureId, Path, description = "Random id")), description = "Reads one measure with its history.",
    responses((status = 200, description = "The measure", body = MeasureView), (status = 404, description = "None, or not for the caller"))
)]
async fn read(call: Call, At(id): At<MeasureId>) -> Replied<MeasureView> {
    let answer = call.registry()?.read_measure(&call.caller, id).await?;
    let version = answer.view.version;
    Ok(Reply::of(answer).tagged(call.tag(version)?))
}

#[utoipa::path(
    patch, path = "/api/v1/measures/{id}", tag = "measures", params(("id" = MeasureId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the measure as read")),
    request_body = ChangeMeasure, description = "Moves a measure along its life cycle, or sets new dates.",
    responses((status = 204, description = "Changed"), (status = 412, description = "Changed by somebody else meanwhile"), (status = 422, description = "Not a next status"))
)]
async fn change(call: Call, At(id): At<MeasureId>, IfMatch(tag): IfMatch, body: Command<ChangeMeasure>) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.change_measure(&call.caller, id, tag.version, body.command).await?, tag))
}
