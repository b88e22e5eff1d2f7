//! The delegation list: who decides on which legal basis in the authority's name.

use axum::routing::{get, post};
use case_registry::delegation::{Delegate, DelegationView};
use uuid::Uuid;
use vocabulary::{Action, Caller};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::route::{Method, Route, describe};

/// Read, enter, end.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Get, "/api/v1/delegations", Action::ReadUsers, || get(list), describe::<__path_list>),
    Route::api(Method::Post, "/api/v1/delegations", Action::UpdateUsers, || post(enter), describe::<__path_enter>),
    Route::api(Method::Post, "/api/v1/delegations/{id}/end", Action::UpdateUsers, || post(end), describe::<__path_end>),
];

#[utoipa::path(
    get, path = "/api/v1/delegations", tag = "delegations",
    description = "The authority's delegation list: on which legal basis a role or a user decides, and where in the authority's decision that stands.",
    responses((status = 200, description = "The list", body = Vec<DelegationView>), (status = 404, description = "Not for the caller"))
)]
async fn list(call: Call) -> Replied<Vec<DelegationView>> {
    Ok(Reply::of(call.registry()?.list_delegations(&call.caller).await?))
}

#[utoipa::path(
    post, path = "/api/v1/delegations", tag = "delegations", request_body = Delegate,
    description = "Enters a line as the authority has decided it, for a role or for one user.",
    responses((status = 201, description = "Entered", body = Created), (status = 404, description = "Not for the caller"), (status = 422, description = "Every field error"))
)]
async fn enter(call: Call, key: IdempotencyKey, body: Command<Delegate>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    let make = |caller: Caller| async move { registry.delegate(&caller, command).await };
    create(&call, key, body.digest, "/api/v1/delegations#", make).await
}

#[utoipa::path(
    post, path = "/api/v1/delegations/{id}/end", tag = "delegations", params(("id" = Uuid, Path, description = "The line")),
    description = "Ends a line with today. What was decided on it stays decided.",
    responses((status = 204, description = "Ended"), (status = 404, description = "None, or not for the caller"), (status = 412, description = "It has ended"))
)]
async fn end(call: Call, At(id): At<Uuid>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.end_delegation(&call.caller, id).await?))
}
