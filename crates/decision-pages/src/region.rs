//! The pages read out: every cell with the requests it stands for.

use crate::{
    decision::Decision,
    pages::Pages,
    table::{Sheet, Step},
};

/// One cell of one page: a set of requests, the product of one set of values per column, that are all decided alike.
///
/// A proof over all requests must look at the sets. [`Region::representative`] is only one member: where a page does not distinguish a column,
/// it shows that column's first value and stands for all of them.
#[derive(Debug, Clone, Copy)]
pub struct Region<'p> {
    pages: &'p Pages,
    page: usize,
    sheet: &'p Sheet,
    cell: usize,
}

impl<'p> Region<'p> {
    /// All regions of a policy, page by page. Together they hold every request exactly once.
    pub(crate) fn all(pages: &'p Pages) -> impl Iterator<Item = Self> {
        let numbered = pages.table.pages.iter().enumerate();
        numbered
            .filter_map(|(page, _)| Some((page, pages.table.sheet(page)?)))
            .flat_map(move |(page, sheet)| {
                (0..sheet.cells).map(move |cell| Region {
                    pages,
                    page,
                    sheet,
                    cell,
                })
            })
    }

    /// The decision on every request of the region.
    pub fn decision(&self) -> Decision<'p> {
        let table = &self.pages.table;
        let outcome = table
            .outcomes
            .get(self.sheet.first_cell + self.cell)
            .copied();
        Decision::new(
            outcome.unwrap_or(crate::decision::Outcome::NOTHING),
            &table.reasons,
        )
    }

    /// The values of a column that the region holds; all of them where the page does not distinguish the column.
    pub fn values(&self, column: usize) -> Vec<u16> {
        let table = &self.pages.table;
        let size = table.sizes.get(column).copied().unwrap_or_default();
        if let Some(step) = table.page_steps.iter().find(|step| step.column == column) {
            let value = self.page / step.stride % usize::from(size.max(1));
            return vec![u16::try_from(value).unwrap_or(u16::MAX)];
        }
        match table
            .steps(self.sheet)
            .iter()
            .find(|step| step.column == column)
        {
            Some(step) => (0..size)
                .filter(|value| self.offset(step, *value) == Some(self.coordinate(step)))
                .collect(),
            None => (0..size).collect(),
        }
    }

    /// Whether a column is distinguished here: if not, the region holds all of its values.
    pub fn distinguishes(&self, column: usize) -> bool {
        let table = &self.pages.table;
        table.page_steps.iter().any(|step| step.column == column)
            || table
                .steps(self.sheet)
                .iter()
                .any(|step| step.column == column)
    }

    /// The first request of the region.
    pub fn representative(&self) -> Vec<u16> {
        (0..self.pages.table.sizes.len())
            .map(|column| self.values(column).first().copied().unwrap_or_default())
            .collect()
    }

    /// Number of requests in the region.
    pub fn requests(&self) -> u128 {
        (0..self.pages.table.sizes.len())
            .map(|column| self.values(column).len() as u128)
            .product()
    }

    /// Where the region lies on an axis, in cells.
    fn coordinate(&self, step: &Step) -> usize {
        self.cell / step.stride % step.classes * step.stride
    }

    fn offset(&self, step: &Step, value: u16) -> Option<usize> {
        self.pages
            .table
            .offsets
            .get(step.first_offset + usize::from(value))
            .map(|offset| *offset as usize)
    }
}
