//! Concern reports and the other reports that the law wants at once.

use axum::routing::post;
use case_registry::concern_report::ConcernReport;
use vocabulary::{Action, Caller};

use crate::call::{Call, Replied};
use crate::command::Command;
use crate::created::{Created, create};
use crate::idempotency::IdempotencyKey;
use crate::route::{LONG_TEXT_BODY, Method, Route, describe};

/// Report.
pub const ROUTES: &[Route] = &[Route::api(
    Method::Post,
    "/api/v1/concern-reports",
    Action::DecideRelease,
    || post(report),
    describe::<__path_report>,
)
.body_limit(LONG_TEXT_BODY)];

#[utoipa::path(
    post, path = "/api/v1/concern-reports", tag = "concern-reports", request_body = ConcernReport,
    description = "Reports concern for a child, or a suspected young person, at once and without balancing (SoL 19 kap. 1 §, LUL 6 §). What is created is a release; `Location` leads to it.",
    responses((status = 201, description = "Reported", body = Created), (status = 422, description = "Every field error, or a test that is not met"))
)]
async fn report(call: Call, key: IdempotencyKey, body: Command<ConcernReport>) -> Replied<Created> {
    let registry = call.registry()?;
    let command = body.command;
    create(&call, key, body.digest, "/api/v1/releases", |caller: Caller| async move {
        registry.report_concern(&caller, command).await
    })
    .await
}
