//! What a use case gives back: the view, and the entry that stands in the log for it.

use vocabulary::EntryId;

/// A view together with the durable log entry that let it out.
#[derive(Debug)]
pub struct Answer<V> {
    /// What the caller may see.
    pub view: V,
    /// The log entry: the API sends it as `Samlad-Log-Entry`.
    pub entry: EntryId,
}

impl<V> Answer<V> {
    /// The same answer with another view.
    pub fn map<W>(self, change: impl FnOnce(V) -> W) -> Answer<W> {
        Answer { view: change(self.view), entry: self.entry }
    }
}
