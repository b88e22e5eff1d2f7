//! What can go wrong, named for what the caller can do about it.

use vocabulary::{AuthorityId, EntryId, Timestamp};

use crate::{SealOpeningError, draft_error::DraftError};

/// The entry is not durable, so nothing may leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The disk is nearly full: no change is taken, or nothing at all. Answer 503 and release nothing.
    #[error("the disk has no room for it")]
    NoRoom,
    /// The log could not be written in time. Answer 503 and release nothing; the same request may be tried again.
    #[error("the access log could not be written; nothing was released")]
    Unavailable,
    /// The id is taken by an entry with other content. A defect or an attack; trying again does not help.
    #[error("entry {0} exists with other content")]
    Duplicate(EntryId),
    /// The draft breaks a rule of the format. A defect of the caller.
    #[error("the entry cannot be written: {0}")]
    Draft(#[from] DraftError),
    /// The opening could not be sealed.
    #[error(transparent)]
    Sealing(#[from] SealOpeningError),
    /// The entry that was handed in does not speak of what is to be recorded. A defect of the caller.
    #[error("the prepared entry is about something else")]
    Mismatch,
    /// An explicit instant lies before the log's last entry.
    #[error("{at} is before the last entry of the log, {last}")]
    BeforeLast {
        /// The instant asked for.
        at: Timestamp,
        /// The log's last instant.
        last: Timestamp,
    },
    /// What is stored does not fit together: head, tiles or the last signed checkpoint contradict each other. Nothing is appended until someone looked.
    #[error("the stored log {0} contradicts itself; run `samlad audit verify`")]
    Corrupt(AuthorityId),
    /// The stored log is smaller than, or different from, what was signed before: a restored backup or a rewritten database.
    #[error("the log {0} is not a continuation of its last signed checkpoint")]
    NotAContinuation(AuthorityId),
    /// The last signed checkpoint could not be read or kept outside the database.
    #[error("the memory of signed checkpoints failed")]
    SignedMemory,
}

/// Why a unit of work with its entries was not committed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError<R: std::error::Error> {
    /// The business rows refused (stale, duplicate, closed ...); nothing of the unit was written, its entries neither.
    #[error(transparent)]
    Refused(R),
    /// The log could not be written; nothing of the unit was.
    #[error(transparent)]
    Log(#[from] LogError),
}
