//! Verification: everything about a log is computed again from its leaves and compared.
//!
//! [`Walk`] is the pure part; it is fed pages of 256 leaves with what is stored beside them. Two drivers feed it: [`directory`] from an exported
//! directory (offline, what `audit-verify` runs) and, with the feature `appender`, [`crate::AccessLog::verify`] from the database in place.

pub mod directory;
mod instance;
mod trust;
mod verify_error;
mod walk;

#[cfg(feature = "appender")]
mod in_place;

pub use trust::Trust;
pub use verify_error::VerifyError;
pub use walk::{OpeningState, Page, Walk};

use serde::Serialize;

use crate::Hash;

/// What a verification found when it found nothing wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The log.
    pub origin: String,
    /// Leaves verified.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Size of the signed checkpoint that covers them, or the first of them.
    pub signed_size: u64,
    /// Witnesses that cosigned it, with the second at which they did.
    pub witnesses: Vec<(String, u64)>,
    /// Instances that wrote.
    pub instances: u64,
    /// Numbers declared void.
    pub void_numbers: u64,
    /// Numbers that were still in flight at the end of the log: neither logged nor void, and not yet due.
    pub open_numbers: u64,
    /// Entries whose opening was there and fits.
    pub opened: u64,
    /// Entries whose opening exists but was not opened here.
    pub withheld: u64,
    /// Entries whose opening no longer exists.
    pub erased: u64,
    /// Whether the search index was compared.
    pub index_compared: bool,
}
