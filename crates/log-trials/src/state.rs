//! What there is at one moment: the database, the processes, and what was acknowledged to whom.

use std::collections::BTreeSet;

use audit_log::testing::{InstanceNumbers, TakenNumbers};

/// An entry, as far as accounting for it goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// The instance that wrote it.
    pub instance: u8,
    /// Its number there.
    pub number: i64,
    /// Every number below had come to its end when it was stamped.
    pub low: i64,
    /// Numbers that it declares void.
    pub void: Vec<(i64, i64)>,
}

/// A transaction whose end its process does not know yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Flight {
    pub(crate) taken: TakenNumbers,
    pub(crate) entries: Vec<Entry>,
    /// The answer to its commit did not come.
    pub(crate) is_lost: bool,
}

/// What a sequencer read before it writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct View {
    pub(crate) tree: Vec<Entry>,
    pub(crate) waiting: Vec<Entry>,
    pub(crate) epoch: u8,
}

/// One process. A new instance takes its place when it is killed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Process {
    pub(crate) instance: u8,
    pub(crate) numbers: InstanceNumbers,
    pub(crate) flights: Vec<Flight>,
    pub(crate) view: Option<View>,
}

/// How much may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Budget {
    /// Requests that come.
    pub requests: u8,
    /// Transactions that are rolled back.
    pub rollbacks: u8,
    /// Answers to commits that are lost.
    pub losses: u8,
    /// Times that a leader loses its lock, perhaps without knowing.
    pub leads: u8,
    /// Processes that are killed.
    pub kills: u8,
}

/// Everything at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub(crate) processes: Vec<Process>,
    /// Committed rows.
    pub(crate) rows: BTreeSet<Entry>,
    /// Rows that have a place in the tree.
    pub(crate) indexed: BTreeSet<Entry>,
    /// Commits that nobody waits for any more, and that may land or not.
    pub(crate) adrift: Vec<Vec<Entry>>,
    pub(crate) tree: Vec<Entry>,
    pub(crate) fence: u8,
    /// The process that holds the lock, and the epoch that the last one got.
    pub(crate) leader: Option<usize>,
    pub(crate) epoch: u8,
    /// What was acknowledged: instance and number.
    pub(crate) acknowledged: BTreeSet<(u8, i64)>,
    /// The longest tree that anybody can have seen.
    pub(crate) seen: Vec<Entry>,
    pub(crate) is_forked: bool,
    pub(crate) next_instance: u8,
    pub(crate) left: Budget,
}

impl State {
    /// Two processes over an empty log.
    #[must_use]
    pub fn new(left: Budget) -> Self {
        let process = |instance| Process {
            instance,
            numbers: InstanceNumbers::new(uuid::Uuid::from_u128(instance.into())),
            flights: Vec::new(),
            view: None,
        };
        Self {
            processes: vec![process(0), process(1)],
            rows: BTreeSet::new(),
            indexed: BTreeSet::new(),
            adrift: Vec::new(),
            tree: Vec::new(),
            fence: 0,
            leader: None,
            epoch: 0,
            acknowledged: BTreeSet::new(),
            seen: Vec::new(),
            is_forked: false,
            next_instance: 2,
            left,
        }
    }

    /// Every acknowledged entry is committed, and is either in the tree or waits to be.
    #[must_use]
    pub fn keeps_what_it_acknowledged(&self) -> bool {
        self.acknowledged.iter().all(|(instance, number)| {
            let is_it = |entry: &&Entry| entry.instance == *instance && entry.number == *number;
            self.rows.iter().find(is_it).is_some_and(|row| !self.indexed.contains(row) || self.tree.contains(row))
        })
    }

    /// No tree that anybody can have seen is left by a later one.
    #[must_use]
    pub const fn has_no_fork(&self) -> bool {
        !self.is_forked
    }

    /// No entry stands in the tree twice.
    #[must_use]
    pub fn has_no_double(&self) -> bool {
        let distinct: BTreeSet<_> = self.tree.iter().map(|entry| (entry.instance, entry.number)).collect();
        distinct.len() == self.tree.len()
    }

    /// What a verifier says of the numbers: every one below an instance's low mark is in the tree or declared void there. A false alarm breaks this too.
    #[must_use]
    pub fn accounts_for_every_number(&self) -> bool {
        self.tree.iter().all(|witness| {
            let of_it = || self.tree.iter().filter(|entry| entry.instance == witness.instance);
            (1..witness.low).all(|number| {
                of_it().any(|entry| {
                    entry.number == number || entry.void.iter().any(|(from, to)| (*from..=*to).contains(&number))
                })
            })
        })
    }

    /// Nothing is under way.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.rows == self.indexed
            && self.adrift.is_empty()
            && self.processes.iter().all(|process| process.flights.is_empty() && process.view.is_none())
    }

    /// All that was acknowledged is in the tree.
    #[must_use]
    pub fn has_everything_in_the_tree(&self) -> bool {
        self.acknowledged
            .iter()
            .all(|acknowledged| self.tree.iter().any(|entry| (entry.instance, entry.number) == *acknowledged))
    }

    /// Somebody else took the lead while a step was under way.
    #[must_use]
    pub fn has_a_leader_that_is_none(&self) -> bool {
        self.processes.iter().any(|process| process.view.as_ref().is_some_and(|view| view.epoch < self.epoch))
    }

    /// A number that was declared void is there all the same: its commit landed late.
    #[must_use]
    pub fn has_a_late_commit(&self) -> bool {
        self.tree.iter().any(|entry| {
            self.tree
                .iter()
                .filter(|other| other.instance == entry.instance)
                .any(|other| other.void.iter().any(|(from, to)| (*from..=*to).contains(&entry.number)))
        })
    }
}
