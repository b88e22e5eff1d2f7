//! The OpenAPI document, as the running service has it.

use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};

use crate::openapi;
use crate::route::{Method, Route, describe};

/// Routes of this file.
pub const ROUTES: &[Route] =
    &[Route::public(Method::Get, "/api/v1/openapi.json", || get(read)).described(describe::<__path_read>)];

/// This document
///
/// OpenAPI 3.1, the same bytes as `docs/openapi.json` of the version that runs.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "service", responses((status = 200, description = "The OpenAPI document", content_type = "application/json", body = Object)))]
async fn read() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], openapi::json()).into_response()
}
