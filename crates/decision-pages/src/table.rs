//! The compiled form: flat arrays and the index computation over them.
//!
//! A *page* belongs to one combination of the `page_by` values and names a node. A *sheet* is a dense array of outcomes with one axis per column
//! that its lines distinguish; nodes with the same lines are the same node. A sheet's block of *offsets* says how each value of each inner column
//! (not in `page_by`) moves the index: values that every line of the sheet treats alike move it equally, they are one class, and a column that no
//! line distinguishes moves it not at all. Adding up all columns of every block alike costs less than skipping some: the processor foresees it.
//! Where a sheet would grow large, a *switch* on one more column stands in its place and leads to a smaller sheet for each value.

use crate::decision::{Outcome, Reason};

/// A `page_by` column: the page number is the sum of value times stride.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageStep {
    pub(crate) column: usize,
    pub(crate) stride: usize,
}

impl PageStep {
    /// The column's value on a page, of so many.
    pub(crate) fn value(self, page: usize, size: usize) -> u16 {
        u16::try_from(page / self.stride % size.max(1)).unwrap_or(u16::MAX)
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Node {
    /// Edges lead to lower node numbers only, one edge per value of the column.
    Switch {
        column: u16,
        first_edge: u32,
    },
    Sheet(Sheet),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet {
    /// Where its block of offsets begins; one per value of every inner column.
    pub(crate) first_offset: u32,
    pub(crate) first_cell: u32,
    pub(crate) first_axis: u32,
    pub(crate) end_axis: u32,
}

/// A column that is not in `page_by`, and where its values begin in a block of offsets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InnerColumn {
    pub(crate) column: usize,
    pub(crate) start: usize,
}

/// One axis of a sheet, for reading out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis {
    pub(crate) column: usize,
    pub(crate) stride: usize,
    pub(crate) classes: usize,
}

/// Everything `decide` touches.
pub(crate) struct Table {
    /// Number of values per column.
    pub(crate) sizes: Box<[u16]>,
    pub(crate) page_steps: Box<[PageStep]>,
    /// Page number to node number.
    pub(crate) pages: Box<[u32]>,
    pub(crate) nodes: Box<[Node]>,
    pub(crate) edges: Box<[u32]>,
    pub(crate) inner: Box<[InnerColumn]>,
    /// Blocks of class times stride.
    pub(crate) offsets: Box<[u16]>,
    pub(crate) axes: Box<[Axis]>,
    pub(crate) outcomes: Box<[Outcome]>,
    pub(crate) reasons: Box<[Reason]>,
}

impl Table {
    /// The outcome of a request; `None` for a request of the wrong length or with an index that is no value.
    #[inline]
    pub(crate) fn outcome(&self, request: &[u16]) -> Option<Outcome> {
        // Counting has no branch per column.
        let outside = request.iter().zip(&self.sizes).filter(|(value, size)| value >= size).count();
        if outside > 0 || request.len() != self.sizes.len() {
            return None;
        }
        let value = |column: usize| request.get(column).map(|value| usize::from(*value));
        let mut page = 0;
        for step in &self.page_steps {
            page += value(step.column)? * step.stride;
        }
        let mut node = *self.pages.get(page)?;
        let sheet = loop {
            match self.nodes.get(node as usize)? {
                Node::Sheet(sheet) => break sheet,
                Node::Switch { column, first_edge } => {
                    let edge = *first_edge as usize + value(usize::from(*column))?;
                    node = *self.edges.get(edge)?;
                }
            }
        };
        let block = self.offsets.get(sheet.first_offset as usize..)?;
        let mut cell = sheet.first_cell as usize;
        for inner in &self.inner {
            cell += usize::from(*block.get(inner.start + value(inner.column)?)?);
        }
        self.outcomes.get(cell).copied()
    }

    /// The axes of a sheet.
    pub(crate) fn axes(&self, sheet: Sheet) -> &[Axis] {
        self.axes.get(sheet.first_axis as usize..sheet.end_axis as usize).unwrap_or_default()
    }

    /// How a value moves the index on a sheet.
    pub(crate) fn offset(&self, sheet: Sheet, column: usize, value: u16) -> Option<usize> {
        let start = self.inner.iter().find(|inner| inner.column == column)?.start;
        let offset = self.offsets.get(sheet.first_offset as usize + start + usize::from(value))?;
        Some(usize::from(*offset))
    }

    /// Number of cells of a sheet.
    pub(crate) fn cells(&self, sheet: Sheet) -> usize {
        self.axes(sheet).iter().map(|axis| axis.classes).product()
    }

    /// Bytes the arrays take, reasons aside.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&*self.sizes)
            + size_of_val(&*self.page_steps)
            + size_of_val(&*self.pages)
            + size_of_val(&*self.nodes)
            + size_of_val(&*self.edges)
            + size_of_val(&*self.inner)
            + size_of_val(&*self.axes)
            + size_of_val(&*self.offsets)
            + size_of_val(&*self.outcomes)
    }
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::decision::Reason;

    /// A `Copy` type holds no `UnsafeCell`, so no cell, atomic or lock.
    fn plain<T: Copy + 'static>(_: &[T]) {}

    /// Compiles only while all that a decision touches is plain data: what nobody can change behind a shared reference needs no lock and can hold
    /// none. A new field must be named here.
    #[test]
    fn nothing_that_a_decision_touches_can_hold_a_lock() {
        fn check(table: &Table) {
            let Table { sizes, page_steps, pages, nodes, edges, inner, offsets, axes, outcomes, reasons } = table;
            plain(sizes);
            plain(page_steps);
            plain(pages);
            plain(nodes);
            plain(edges);
            plain(inner);
            plain(offsets);
            plain(axes);
            plain(outcomes);
            for Reason { lines, obligations, law } in reasons {
                let _: [&Vec<String>; 3] = [lines, obligations, law];
            }
        }
        let _: fn(&Table) = check;
    }
}
