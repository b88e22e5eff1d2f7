//! Is the process alive, and can it serve? Nothing else is said to whoever asks.

use axum::extract::State;
use axum::routing::get;

use crate::failure::Failure;
use crate::route::{Method, Route};
use crate::site::Site;

/// Routes of this file.
pub const ROUTES: &[Route] = &[
    Route::public(Method::Get, "/health/live", || get(live)),
    Route::public(Method::Get, "/health/ready", || get(ready)),
];

async fn live() -> &'static str {
    "ok"
}

async fn ready(State(site): State<Site>) -> Result<&'static str, Failure> {
    if site.is_ready().await { Ok("ok") } else { Err(Failure::Unavailable) }
}
