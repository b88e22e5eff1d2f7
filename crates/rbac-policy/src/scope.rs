//! Which rows of a list may be shown, as a mask that a database can apply.
//!
//! A row's cell is `assigned * 12 + class * 4 + age`, with
//!
//! | | 0 | 1 | 2 | 3 | 4 |
//! |---|---|---|---|---|---|
//! | `assigned` | assigned | cover | lead | group | none |
//! | `class` | standard | protected | unknown | | |
//! | `age` | `under_18` | `from_18_to_20` | `from_21` | unknown | |
//!
//! that is 60 cells, bits 0 to 59 of a positive `i64`. A row is shown when its bit is set:
//! `(CAST($2 AS BIGINT) >> CAST(cell AS INTEGER)) & 1 = 1` on both databases; the empty scope is [`Scope::NOTHING`] (0: no row). Rows whose relation to
//! the caller or conflict of interest is not plainly known never enter the query: the scope answers for own rows without conflict only.

use vocabulary::AgeBand;

use crate::fact::{Assignment, ClassFact};

/// The cells of a list that are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scope(i64);

impl Scope {
    /// No row at all: `WHERE false`.
    pub const NOTHING: Self = Self(0);
    /// Number of cells.
    pub const CELLS: u8 = 60;
    /// SQL that is true for a row whose cell number stands in `cell`, with the mask bound as `$2`.
    pub const SQL_PREDICATE: &'static str = "(CAST($2 AS BIGINT) >> CAST(cell AS INTEGER)) & 1 = 1";

    /// The rows' relations, in cell order.
    pub const ASSIGNMENTS: [Assignment; 5] =
        [Assignment::Assigned, Assignment::Cover, Assignment::Lead, Assignment::Group, Assignment::None];
    /// The rows' classes, in cell order.
    pub const CLASSES: [ClassFact; 3] = [ClassFact::Standard, ClassFact::Protected, ClassFact::Unknown];
    /// The rows' age bands, in cell order.
    pub const AGES: [AgeBand; 4] = [AgeBand::Under18, AgeBand::From18To20, AgeBand::From21, AgeBand::Unknown];
    /// What `assigned` counts for in a cell number.
    pub const ASSIGNED_STEP: u8 = 12;
    /// What `class` counts for in a cell number.
    pub const CLASS_STEP: u8 = 4;

    /// The number of a row's cell, 0 to 59. `Assignment::Unknown` has none, and classes of items stand in no list: both are never shown.
    #[must_use]
    pub fn cell(assigned: Assignment, class: ClassFact, age: AgeBand) -> Option<u8> {
        let assigned = position(&Self::ASSIGNMENTS, assigned)?;
        let class = position(&Self::CLASSES, class)?;
        let age = position(&Self::AGES, age)?;
        Some(assigned * Self::ASSIGNED_STEP + class * Self::CLASS_STEP + age)
    }

    /// Every cell with what it stands for.
    pub fn cells() -> impl Iterator<Item = (u8, Assignment, ClassFact, AgeBand)> {
        Self::ASSIGNMENTS.into_iter().flat_map(|assigned| {
            Self::CLASSES.into_iter().flat_map(move |class| {
                Self::AGES
                    .into_iter()
                    .filter_map(move |age| Some((Self::cell(assigned, class, age)?, assigned, class, age)))
            })
        })
    }

    /// The mask to bind: bit n is set when cell n is allowed.
    #[must_use]
    pub const fn mask(self) -> i64 {
        self.0
    }

    /// Whether a cell number is in the scope.
    #[must_use]
    pub const fn has(self, cell: u8) -> bool {
        cell < Self::CELLS && (self.0 >> cell) & 1 == 1
    }

    /// Whether a row of this kind may be shown.
    #[must_use]
    pub fn shows(self, assigned: Assignment, class: ClassFact, age: AgeBand) -> bool {
        Self::cell(assigned, class, age).is_some_and(|cell| self.has(cell))
    }

    /// Whether no row may be shown.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scope with one more cell; a number that is no cell changes nothing.
    #[must_use]
    pub(crate) const fn with(self, cell: u8) -> Self {
        if cell < Self::CELLS { Self(self.0 | (1 << cell)) } else { self }
    }
}

fn position<T: PartialEq + Copy>(list: &[T], value: T) -> Option<u8> {
    list.iter().position(|listed| *listed == value).and_then(|at| u8::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_cells_fit_a_positive_i64_and_no_two_are_the_same() {
        let numbers: Vec<u8> = Scope::cells().map(|(cell, ..)| cell).collect();
        assert_eq!(numbers, (0..60).collect::<Vec<_>>());
        let all = numbers.iter().fold(Scope::NOTHING, |scope, cell| scope.with(*cell));
        assert_eq!(all.mask(), (1 << 60) - 1);
    }

    #[test]
    fn the_formula_is_the_documented_one() {
        for (cell, assigned, class, age) in Scope::cells() {
            let class = Scope::CLASSES.iter().position(|c| *c == class).unwrap();
            assert_eq!(usize::from(cell), assigned as usize * 12 + class * 4 + age as usize);
        }
    }

    #[test]
    fn a_row_without_a_plain_relation_is_in_no_cell() {
        assert_eq!(Scope::cell(Assignment::Unknown, ClassFact::Standard, AgeBand::Under18), None);
        assert_eq!(Scope::cell(Assignment::Assigned, ClassFact::Health, AgeBand::Under18), None);
        assert!(!Scope::NOTHING.with(60).has(60));
    }
}
