//! The access log of the caller's own authority, for its auditors.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::access_log::{LogEntryView, LogPage, LogStateView, Outcome, SearchLogCommand};
use serde::Deserialize;
use utoipa::IntoParams;
use vocabulary::{Action, EntryId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::route::{Method, Route, describe};

/// Search, one entry, the state of the log.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Get, "/api/v1/audit/entries", Action::SearchLog, || get(list), describe::<__path_list>),
    Route::api(
        Method::Post,
        "/api/v1/audit/entries/search",
        Action::SearchLog,
        || post(search),
        describe::<__path_search>,
    ),
    Route::api(Method::Get, "/api/v1/audit/entries/{id}", Action::ReadLogEntry, || get(open), describe::<__path_open>),
    Route::api(
        Method::Get,
        "/api/v1/audit/checkpoint",
        Action::VerifyLog,
        || get(checkpoint),
        describe::<__path_checkpoint>,
    ),
];

/// Which page of the log.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParameters {
    /// At most this many lines (20; 99 at the most).
    limit: Option<i64>,
    /// Allowed, refused or failed.
    #[param(inline)]
    outcome: Option<Outcome>,
}

#[utoipa::path(
    get, path = "/api/v1/audit/entries", tag = "audit", params(ListParameters), description = "The newest entries of the own log. To search by user, person, case or period use POST audit/entries/search.",
    responses((status = 200, description = "One page", body = LogPage), (status = 404, description = "Not for the caller"))
)]
async fn list(call: Call, Query(wanted): Query<ListParameters>) -> Replied<LogPage> {
    let command = SearchLogCommand { limit: wanted.limit, outcome: wanted.outcome, ..SearchLogCommand::default() };
    Ok(Reply::of(call.registry()?.search_log(&call.caller, command).await?))
}

#[utoipa::path(
    post, path = "/api/v1/audit/entries/search", tag = "audit", request_body = SearchLogCommand,
    description = "Searches the own log by user, person, case, period, action and outcome. The search is in the log itself, with a keyed digest of the term.",
    responses((status = 200, description = "One page", body = LogPage), (status = 404, description = "Not for the caller"))
)]
async fn search(call: Call, body: Command<SearchLogCommand>) -> Replied<LogPage> {
    Ok(Reply::of(call.registry()?.search_log(&call.caller, body.command).await?))
}

#[utoipa::path(
    get, path = "/api/v1/audit/entries/{id}", tag = "audit", params(("id" = EntryId, Path, description = "Entry id")), description = "One entry: the leaf as it stands in the tree, and what may be opened of it.",
    responses((status = 200, description = "The entry", body = LogEntryView), (status = 404, description = "None in the own log"))
)]
async fn open(call: Call, At(id): At<EntryId>) -> Replied<LogEntryView> {
    Ok(Reply::of(call.registry()?.open_log_entry(&call.caller, id).await?))
}

#[utoipa::path(
    get, path = "/api/v1/audit/checkpoint", tag = "audit", description = "Size, root and the last signed checkpoint of the own log.",
    responses((status = 200, description = "Where the log stands", body = LogStateView), (status = 404, description = "Not for the caller"))
)]
async fn checkpoint(call: Call) -> Replied<LogStateView> {
    Ok(Reply::of(call.registry()?.log_state(&call.caller, false).await?))
}
