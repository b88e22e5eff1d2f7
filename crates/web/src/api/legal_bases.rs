//! Legal bases: every one in force, and those that can carry a release to a recipient.

use axum::routing::get;
use case_registry::legal_basis::{BasisList, BasisView};
use vocabulary::{Action, AuthorityId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::route::{Method, Route, describe};

/// All, and by recipient.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Get, "/api/v1/legal-bases", Action::ReadLegalBases, || get(list), describe::<__path_list>),
    Route::api(
        Method::Get,
        "/api/v1/authorities/{id}/legal-bases",
        Action::ReadLegalBases,
        || get(offered),
        describe::<__path_offered>,
    ),
];

#[utoipa::path(
    get, path = "/api/v1/legal-bases", tag = "legal-bases",
    description = "Every legal basis in force today with its tests and worked examples, in the caller's language, and whether this authority can use it.",
    responses((status = 200, description = "The bases", body = Vec<BasisView>))
)]
async fn list(call: Call) -> Replied<Vec<BasisView>> {
    Ok(Reply::of(call.registry()?.legal_bases(&call.caller).await?))
}

#[utoipa::path(
    get, path = "/api/v1/authorities/{id}/legal-bases", tag = "legal-bases", params(("id" = AuthorityId, Path, description = "The recipient")),
    description = "The bases that can carry a release from the caller's authority to a recipient, usable ones first, and what will protect an item there.",
    responses((status = 200, description = "The bases", body = BasisList), (status = 404, description = "No such authority"))
)]
async fn offered(call: Call, At(id): At<AuthorityId>) -> Replied<BasisList> {
    Ok(Reply::of(call.registry()?.offered_bases(&call.caller, id).await?))
}
