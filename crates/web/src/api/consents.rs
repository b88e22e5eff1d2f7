//! Consents: recorded as they were given, refused or left open; withdrawn.

use axum::routing::{get, post};
use case_registry::consent::{ConsentView, RecordConsent, RevokeConsent};
use serde::Deserialize;
use utoipa::ToSchema;
use vocabulary::{Action, CaseId, ConsentId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::paging::Paging;
use crate::route::{Method, Route, describe};
use crate::version_tag::IfMatch;

/// List, record, withdraw.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Get, "/api/v1/cases/{id}/consents", Action::ReadCase, || get(list), describe::<__path_list>),
    Route::api(Method::Post, "/api/v1/consents", Action::RecordConsent, || post(record), describe::<__path_record>),
    Route::api(
        Method::Post,
        "/api/v1/consents/{id}/revocation",
        Action::RevokeConsent,
        || post(revoke),
        describe::<__path_revoke>,
    ),
];

/// A consent with the case that it belongs to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RecordInCase {
    /// The own case.
    case_id: CaseId,
    /// What was asked and answered.
    consent: RecordConsent,
}

#[utoipa::path(
    get, path = "/api/v1/cases/{id}/consents", tag = "consents", params(("id" = CaseId, Path, description = "The case"), Paging),
    description = "The consents of a case as they stand today, with what is wanting.",
    responses((status = 200, description = "The consents", body = Vec<ConsentView>), (status = 404, description = "No such case for the caller"))
)]
async fn list(call: Call, At(id): At<CaseId>, paging: Paging) -> Replied<Vec<ConsentView>> {
    Ok(Reply::of(call.registry()?.read_case(&call.caller, id).await?.map(|case| paging.of(case.consents))))
}

#[utoipa::path(
    post, path = "/api/v1/consents", tag = "consents", request_body = RecordInCase,
    description = "Records who was asked and what they answered. One that does not amount to a consent is kept too, and carries no release.",
    responses((status = 201, description = "Recorded", body = Created), (status = 404, description = "No such case for the caller"), (status = 409, description = "The case is closed"), (status = 422, description = "Every field error"))
)]
async fn record(call: Call, key: IdempotencyKey, body: Command<RecordInCase>) -> Replied<Created> {
    let registry = call.registry()?;
    let RecordInCase { case_id, consent } = body.command;
    create(&call, key, body.digest, &format!("/api/v1/cases/{case_id}/consents#"), |caller| async move {
        registry.record_consent(&caller, case_id, consent).await
    })
    .await
}

#[utoipa::path(
    post, path = "/api/v1/consents/{id}/revocation", tag = "consents",
    params(("id" = ConsentId, Path, description = "The consent"), ("If-Match" = String, Header, description = "Version of the consent as read")), request_body = RevokeConsent,
    description = "Withdraws a consent: everything that stands on it lapses in the same transaction, and each recipient is told.",
    responses((status = 204, description = "Withdrawn"), (status = 409, description = "Withdrawn already"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn revoke(call: Call, At(id): At<ConsentId>, IfMatch(tag): IfMatch, body: Command<RevokeConsent>) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.revoke_consent(&call.caller, id, tag.version, body.command).await?, tag))
}
