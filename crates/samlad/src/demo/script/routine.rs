//! Everyday reads, written once and repeated at office hours: `[[routine]]`.

use serde::Deserialize;
use vocabulary::Timestamp;

use super::when::{Calendar, at};

/// A use case that somebody repeats. The fields of the use case stand beside these.
#[derive(Deserialize)]
pub(super) struct Rhythm {
    /// First and last working day, relative to the start day.
    from: i16,
    to: i16,
    /// Working days between two times.
    every: u16,
}

/// Keys of a routine that are not the use case's own.
pub(super) const KEYS: [&str; 3] = ["from", "to", "every"];

/// Office hours in Stockholm, minutes past midnight.
const OPENS: u16 = 8 * 60 + 5;
const CLOSES: u16 = 16 * 60 + 35;

impl Rhythm {
    /// The instants: a different minute each time, and now and then a day later, but the same in every demo.
    pub(super) fn instants(&self, calendar: &Calendar, seed: &str) -> Vec<Timestamp> {
        let mut instants = Vec::new();
        let mut turn = i32::from(self.from);
        while turn <= i32::from(self.to) {
            let draw = draw(seed, turn);
            let late = i32::from(draw.is_multiple_of(3) && self.every > 2 && turn < i32::from(self.to));
            let minutes = OPENS + draw / 3 % (CLOSES - OPENS);
            if let Some(day) = i16::try_from(turn + late).ok().and_then(|count| calendar.working_day(count)) {
                instants.push(at(day, minutes));
            }
            turn += i32::from(self.every.max(1));
        }
        instants
    }
}

/// FNV-1a: not random for anyone, only uneven to the eye.
fn draw(seed: &str, turn: i32) -> u16 {
    let hash = seed
        .bytes()
        .chain(turn.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    u16::try_from(hash % 65_521).unwrap_or_default()
}
