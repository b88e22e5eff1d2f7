//! The bare address leads to the home page.

use axum::response::Redirect;
use axum::routing::get;

use crate::route::{Method, Route};

/// Routes of this file.
pub const ROUTES: &[Route] = &[Route::public(Method::Get, "/", || get(start))];

async fn start() -> Redirect {
    Redirect::to("/ui")
}
