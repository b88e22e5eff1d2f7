//! Persons: registered and searched for by POST, because no number and no name stands in an address (RES.02).

use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use case_registry::Answer;
use case_registry::person::{ChangePerson, PersonPage, RegisterPerson, Registered, SearchCommand};
use case_registry::person_search::SearchResult;
use vocabulary::{Action, Idempotency, PersonId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::failure::Failure;
use crate::idempotency::IdempotencyKey;
use crate::route::{Method, Route, describe};
use crate::version_tag::IfMatch;

/// Register, search, open.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Post, "/api/v1/persons", Action::RegisterPerson, || post(register), describe::<__path_register>),
    Route::api(
        Method::Post,
        "/api/v1/persons/search",
        Action::SearchPersons,
        || post(search),
        describe::<__path_search>,
    ),
    Route::api(Method::Get, "/api/v1/persons/{id}", Action::ReadPerson, || get(open), describe::<__path_open>),
    Route::api(
        Method::Patch,
        "/api/v1/persons/{id}",
        Action::UpdatePerson,
        || patch(change),
        describe::<__path_change>,
    ),
];

#[utoipa::path(
    post, path = "/api/v1/persons", tag = "persons", request_body = RegisterPerson,
    description = "Registers a person. If the authority has the person already, the answer is 200 and says only which unit to ask.",
    responses((status = 201, description = "Registered", body = Registered), (status = 200, description = "The authority has the person already", body = Registered), (status = 422, description = "Every field error"))
)]
async fn register(call: Call, key: IdempotencyKey, body: Command<RegisterPerson>) -> Result<Response, Failure> {
    let registry = call.registry()?;
    let mut caller = call.caller.clone();
    caller.idempotency = key.0.map(|key| Idempotency { key, request: body.digest });
    if let Some(before) = registry.replayed(&caller).await? {
        let view = Registered { person_id: Some(PersonId(before.view)), exists: None };
        return Ok(Reply::of(Answer { view, entry: before.entry }).into_response());
    }
    let answer = registry.register_person(&caller, body.command).await?;
    Ok(match answer.view.person_id {
        Some(id) => Reply::created(answer, format!("/api/v1/persons/{id}")).into_response(),
        None => Reply::of(answer).into_response(),
    })
}

#[utoipa::path(
    post, path = "/api/v1/persons/search", tag = "persons", request_body = SearchCommand,
    description = "Finds persons by name or number among those whom the caller works with (SoLPuF 15 §).",
    responses((status = 200, description = "At most twenty persons", body = SearchResult))
)]
async fn search(call: Call, body: Command<SearchCommand>) -> Replied<SearchResult> {
    Ok(Reply::of(call.registry()?.search_persons(&call.caller, body.command).await?))
}

#[utoipa::path(
    get, path = "/api/v1/persons/{id}", tag = "persons", params(("id" = PersonId, Path, description = "Random id")),
    description = "Opens a person's identity.",
    responses((status = 200, description = "The person", body = PersonPage), (status = 404, description = "None, or not for the caller: the two are not told apart"))
)]
async fn open(call: Call, At(id): At<PersonId>) -> Replied<PersonPage> {
    let answer = call.registry()?.open_person(&call.caller, id).await?;
    let version = answer.view.person.version;
    Ok(Reply::of(answer).tagged(call.tag(version)?))
}

#[utoipa::path(
    patch, path = "/api/v1/persons/{id}", tag = "persons",
    params(("id" = PersonId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the person as read")), request_body = ChangePerson,
    description = "Corrects a person's identity, or adds a number that the person has got since. What it replaces stays as a former identity; an older number goes on finding the person.",
    responses((status = 204, description = "Corrected"), (status = 404, description = "None, or not for the caller"), (status = 409, description = "Somebody else in the authority has the number"), (status = 412, description = "Changed by somebody else meanwhile"), (status = 422, description = "Every field error"))
)]
async fn change(call: Call, At(id): At<PersonId>, IfMatch(tag): IfMatch, body: Command<ChangePerson>) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.change_person(&call.caller, id, tag.version, body.command).await?, tag))
}
