//! Releases: previewed, decided in one command, listed, read, marked as withdrawn.

use axum::routing::{get, post};
use case_registry::release::{ReleaseCommand, ReleaseList, ReleasePreview, ReleaseView, WithdrawRelease};
use vocabulary::{Action, ReleaseId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::paging::Paging;
use crate::route::{LONG_TEXT_BODY, Method, Route, describe};
use crate::version_tag::IfMatch;

/// Preview, decide, list, read, withdraw.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Post, "/api/v1/releases", Action::DecideRelease, || post(decide), describe::<__path_decide>)
        .body_limit(LONG_TEXT_BODY),
    Route::api(
        Method::Post,
        "/api/v1/releases/preview",
        Action::PrepareRelease,
        || post(preview),
        describe::<__path_preview>,
    )
    .body_limit(LONG_TEXT_BODY),
    Route::api(Method::Get, "/api/v1/releases", Action::ListReleases, || get(list), describe::<__path_list>),
    Route::api(Method::Get, "/api/v1/releases/{id}", Action::ReadRelease, || get(read), describe::<__path_read>),
    Route::api(
        Method::Post,
        "/api/v1/releases/{id}/withdrawal",
        Action::WithdrawRelease,
        || post(withdraw),
        describe::<__path_withdraw>,
    ),
];

#[utoipa::path(
    post, path = "/api/v1/releases", tag = "releases", request_body = ReleaseCommand,
    description = "Decides to release listed item versions to one authority on one legal basis whose tests are answered. The sealed copy is on its way before the answer comes.",
    responses((status = 201, description = "Released", body = Created), (status = 404, description = "No such item for the caller"), (status = 412, description = "An item has another version than the one that was read"), (status = 422, description = "Every field error, or every test that was not met"))
)]
async fn decide(call: Call, key: IdempotencyKey, body: Command<ReleaseCommand>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    create(
        &call,
        key,
        body.digest,
        "/api/v1/releases",
        |caller| async move { registry.release(&caller, command).await },
    )
    .await
}

#[utoipa::path(
    post, path = "/api/v1/releases/preview", tag = "releases", request_body = ReleaseCommand,
    description = "Shows exactly what the recipient would get and which tests are not met. Nothing is decided and nothing leaves.",
    responses((status = 200, description = "The preview", body = ReleasePreview), (status = 404, description = "No such item for the caller"), (status = 422, description = "Every field error"))
)]
async fn preview(call: Call, body: Command<ReleaseCommand>) -> Replied<ReleasePreview> {
    Ok(Reply::of(call.registry()?.preview_release(&call.caller, &body.command).await?))
}

#[utoipa::path(
    get, path = "/api/v1/releases", tag = "releases", params(Paging), description = "The authority's releases inside the caller's scope, newest first.",
    responses((status = 200, description = "One page", body = ReleaseList))
)]
async fn list(call: Call, paging: Paging) -> Replied<ReleaseList> {
    Ok(Reply::of(call.registry()?.list_releases(&call.caller, paging.limit.into(), paging.offset.into()).await?))
}

#[utoipa::path(
    get, path = "/api/v1/releases/{id}", tag = "releases", params(("id" = ReleaseId, Path, description = "Random id")),
    description = "Reads a decision: answered tests, exactly what left, and what has become of it.",
    responses((status = 200, description = "The decision", body = ReleaseView), (status = 404, description = "None, or not for the caller"))
)]
async fn read(call: Call, At(id): At<ReleaseId>) -> Replied<ReleaseView> {
    let answer = call.registry()?.read_release(&call.caller, id).await?;
    let version = answer.view.version;
    Ok(Reply::of(answer).tagged(call.tag(version)?))
}

#[utoipa::path(
    post, path = "/api/v1/releases/{id}/withdrawal", tag = "releases",
    params(("id" = ReleaseId, Path, description = "The release"), ("If-Match" = String, Header, description = "ETag of the release as read")), request_body = WithdrawRelease,
    description = "Marks a release as withdrawn and tells the recipient. It never un-happens.",
    responses((status = 204, description = "Marked"), (status = 409, description = "Withdrawn already"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn withdraw(
    call: Call,
    At(id): At<ReleaseId>,
    IfMatch(tag): IfMatch,
    body: Command<WithdrawRelease>,
) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.withdraw_release(&call.caller, id, tag.version, body.command).await?, tag))
}
