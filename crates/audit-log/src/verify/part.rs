//! Which of a log's entries are at hand: all, those that retention has left, or those of a period.

use serde::{Deserialize, Serialize};

use crate::tile::TILE_WIDTH;

/// A stretch of entries of one log: whole pages of 256, or to the log's end. Tiles and checkpoint are those of the whole log, so that every entry of the
/// stretch is still shown to stand in its place.
///
/// Fields stand in alphabetical order, so that its JSON (the file `part` of an export) is canonical as it comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The entry after the last one.
    pub end: u64,
    /// The first entry; a multiple of 256.
    pub first: u64,
    /// Entries below this one no longer exist anywhere: their term has ended. A multiple of 256, at most `first`.
    pub pruned: u64,
}

impl Part {
    /// All entries of a log of this size.
    #[must_use]
    pub const fn whole(size: u64) -> Self {
        Self { end: size, first: 0, pruned: 0 }
    }

    /// What retention has left of a log of this size.
    #[must_use]
    pub const fn remaining(pruned: u64, size: u64) -> Self {
        Self { end: size, first: pruned, pruned }
    }

    /// Whether this can be a stretch of a log of that size.
    #[must_use]
    pub fn fits(&self, size: u64) -> bool {
        let on_a_page = |at: u64| at.is_multiple_of(TILE_WIDTH);
        on_a_page(self.first)
            && on_a_page(self.pruned)
            && self.pruned <= self.first
            && self.first <= self.end
            && self.end <= size
            && (on_a_page(self.end) || self.end == size)
    }

    /// Whether nothing is left out.
    #[must_use]
    pub const fn is_whole(&self, size: u64) -> bool {
        self.first == 0 && self.end == size
    }

    /// Whether the entry at this place is at hand.
    #[must_use]
    pub const fn holds(&self, index: u64) -> bool {
        self.first <= index && index < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_whole_pages_or_ends_with_the_log() {
        let part = |first, end| Part { end, first, pruned: 0 };
        for (part, fits) in [
            (part(0, 601), true),
            (part(256, 512), true),
            (part(256, 601), true),
            (part(512, 512), true),
            (part(255, 601), false),
            (part(256, 513), false),
            (part(512, 256), false),
            (part(0, 602), false),
            (Part { pruned: 512, ..part(256, 601) }, false),
            (Part { pruned: 256, ..part(512, 601) }, true),
        ] {
            assert_eq!(part.fits(601), fits, "{part:?}");
        }
        assert!(Part::whole(601).is_whole(601) && !Part::remaining(256, 601).is_whole(601));
    }
}
