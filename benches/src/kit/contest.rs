//! Variants that do the same job, measured in alternating rounds.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::{Bench, Series, on_processor};

/// How long a turn lasts: long enough for the clock's grain, short enough that all variants meet the same disturbances.
const TURN: Duration = Duration::from_millis(8);

/// Variants of one job. Every round gives each a turn, and each round begins with another one, so that none always runs first or after the same neighbour.
pub(crate) struct Contest<'a> {
    rounds: u32,
    clock: fn() -> Duration,
    variants: Vec<Variant<'a>>,
}

/// The clock on the wall.
fn on_the_wall() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed()
}

struct Variant<'a> {
    series: Series,
    /// Does the job so many times and says how long that took.
    turn: Box<dyn FnMut(u64) -> Duration + 'a>,
    times: u64,
}

impl<'a> Contest<'a> {
    /// A contest without variants, with the rounds of this run.
    pub(crate) fn new(bench: &Bench) -> Self {
        Self { rounds: bench.rounds(), clock: on_the_wall, variants: Vec::new() }
    }

    /// Times the variants that follow by what their thread spends on the processor: for jobs that wait for nothing and start no threads. On a busy
    /// machine the wall clock counts what others do.
    pub(crate) fn on_processor(self) -> Self {
        Self { clock: on_processor, ..self }
    }

    /// A variant that does the job once per call. Hand its result to [`core::hint::black_box`].
    pub(crate) fn variant(self, name: &str, mut job: impl FnMut() + 'a) -> Self {
        let clock = self.clock;
        self.timed(name, move |times| {
            let began = clock();
            for _ in 0..times {
                job();
            }
            clock().saturating_sub(began)
        })
    }

    /// A variant that keeps the time itself, because part of what it does is not the job.
    pub(crate) fn timed(mut self, name: &str, turn: impl FnMut(u64) -> Duration + 'a) -> Self {
        self.variants.push(Variant { series: Series::new(name), turn: Box::new(turn), times: 1 });
        self
    }

    /// Runs all rounds. The series are nanoseconds per job, in the order in which the variants came.
    pub(crate) fn run(mut self) -> Vec<Series> {
        for variant in &mut self.variants {
            variant.warm_up();
        }
        let count = self.variants.len();
        for round in 0..usize::try_from(self.rounds).unwrap_or(usize::MAX) {
            for step in 0..count {
                if let Some(variant) = self.variants.get_mut((round + step) % count) {
                    variant.take_turn();
                }
            }
        }
        self.variants.into_iter().map(|variant| variant.series).collect()
    }
}

impl Variant<'_> {
    /// Doubles until a turn is long enough, which fills caches on the way.
    fn warm_up(&mut self) {
        loop {
            let took = (self.turn)(self.times);
            if took >= TURN {
                break;
            }
            self.times *= 2;
        }
    }

    fn take_turn(&mut self) {
        let took = (self.turn)(self.times);
        #[expect(clippy::cast_precision_loss, reason = "a count of jobs in a turn is far below 2^52")]
        self.series.push(took.as_secs_f64() * 1e9 / self.times as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_a_turn_in_every_round_and_none_is_always_first() {
        let order = std::cell::RefCell::new(Vec::new());
        let turn = |name: char| {
            let order = &order;
            move |_: u64| {
                order.borrow_mut().push(name);
                TURN
            }
        };
        let series = Contest::new(&Bench::new(3, "")).timed("a", turn('a')).timed("b", turn('b')).run();
        assert!(series.iter().all(|series| series.rounds() == 3));
        // After one warm-up turn each.
        assert_eq!(order.borrow()[2..], ['a', 'b', 'b', 'a', 'a', 'b']);
    }

    #[test]
    fn a_turn_is_made_long_enough_and_divided_by_its_jobs() {
        let turn = |times| Duration::from_micros(10) * u32::try_from(times).unwrap();
        let series = Contest::new(&Bench::new(2, "")).timed("x", turn).run();
        let summary = series[0].summary();
        assert!((summary.median - 10_000.0).abs() < 1e-6, "{summary:?}");
    }
}
