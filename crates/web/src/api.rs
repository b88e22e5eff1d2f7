//! One file per endpoint of the JSON API: its routes, its description, its handler, its tests.

pub mod api_info;
pub mod openapi_document;
