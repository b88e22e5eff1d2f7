//! One file per endpoint of the JSON API: its routes, its description, its handler, its tests.

pub mod abstentions;
pub mod access_explanations;
pub mod access_requests;
pub mod api_info;
pub mod assessment_positions;
pub mod audit;
pub mod cases;
pub mod concern_reports;
pub mod consents;
pub mod delegations;
pub mod info_requests;
pub mod joint_actions;
pub mod joint_files;
pub mod legal_bases;
pub mod me;
pub mod measures;
pub mod notes;
pub mod openapi_document;
pub mod personal_file;
pub mod persons;
pub mod policies;
pub mod received_items;
pub mod releases;
