//! Keeps a session alive at the person's own wish, after the warning that it is about to end.

use axum::routing::post;
use http::StatusCode;

use crate::route::{Method, Route};
use crate::visit::Visit;

/// Routes of this file.
pub const ROUTES: &[Route] = &[Route::plain_page(Method::Post, "/ui/session", || post(stay))];

/// The gate has shown the session to `identity`, which notes that it is in use.
async fn stay(_: Visit) -> StatusCode {
    StatusCode::NO_CONTENT
}
