//! Builds the axum router from the table of routes, and from nothing else.

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::edge::{edge, nothing_here};
use crate::gate::{Gate, gate};
use crate::route::Route;
use crate::routes;
use crate::site::Site;

/// The whole site.
pub fn router(site: Site) -> Router {
    over(site, routes::all())
}

/// A site over some routes, for tests of the edge itself.
pub fn over<'r>(site: Site, table: impl Iterator<Item = &'r Route>) -> Router {
    let mut router = Router::new();
    for route in table {
        let gate_of_route = Gate { site: site.clone(), kind: route.kind, body_limit: route.body_limit };
        router = router.route(route.path, route.mount().route_layer(from_fn_with_state(gate_of_route, gate)));
    }
    router.fallback(nothing_here).layer(from_fn_with_state(site.clone(), edge)).with_state(site)
}
