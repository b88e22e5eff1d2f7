//! Sets of requests: the product of one set of values per column. What is proved of a cube holds for each of its requests.

use decision_pages::{PolicyLine, Region};

use crate::request::{COLUMNS, Request};

/// The values of one column, one bit each. No column has more than 128 (a test says so).
pub(crate) type Values = u128;

/// A product of sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Cube(pub(crate) [Values; COLUMNS]);

impl Cube {
    /// The requests of a region.
    pub(crate) fn of_region(region: &Region<'_>) -> Self {
        Self(std::array::from_fn(|column| region.values(column).into_iter().fold(0, |set, value| set | bit(value))))
    }

    /// The requests that a line matches.
    pub(crate) fn of_line(line: &PolicyLine) -> Self {
        let admitted =
            |column: usize| (0..128).filter(|value| line.admits(column, *value)).fold(0, |set, value| set | bit(value));
        Self(std::array::from_fn(admitted))
    }

    /// The values of a column.
    pub(crate) fn column(&self, column: usize) -> Values {
        self.0.get(column).copied().unwrap_or_default()
    }

    /// The cube with other values in one column.
    pub(crate) fn with(mut self, column: usize, values: Values) -> Self {
        if let Some(slot) = self.0.get_mut(column) {
            *slot = values;
        }
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.contains(&0)
    }

    /// What both hold.
    pub(crate) fn meet(&self, other: &Self) -> Option<Self> {
        let both = Self(std::array::from_fn(|column| self.column(column) & other.column(column)));
        (!both.is_empty()).then_some(both)
    }

    /// What this holds and the other does not, as disjoint cubes.
    pub(crate) fn minus(&self, other: &Self) -> Vec<Self> {
        if self.meet(other).is_none() {
            return vec![*self];
        }
        let mut rest = *self;
        let mut pieces = Vec::new();
        for column in 0..COLUMNS {
            let outside = rest.column(column) & !other.column(column);
            if outside != 0 {
                pieces.push(rest.with(column, outside));
                rest = rest.with(column, rest.column(column) & other.column(column));
            }
        }
        pieces
    }

    /// A part of this cube that none of the others hold.
    pub(crate) fn uncovered<'c>(&self, others: impl IntoIterator<Item = &'c Self>) -> Vec<Self> {
        let mut pieces = vec![*self];
        for other in others {
            pieces = pieces.iter().flat_map(|piece| piece.minus(other)).collect();
            if pieces.is_empty() {
                break;
            }
        }
        pieces
    }

    /// One request: the first value of each column.
    pub(crate) fn first(&self) -> Request {
        self.0.map(|values| u16::try_from(values.trailing_zeros()).unwrap_or(u16::MAX))
    }

    /// How many requests it holds.
    pub(crate) fn requests(&self) -> u128 {
        self.0.iter().map(|values| u128::from(values.count_ones())).product()
    }
}

/// The set of one value.
pub(crate) fn bit(value: u16) -> Values {
    1_u128.checked_shl(u32::from(value)).unwrap_or_default()
}

/// The values in a set, ascending.
pub(crate) fn members(values: Values) -> impl Iterator<Item = u16> {
    (0..128).filter(move |value| values & bit(*value) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(first: Values, second: Values) -> Cube {
        Cube([1; COLUMNS]).with(0, first).with(1, second)
    }

    #[test]
    fn minus_leaves_disjoint_pieces_that_hold_the_rest() {
        let (whole, hole) = (cube(0b1111, 0b111), cube(0b0110, 0b010));
        let pieces = whole.minus(&hole);
        assert_eq!(pieces.iter().map(Cube::requests).sum::<u128>(), 12 - 2);
        assert!(pieces.iter().all(|piece| piece.meet(&hole).is_none()));
        for (at, piece) in pieces.iter().enumerate() {
            assert!(pieces.iter().skip(at + 1).all(|other| piece.meet(other).is_none()));
        }
    }

    #[test]
    fn a_cube_is_covered_by_parts_that_no_one_of_them_holds_alone() {
        let whole = cube(0b11, 0b11);
        assert!(whole.uncovered(&[cube(0b01, 0b11), cube(0b10, 0b11)]).is_empty());
        assert_eq!(whole.uncovered(&[cube(0b01, 0b11), cube(0b10, 0b01)]), [cube(0b10, 0b10)]);
        assert!(whole.minus(&whole).is_empty());
    }
}
