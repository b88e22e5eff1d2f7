//! Every address of the site. A page or endpoint is reachable only if its file's `ROUTES` stand here.

use crate::route::Route;
use crate::{api, assets, health, pages};

/// The table, one line per file.
pub const TABLE: &[&[Route]] = &[
    health::ROUTES,
    assets::ROUTES,
    pages::start::ROUTES,
    pages::accessibility::ROUTES,
    pages::session::ROUTES,
    pages::sign_in::ROUTES,
    pages::audit_entries::ROUTES,
    pages::audit_verification::ROUTES,
    api::api_info::ROUTES,
    api::openapi_document::ROUTES,
    api::me::ROUTES,
    api::persons::ROUTES,
    api::cases::ROUTES,
    api::notes::ROUTES,
    api::measures::ROUTES,
    api::audit::ROUTES,
];

/// Every route.
pub fn all() -> impl Iterator<Item = &'static Route> {
    TABLE.iter().flat_map(|file| file.iter())
}
