//! Received items: the inbox, one item, adding it to a case, the decision on a lapsed copy, corrections.

use axum::extract::RawQuery;
use axum::routing::{get, post};
use case_registry::FieldError;
use case_registry::lapse::DecideLapse;
use case_registry::received::{AssessConcern, FileReceived, OpenReceived, ReceivedList, ReceivedState, ReceivedView};
use utoipa::IntoParams;
use uuid::Uuid;
use vocabulary::{Action, ReceivedItemId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::failure::Failure;
use crate::paging::Paging;
use crate::route::{Method, Route, describe};
use crate::version_tag::IfMatch;

/// List, open, file, decide, acknowledge.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Get, "/api/v1/received-items", Action::ListReceived, || get(list), describe::<__path_list>),
    Route::api(Method::Get, "/api/v1/received-items/{id}", Action::ReadReceived, || get(read), describe::<__path_read>),
    Route::api(
        Method::Post,
        "/api/v1/received-items/{id}/filing",
        Action::FileReceived,
        || post(file),
        describe::<__path_file>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/received-items/{id}/assessments",
        Action::AssessConcern,
        || post(assess),
        describe::<__path_assess>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/received-items/{id}/lapse-decision",
        Action::DecideLapse,
        || post(decide),
        describe::<__path_decide>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/received-corrections/{id}/acknowledgement",
        Action::ReadReceived,
        || post(acknowledge),
        describe::<__path_acknowledge>,
    ),
];

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described: the handlers read the query themselves")]
struct OfState {
    /// Only items in this state.
    #[param(required = false, inline)]
    state: Option<ReceivedState>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described: the handlers read the query themselves")]
struct ForReview {
    /// Opens a lapsed copy for the decision on it; a reason is stated in `Samlad-Reason`.
    #[param(required = false, default = false, rename = "lapseReview")]
    lapse_review: Option<bool>,
}

fn parameter(query: Option<&str>, name: &'static str) -> Option<String> {
    let (_, value) = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(known, _)| known == name)?;
    Some(value.into_owned())
}

fn not_in_list(name: &str) -> Failure {
    Failure::Invalid(vec![FieldError { field: name.to_owned(), code: "not-in-list", limit: None }])
}

#[utoipa::path(
    get, path = "/api/v1/received-items", tag = "received-items", params(Paging, OfState),
    description = "The inbox inside the caller's scope: reports whose clock runs first, then lapsed copies that wait for a decision, then what is in no case, newest first.",
    responses((status = 200, description = "One page", body = ReceivedList))
)]
async fn list(call: Call, paging: Paging, RawQuery(query): RawQuery) -> Replied<ReceivedList> {
    let state = match parameter(query.as_deref(), "state") {
        Some(code) => Some(code.to_ascii_lowercase().parse::<ReceivedState>().map_err(|_| not_in_list("state"))?),
        None => None,
    };
    Ok(Reply::of(call.registry()?.list_received(&call.caller, state, paging.limit.into(), paging.offset.into()).await?))
}

#[utoipa::path(
    get, path = "/api/v1/received-items/{id}", tag = "received-items", params(("id" = ReceivedItemId, Path, description = "Random id"), ForReview),
    description = "Opens a received item with basis, sender and handling note. A lapsed copy opens only for the decision on it.",
    responses((status = 200, description = "The item", body = ReceivedView), (status = 404, description = "None, or not for the caller"), (status = 409, description = "The copy has lapsed"))
)]
async fn read(call: Call, At(id): At<ReceivedItemId>, RawQuery(query): RawQuery) -> Replied<ReceivedView> {
    let lapse_review = match parameter(query.as_deref(), "lapseReview").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(not_in_list("lapseReview")),
    };
    let answer = call.registry()?.open_received(&call.caller, id, OpenReceived { lapse_review }).await?;
    let version = answer.view.brief.version;
    Ok(Reply::of(answer).tagged(call.tag(version)?))
}

#[utoipa::path(
    post, path = "/api/v1/received-items/{id}/filing", tag = "received-items",
    params(("id" = ReceivedItemId, Path, description = "The item"), ("If-Match" = String, Header, description = "ETag of the item as read")), request_body = FileReceived,
    description = "Adds an item to the personal file of an own open case, with the reason.",
    responses((status = 204, description = "Added"), (status = 409, description = "Added already, lapsed, of another case, or about another person"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn file(
    call: Call,
    At(id): At<ReceivedItemId>,
    IfMatch(tag): IfMatch,
    body: Command<FileReceived>,
) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.file_received(&call.caller, id, tag.version, body.command).await?, tag))
}

#[utoipa::path(
    post, path = "/api/v1/received-items/{id}/assessments", tag = "received-items",
    params(("id" = ReceivedItemId, Path, description = "The concern report"), ("If-Match" = String, Header, description = "ETag of the item as read")), request_body = AssessConcern,
    description = "Records the next step in the assessment of a concern report: need of immediate protection the same day, preliminary assessment within 14 days, inquiry within four months. Starts the next clock.",
    responses((status = 204, description = "Recorded"), (status = 404, description = "None, no concern report, or not for the caller"), (status = 409, description = "Another step is due, or none"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn assess(
    call: Call,
    At(id): At<ReceivedItemId>,
    IfMatch(tag): IfMatch,
    body: Command<AssessConcern>,
) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.assess_concern(&call.caller, id, tag.version, body.command).await?, tag))
}

#[utoipa::path(
    post, path = "/api/v1/received-items/{id}/lapse-decision", tag = "received-items",
    params(("id" = ReceivedItemId, Path, description = "The lapsed copy"), ("If-Match" = String, Header, description = "ETag of the item as read")), request_body = DecideLapse,
    description = "Keeps a lapsed copy on an own ground for a time, or erases it and destroys its key.",
    responses((status = 204, description = "Decided"), (status = 409, description = "The copy has not lapsed"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn decide(
    call: Call,
    At(id): At<ReceivedItemId>,
    IfMatch(tag): IfMatch,
    body: Command<DecideLapse>,
) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.decide_lapse(&call.caller, id, tag.version, body.command).await?, tag))
}

#[utoipa::path(
    post, path = "/api/v1/received-corrections/{id}/acknowledgement", tag = "received-items", params(("id" = Uuid, Path, description = "The correction")),
    description = "Acknowledges the sender's correction. Whoever got the item from the own authority is told in turn.",
    responses((status = 204, description = "Acknowledged"), (status = 404, description = "None, or not for the caller"))
)]
async fn acknowledge(call: Call, At(id): At<Uuid>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.acknowledge_correction(&call.caller, id).await?))
}
