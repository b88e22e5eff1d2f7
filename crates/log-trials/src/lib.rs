//! Trials of the access log. In `tests/kill` a writer of a real log is killed again and again; here is the model that `tests/checked` goes through:
//!
//! the access log on PostgreSQL with several instances, small enough to be tried through all its interleavings.
//!
//! What it is: requests that take numbers, commits whose answer is lost and that land later or never, look-ups, a sequencer whose lead changes in the
//! middle of a step, and instances that are killed; with the rules that `audit-log` and `store` keep: compare-and-swap on the head, a fence by epoch,
//! indexes given to waiting rows only. The numbers and what they declare void are those of the appender itself
//! ([`audit_log::testing::InstanceNumbers`]), not a copy. What it is not: it has no SQL, no hashes and no time; those have tests of their own.
//!
//! Each [`Bug`] leaves one rule out. The check must find it: otherwise it would not find the next one either.

mod state;
mod step;

pub use state::{Budget, Entry, State};
pub use step::{Bug, Log, Step};
