//! The one binary, as a library: it composes the rooms and starts them.
//!
//! What it is: the command line ([`cli`]), the configuration ([`config`]), a running product ([`instance`]) and the demo world ([`demo`]). What it is not:
//! it has no use case, no SQL, no page and no rule of its own; all of it stands in the rooms below. `main.rs` calls [`cli::run`]; the tests across crates
//! start [`demo::Demo`] in their own process.

pub mod cli;
pub mod config;
pub mod demo;
pub mod disk;
pub mod hardening;
pub mod instance;
pub mod secret;
pub mod sign_in;
pub mod transport;
