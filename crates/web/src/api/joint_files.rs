//! Joint files: nominate, list, read, change, take up a nomination; own entries.

use axum::routing::{get, patch, post};
use case_registry::joint_entry::{ClearEntry, WithdrawEntry, WriteEntry};
use case_registry::joint_file::{ChangeJointFile, ChangeMembers, JointFileList, JointFileView, LinkToCase, Nominate};
use vocabulary::{Action, Caller, JointEntryId, JointFileId};

use crate::at::At;
use crate::call::{Call, Replied, Reply};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::paging::Paging;
use crate::route::{Method, Route, describe};
use crate::version_tag::IfMatch;

/// Nominate, list, read, change, take up, let be, group; write, clear, withdraw entries.
pub const ROUTES: &[Route] = &[
    Route::api(Method::Post, "/api/v1/joint-files", Action::Nominate, || post(nominate), describe::<__path_nominate>),
    Route::api(Method::Get, "/api/v1/joint-files", Action::ListJointFiles, || get(list), describe::<__path_list>),
    Route::api(Method::Get, "/api/v1/joint-files/{id}", Action::ReadJointFile, || get(read), describe::<__path_read>),
    Route::api(
        Method::Patch,
        "/api/v1/joint-files/{id}",
        Action::UpdateJointFile,
        || patch(change),
        describe::<__path_change>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-files/{id}/link",
        Action::UpdateJointFile,
        || post(link),
        describe::<__path_link>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-files/{id}/decline",
        Action::UpdateJointFile,
        || post(decline),
        describe::<__path_decline>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-files/{id}/members",
        Action::UpdateJointFile,
        || post(members),
        describe::<__path_members>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-files/{id}/entries",
        Action::WriteEntry,
        || post(write_entry),
        describe::<__path_write_entry>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-entries/{id}/clearance",
        Action::WriteEntry,
        || post(clear_entry),
        describe::<__path_clear_entry>,
    ),
    Route::api(
        Method::Post,
        "/api/v1/joint-entries/{id}/withdrawal",
        Action::WithdrawEntry,
        || post(withdraw_entry),
        describe::<__path_withdraw_entry>,
    ),
];

#[utoipa::path(
    post, path = "/api/v1/joint-files", tag = "joint-files", request_body = Nominate,
    description = "Nominates the person of an own open case: the identity leaves as a sealed copy, and the own joint file opens. The acknowledgement is the same whether or not the person is known at the recipient.",
    responses((status = 201, description = "Nominated; the answer is the same for a person who is not known there", body = Created), (status = 409, description = "The case has an open joint file with this authority"), (status = 422, description = "Every field error"))
)]
async fn nominate(call: Call, key: IdempotencyKey, body: Command<Nominate>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    let make =
        |caller: Caller| async move { Ok(registry.nominate(&caller, command).await?.map(|made| made.joint_file_id)) };
    create(&call, key, body.digest, "/api/v1/joint-files", make).await
}

#[utoipa::path(
    get, path = "/api/v1/joint-files", tag = "joint-files", params(Paging),
    description = "The joint files inside the caller's scope, by next follow-up. With protected identity only the reference is given. The log entry names every one.",
    responses((status = 200, description = "One page", body = JointFileList))
)]
async fn list(call: Call, paging: Paging) -> Replied<JointFileList> {
    Ok(Reply::of(call.registry()?.list_joint_files(&call.caller, paging.limit.into(), paging.offset.into()).await?))
}

#[utoipa::path(
    get, path = "/api/v1/joint-files/{id}", tag = "joint-files", params(("id" = JointFileId, Path, description = "Random id, the own side's")),
    description = "Reads a joint file: own entries and received items, positions, actions, requests. Never the journal. What is not permitted is absent and not counted.",
    responses((status = 200, description = "The joint file", body = JointFileView), (status = 404, description = "None, or not for the caller"))
)]
async fn read(call: Call, At(id): At<JointFileId>) -> Replied<JointFileView> {
    let answer = call.registry()?.read_joint_file(&call.caller, id).await?;
    let version = answer.view.version;
    Ok(Reply::of(answer).tagged(call.tag(version)?))
}

#[utoipa::path(
    patch, path = "/api/v1/joint-files/{id}", tag = "joint-files", params(("id" = JointFileId, Path, description = "Random id"), ("If-Match" = String, Header, description = "ETag of the file as read")),
    request_body = ChangeJointFile, description = "Moves a joint file along its states, or sets the next follow-up. The reason for closing stays on the own side.",
    responses((status = 204, description = "Changed"), (status = 412, description = "Changed by somebody else meanwhile"), (status = 422, description = "Not a next state"))
)]
async fn change(
    call: Call,
    At(id): At<JointFileId>,
    IfMatch(tag): IfMatch,
    body: Command<ChangeJointFile>,
) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.update_joint_file(&call.caller, id, tag.version, body.command).await?, tag))
}

#[utoipa::path(
    post, path = "/api/v1/joint-files/{id}/link", tag = "joint-files", params(("id" = JointFileId, Path, description = "Random id")), request_body = LinkToCase,
    description = "Takes up a nomination on an own open case. Nothing is told to the other side.",
    responses((status = 204, description = "Taken up"), (status = 409, description = "It hangs on a case already"), (status = 422, description = "Not an own open case"))
)]
async fn link(call: Call, At(id): At<JointFileId>, body: Command<LinkToCase>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.link_to_case(&call.caller, id, body.command).await?))
}

#[utoipa::path(
    post, path = "/api/v1/joint-files/{id}/decline", tag = "joint-files", params(("id" = JointFileId, Path, description = "Random id")),
    description = "Lets a nomination be. Nothing is told to the other side, and it is erased when its short term ends.",
    responses((status = 204, description = "Let be"), (status = 409, description = "It has been taken up"))
)]
async fn decline(call: Call, At(id): At<JointFileId>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.decline_nomination(&call.caller, id).await?))
}

#[utoipa::path(
    post, path = "/api/v1/joint-files/{id}/members", tag = "joint-files", params(("id" = JointFileId, Path, description = "Random id")), request_body = ChangeMembers,
    description = "Adds colleagues to the group of a joint file, or ends their work on it.",
    responses((status = 204, description = "Changed"), (status = 422, description = "Somebody is no colleague"))
)]
async fn members(call: Call, At(id): At<JointFileId>, body: Command<ChangeMembers>) -> Replied<()> {
    Ok(Reply::done(call.registry()?.change_joint_members(&call.caller, id, body.command).await?))
}

#[utoipa::path(
    post, path = "/api/v1/joint-files/{id}/entries", tag = "joint-entries", params(("id" = JointFileId, Path, description = "The joint file")), request_body = WriteEntry,
    description = "Writes an own entry. With the police its marks are required, and the confirmation that it holds neither secret intelligence (OSL 18 kap. 2 §) nor a register extract.",
    responses((status = 201, description = "Written", body = Created), (status = 422, description = "Every field error"))
)]
async fn write_entry(
    call: Call,
    At(file): At<JointFileId>,
    key: IdempotencyKey,
    body: Command<WriteEntry>,
) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    create(&call, key, body.digest, &format!("/api/v1/joint-files/{file}#"), |caller| async move {
        registry.write_entry(&caller, file, command).await
    })
    .await
}

#[utoipa::path(
    post, path = "/api/v1/joint-entries/{id}/clearance", tag = "joint-entries", params(("id" = JointEntryId, Path, description = "Random id"), ("If-Match" = String, Header, description = "Version and epoch of the entry as read")),
    request_body = ClearEntry, description = "Records that the head of the criminal investigation cleared an entry for release (OSL 18 kap. 1 §).",
    responses((status = 204, description = "Recorded"), (status = 409, description = "The entry needs no clearance"), (status = 412, description = "Changed by somebody else meanwhile"))
)]
async fn clear_entry(
    call: Call,
    At(id): At<JointEntryId>,
    IfMatch(tag): IfMatch,
    body: Command<ClearEntry>,
) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.clear_entry(&call.caller, id, tag.version, body.command).await?, tag))
}

#[utoipa::path(
    post, path = "/api/v1/joint-entries/{id}/withdrawal", tag = "joint-entries", params(("id" = JointEntryId, Path, description = "Random id"), ("If-Match" = String, Header, description = "Version and epoch of the entry as read")),
    request_body = WithdrawEntry, description = "Withdraws an own entry (embargo): it is neither read nor released any more, and released copies lapse at the recipients.",
    responses((status = 204, description = "Withdrawn"), (status = 412, description = "Withdrawn or changed meanwhile"))
)]
async fn withdraw_entry(
    call: Call,
    At(id): At<JointEntryId>,
    IfMatch(tag): IfMatch,
    body: Command<WithdrawEntry>,
) -> Replied<()> {
    call.check_epoch(tag)?;
    Ok(Reply::edited(call.registry()?.withdraw_entry(&call.caller, id, tag.version, body.command).await?, tag))
}
