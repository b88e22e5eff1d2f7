//! The pages read out: every cell with the requests it stands for.

use std::rc::Rc;

use crate::{
    decision::{Decision, Outcome},
    pages::Pages,
    table::{Axis, Node, Sheet},
};

/// The values that lead to a sheet, per column that was looked up on the way.
type Path = Vec<(usize, Vec<u16>)>;

/// One cell of one page: a set of requests, the product of one set of values per column, that are all decided alike.
///
/// A proof over all requests must look at the sets. [`Region::representative`] is only one member: where a page does not distinguish a column,
/// it shows that column's first value and stands for all of them.
#[derive(Debug, Clone)]
pub struct Region<'p> {
    pages: &'p Pages,
    path: Rc<Path>,
    sheet: Sheet,
    cell: usize,
}

impl<'p> Region<'p> {
    /// All regions of a policy, page by page. Together they hold every request exactly once.
    pub(crate) fn all(pages: &'p Pages) -> impl Iterator<Item = Self> {
        (0..pages.table.pages.len()).flat_map(move |page| sheets(pages, page)).flat_map(move |(path, sheet)| {
            let path = Rc::new(path);
            (0..pages.table.cells(sheet)).map(move |cell| Region { pages, path: Rc::clone(&path), sheet, cell })
        })
    }

    /// The decision on every request of the region.
    pub fn decision(&self) -> Decision<'p> {
        let table = &self.pages.table;
        let outcome = table.outcomes.get(self.sheet.first_cell as usize + self.cell).copied();
        Decision::new(outcome.unwrap_or(Outcome::NOTHING), &table.reasons)
    }

    /// The values of a column that the region holds; all of them where the page does not distinguish the column.
    pub fn values(&self, column: usize) -> Vec<u16> {
        if let Some((_, values)) = self.path.iter().find(|(of, _)| *of == column) {
            return values.clone();
        }
        let size = self.pages.table.sizes.get(column).copied().unwrap_or_default();
        match self.axis(column) {
            Some(axis) => (0..size).filter(|value| self.lies_at(axis, *value)).collect(),
            None => (0..size).collect(),
        }
    }

    /// Whether a column is distinguished here: if not, the region holds all of its values.
    pub fn distinguishes(&self, column: usize) -> bool {
        self.path.iter().any(|(of, _)| *of == column) || self.axis(column).is_some()
    }

    /// The first request of the region.
    pub fn representative(&self) -> Vec<u16> {
        (0..self.pages.table.sizes.len())
            .map(|column| self.values(column).first().copied().unwrap_or_default())
            .collect()
    }

    /// Number of requests in the region.
    pub fn requests(&self) -> u128 {
        (0..self.pages.table.sizes.len()).map(|column| self.values(column).len() as u128).product()
    }

    /// The sheet that it lies on, by where that begins: pages on which the same lines can match share one.
    pub(crate) fn sheet(&self) -> u32 {
        self.sheet.first_cell
    }

    fn axis(&self, column: usize) -> Option<&'p Axis> {
        self.pages.table.axes(self.sheet).iter().find(|axis| axis.column == column)
    }

    /// Whether a value of an axis leads to this cell.
    fn lies_at(&self, axis: &Axis, value: u16) -> bool {
        let coordinate = self.cell / axis.stride % axis.classes * axis.stride;
        self.pages.table.offset(self.sheet, axis.column, value) == Some(coordinate)
    }
}

/// The sheets of a page with the values that lead to each. Values of a switch that lead to the same node stay together.
fn sheets(pages: &Pages, page: usize) -> Vec<(Path, Sheet)> {
    let table = &pages.table;
    let size = |column: usize| table.sizes.get(column).map_or(0, |size| usize::from(*size));
    let mut sheets = Vec::new();
    let path: Path =
        table.page_steps.iter().map(|step| (step.column, vec![step.value(page, size(step.column))])).collect();
    let mut open: Vec<(Path, u32)> = table.pages.get(page).map(|node| (path, *node)).into_iter().collect();
    while let Some((path, node)) = open.pop() {
        match table.nodes.get(node as usize) {
            Some(Node::Sheet(sheet)) => sheets.push((path, *sheet)),
            Some(Node::Switch { column, first_edge }) => {
                let column = usize::from(*column);
                let mut branches: Vec<(u32, Vec<u16>)> = Vec::new();
                for value in (0..).take(size(column)) {
                    let Some(target) = table.edges.get(*first_edge as usize + usize::from(value)) else { continue };
                    match branches.iter_mut().find(|(node, _)| node == target) {
                        Some((_, values)) => values.push(value),
                        None => branches.push((*target, vec![value])),
                    }
                }
                // Taken from the end: the first value's branch comes first.
                for (target, values) in branches.into_iter().rev() {
                    let mut path = path.clone();
                    path.push((column, values));
                    open.push((path, target));
                }
            }
            None => {}
        }
    }
    sheets
}
