//! The anonymous lane: the first event of a key in a minute is an entry of its own, its repeats become one counted entry.
//!
//! Whoever has not signed in gets nothing that must be recorded before it leaves, so counting in memory for a minute gives nothing away; and a flood
//! from one address costs two entries a minute, so that failing closed is no way to deny the service to others.

use std::collections::HashMap;

use vocabulary::{Action, AuthorityId, Timestamp};

use crate::leaf::Fold;
use crate::{Outcome, Prepared};

/// Keys in one minute; those beyond it share one.
const MAX_KEYS: usize = 1024;
const MINUTE: i64 = 60_000_000;

/// A keyed digest of an address: never the address itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AnonymousKey(pub [u8; 16]);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Event {
    key: AnonymousKey,
    log: AuthorityId,
    action: Action,
    outcome: Outcome,
}

struct Repeats {
    first: Prepared,
    count: u64,
    since: Timestamp,
}

#[derive(Default)]
pub(super) struct Folds {
    minute: i64,
    events: HashMap<Event, Repeats>,
    /// Of minutes that have passed.
    due: Vec<(Prepared, Fold)>,
}

impl Folds {
    /// Counts a repeat. False: this is the first of its kind in this minute and needs an entry of its own.
    pub(super) fn counts(&mut self, key: AnonymousKey, entry: &Prepared, now: Timestamp) -> bool {
        self.turn(now);
        let event = self.event(key, entry);
        let Some(repeats) = self.events.get_mut(&event) else { return false };
        if repeats.count == 0 {
            repeats.since = now;
        }
        repeats.count += 1;
        true
    }

    /// From now on repeats of this entry are counted until the minute ends.
    pub(super) fn begin(&mut self, key: AnonymousKey, entry: Prepared, now: Timestamp) {
        self.turn(now);
        let event = self.event(key, &entry);
        self.events.entry(event).or_insert(Repeats { first: entry, count: 0, since: now });
    }

    /// What must be written now that its minute has passed (or the service stops).
    pub(super) fn take_due(&mut self, now: Timestamp, all: bool) -> Vec<(Prepared, Fold)> {
        self.turn(if all { Timestamp::from_micros(i64::MAX) } else { now });
        core::mem::take(&mut self.due)
    }

    /// Back, because it could not be written.
    pub(super) fn put_back(&mut self, entry: Prepared, fold: Fold) {
        if self.due.len() < MAX_KEYS {
            self.due.push((entry, fold));
        }
    }

    fn event(&self, key: AnonymousKey, entry: &Prepared) -> Event {
        let event = Event { key, log: entry.authority(), action: entry.action(), outcome: entry.outcome() };
        if self.events.len() < MAX_KEYS || self.events.contains_key(&event) {
            return event;
        }
        Event { key: AnonymousKey([0; 16]), ..event }
    }

    fn turn(&mut self, now: Timestamp) {
        let minute = now.micros().div_euclid(MINUTE);
        if minute != self.minute {
            self.minute = minute;
            let repeats = self.events.drain().map(|(_, repeats)| repeats).filter(|repeats| repeats.count > 0);
            self.due
                .extend(repeats.map(|repeats| (repeats.first, Fold { count: repeats.count, since: repeats.since })));
        }
    }
}
