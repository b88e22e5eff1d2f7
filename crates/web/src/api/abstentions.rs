//! Abstentions: decisions not to release, kept like releases.

use axum::routing::{get, post};
use case_registry::abstention::{Abstain, AbstentionView};
use vocabulary::{AbstentionId, Action, CaseId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::paging::Paging;
use crate::route::{Method, Route, describe};

/// Abstain, read, list.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Post, "/api/v1/abstentions", Action::Abstain, || post(abstain), describe::<__path_abstain>),
    Route::api(Method::Get, "/api/v1/abstentions/{id}", Action::ReadAbstention, || get(read), describe::<__path_read>),
    Route::api(
        Method::Get,
        "/api/v1/cases/{id}/abstentions",
        Action::ReadAbstention,
        || get(list),
        describe::<__path_list>,
    ),
];

#[utoipa::path(
    post, path = "/api/v1/abstentions", tag = "abstentions", request_body = Abstain, description = "Decides not to release, with the reason.",
    responses((status = 201, description = "Recorded", body = Created), (status = 404, description = "No such item for the caller"), (status = 422, description = "Every field error"))
)]
async fn abstain(call: Call, key: IdempotencyKey, body: Command<Abstain>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    create(
        &call,
        key,
        body.digest,
        "/api/v1/abstentions",
        |caller| async move { registry.abstain(&caller, command).await },
    )
    .await
}

#[utoipa::path(
    get, path = "/api/v1/abstentions/{id}", tag = "abstentions", params(("id" = AbstentionId, Path, description = "Random id")), description = "Reads an abstention.",
    responses((status = 200, description = "The abstention", body = AbstentionView), (status = 404, description = "None, or not for the caller"))
)]
async fn read(call: Call, At(id): At<AbstentionId>) -> Replied<AbstentionView> {
    Ok(Reply::of(call.registry()?.read_abstention(&call.caller, id).await?))
}

#[utoipa::path(
    get, path = "/api/v1/cases/{id}/abstentions", tag = "abstentions", params(("id" = CaseId, Path, description = "The case"), Paging), description = "The abstentions in a case, newest first.",
    responses((status = 200, description = "The abstentions", body = Vec<AbstentionView>), (status = 404, description = "No such case for the caller"))
)]
async fn list(call: Call, At(id): At<CaseId>, paging: Paging) -> Replied<Vec<AbstentionView>> {
    Ok(Reply::of(call.registry()?.list_abstentions(&call.caller, id).await?.map(|all| paging.of(all))))
}
