//! One file per endpoint of the JSON API: its routes, its description, its handler, its tests.

pub mod api_info;
pub mod openapi_document;
pub mod audit;
pub mod cases;
pub mod me;
pub mod measures;
pub mod notes;
pub mod persons;
