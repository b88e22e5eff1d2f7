//! The numbers of one instance as they turn up in the tree: perhaps out of order, never lost.

use std::collections::BTreeMap;

use uuid::Uuid;
use vocabulary::{Action, Timestamp};

use super::VerifyError;
use crate::leaf::Leaf;

/// What is known of one instance so far.
#[derive(Debug)]
pub(super) struct Instance {
    /// Every number below is accounted for.
    next: i64,
    /// The instant of the last accounted entry.
    last: Timestamp,
    /// Entries beyond `next`.
    ahead: BTreeMap<i64, Timestamp>,
    /// Declared void, by first number.
    void: BTreeMap<i64, i64>,
    /// Every number below must be accounted for in the end.
    low: i64,
}

impl Default for Instance {
    fn default() -> Self {
        Self { next: 1, last: Timestamp::from_micros(i64::MIN), ahead: BTreeMap::new(), void: BTreeMap::new(), low: 1 }
    }
}

impl Instance {
    /// Takes in an entry of this instance.
    pub(super) fn take(&mut self, leaf: &Leaf<'_>) -> Result<(), VerifyError> {
        let (instance, number) = (leaf.stamp.instance, leaf.stamp.sequence);
        if (leaf.action == Action::StartInstance.code()) != (number == 1) {
            return Err(VerifyError::Start { instance });
        }
        let seen = self.ahead.contains_key(&number) || number < self.next && !self.is_void(number);
        if seen {
            return Err(VerifyError::SequenceRepeated { instance, number });
        }
        self.void.extend(leaf.void.iter().copied());
        self.low = self.low.max(leaf.stamp.low);
        if number >= self.next {
            self.ahead.insert(number, leaf.stamp.at);
        }
        self.advance(instance)
    }

    fn advance(&mut self, instance: Uuid) -> Result<(), VerifyError> {
        loop {
            if let Some(at) = self.ahead.remove(&self.next) {
                self.account(instance, self.next, at)?;
                self.next += 1;
            } else if let Some(to) = self.void_to(self.next) {
                self.next = to + 1;
            } else {
                return Ok(());
            }
        }
    }

    fn account(&mut self, instance: Uuid, number: i64, at: Timestamp) -> Result<(), VerifyError> {
        if at < self.last {
            return Err(VerifyError::TimeBackwards { instance, number });
        }
        self.last = at;
        Ok(())
    }

    /// Whether an entry with this number has been seen.
    pub(super) fn has(&self, number: i64) -> bool {
        self.ahead.contains_key(&number) || number < self.next
    }

    /// Nothing more comes. Gives how many numbers were still in flight.
    pub(super) fn finish(mut self, instance: Uuid) -> Result<u64, VerifyError> {
        if self.next < self.low {
            return Err(VerifyError::SequenceGap { instance, number: self.next });
        }
        let highest = self.ahead.keys().last().copied().unwrap_or(self.next - 1);
        let ahead = core::mem::take(&mut self.ahead);
        let mut open = highest + 1 - self.next - i64::try_from(ahead.len()).unwrap_or(i64::MAX);
        for (from, to) in self.void.range(self.next..) {
            open -= to.min(&highest) - from + 1;
        }
        for (number, at) in ahead {
            self.account(instance, number, at)?;
        }
        Ok(u64::try_from(open).unwrap_or(0))
    }

    /// Numbers declared void.
    pub(super) fn void_numbers(&self) -> u64 {
        self.void.iter().map(|(from, to)| u64::try_from(to - from + 1).unwrap_or(0)).sum()
    }

    fn is_void(&self, number: i64) -> bool {
        self.void_to(number).is_some()
    }

    /// The end of the void range that holds this number.
    fn void_to(&self, number: i64) -> Option<i64> {
        self.void.range(..=number).next_back().map(|(_, to)| *to).filter(|to| *to >= number)
    }
}
