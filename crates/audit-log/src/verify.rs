//! Verification: everything about a log is computed again from its leaves and compared.
//!
//! [`Page`]s of 256 leaves are checked by themselves, with what is stored beside them and on every core; [`Walk`] takes them in order. Two drivers feed it:
//! [`directory`] from an exported directory (offline, what `audit-verify` runs) and, with the feature `appender`, `in_place` from the database.
//! Both know of a [`Part`]: what retention has left, or the entries of a period.

mod check;
pub mod directory;
mod ids;
mod index_line;
mod instance;
mod part;
mod places;
mod trust;
mod verify_error;
mod walk;

#[cfg(feature = "appender")]
mod in_place;

pub use check::{Checked, Index, Page, Place};
#[cfg(feature = "appender")]
pub use in_place::in_place;
pub use part::Part;
pub use places::Places;
pub use trust::Trust;
pub use verify_error::VerifyError;
pub use walk::{Next, OpeningState, Walk};

use serde::Serialize;

use crate::Hash;

/// What a verification found when it found nothing wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The log.
    pub origin: String,
    /// Leaves of the log.
    pub size: u64,
    /// The first of them whose entries were at hand and verified; 0 but for a part.
    pub first: u64,
    /// The one after the last of them; `size` but for a part.
    pub end: u64,
    /// Entries below this place have come to the end of their term and no longer exist; their hashes do.
    pub pruned: u64,
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
