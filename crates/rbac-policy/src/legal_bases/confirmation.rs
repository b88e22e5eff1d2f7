//! What the authority's counsel has confirmed. A row in state `confirm` refuses until then.

use time::Date;

use super::basis::{LegalBasis, State};

/// Counsel has read the wording in force and found the row faithful to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The basis.
    pub code: String,
    /// Its version: a new version needs a new confirmation.
    pub version: u32,
    /// Name of the counsel.
    pub by: String,
    /// The day of the confirmation.
    pub on: Date,
    /// The wording that was read, for example the number of the latest amendment.
    pub wording_read: String,
}

/// The confirmations of one authority.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmations {
    list: Vec<Confirmation>,
}

impl Confirmations {
    /// Whether this version may be used as far as confirmation goes: it needs none, or counsel has given one in full.
    #[must_use]
    pub fn cover(&self, basis: &LegalBasis) -> bool {
        match basis.state {
            State::On => true,
            State::Off => false,
            State::Confirm => self.find(basis).is_some(),
        }
    }

    /// The confirmation of this version.
    #[must_use]
    pub fn find(&self, basis: &LegalBasis) -> Option<&Confirmation> {
        self.list.iter().find(|given| given.code == basis.code && given.version == basis.version)
    }
}

impl FromIterator<Confirmation> for Confirmations {
    /// A confirmation without a name or without the wording that was read counts for nothing.
    fn from_iter<I: IntoIterator<Item = Confirmation>>(given: I) -> Self {
        let complete = |given: &Confirmation| !given.by.trim().is_empty() && !given.wording_read.trim().is_empty();
        Self { list: given.into_iter().filter(complete).collect() }
    }
}
