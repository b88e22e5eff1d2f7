//! Legal bases: every one in force, and those that can carry a release to a recipient.

use axum::routing::{get, post};
use case_registry::confirmation::{ConfirmBasis, WithdrawConfirmation};
use case_registry::home::AuthorityView;
use case_registry::legal_basis::{BasisList, BasisView};
use vocabulary::{Action, AuthorityId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::paging::Paging;
use crate::route::{Method, Route, describe};

/// All, and by recipient.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Get, "/api/v1/legal-bases", Action::ReadLegalBases, || get(list), describe::<__path_list>),
    Route::api(
        Method::Get,
        "/api/v1/authorities",
        Action::ReadHome,
        || get(authorities),
        describe::<__path_authorities>,
    ),
    Route::api(
        Method::Get,
        "/api/v1/authorities/{id}/legal-bases",
        Action::ReadLegalBases,
        || get(offered),
        describe::<__path_offered>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/legal-bases/{code}/confirmations",
        Action::ConfirmBasis,
        || post(confirm),
        describe::<__path_confirm>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/legal-bases/{code}/confirmations/withdraw",
        Action::ConfirmBasis,
        || post(withdraw),
        describe::<__path_withdraw>,
    ),
];

#[utoipa::path(
    post, path = "/api/v1/legal-bases/{code}/confirmations", tag = "legal-bases", params(("code" = String, Path, description = "Code of the basis")), request_body = ConfirmBasis,
    description = "Records that the authority's counsel has confirmed the wording of a basis: name, day, and what was read.",
    responses((status = 204, description = "Recorded"), (status = 404, description = "No such basis, or not for the caller"), (status = 409, description = "Confirmed already, or needs no confirmation"), (status = 422, description = "Every field error"))
)]
async fn confirm(call: Call, At(code): At<String>, body: Command<ConfirmBasis>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.confirm_basis(&call.caller, &code, body.command).await?))
}

#[utoipa::path(
    post, path = "/api/v1/legal-bases/{code}/confirmations/withdraw", tag = "legal-bases", params(("code" = String, Path, description = "Code of the basis")), request_body = WithdrawConfirmation,
    description = "Takes a confirmation back: from then on nothing more is released on the basis.",
    responses((status = 204, description = "Taken back"), (status = 404, description = "No such basis, or not for the caller"), (status = 412, description = "No confirmation stands"), (status = 422, description = "Every field error"))
)]
async fn withdraw(call: Call, At(code): At<String>, body: Command<WithdrawConfirmation>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.withdraw_confirmation(&call.caller, &code, body.command).await?))
}

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

#[utoipa::path(
    get, path = "/api/v1/authorities", tag = "legal-bases", params(Paging),
    description = "The other authorities that something can be released to, the other party of the initiative first.",
    responses((status = 200, description = "The authorities", body = Vec<AuthorityView>))
)]
async fn authorities(call: Call, paging: Paging) -> Replied<Vec<AuthorityView>> {
    Ok(Reply::of(call.registry()?.surroundings(&call.caller).await?.map(|around| paging.of(around.authorities))))
}
