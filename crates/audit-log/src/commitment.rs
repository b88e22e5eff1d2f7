//! Salted commitments: how a leaf binds a value without holding it.
//!
//! Each value has a salt of its own, derived from the seed in the opening, so that one value can be opened to somebody (its salt is handed over) without
//! opening its neighbours. Several values of one kind are the leaves of a small RFC 6962 tree; the entry's leaf keeps their number and the root, which is
//! the same few bytes for one subject and for a hundred.

use uuid::Uuid;

use crate::{Hash, Opening, tree};

const SALT: &[u8] = b"samlad/audit/v1/salt\0";
const COMMITMENT: &[u8] = b"samlad/audit/v1/commitment\0";

/// What a commitment is about; its text is part of the salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// A subject id (16 bytes).
    Subject,
    /// A listed id (16 bytes).
    Listed,
    /// The reasons (UTF-8).
    Justification,
    /// Digest of the content before a change (32 bytes).
    Before,
    /// Digest of the content after a change (32 bytes).
    After,
}

impl Committed {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Subject => b"subject\0",
            Self::Listed => b"listed\0",
            Self::Justification => b"justification\0",
            Self::Before => b"before\0",
            Self::After => b"after\0",
        }
    }
}

/// The salt of one value.
#[must_use]
pub fn salt(seed: &[u8; 32], kind: Committed, place: u64) -> [u8; 32] {
    Hash::of(&[SALT, seed, kind.label(), &place.to_be_bytes()]).0
}

/// The commitment to one value under its salt.
#[must_use]
pub fn commit(salt: &[u8; 32], value: &[u8]) -> Hash {
    Hash::of(&[COMMITMENT, salt, value])
}

/// A list of commitments as it stands in a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommittedList {
    /// How many, at least one.
    pub count: u64,
    /// RFC 6962 root over the 32-byte commitments.
    pub root: Hash,
}

/// Every commitment that an opening stands behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commitments {
    /// Subjects.
    pub subjects: Option<CommittedList>,
    /// Listed ids.
    pub listed: Option<CommittedList>,
    /// Reasons.
    pub justification: Option<Hash>,
    /// Content before.
    pub before: Option<Hash>,
    /// Content after.
    pub after: Option<Hash>,
}

impl Commitments {
    /// Computes what the leaf must hold for this opening.
    #[must_use]
    pub fn of(opening: &Opening) -> Self {
        let seed = &opening.seed;
        let one = |kind, value: &[u8]| commit(&salt(seed, kind, 0), value);
        Self {
            subjects: list(seed, Committed::Subject, opening.subjects.iter().map(|subject| subject.0)),
            listed: list(seed, Committed::Listed, opening.listed.iter().copied()),
            justification: opening.justification.as_ref().map(|text| one(Committed::Justification, text.as_bytes())),
            before: opening.before.map(|digest| one(Committed::Before, digest.as_bytes())),
            after: opening.after.map(|digest| one(Committed::After, digest.as_bytes())),
        }
    }

    /// Whether there is nothing to open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn list(seed: &[u8; 32], kind: Committed, ids: impl Iterator<Item = Uuid>) -> Option<CommittedList> {
    let commitments: Vec<Hash> = (0_u64..)
        .zip(ids)
        .map(|(place, id)| tree::leaf_hash(commit(&salt(seed, kind, place), id.as_bytes()).as_bytes()))
        .collect();
    let count = u64::try_from(commitments.len()).unwrap_or(u64::MAX);
    (count > 0).then(|| CommittedList { count, root: tree::root_of(&commitments) })
}
