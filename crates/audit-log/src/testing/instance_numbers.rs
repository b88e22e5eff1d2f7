//! The appender's own accounting for numbers, for the model check: so that what is checked is what runs.

use uuid::Uuid;
use vocabulary::Timestamp;

use crate::appender::numbers::{Numbers, Taken};

/// The numbers of one instance in one log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InstanceNumbers(Numbers);

/// Numbers taken for one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TakenNumbers {
    taken: Taken,
    entries: usize,
}

impl InstanceNumbers {
    /// A new instance.
    #[must_use]
    pub const fn new(instance: Uuid) -> Self {
        Self(Numbers::new(instance, Timestamp::from_micros(0)))
    }

    /// Takes numbers for so many entries, and one more in front where numbers must be declared void.
    pub fn take(&mut self, entries: usize) -> TakenNumbers {
        let mut instants = vec![Timestamp::from_micros(0); entries];
        let taken = self.0.take(&mut instants);
        TakenNumbers { taken, entries: instants.len() }
    }

    /// Tells how the transaction ended.
    pub fn settle(&mut self, taken: TakenNumbers, committed: bool) {
        self.0.settle(taken.taken, committed);
    }
}

impl TakenNumbers {
    /// What the first entry must declare void.
    #[must_use]
    pub fn declares(&self) -> &[(i64, i64)] {
        self.taken.declares()
    }

    /// Number and low mark of each entry.
    #[must_use]
    pub fn stamped(&self) -> Vec<(i64, i64)> {
        let stamp = |place| self.taken.stamp(place, Timestamp::from_micros(0));
        (0..self.entries).map(stamp).map(|stamp| (stamp.sequence, stamp.low)).collect()
    }
}
