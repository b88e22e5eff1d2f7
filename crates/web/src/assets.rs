//! Style sheet, sign and scripts, built in. Their addresses hold a digest of their content, so browsers keep them for ever.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};

use crate::failure::Failure;
use crate::route::{Method, Route};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

struct Asset {
    path: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

/// Routes of this file.
pub const ROUTES: &[Route] = &[Route::public(Method::Get, "/assets/{name}", || get(asset))];

async fn asset(Path(name): Path<String>) -> Result<Response, Failure> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.path.strip_prefix("/assets/") == Some(name.as_str()))
        .ok_or(Failure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    Ok((headers, asset.bytes).into_response())
}
