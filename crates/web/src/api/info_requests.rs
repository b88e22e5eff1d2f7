//! Requests for information: asked with a stated need, read, answered, refused, recorded.

use axum::routing::{get, post};
use case_registry::info_request::{
    AnswerInformation, Answered, AskInformation, InfoRequestView, RecordAnswer, RefuseInformation,
};
use case_registry::release::{BasisChoice, Channel};
use serde::Deserialize;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{Action, AuthorityId, Caller, InfoRequestId, JointFileId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::paging::Paging;
use crate::route::{LONG_TEXT_BODY, Method, Route, describe};
use crate::version_tag::IfMatch;

/// Ask, list, read, answer, refuse, record.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Post, "/api/v1/info-requests", Action::AskInformation, || post(ask), describe::<__path_ask>),
    Route::api(
        Method::Get,
        "/api/v1/joint-files/{id}/info-requests",
        Action::ReadJointFile,
        || get(list),
        describe::<__path_list>,
    ),
    Route::api(
        Method::Get,
        "/api/v1/info-requests/{id}",
        Action::ReadInformation,
        || get(read),
        describe::<__path_read>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/info-requests/{id}/answers",
        Action::AnswerInformation,
        || post(answer),
        describe::<__path_answer>,
    )
    .body_limit(LONG_TEXT_BODY),
    Route::api(
        Method::Post,
        "/api/v1/info-requests/{id}/refusals",
        Action::Abstain,
        || post(refuse),
        describe::<__path_refuse>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/info-requests/{id}/records",
        Action::WriteEntry,
        || post(record),
        describe::<__path_record>,
    ),
];

/// Asks another authority for information in a joint file.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewInfoRequest {
    /// The joint file, the own side's.
    joint_file_id: JointFileId,
    /// Whom; the other party of the joint file when left out.
    #[serde(default)]
    to: Option<AuthorityId>,
    /// The question; it leaves.
    question: String,
    /// What it is needed for; it leaves.
    need: String,
    /// When an answer is wished for.
    #[serde(default)]
    answer_by: Option<Date>,
    /// How it is asked; an authority that takes no parcels is asked by letter, telephone or in a meeting.
    #[serde(default = "system")]
    channel: Channel,
    /// The unit or person there.
    #[serde(default)]
    attention: String,
    /// Whether the texts speak of another identifiable person.
    #[serde(default)]
    names_others: bool,
    /// The legal basis for what the question itself reveals, with its answers.
    grounds: BasisChoice,
}

const fn system() -> Channel {
    Channel::System
}

#[utoipa::path(
    post, path = "/api/v1/info-requests", tag = "info-requests", request_body = NewInfoRequest,
    description = "Asks another authority for information. The question reveals something by itself, so it leaves on a basis with its answered tests.",
    responses((status = 201, description = "Asked", body = Created), (status = 422, description = "Every field error, or a test that is not met"))
)]
async fn ask(call: Call, key: IdempotencyKey, body: Command<NewInfoRequest>) -> Replied<Created> {
    let registry = call.registry()?;
    let NewInfoRequest { joint_file_id, to, question, need, answer_by, channel, attention, names_others, grounds } =
        body.command;
    let command = AskInformation { to, question, need, answer_by, channel, attention, names_others, grounds };
    let make = |caller: Caller| async move {
        Ok(registry.ask_information(&caller, joint_file_id, command).await?.map(|asked| asked.id))
    };
    create(&call, key, body.digest, "/api/v1/info-requests", make).await
}

#[utoipa::path(
    get, path = "/api/v1/joint-files/{id}/info-requests", tag = "info-requests", params(("id" = JointFileId, Path, description = "The joint file"), Paging),
    description = "The requests of a joint file, asked and received.",
    responses((status = 200, description = "The requests", body = Vec<InfoRequestView>), (status = 404, description = "No such joint file for the caller"))
)]
async fn list(call: Call, At(file): At<JointFileId>, paging: Paging) -> Replied<Vec<InfoRequestView>> {
    Ok(Reply::of(call.registry()?.read_joint_file(&call.caller, file).await?.map(|file| paging.of(file.requests))))
}

#[utoipa::path(
    get, path = "/api/v1/info-requests/{id}", tag = "info-requests", params(("id" = InfoRequestId, Path, description = "Random id, the own side's")),
    description = "Reads a request with what came of it.",
    responses((status = 200, description = "The request", body = InfoRequestView), (status = 404, description = "None, or not for the caller"))
)]
async fn read(call: Call, At(id): At<InfoRequestId>) -> Replied<InfoRequestView> {
    let answer = call.registry()?.read_information_request(&call.caller, id).await?;
    let version = answer.view.version;
    Ok(Reply::of(answer).tagged(call.tag(version)?))
}

#[utoipa::path(
    post, path = "/api/v1/info-requests/{id}/answers", tag = "info-requests", params(("id" = InfoRequestId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the request as read")),
    request_body = AnswerInformation, description = "Answers the other side's request, wholly or partly: a release of items and texts on a basis with its answered tests.",
    responses((status = 200, description = "Answered", body = Answered), (status = 409, description = "Answered already"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn answer(
    call: Call,
    At(id): At<InfoRequestId>,
    IfMatch(tag): IfMatch,
    body: Command<AnswerInformation>,
) -> Replied<Answered> {
    call.check_epoch(tag)?;
    Ok(Reply::of(call.registry()?.answer_information(&call.caller, id, tag.version, body.command).await?))
}

#[utoipa::path(
    post, path = "/api/v1/info-requests/{id}/refusals", tag = "info-requests", params(("id" = InfoRequestId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the request as read")),
    request_body = RefuseInformation, description = "Abstains from answering. The reasons stay on the own side; the other side hears that the request is not answered.",
    responses((status = 200, description = "Refused", body = Answered), (status = 409, description = "Answered already"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn refuse(
    call: Call,
    At(id): At<InfoRequestId>,
    IfMatch(tag): IfMatch,
    body: Command<RefuseInformation>,
) -> Replied<Answered> {
    call.check_epoch(tag)?;
    Ok(Reply::of(call.registry()?.refuse_information(&call.caller, id, tag.version, body.command).await?))
}

#[utoipa::path(
    post, path = "/api/v1/info-requests/{id}/records", tag = "info-requests", params(("id" = InfoRequestId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the request as read")),
    request_body = RecordAnswer, description = "Records by hand what an authority answered that takes no parcels.",
    responses((status = 200, description = "Recorded", body = Answered), (status = 409, description = "The request goes through the system, or was answered"))
)]
async fn record(
    call: Call,
    At(id): At<InfoRequestId>,
    IfMatch(tag): IfMatch,
    body: Command<RecordAnswer>,
) -> Replied<Answered> {
    call.check_epoch(tag)?;
    Ok(Reply::of(call.registry()?.record_answer(&call.caller, id, tag.version, body.command).await?))
}
