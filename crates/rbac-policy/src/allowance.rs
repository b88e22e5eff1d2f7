//! Everything a policy allows, page by page, as few disjoint cubes as merging neighbours gives. What is not here is denied.
//!
//! The matrix, the invariants, the decision tables and the comparison of two policies all read this.

use std::collections::BTreeMap;

use decision_pages::{Effect, Pages, Reason};

use crate::{
    cube::{Cube, Values, bit},
    request::{ACTION, COLUMNS, ROLE},
};

/// Requests that are allowed for one reason.
#[derive(Clone, Debug)]
pub(crate) struct Allowance {
    pub(crate) cube: Cube,
    pub(crate) reason: Reason,
}

/// Allowances by (role, action).
pub(crate) struct Allowances {
    pages: BTreeMap<(u16, u16), Vec<Allowance>>,
    denies: Vec<(String, Cube)>,
    columns: Vec<(String, Vec<String>)>,
}

/// The cubes of a page that are allowed by the same lines.
type ByReason = BTreeMap<Vec<String>, (Reason, Vec<Cube>)>;

impl Allowances {
    pub(crate) fn of(pages: &Pages) -> Self {
        let mut found: BTreeMap<(u16, u16), ByReason> = BTreeMap::new();
        for region in pages.regions().filter(|region| region.decision().is_allowed()) {
            let cube = Cube::of_region(&region);
            let [role, action, ..] = cube.first();
            let reason = region.decision().reason();
            let page = found.entry((role, action)).or_default();
            page.entry(reason.lines.clone()).or_insert_with(|| (reason.clone(), Vec::new())).1.push(cube);
        }
        let merged = found.into_iter().map(|(page, reasons)| {
            let cubes = reasons.into_values().flat_map(|(reason, cubes)| {
                merge(cubes).into_iter().map(move |cube| Allowance { cube, reason: reason.clone() })
            });
            let mut allowances: Vec<Allowance> = cubes.collect();
            allowances.sort_by_key(|allowance| allowance.cube);
            (page, allowances)
        });
        let columns = pages.vocabulary().columns().iter();
        let denies = pages.lines().iter().filter(|line| line.effect() == Effect::Deny);
        Self {
            pages: merged.collect(),
            denies: denies.map(|line| (line.id().to_owned(), Cube::of_line(line))).collect(),
            columns: columns.map(|column| (column.name().to_owned(), column.values().to_vec())).collect(),
        }
    }

    /// Every allowance, by role and action.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Allowance> {
        self.pages.values().flatten()
    }

    /// The allowances that can hold requests of a cube.
    pub(crate) fn near(&self, cube: &Cube) -> impl Iterator<Item = &Allowance> + use<'_> {
        let (roles, actions) = (cube.column(ROLE), cube.column(ACTION));
        let pages =
            self.pages.iter().filter(move |((role, action), _)| roles & bit(*role) != 0 && actions & bit(*action) != 0);
        pages.flat_map(|(_, allowances)| allowances)
    }

    /// What each deny line denies, whether anything allows it or not.
    pub(crate) fn denies(&self) -> &[(String, Cube)] {
        &self.denies
    }

    /// Number of columns' values, and their names.
    pub(crate) fn columns(&self) -> &[(String, Vec<String>)] {
        &self.columns
    }

    /// Position of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|(column, _)| column == name)
    }

    /// Every value of a column.
    pub(crate) fn all(&self, column: usize) -> Values {
        let size = self.columns.get(column).map_or(0, |(_, values)| values.len());
        (0..size).filter_map(|value| u16::try_from(value).ok()).fold(0, |set, value| set | bit(value))
    }

    /// Every request there is.
    pub(crate) fn everything(&self) -> Cube {
        Cube(std::array::from_fn(|column| self.all(column)))
    }

    /// A value by name.
    pub(crate) fn name(&self, column: usize, value: u16) -> &str {
        self.columns.get(column).and_then(|(_, values)| values.get(usize::from(value))).map_or("", String::as_str)
    }
}

/// Joins cubes that differ in one column only, until no two do.
fn merge(mut cubes: Vec<Cube>) -> Vec<Cube> {
    loop {
        let before = cubes.len();
        for column in 0..COLUMNS {
            let mut joined: BTreeMap<Cube, Values> = BTreeMap::new();
            for cube in cubes {
                *joined.entry(cube.with(column, 0)).or_default() |= cube.column(column);
            }
            cubes = joined.into_iter().map(|(rest, values)| rest.with(column, values)).collect();
        }
        if cubes.len() == before {
            return cubes;
        }
    }
}
