//! The numbers of one instance as they turn up in the tree: perhaps out of order, never lost.

use std::collections::BTreeMap;

use uuid::Uuid;
use vocabulary::Timestamp;

use super::VerifyError;
use super::check::Fact;

/// So many numbers are collected before the lowest of them is taken for the first: far more than can be in flight at once.
const SETTLED: usize = 1 << 16;

/// What is known of one instance so far.
#[derive(Debug)]
pub(super) struct Instance {
    /// Every number below is accounted for. None: the beginning of the instance is not at hand, and where counting goes on is not known yet.
    next: Option<i64>,
    /// The instant of the last accounted entry.
    last: Timestamp,
    /// Entries beyond `next`.
    ahead: BTreeMap<i64, Timestamp>,
    /// Declared void, by first number.
    void: BTreeMap<i64, i64>,
    /// Every number below must be accounted for in the end.
    low: i64,
}

impl Instance {
    /// An instance whose entries are at hand from the first one on.
    pub(super) const fn whole() -> Self {
        Self::counting_from(Some(1))
    }

    /// An instance that may have begun before what is at hand: counting goes on at the lowest number that is.
    pub(super) const fn continued() -> Self {
        Self::counting_from(None)
    }

    const fn counting_from(next: Option<i64>) -> Self {
        Self { next, last: Timestamp::from_micros(i64::MIN), ahead: BTreeMap::new(), void: BTreeMap::new(), low: 1 }
    }

    /// Takes in an entry of this instance.
    pub(super) fn take(&mut self, fact: &Fact) -> Result<(), VerifyError> {
        let (instance, number, at) = (fact.stamp.instance, fact.stamp.sequence, fact.stamp.at);
        if fact.starts != (number == 1) {
            return Err(VerifyError::Start { instance });
        }
        self.low = self.low.max(fact.stamp.low);
        // Nearly always: the next number, and nothing out of order.
        if self.next == Some(number) && self.ahead.is_empty() && fact.void.is_empty() {
            self.account(instance, number, at)?;
            self.next = Some(number + 1);
            return Ok(());
        }
        if self.has(number) && !self.is_void(number) || self.ahead.contains_key(&number) {
            return Err(VerifyError::SequenceRepeated { instance, number });
        }
        self.void.extend(fact.void.iter().copied());
        if self.next.is_none_or(|next| number >= next) {
            self.ahead.insert(number, at);
        }
        if self.next.is_none() && (number == 1 || self.ahead.len() >= SETTLED) {
            self.settle();
        }
        self.advance(instance)
    }

    /// The lowest number that is at hand is where counting goes on.
    fn settle(&mut self) {
        self.next = self.ahead.keys().next().copied();
    }

    fn advance(&mut self, instance: Uuid) -> Result<(), VerifyError> {
        let Some(mut next) = self.next else { return Ok(()) };
        loop {
            if let Some(at) = self.ahead.remove(&next) {
                self.account(instance, next, at)?;
                next += 1;
            } else if let Some(to) = self.void_to(next) {
                next = to + 1;
            } else {
                self.next = Some(next);
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
        self.ahead.contains_key(&number) || self.next.is_some_and(|next| number < next)
    }

    /// Nothing more comes. Gives how many numbers were still in flight.
    pub(super) fn finish(mut self, instance: Uuid) -> Result<u64, VerifyError> {
        if self.next.is_none() {
            self.settle();
            self.advance(instance)?;
        }
        let next = self.next.unwrap_or(1);
        if next < self.low {
            return Err(VerifyError::SequenceGap { instance, number: next });
        }
        let highest = self.ahead.keys().last().copied().unwrap_or(next - 1);
        let ahead = core::mem::take(&mut self.ahead);
        let mut open = highest + 1 - next - i64::try_from(ahead.len()).unwrap_or(i64::MAX);
        for (from, to) in self.void.range(next..) {
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
