//! What a new policy changes for people: newly allowed first, because that is what a reviewer must not miss.

use crate::{
    allowance::{Allowance, Allowances},
    matrix::{self, MatrixRow},
    policy::Policy,
};

/// The difference between two policies over the same vocabulary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyDiff {
    /// Denied before, allowed now; with the new lines.
    pub newly_allowed: Vec<MatrixRow>,
    /// Allowed before, denied now; with the old lines.
    pub newly_denied: Vec<MatrixRow>,
    /// Allowed before and now with other obligations; with the new ones.
    pub other_obligations: Vec<MatrixRow>,
}

impl PolicyDiff {
    /// Whether every request is decided alike, obligations included.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.newly_allowed.is_empty() && self.newly_denied.is_empty() && self.other_obligations.is_empty()
    }
}

impl Policy {
    /// What changes when `newer` takes this policy's place.
    pub fn diff(&self, newer: &Self) -> PolicyDiff {
        let (old, new) = (self.allowances(), newer.allowances());
        PolicyDiff {
            newly_allowed: only_in(new, old),
            newly_denied: only_in(old, new),
            other_obligations: otherwise_obliged(old, new),
        }
    }
}

fn only_in(here: &Allowances, there: &Allowances) -> Vec<MatrixRow> {
    let parts = here.iter().flat_map(|allowance| {
        let pieces = allowance.cube.uncovered(there.near(&allowance.cube).map(|other| &other.cube));
        pieces.into_iter().map(|cube| Allowance { cube, reason: allowance.reason.clone() })
    });
    parts.filter_map(|part| matrix::row(here, &part)).collect()
}

fn otherwise_obliged(old: &Allowances, new: &Allowances) -> Vec<MatrixRow> {
    let parts = new.iter().flat_map(|allowance| {
        let before = old.near(&allowance.cube).filter(|other| other.reason.obligations != allowance.reason.obligations);
        before.filter_map(|other| {
            Some(Allowance { cube: allowance.cube.meet(&other.cube)?, reason: allowance.reason.clone() })
        })
    });
    parts.filter_map(|part| matrix::row(new, &part)).collect()
}
