//! Where a log can be cut so that what follows accounts for every number by itself.
//!
//! Numbers may enter the tree out of order (an older transaction commits after a newer one). A cut is clean when, for each instance, every number that
//! was accounted for before it (by its entry or by a declaration that it is void) is lower than every number that is accounted for after it: then the
//! lowest number after the cut is where counting goes on, and a missing one is a lost one.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use crate::tile::TILE_WIDTH;

/// The places between pages of a log at which it can be cut.
#[derive(Debug, Default)]
pub struct Places {
    /// Per instance: pages in which its highest number so far rose, with that number.
    highest: HashMap<Uuid, Vec<(u64, i64)>>,
    /// Pages before which the log must not be cut.
    blocked: BTreeSet<u64>,
}

impl Places {
    /// A number of an instance is accounted for by the entry at this place of the tree.
    pub(super) fn note(&mut self, index: u64, instance: Uuid, number: i64) {
        let page = index / TILE_WIDTH;
        let highest = self.highest.entry(instance).or_default();
        match highest.last_mut() {
            Some((at, high)) if number > *high && *at == page => *high = number,
            Some((_, high)) if number < *high => {
                let first_higher = highest.partition_point(|(_, high)| *high < number);
                if let Some((at, _)) = highest.get(first_higher) {
                    self.blocked.extend(at + 1..=page);
                }
            }
            _ => highest.push((page, number)),
        }
    }

    /// The highest place at or below `index` at which the log can be cut: a multiple of 256.
    #[must_use]
    pub fn at_or_below(&self, index: u64) -> u64 {
        let mut page = index / TILE_WIDTH;
        while page > 0 && self.blocked.contains(&page) {
            page -= 1;
        }
        page * TILE_WIDTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_not_cut_between_a_number_and_a_lower_one_that_came_later() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut places = Places::default();
        for (index, number) in (0..600).zip(1..) {
            places.note(index, one, number);
        }
        assert_eq!(places.at_or_below(600), 512);
        // Number 40 of another instance lies in page 2 and was overtaken by number 41 in page 0.
        places.note(10, two, 41);
        places.note(610, two, 40);
        places.note(611, two, 42);
        assert_eq!((places.at_or_below(767), places.at_or_below(768)), (0, 768));
        // In the same page it is no matter.
        places.note(800, two, 44);
        places.note(801, two, 43);
        assert_eq!(places.at_or_below(1023), 768);
    }
}
