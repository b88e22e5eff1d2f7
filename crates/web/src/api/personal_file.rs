//! That a decision or a finished measure stands in the personal file. The record's own representation is what goes there as JSON.

use axum::routing::post;
use case_registry::personal_file::FileRecord;
use vocabulary::{AbstentionId, Action, MeasureId, ReleaseId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::route::{Method, Route, describe};

/// One for each kind of record.
pub const ROUTES: &[Route] = &[
    Route::api(
        Method::Post,
        "/api/v1/releases/{id}/personal-file",
        Action::EnterInFile,
        || post(release),
        describe::<__path_release>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/abstentions/{id}/personal-file",
        Action::EnterInFile,
        || post(abstention),
        describe::<__path_abstention>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/measures/{id}/personal-file",
        Action::EnterInFile,
        || post(measure),
        describe::<__path_measure>,
    ),
];

#[utoipa::path(
    post, path = "/api/v1/releases/{id}/personal-file", tag = "releases", params(("id" = ReleaseId, Path, description = "The decision")),
    description = "Notes that the decision has been entered in the personal file. The first date is kept.",
    responses((status = 204, description = "Noted"), (status = 404, description = "None, or not for the caller"), (status = 409, description = "Noted before"))
)]
async fn release(call: Call, At(id): At<ReleaseId>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.enter_in_file(&call.caller, FileRecord::Release, id.0).await?))
}

#[utoipa::path(
    post, path = "/api/v1/abstentions/{id}/personal-file", tag = "abstentions", params(("id" = AbstentionId, Path, description = "The decision")),
    description = "Notes that the decision to abstain has been entered in the personal file. The first date is kept.",
    responses((status = 204, description = "Noted"), (status = 404, description = "None, or not for the caller"), (status = 409, description = "Noted before"))
)]
async fn abstention(call: Call, At(id): At<AbstentionId>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.enter_in_file(&call.caller, FileRecord::Abstention, id.0).await?))
}

#[utoipa::path(
    post, path = "/api/v1/measures/{id}/personal-file", tag = "measures", params(("id" = MeasureId, Path, description = "The measure")),
    description = "Notes that the finished measure has been entered in the personal file. The first date is kept.",
    responses((status = 204, description = "Noted"), (status = 404, description = "None, or not for the caller"), (status = 409, description = "Noted before, or not ended yet"))
)]
async fn measure(call: Call, At(id): At<MeasureId>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.enter_in_file(&call.caller, FileRecord::Measure, id.0).await?))
}
