//! The part of an entry that can be forgotten: what the commitments in the leaf stand for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocabulary::{AuthorityId, EntryId, KeyId, LogSubjectId};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Hash;

/// The plain text of an opening. It is sealed under a log key before it is stored, and wiped from memory when dropped.
/// Fields stand in alphabetical order, so that its JSON is canonical as it comes.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Digest of the content after a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[zeroize(skip)]
    pub after: Option<Hash>,
    /// Digest of the content before a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[zeroize(skip)]
    pub before: Option<Hash>,
    /// The reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    /// The ids that were shown, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[zeroize(skip)]
    pub listed: Vec<Uuid>,
    /// Thirty-two random bytes from which the salt of each commitment is derived.
    #[serde(with = "seed_as_text")]
    pub seed: [u8; 32],
    /// About whom, in the order of the commitments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[zeroize(skip)]
    pub subjects: Vec<LogSubjectId>,
}

impl core::fmt::Debug for Opening {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Opening([sealed])")
    }
}

mod seed_as_text {
    use crate::Hash;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(seed: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        Hash(*seed).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        Hash::deserialize(deserializer).map(|hash| hash.0)
    }
}

/// An opening as it is stored: in a table of its own, so that it can be deleted while the leaf stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedOpening {
    /// The log key that it is sealed under.
    pub key: KeyId,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

/// An opening could not be sealed, so the entry cannot be written and nothing may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the opening of a log entry could not be sealed")]
pub struct SealOpeningError;

/// Seals openings under log keys of their own (per authority, subject and log year). Implemented by the conductor over `field-vault`.
///
/// It must not fail for want of a subject's key: then the authority's key of the year seals, or a refusal about an erased person could not be recorded.
pub trait OpeningSealer: Send + Sync {
    /// Seals one opening.
    ///
    /// # Errors
    /// When no log key of the authority can be used.
    fn seal(
        &self,
        entry: EntryId,
        authority: AuthorityId,
        year: i32,
        opening: &Opening,
    ) -> Result<SealedOpening, SealOpeningError>;
}
