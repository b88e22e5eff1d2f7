//! The access policy: what is in force and what waits, the matrix, a check of the configured folder, and the administrators' word on a candidate.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::policy::{PolicyCheckView, PolicyMatrixView, PolicyView};
use case_registry::policy_change::{JudgePolicy, PolicyJudgedView};
use serde::Deserialize;
use utoipa::IntoParams;
use vocabulary::{Action, Role};

use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::failure::Failure;
use crate::route::{Method, Route, describe};

/// Read, matrix, check, approve, reject.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Get, "/api/v1/policies", Action::ReadPolicy, || get(read), describe::<__path_read>),
    Route::api(Method::Get, "/api/v1/policy-rows", Action::ReadPolicy, || get(matrix), describe::<__path_matrix>),
    Route::api(Method::Post, "/api/v1/policy-checks", Action::LoadPolicy, || post(check), describe::<__path_check>),
    Route::api(
        Method::Post,
        "/api/v1/policy-approvals",
        Action::ApprovePolicy,
        || post(approve),
        describe::<__path_approve>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/policy-rejections",
        Action::ApprovePolicy,
        || post(reject),
        describe::<__path_reject>,
    ),
];

#[utoipa::path(
    get, path = "/api/v1/policies", tag = "policies",
    description = "The access policy that decides in this installation, how the last check of a folder ended, and what waits for the administrators.",
    responses((status = 200, description = "The policy", body = PolicyView), (status = 404, description = "Not for the caller"))
)]
async fn read(call: Call) -> Replied<PolicyView> {
    Ok(Reply::of(call.registry()?.read_policy(&call.caller).await?))
}

/// Which part of the matrix.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MatrixParameters {
    /// One role.
    #[param(inline)]
    role: Option<Role>,
    /// One action, by its code, for example `case.read`.
    action: Option<String>,
}

#[utoipa::path(
    get, path = "/api/v1/policy-rows", tag = "policies", params(MatrixParameters),
    description = "Everything that the policy in force allows, one row per role, action and conditions. What has no row is denied.",
    responses((status = 200, description = "The rows", body = PolicyMatrixView), (status = 404, description = "Not for the caller"), (status = 422, description = "No such action"))
)]
async fn matrix(call: Call, Query(wanted): Query<MatrixParameters>) -> Replied<PolicyMatrixView> {
    let action = wanted.action.map(|code| code.to_ascii_lowercase().parse::<Action>());
    let action = action.transpose().map_err(|_| Failure::unknown_code("action"))?;
    Ok(Reply::of(call.registry()?.policy_matrix(&call.caller, wanted.role, action).await?))
}

#[utoipa::path(
    post, path = "/api/v1/policy-checks", tag = "policies",
    description = "Reads and checks the configured folder: loader, invariants, casbin, decision tables. A sound policy waits for the administrators; a refused one changes nothing. Needs a repeated sign-in.",
    responses((status = 201, description = "How the check ended", body = PolicyCheckView), (status = 403, description = "Repeat the sign-in"), (status = 404, description = "Not for the caller"), (status = 409, description = "This instance was given no folder"))
)]
async fn check(call: Call) -> Replied<PolicyCheckView> {
    let answer = call.registry()?.load_policy(&call.caller).await?;
    Ok(Reply::created(answer, "/api/v1/policies".to_owned()))
}

#[utoipa::path(
    post, path = "/api/v1/policy-approvals", tag = "policies", request_body = JudgePolicy,
    description = "Agrees to the candidate that waits. It comes into force when an administrator of every authority of this installation, and no fewer than two people, have agreed. Needs a repeated sign-in.",
    responses((status = 201, description = "Noted, and in force when nothing more was needed", body = PolicyJudgedView), (status = 403, description = "Repeat the sign-in"), (status = 404, description = "Not for the caller"), (status = 409, description = "The caller has agreed already"), (status = 412, description = "Something else waits or is in force meanwhile"), (status = 422, description = "Not a digest"))
)]
async fn approve(call: Call, body: Command<JudgePolicy>) -> Replied<PolicyJudgedView> {
    let answer = call.registry()?.approve_policy(&call.caller, body.command).await?;
    Ok(Reply::created(answer, "/api/v1/policies".to_owned()))
}

#[utoipa::path(
    post, path = "/api/v1/policy-rejections", tag = "policies", request_body = JudgePolicy,
    description = "Turns the candidate down: it waits no longer. Needs a repeated sign-in.",
    responses((status = 201, description = "Turned down", body = PolicyJudgedView), (status = 403, description = "Repeat the sign-in"), (status = 404, description = "Not for the caller"), (status = 412, description = "Something else waits or is in force meanwhile"), (status = 422, description = "Not a digest"))
)]
async fn reject(call: Call, body: Command<JudgePolicy>) -> Replied<PolicyJudgedView> {
    let answer = call.registry()?.reject_policy(&call.caller, body.command).await?;
    Ok(Reply::created(answer, "/api/v1/policies".to_owned()))
}
