//! Joint actions: list and propose in a joint file, read, amend, answer, review, tell.

use axum::routing::{get, patch, post};
use case_registry::joint_action::{
    AmendAction, JointActionBrief, JointActionView, ProposeAction, Proposed, Replied as Answered, ReplyAction,
    ReviewAction, Reviewed, TellField, Told,
};
use vocabulary::{Action, JointActionId, JointFileId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::paging::Paging;
use crate::route::{Method, Route, describe};
use crate::version_tag::IfMatch;

/// List, propose, read, amend, answer, review, tell.
pub const ROUTES: &[Route] = &[
    Route::api(
        Method::Get,
        "/api/v1/joint-files/{id}/actions",
        Action::ReadJointFile,
        || get(list),
        describe::<__path_list>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-files/{id}/actions",
        Action::ProposeAction,
        || post(propose),
        describe::<__path_propose>,
    ),
    Route::api(Method::Get, "/api/v1/joint-actions/{id}", Action::ReadAction, || get(read), describe::<__path_read>),
    Route::api(
        Method::Patch,
        "/api/v1/joint-actions/{id}",
        Action::AmendAction,
        || patch(amend),
        describe::<__path_amend>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-actions/{id}/replies",
        Action::ReplyAction,
        || post(reply),
        describe::<__path_reply>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-actions/{id}/reviews",
        Action::ReviewAction,
        || post(review),
        describe::<__path_review>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-actions/{id}/messages",
        Action::FollowUp,
        || post(tell),
        describe::<__path_tell>,
    ),
];

#[utoipa::path(
    get, path = "/api/v1/joint-files/{id}/actions", tag = "joint-actions", params(("id" = JointFileId, Path, description = "The joint file"), Paging),
    description = "The joint actions of a file, what is due first, without their history.",
    responses((status = 200, description = "The actions", body = Vec<JointActionBrief>), (status = 404, description = "No such joint file for the caller"))
)]
async fn list(call: Call, At(file): At<JointFileId>, paging: Paging) -> Replied<Vec<JointActionBrief>> {
    Ok(Reply::of(call.registry()?.read_joint_file(&call.caller, file).await?.map(|file| paging.of(file.actions))))
}

#[utoipa::path(
    post, path = "/api/v1/joint-files/{id}/actions", tag = "joint-actions", params(("id" = JointFileId, Path, description = "The joint file")), request_body = ProposeAction,
    description = "Proposes a joint action: its text is released to the other party, on a basis with its answered tests.",
    responses((status = 201, description = "Proposed", body = Created), (status = 409, description = "The file is closed or hangs on no own case"), (status = 422, description = "Every field error, or a test that is not met"))
)]
async fn propose(
    call: Call,
    At(file): At<JointFileId>,
    key: IdempotencyKey,
    body: Command<ProposeAction>,
) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    let make = |caller: vocabulary::Caller| async move {
        Ok(registry.propose_action(&caller, file, command).await?.map(|made| made.id))
    };
    create(&call, key, body.digest, "/api/v1/joint-actions", make).await
}

#[utoipa::path(
    get, path = "/api/v1/joint-actions/{id}", tag = "joint-actions", params(("id" = JointActionId, Path, description = "Random id, the own side's")),
    description = "Reads a joint action with its history. Of a text whose basis has ended only the own part is left.",
    responses((status = 200, description = "The action", body = JointActionView), (status = 404, description = "None, or not for the caller"))
)]
async fn read(call: Call, At(id): At<JointActionId>) -> Replied<JointActionView> {
    let answer = call.registry()?.read_action(&call.caller, id).await?;
    let version = answer.view.version;
    Ok(Reply::of(answer).tagged(call.tag(version)?))
}

#[utoipa::path(
    patch, path = "/api/v1/joint-actions/{id}", tag = "joint-actions", params(("id" = JointActionId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the action as read")),
    request_body = AmendAction, description = "Amends the text of an own action: a new version under a new decision, to be accepted again.",
    responses((status = 200, description = "Amended", body = Proposed), (status = 409, description = "The text is the other side's"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn amend(
    call: Call,
    At(id): At<JointActionId>,
    IfMatch(tag): IfMatch,
    body: Command<AmendAction>,
) -> Replied<Proposed> {
    call.check_epoch(tag)?;
    Ok(Reply::of(call.registry()?.amend_action(&call.caller, id, tag.version, body.command).await?))
}

#[utoipa::path(
    post, path = "/api/v1/joint-actions/{id}/replies", tag = "joint-actions", params(("id" = JointActionId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the action as read")),
    request_body = ReplyAction, description = "Accepts or declines the other side's proposal. The reason stays on the own side; the answer follows only where a decision lets it.",
    responses((status = 200, description = "Answered", body = Answered), (status = 409, description = "Answered already, or its text is gone"), (status = 412, description = "A new text has come"))
)]
async fn reply(
    call: Call,
    At(id): At<JointActionId>,
    IfMatch(tag): IfMatch,
    body: Command<ReplyAction>,
) -> Replied<Answered> {
    call.check_epoch(tag)?;
    Ok(Reply::of(call.registry()?.reply_action(&call.caller, id, tag.version, body.command).await?))
}

#[utoipa::path(
    post, path = "/api/v1/joint-actions/{id}/reviews", tag = "joint-actions", params(("id" = JointActionId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the action as read")),
    request_body = ReviewAction, description = "Reports progress, completes or evaluates the own part. Words stay on the own side; codes and days follow where agreed.",
    responses((status = 200, description = "Reviewed", body = Reviewed), (status = 412, description = "Changed by somebody else meanwhile"), (status = 422, description = "Not a next status"))
)]
async fn review(
    call: Call,
    At(id): At<JointActionId>,
    IfMatch(tag): IfMatch,
    body: Command<ReviewAction>,
) -> Replied<Reviewed> {
    call.check_epoch(tag)?;
    Ok(Reply::of(call.registry()?.review_action(&call.caller, id, tag.version, body.command).await?))
}

#[utoipa::path(
    post, path = "/api/v1/joint-actions/{id}/messages", tag = "joint-actions", params(("id" = JointActionId, Path, description = "Random id")), request_body = TellField,
    description = "Tells the present value of a field to the other side: as a decision that stands lets it follow, or on a decision of one's own.",
    responses((status = 200, description = "Whether it was told, and if not why", body = Told), (status = 422, description = "A test is not met"))
)]
async fn tell(call: Call, At(id): At<JointActionId>, body: Command<TellField>) -> Replied<Told> {
    Ok(Reply::of(call.registry()?.tell_field(&call.caller, id, body.command).await?))
}
