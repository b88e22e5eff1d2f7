//! Proof that something is in the log.

use vocabulary::EntryId;

/// A `R` whose entry is durable. Only the appender makes one, and only after the commit; nothing else opens the vault.
///
/// There is deliberately no constructor, no `Clone` and no way back to the `R` itself: one decision, one entry, one value.
#[must_use = "recorded access that is not used was recorded for nothing"]
pub struct Recorded<R> {
    entry: EntryId,
    what: R,
}

impl<R> Recorded<R> {
    #[cfg(feature = "appender")]
    pub(crate) const fn mint(entry: EntryId, what: R) -> Self {
        Self { entry, what }
    }

    /// Id of the log entry; the answer to the client carries it.
    pub const fn entry(&self) -> EntryId {
        self.entry
    }

    /// What was recorded.
    pub const fn what(&self) -> &R {
        &self.what
    }
}

impl<R> core::fmt::Debug for Recorded<R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Recorded({})", self.entry)
    }
}
