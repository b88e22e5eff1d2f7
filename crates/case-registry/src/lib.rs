//! Every use case of Samlad: open, log, assess, release, receive, review, search.
//!
//! What it is: the one conductor. A use case reads the facts in one snapshot, asks the policy, makes the access durable in the log, and only then opens
//! what was sealed. What it is not: it knows no HTTP and writes no SQL. `web` and the command line call it and translate its answers; they decide nothing.

pub mod answer;
pub mod error;

pub use answer::Answer;
pub use error::{Check, FieldError, LegalRefusal, RegistryError};
