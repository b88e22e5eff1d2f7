//! The JSON API as its clients meet it.

mod bad_input;
pub(crate) mod bodies;
mod contract;
mod edits;
mod parcels;
mod thread;
