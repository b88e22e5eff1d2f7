//! The numbers that one instance gives to the entries of one log: taken once, in order with the time, and accounted for to the last.

use std::collections::BTreeSet;

use uuid::Uuid;
use vocabulary::Timestamp;

use crate::leaf::Stamp;

/// At most this many ranges are declared void in one entry; the rest wait for the next.
const MAX_RANGES: usize = 64;

/// The numbers of one instance in one log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Numbers {
    instance: Uuid,
    next: i64,
    /// The latest instant of this instance's entries.
    last: Timestamp,
    /// The latest instant known in the whole log: what an explicit instant is measured against.
    log_last: Timestamp,
    /// First numbers of the ranges that are taken and not yet known to be committed or rolled back.
    in_flight: BTreeSet<i64>,
    /// Rolled back, and not yet declared.
    undeclared: Vec<(i64, i64)>,
}

/// Numbers taken for one transaction. Give them back with [`Numbers::settle`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "numbers that are not settled hold back the low mark for ever"]
pub(crate) struct Taken {
    instance: Uuid,
    first: i64,
    last: i64,
    low: i64,
    declared: Vec<(i64, i64)>,
}

impl Numbers {
    /// A new instance. `log_last`: the latest instant in the log so far.
    pub(crate) const fn new(instance: Uuid, log_last: Timestamp) -> Self {
        Self {
            instance,
            next: 1,
            last: Timestamp::from_micros(i64::MIN),
            log_last,
            in_flight: BTreeSet::new(),
            undeclared: Vec::new(),
        }
    }

    /// The latest instant known in the log.
    pub(crate) const fn log_last(&self) -> Timestamp {
        self.log_last
    }

    /// Takes as many numbers as there are instants, and one more in front when numbers must be declared void ([`Taken::declares`]). Instants are raised
    /// so that time never runs backwards within the instance; they come back in `at`, that of the declaration first.
    pub(crate) fn take(&mut self, at: &mut Vec<Timestamp>) -> Taken {
        let rest = self.undeclared.split_off(self.undeclared.len().min(MAX_RANGES));
        let declared = core::mem::replace(&mut self.undeclared, rest);
        if let Some(first) = at.first().copied().filter(|_| !declared.is_empty()) {
            at.insert(0, first);
        }
        for instant in at.iter_mut() {
            *instant = self.last.max(*instant);
            self.last = *instant;
        }
        self.log_last = self.log_last.max(self.last);
        let first = self.next;
        self.next += i64::try_from(at.len()).unwrap_or(i64::MAX);
        let last = self.next - 1;
        let open = self.in_flight.iter().chain(self.undeclared.iter().map(|(from, _)| from)).min();
        let low = open.copied().unwrap_or(i64::MAX);
        self.in_flight.insert(first);
        // Until this transaction has its answer, what it declares is as open as its own numbers.
        self.in_flight.extend(declared.iter().map(|(from, _)| *from));
        Taken { instance: self.instance, first, last, low, declared }
    }

    /// Tells how the transaction ended. Rolled back, or not known to be committed: the numbers are declared void by a later entry. Should such a commit
    /// turn up after all, the number is there *and* declared: it was never acknowledged, which is all that void says.
    pub(crate) fn settle(&mut self, taken: Taken, committed: bool) {
        self.in_flight.remove(&taken.first);
        for (from, _) in &taken.declared {
            self.in_flight.remove(from);
        }
        if !committed {
            self.undeclared.extend(taken.declared);
            self.undeclared.push((taken.first, taken.last));
            self.undeclared.sort_unstable();
            self.undeclared = merged(core::mem::take(&mut self.undeclared));
        }
    }
}

impl Taken {
    /// The numbers that the first entry must declare void; empty when there is no such entry.
    pub(crate) fn declares(&self) -> &[(i64, i64)] {
        &self.declared
    }

    /// The stamp of the entry at this place of the transaction.
    pub(crate) fn stamp(&self, place: usize, at: Timestamp) -> Stamp {
        let sequence = self.first + i64::try_from(place).unwrap_or(i64::MAX);
        // Numbers of the same transaction come to their end together with this one.
        let low = if self.low < self.first { self.low } else { sequence };
        Stamp { at, instance: self.instance, sequence, low }
    }
}

fn merged(sorted: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut ranges: Vec<(i64, i64)> = Vec::with_capacity(sorted.len());
    for (from, to) in sorted {
        match ranges.last_mut() {
            Some(last) if last.1 + 1 >= from => last.1 = last.1.max(to),
            _ => ranges.push((from, to)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Numbers {
        Numbers::new(Uuid::nil(), Timestamp::from_micros(5))
    }

    fn take(numbers: &mut Numbers, at: &[i64]) -> (Taken, Vec<Stamp>) {
        let mut at: Vec<Timestamp> = at.iter().copied().map(Timestamp::from_micros).collect();
        let taken = numbers.take(&mut at);
        let stamps = at.iter().enumerate().map(|(place, at)| taken.stamp(place, *at)).collect();
        (taken, stamps)
    }

    #[test]
    fn time_never_runs_backwards_within_an_instance() {
        let mut numbers = numbers();
        let (taken, stamps) = take(&mut numbers, &[10, 8, 12]);
        assert_eq!(
            stamps.iter().map(|stamp| (stamp.sequence, stamp.at.micros())).collect::<Vec<_>>(),
            [(1, 10), (2, 10), (3, 12)]
        );
        numbers.settle(taken, true);
        let (taken, stamps) = take(&mut numbers, &[1]);
        assert_eq!((stamps[0].sequence, stamps[0].at.micros(), stamps[0].low), (4, 12, 4));
        numbers.settle(taken, true);
        assert_eq!(numbers.log_last().micros(), 12);
    }

    #[test]
    fn the_low_mark_stays_below_whatever_is_still_open() {
        let mut numbers = numbers();
        let (first, _) = take(&mut numbers, &[1, 1]);
        let (second, stamps) = take(&mut numbers, &[2, 2]);
        assert_eq!(stamps.iter().map(|stamp| stamp.low).collect::<Vec<_>>(), [1, 1]);
        numbers.settle(first, false);
        let (void, stamps) = take(&mut numbers, &[3]);
        assert_eq!(void.declares(), [(1, 2)]);
        assert_eq!(
            stamps.iter().map(|stamp| (stamp.sequence, stamp.low)).collect::<Vec<_>>(),
            [(5, 3), (6, 3)],
            "3 and 4 are in flight"
        );
        // Until that declaration is committed, nobody else may count on it.
        let (fourth, stamps) = take(&mut numbers, &[4]);
        assert_eq!((stamps[0].sequence, stamps[0].low), (7, 1));
        numbers.settle(second, true);
        numbers.settle(void, false);
        numbers.settle(fourth, true);
        let (again, stamps) = take(&mut numbers, &[5]);
        assert_eq!(again.declares(), [(1, 2), (5, 6)], "a declaration that was rolled back is made again");
        assert_eq!(stamps.iter().map(|stamp| (stamp.sequence, stamp.low)).collect::<Vec<_>>(), [(8, 8), (9, 9)]);
        numbers.settle(again, true);
    }

    #[test]
    fn neighbouring_ranges_are_declared_as_one() {
        assert_eq!(merged(vec![(1, 2), (3, 3), (5, 6), (6, 9), (12, 12)]), [(1, 3), (5, 9), (12, 12)]);
    }
}
