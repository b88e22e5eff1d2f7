//! What this API is (VER.06 of the national REST profile).

use axum::Json;
use axum::routing::get;
use serde::Serialize;
use utoipa::ToSchema;

use crate::route::{Method, Route, describe};

/// Routes of this file.
pub const ROUTES: &[Route] =
    &[Route::public(Method::Get, "/api/v1/api-info", || get(read)).described(describe::<__path_read>)];

/// Name, version and state of the API.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiInfo {
    /// Name.
    #[schema(example = "Samlad")]
    pub api_name: &'static str,
    /// Version, semantic.
    #[schema(example = "1.0.0")]
    pub api_version: &'static str,
    /// Day of release of this version.
    #[schema(example = "2026-11-22")]
    pub api_released: &'static str,
    /// Where the description is.
    #[schema(example = "/api/v1/openapi.json")]
    pub api_documentation: &'static str,
    /// `active`, `beta` or `deprecated`.
    #[schema(example = "beta")]
    pub api_status: &'static str,
}

/// Name, version and state of this API
///
/// For everybody; tells nothing about any record.
#[utoipa::path(get, path = "/api/v1/api-info", tag = "service", responses((status = 200, description = "What this API is", body = ApiInfo)))]
async fn read() -> Json<ApiInfo> {
    Json(ApiInfo {
        api_name: "Samlad",
        api_version: crate::openapi::VERSION,
        api_released: crate::openapi::RELEASED,
        api_documentation: "/api/v1/openapi.json",
        api_status: "beta",
    })
}
