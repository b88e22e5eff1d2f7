//! One file per endpoint of the JSON API: its routes, its description, its handler, its tests.

pub mod api_info;
pub mod openapi_document;
pub mod audit;
pub mod cases;
pub mod me;
pub mod measures;
pub mod notes;
pub mod persons;
pub mod consents;
pub mod releases;
pub mod abstentions;
pub mod received_items;
pub mod legal_bases;
pub mod joint_files;
pub mod joint_actions;
pub mod assessment_positions;
pub mod info_requests;
pub mod concern_reports;
