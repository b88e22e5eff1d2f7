//! Who opens openings, for verification and export.

use vocabulary::EntryId;

use crate::{Opening, SealedOpening};

/// Opens sealed openings. Implemented by the conductor over `field-vault`, for a caller who may.
pub trait Opener: Send + Sync {
    /// The opening; none when it is withheld.
    fn open(&self, entry: EntryId, sealed: &SealedOpening) -> Option<Opening>;
}

/// Opens nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Withhold;

impl Opener for Withhold {
    fn open(&self, _: EntryId, _: &SealedOpening) -> Option<Opening> {
        None
    }
}
