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
    pages::home::ROUTES,
    pages::notice::ROUTES,
    pages::persons::ROUTES,
    pages::persons_register::ROUTES,
    pages::cases::ROUTES,
    pages::case::ROUTES,
    pages::case_change::ROUTES,
    pages::measures::ROUTES,
    pages::measures_new::ROUTES,
    pages::measures_change::ROUTES,
    pages::notes::ROUTES,
    pages::notes_write::ROUTES,
    pages::notes_lock::ROUTES,
    pages::notes_annotate::ROUTES,
    pages::users::ROUTES,
    pages::users_change::ROUTES,
    pages::figures::ROUTES,
    pages::legal_bases::ROUTES,
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
    pages::consents::ROUTES,
    pages::release_wizard::ROUTES,
    pages::releases::ROUTES,
    pages::abstentions::ROUTES,
    pages::received_items::ROUTES,
    api::consents::ROUTES,
    api::releases::ROUTES,
    api::abstentions::ROUTES,
    api::received_items::ROUTES,
    api::legal_bases::ROUTES,
];

/// Every route.
pub fn all() -> impl Iterator<Item = &'static Route> {
    TABLE.iter().flat_map(|file| file.iter())
}
