//! The access log: one append-only Merkle log per authority, and the only mint of [`Recorded`].
//!
//! What it is: what an entry holds and how its bytes look ([`EntryDraft`], [`Prepared`], [`EntryRow`]); the RFC 6962 tree, its tiles, checkpoints and
//! proofs; the appender that makes entries durable before anything leaves ([`AccessLog`], over the port [`Ledger`]); and the verification of a log,
//! in place or as an exported directory. `audit/FORMAT.md` says the same byte by byte, for strangers.
//!
//! What it is not: it knows no SQL and no HTTP, decides nothing about who may see what, and opens no sealed value. The database is behind [`Ledger`]
//! (`store`), the keys of openings are behind [`OpeningSealer`] (the conductor, over `field-vault`).
//!
//! Who calls it: the conductor records each decision; `field-vault` demands a [`Recorded`] permit before it opens anything; `audit-verify` uses the
//! part without the feature `appender`.

#[cfg(feature = "appender")]
pub mod appender;
pub mod canonical;
pub mod checkpoint;
pub mod commitment;
pub mod draft;
pub mod draft_error;
pub mod edge;
pub mod error;
#[cfg(feature = "appender")]
pub mod export;
pub mod hash;
pub mod key;
pub mod leaf;
pub mod ledger;
pub mod note;
pub mod opener;
pub mod opening;
mod opening_line;
#[cfg(feature = "appender")]
pub mod prepared;
pub mod proof;
pub mod recorded;
pub mod row;
pub mod signed;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tile;
pub mod tree;
pub mod verify;

/// Whether an acknowledged read lies in the log. False in one program only, which shows what the log costs (feature `unlogged`, `docs/adr/0006`); the
/// product's `main` does not compile when it is.
pub const RECORDS: bool = cfg!(not(feature = "unlogged"));

#[cfg(feature = "appender")]
pub use appender::{AccessLog, AnonymousKey, Elsewhere, Gauge, LogSettings, Room};
pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use draft::{Change, EntryDraft, Outcome, Phase, Recipient, Recordable, Resource, SearchTerm, Who};
pub use draft_error::DraftError;
pub use error::{CommitError, LogError};
pub use hash::Hash;
pub use key::{LogSigner, LogVerifier, WitnessSigner, WitnessVerifier};
pub use leaf::Leaf;
pub use ledger::{AppendMode, Head, Integration, LastEntry, Ledger, LedgerError};
pub use opener::{Opener, Withhold};
pub use opening::{Opening, OpeningSealer, SealOpeningError, SealedOpening};
#[cfg(feature = "appender")]
pub use prepared::Prepared;
pub use recorded::Recorded;
pub use row::{Columns, EntryRow, StoredLeaf};
pub use tile::{Tile, TileId};
pub use verify::{Trust, Verification, VerifyError};
