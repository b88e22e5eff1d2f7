//! One file per page: its routes, its handlers, its tests.

pub mod accessibility;
pub mod basis_form;
pub mod session;
pub mod start;
pub mod audit_entries;
pub mod audit_verification;
pub mod sign_in;
