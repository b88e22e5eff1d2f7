//! The demo's clock: stands at set instants while the world's past is told, and runs on from its start when people come in.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use vocabulary::{Clock, SystemClock, Timestamp};

/// Stands, then runs. It never goes backwards.
pub struct DemoClock {
    standing: AtomicI64,
    running: OnceLock<SystemClock>,
}

impl DemoClock {
    /// Stands at this instant; each reading moves it by one microsecond so that order stays visible.
    #[must_use]
    pub const fn standing_at(instant: Timestamp) -> Self {
        Self { standing: AtomicI64::new(instant.micros()), running: OnceLock::new() }
    }

    /// Moves on to this instant, if it is not past already.
    pub fn move_to(&self, instant: Timestamp) {
        self.standing.fetch_max(instant.micros(), Ordering::SeqCst);
    }

    /// Runs from this instant, or from where it stands if that is later. Once only.
    pub fn run_from(&self, instant: Timestamp) {
        self.move_to(instant);
        let start = Timestamp::from_micros(self.standing.load(Ordering::SeqCst));
        self.running.get_or_init(|| SystemClock::starting_at(start));
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        match self.running.get() {
            Some(clock) => clock.now(),
            None => Timestamp::from_micros(self.standing.fetch_add(1, Ordering::SeqCst)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stands_moves_on_and_runs_but_never_goes_back() {
        let at = Timestamp::from_micros;
        let clock = DemoClock::standing_at(at(1_000));
        assert_eq!((clock.now(), clock.now()), (at(1_000), at(1_001)));
        clock.move_to(at(5_000));
        clock.move_to(at(4_000));
        assert_eq!(clock.now(), at(5_000));
        clock.run_from(at(9_000_000));
        clock.run_from(at(1));
        assert!(clock.now() >= at(9_000_000));
        assert!(clock.now() < at(60_000_000));
    }
}
