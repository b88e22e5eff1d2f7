//! Asking for access to a person whom the authority has already, and answering. The number travels in the body (RES.02).

use axum::routing::{get, post};
use case_registry::access_request::{AccessRequestView, AskAccess, DeclineAccess, GrantAccess};
use vocabulary::{AccessRequestId, Action};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::route::{Method, Route, describe};
use crate::version_tag::IfMatch;

/// Ask, list, grant, decline.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Post, "/api/v1/access-requests", Action::AskAccess, || post(ask), describe::<__path_ask>),
    Route::api(
        Method::Get,
        "/api/v1/access-requests",
        Action::ReadAccessRequest,
        || get(list),
        describe::<__path_list>,
    ),
    Route::api(
        Method::Get,
        "/api/v1/access-requests/{id}",
        Action::ReadAccessRequest,
        || get(read),
        describe::<__path_read>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/access-requests/{id}/grant",
        Action::UpdateCase,
        || post(grant),
        describe::<__path_grant>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/access-requests/{id}/decline",
        Action::DeclineAccess,
        || post(decline),
        describe::<__path_decline>,
    ),
];

#[utoipa::path(
    post, path = "/api/v1/access-requests", tag = "persons", request_body = AskAccess,
    description = "Asks whoever assigns the unit's cases for access to a person whom the authority has already. The answer tells nothing of the person; of a protected person, or in a conflict of interest, it is the one for nobody.",
    responses((status = 201, description = "Asked", body = Created), (status = 404, description = "Nobody, or nobody who may be asked about: the two are not told apart"), (status = 422, description = "Every field error"))
)]
async fn ask(call: Call, key: IdempotencyKey, body: Command<AskAccess>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    create(&call, key, body.digest, "/api/v1/access-requests", |caller| async move {
        registry.ask_access(&caller, command).await
    })
    .await
}

#[utoipa::path(
    get, path = "/api/v1/access-requests", tag = "persons", description = "The requests that wait for the caller, oldest first, at most a hundred.",
    responses((status = 200, description = "The requests", body = Vec<AccessRequestView>))
)]
async fn list(call: Call) -> Replied<Vec<AccessRequestView>> {
    Ok(Reply::of(call.registry()?.list_access_requests(&call.caller).await?))
}

#[utoipa::path(
    get, path = "/api/v1/access-requests/{id}", tag = "persons", params(("id" = AccessRequestId, Path, description = "The request")), description = "One request that waits.",
    responses((status = 200, description = "The request", body = AccessRequestView), (status = 404, description = "No such request for the caller"), (status = 409, description = "Answered already"))
)]
async fn read(call: Call, At(id): At<AccessRequestId>) -> Replied<AccessRequestView> {
    let answer = call.registry()?.read_access_request(&call.caller, id).await?;
    let version = answer.view.version;
    Ok(Reply::of(answer).tagged(call.tag(version)?))
}

#[utoipa::path(
    post, path = "/api/v1/access-requests/{id}/grant", tag = "persons", params(("id" = AccessRequestId, Path, description = "The request"), ("If-Match" = String, Header, description = "Tag of the request as read")), request_body = GrantAccess,
    description = "Assigns or lends one of the person's cases to the asker; the request closes in the same transaction.",
    responses((status = 204, description = "Given"), (status = 404, description = "No such request or case for the caller"), (status = 412, description = "Answered meanwhile"))
)]
async fn grant(
    call: Call,
    At(id): At<AccessRequestId>,
    IfMatch(tag): IfMatch,
    body: Command<GrantAccess>,
) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.grant_access(&call.caller, id, tag.version, body.command).await?, tag))
}

#[utoipa::path(
    post, path = "/api/v1/access-requests/{id}/decline", tag = "persons", params(("id" = AccessRequestId, Path, description = "The request"), ("If-Match" = String, Header, description = "Tag of the request as read")), request_body = DeclineAccess,
    description = "Declines a request. The reason is kept and told to nobody.",
    responses((status = 204, description = "Declined"), (status = 404, description = "No such request for the caller"), (status = 412, description = "Answered meanwhile"))
)]
async fn decline(
    call: Call,
    At(id): At<AccessRequestId>,
    IfMatch(tag): IfMatch,
    body: Command<DeclineAccess>,
) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.decline_access(&call.caller, id, tag.version, body.command).await?, tag))
}
