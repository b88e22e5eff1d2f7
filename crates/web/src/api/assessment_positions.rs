//! Assessment positions: taken by the own authority in a joint file. There is no score.

use axum::routing::post;
use case_registry::assessment::{Limb, PositionGround, TakePosition};
use case_registry::release::BasisChoice;
use serde::Deserialize;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{Action, Caller, JointFileId};

use crate::call::{Call, Replied};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::route::{Method, Route, describe};

/// Take.
pub const ROUTES: &[Route] = &[Route::api(
    Method::Post,
    "/api/v1/assessment-positions",
    Action::TakePosition,
    || post(take),
    describe::<__path_take>,
)];

/// Takes the own authority's position in a joint file.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewPosition {
    /// The joint file, the own side's.
    joint_file_id: JointFileId,
    /// Which limb.
    limb: Limb,
    /// Yes or no.
    stands: bool,
    /// Grounds; at least one for a yes on limb B. They stay on the own side.
    #[serde(default)]
    grounds: Vec<PositionGround>,
    /// Reasons; they stay on the own side.
    reasons: String,
    /// When it is reviewed: at most six months ahead.
    review_on: Date,
    /// The basis on which limb, answer and review date are told to the other side; without it nothing is told.
    #[serde(default)]
    tell: Option<BasisChoice>,
}

#[utoipa::path(
    post, path = "/api/v1/assessment-positions", tag = "assessment-positions", request_body = NewPosition,
    description = "Takes a position; it replaces the own one that stood before. The joint assessment stands only while both positions do.",
    responses((status = 201, description = "Taken", body = Created), (status = 404, description = "No such joint file for the caller"), (status = 422, description = "Every field error, or a test that is not met"))
)]
async fn take(call: Call, key: IdempotencyKey, body: Command<NewPosition>) -> Replied<Created> {
    let registry = call.registry()?;
    let NewPosition { joint_file_id, limb, stands, grounds, reasons, review_on, tell } = body.command;
    let command = TakePosition { limb, stands, grounds, reasons, review_on, tell };
    let make = |caller: Caller| async move {
        Ok(registry.take_position(&caller, joint_file_id, command).await?.map(|taken| taken.id))
    };
    create(&call, key, body.digest, &format!("/api/v1/joint-files/{joint_file_id}#"), make).await
}
