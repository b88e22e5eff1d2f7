//! What a verification can find, each with a name and an exit code that stay.

use uuid::Uuid;

use crate::leaf::LeafError;

macro_rules! findings {
    ($($(#[$meta:meta])* $variant:ident $({ $($(#[$fmeta:meta])* $field:ident: $type:ty),+ $(,)? })? = $code:literal, $name:literal, $text:literal;)+) => {
        /// The first thing that is wrong with a log.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum VerifyError {
            $($(#[$meta])* #[error($text)] $variant $({ $($(#[$fmeta])* $field: $type),+ })?,)+
        }

        impl VerifyError {
            /// All names with their exit codes, in order of the codes.
            pub const CODES: &'static [(u8, &'static str)] = &[$(($code, $name)),+];

            /// The exit code of `audit-verify` and `samlad audit verify`.
            #[must_use]
            pub const fn code(&self) -> u8 {
                match self { $(Self::$variant { .. } => $code),+ }
            }

            /// The stable name.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $name),+ }
            }
        }
    };
}

findings! {
    /// Something could not be read at all.
    Unreadable { /** What. */ what: String } = 3, "unreadable", "{what} cannot be read";

    /// The checkpoint is not a signed note with a checkpoint in it.
    CheckpointMalformed = 10, "checkpoint-malformed", "the checkpoint is malformed";
    /// The checkpoint names another log.
    CheckpointOrigin = 11, "checkpoint-origin", "the checkpoint is of another log";
    /// The checkpoint is not signed with the log's key.
    CheckpointSignature = 12, "checkpoint-signature", "the checkpoint is not signed with the log's key";
    /// Too few witnesses.
    Quorum { /** True cosignatures. */ found: usize, /** Required. */ required: usize } = 13, "quorum", "{found} witnesses cosigned, {required} are required";
    /// The log is shorter than a checkpoint that is known from before.
    Rollback { /** Size now. */ size: u64, /** Size then. */ known: u64 } = 14, "rollback", "the log has {size} entries, but {known} were signed before";
    /// The log is not a continuation of a checkpoint that is known from before: history was rewritten, with the right key.
    Fork { /** Size then. */ known: u64 } = 15, "fork", "the first {known} entries are not those that were signed before";
    /// No checkpoint at all.
    Unsigned = 16, "unsigned", "there is no signed checkpoint";
    /// The part that is said to be at hand cannot be one of this log.
    Part = 17, "part", "this log cannot have the part that is said to be at hand";

    /// A tile is missing.
    TileMissing { /** Path. */ path: String } = 20, "tile-missing", "{path} is missing";
    /// A tile is not what the leaves give.
    TileChanged { /** Path. */ path: String } = 21, "tile-changed", "{path} is not the tile of these leaves";
    /// The leaves and tiles agree with each other, but not with what was signed.
    Root { /** Size at which. */ size: u64 } = 22, "root", "the root over {size} entries is not the signed one";
    /// The stored head is not that of the leaves.
    Head = 23, "head", "the stored head is not that of the leaves";

    /// An entry bundle is missing.
    BundleMissing { /** Path. */ path: String } = 25, "bundle-missing", "{path} is missing";
    /// An entry bundle cannot be taken apart.
    BundleMalformed { /** Path. */ path: String } = 26, "bundle-malformed", "{path} is not a bundle of entries";

    /// The bytes of an entry changed.
    Changed { /** Place. */ index: u64 } = 30, "changed", "entry {index} was changed";
    /// An entry was taken out.
    Deleted { /** Place. */ index: u64 } = 31, "deleted", "entry {index} was taken out";
    /// An entry was put in.
    Inserted { /** Place. */ index: u64 } = 32, "inserted", "an entry was put in at {index}";
    /// Entries changed places.
    Reordered { /** Place. */ index: u64 } = 33, "reordered", "entries from {index} on changed places";
    /// Entries at the end are missing.
    Truncated { /** Found. */ size: u64, /** Signed. */ expected: u64 } = 34, "truncated", "{size} of {expected} entries are there";

    /// Not canonical JSON.
    NotCanonical { /** Place. */ index: u64 } = 40, "not-canonical", "entry {index} is not canonical JSON";
    /// Not an entry.
    Schema { /** Place. */ index: u64, /** Where reading stopped. */ at: &'static str } = 41, "schema", "entry {index} is not an entry: {at}";
    /// An entry of another authority.
    OtherLog { /** Place. */ index: u64 } = 42, "other-log", "entry {index} belongs to another log";
    /// An id twice.
    DuplicateId { /** Place. */ index: u64 } = 43, "duplicate-id", "entry {index} repeats an id";
    /// A number that an instance took is neither logged nor declared void: an entry was lost before it reached the tree.
    SequenceGap { /** Instance. */ instance: Uuid, /** Number. */ number: i64 } = 44, "sequence-gap", "entry {number} of instance {instance} is lost";
    /// A number twice.
    SequenceRepeated { /** Instance. */ instance: Uuid, /** Number. */ number: i64 } = 45, "sequence-repeated", "instance {instance} used number {number} twice";
    /// Time ran backwards within an instance.
    TimeBackwards { /** Instance. */ instance: Uuid, /** Number. */ number: i64 } = 46, "time-backwards", "time ran backwards at entry {number} of instance {instance}";
    /// An instance did not introduce itself, or did so in the wrong place.
    Start { /** Instance. */ instance: Uuid } = 47, "start", "instance {instance} did not introduce itself with its first entry";
    /// An instance names a last known entry that is not there.
    PreviousLost { /** Instance. */ instance: Uuid } = 48, "previous-lost", "the entry that instance {instance} names as the last one before it is not in the log";

    /// A search index column is not what the leaf gives.
    Index { /** Place. */ index: u64, /** Column. */ column: &'static str } = 50, "index-edited", "index column {column} of entry {index} was edited";
    /// The search index has too few or too many rows.
    IndexRows { /** Place. */ index: u64 } = 51, "index-rows", "the search index does not fit at entry {index}";
    /// An opening does not fit the commitments in the leaf.
    Opening { /** Place. */ index: u64 } = 52, "opening", "the opening of entry {index} is not what the entry commits to";
}

impl VerifyError {
    pub(super) fn of_leaf(index: u64, error: LeafError) -> Self {
        match error {
            LeafError::Canonical(_) => Self::NotCanonical { index },
            LeafError::Schema(at) => Self::Schema { index, at },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_a_code_and_a_name_of_its_own() {
        assert!(VerifyError::CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let names: std::collections::BTreeSet<_> = VerifyError::CODES.iter().map(|(_, name)| name).collect();
        assert_eq!(names.len(), VerifyError::CODES.len());
        assert_eq!(VerifyError::Fork { known: 3 }.code(), 15);
        assert_eq!(VerifyError::Fork { known: 3 }.name(), "fork");
    }
}
