//! Every use case of Samlad: open, log, assess, release, receive, review, search.
//!
//! What it is: the one conductor. A use case reads the facts in one snapshot, asks the policy, makes the access durable in the log, and only then opens
//! what was sealed. What it is not: it knows no HTTP and writes no SQL. `web` and the command line call it and translate its answers; they decide nothing.

pub mod abstention;
pub mod access_log;
pub mod access_request;
pub mod answer;
mod arrival;
pub mod assessment;
pub mod case;
pub mod concern_report;
pub mod confirmation;
pub mod conflict;
pub mod consent;
pub mod courier;
mod crossing;
pub mod decided;
pub mod delegation;
pub mod directory;
pub mod error;
pub mod explanation;
mod facts;
pub mod figures;
pub mod form_draft;
pub mod home;
pub mod info_request;
pub mod joint_action;
pub mod joint_entry;
pub mod joint_file;
pub mod lapse;
pub mod legal_basis;
pub mod log_keeping;
pub mod measure;
mod measure_age;
pub mod note;
mod opening;
pub mod person;
pub mod person_search;
pub mod personal_file;
pub mod policy;
mod policy_book;
pub mod policy_change;
pub mod received;
mod recording;
mod registry;
pub mod release;
mod replay;
mod rule;
pub mod session;
mod wording;

pub use answer::Answer;
pub use error::{Check, FieldError, LegalRefusal, RegistryError};
pub use registry::{Registry, Rooms};
