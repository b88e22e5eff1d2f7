//! Work spread over the machine's cores.

use std::{num::NonZero, panic, thread};

/// How many threads a piece of work is worth, if each is to have so much of it. At least one, at most one for each core that this process may use.
pub(crate) fn worth(work: u64, each: u64) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    usize::try_from(work / each.max(1)).unwrap_or(usize::MAX).clamp(1, cores)
}

/// Does every part on a thread of its own, the last one on the caller's. What the parts give comes in their order.
pub(crate) fn spread<T: Send>(parts: usize, part: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let part = &part;
    thread::scope(|scope| {
        let last = parts.saturating_sub(1);
        let others: Vec<_> = (0..last).map(|number| scope.spawn(move || part(number))).collect();
        let of_caller = part(last);
        let done = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
        done.chain([of_caller]).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_in_their_order() {
        assert_eq!(spread(5, |number| number * number), [0, 1, 4, 9, 16]);
        assert_eq!(spread(1, |number| number), [0]);
    }

    #[test]
    fn little_work_is_done_by_one() {
        assert_eq!((worth(0, 10), worth(9, 10), worth(9, 0).min(1)), (1, 1, 1));
    }

    #[test]
    fn a_part_that_panics_is_not_passed_over() {
        assert!(panic::catch_unwind(|| spread(2, |number| assert_eq!(number, 1))).is_err());
    }
}
