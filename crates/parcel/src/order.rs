//! The place of a parcel in its row: applied in order, once.

/// What to do with a parcel, given the last number that was applied in its row (same joint reference, sender and recipient).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The next one: apply it.
    Next,
    /// Applied already: do nothing, send the receipt again.
    Replay,
    /// One or more are missing before it: keep it aside, ask for the one expected.
    Gap {
        /// The number that is missing.
        expected: i64,
    },
}

/// Compares a parcel's number with the last one applied (0 when there was none).
#[must_use]
pub const fn order(last: i64, number: i64) -> Order {
    if number <= last {
        Order::Replay
    } else if number - 1 == last {
        Order::Next
    } else {
        Order::Gap { expected: last + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_is_applied_once_and_in_its_turn() {
        assert_eq!(order(0, 1), Order::Next);
        assert_eq!(order(1, 1), Order::Replay);
        assert_eq!(order(5, 2), Order::Replay);
        assert_eq!(order(1, 4), Order::Gap { expected: 2 });
        assert_eq!(order(i64::MAX - 1, i64::MAX), Order::Next);
    }
}
