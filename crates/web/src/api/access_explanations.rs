//! "Why may I, why may I not?" for one's own access.

use axum::extract::Query;
use axum::routing::get;
use case_registry::explanation::{AccessExplanationView, AskAccess, ExplainedKind};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use vocabulary::{Action, Purpose};

use crate::call::{Call, Replied, Reply};
use crate::failure::Failure;
use crate::route::{Method, Route, describe};

/// Ask.
pub const ROUTES: &[Route] = &[Route::api(
    Method::Get,
    "/api/v1/access-explanations",
    Action::ExplainAccess,
    || get(explain),
    describe::<__path_explain>,
)];

/// What is asked.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Question {
    /// What kind of record.
    #[param(inline)]
    kind: ExplainedKind,
    /// Its id.
    id: Uuid,
    /// What one would do, by its code, for example `release.decide`; reading the record, unless given.
    action: Option<String>,
    /// For what purpose; the one that the record gives, unless given.
    #[param(inline)]
    purpose: Option<Purpose>,
    /// The code of a legal basis, for what would leave the authority.
    basis: Option<String>,
}

#[utoipa::path(
    get, path = "/api/v1/access-explanations", tag = "access-explanations", params(Question),
    description = "Why the caller may or may not do something with a record that the caller may know of: the decision, its rules and their law, the obligations. Any other record is not found.",
    responses((status = 200, description = "The explanation", body = AccessExplanationView), (status = 404, description = "No such record for the caller"), (status = 422, description = "No such action or basis"))
)]
async fn explain(call: Call, Query(asked): Query<Question>) -> Replied<AccessExplanationView> {
    let Question { kind, id, action, purpose, basis } = asked;
    let action = action.map(|code| code.to_ascii_lowercase().parse::<Action>());
    let action = action.transpose().map_err(|_| Failure::unknown_code("action"))?;
    let asked = AskAccess { kind, id, action, purpose, basis };
    Ok(Reply::of(call.registry()?.explain_access(&call.caller, asked).await?))
}
