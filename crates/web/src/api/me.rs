//! The caller's own mandate.

use axum::routing::get;
use case_registry::home::MeView;
use vocabulary::Action;

use crate::call::{Call, Replied, Reply};
use crate::route::{Method, Route, describe};

/// One address.
pub const ROUTES: &[Route] =
    &[Route::api(Method::Get, "/api/v1/me", Action::ReadHome, || get(read), describe::<__path_read>)];

#[utoipa::path(get, path = "/api/v1/me", tag = "me", description = "Who the token belongs to: name, authority, unit and roles.", responses((status = 200, description = "The caller's own mandate", body = MeView)))]
async fn read(call: Call) -> Replied<MeView> {
    Ok(Reply::of(call.registry()?.me(&call.caller).await?))
}
