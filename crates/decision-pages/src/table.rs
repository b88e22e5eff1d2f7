//! The compiled form: flat arrays and the index computation over them.
//!
//! A *page* belongs to one combination of the `page_by` values. Pages with the same lines share a *sheet*: a dense array of outcomes with one
//! axis per column that its lines distinguish. A *step* says how a column's value moves the index along its axis; values that every line of the
//! sheet treats alike move it equally, they are one class.

use crate::decision::{Outcome, Reason};

/// A `page_by` column: the page number is the sum of value times stride.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageStep {
    pub(crate) column: usize,
    pub(crate) stride: usize,
}

/// One axis of a sheet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) column: usize,
    /// Where the column's offsets begin, one per value: class times stride.
    pub(crate) first_offset: usize,
    pub(crate) stride: usize,
    pub(crate) classes: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet {
    pub(crate) first_step: usize,
    pub(crate) end_step: usize,
    pub(crate) first_cell: usize,
    pub(crate) cells: usize,
}

/// Everything `decide` touches.
#[derive(Debug)]
pub(crate) struct Table {
    /// Number of values per column.
    pub(crate) sizes: Box<[u16]>,
    pub(crate) page_steps: Box<[PageStep]>,
    /// Page number to sheet number.
    pub(crate) pages: Box<[u32]>,
    pub(crate) sheets: Box<[Sheet]>,
    pub(crate) steps: Box<[Step]>,
    pub(crate) offsets: Box<[u32]>,
    pub(crate) outcomes: Box<[Outcome]>,
    pub(crate) reasons: Box<[Reason]>,
}

impl Table {
    /// The outcome of a request; `None` for a request of the wrong length or with an index that is no value.
    #[inline]
    pub(crate) fn outcome(&self, request: &[u16]) -> Option<Outcome> {
        if request.len() != self.sizes.len()
            || request
                .iter()
                .zip(&self.sizes)
                .any(|(value, size)| value >= size)
        {
            return None;
        }
        let mut page = 0;
        for step in &self.page_steps {
            page += usize::from(*request.get(step.column)?) * step.stride;
        }
        let sheet = self.sheets.get(*self.pages.get(page)? as usize)?;
        let mut at = sheet.first_cell;
        for step in self.steps.get(sheet.first_step..sheet.end_step)? {
            let value = usize::from(*request.get(step.column)?);
            at += *self.offsets.get(step.first_offset + value)? as usize;
        }
        self.outcomes.get(at).copied()
    }

    /// The sheet of a page.
    pub(crate) fn sheet(&self, page: usize) -> Option<&Sheet> {
        self.sheets.get(*self.pages.get(page)? as usize)
    }

    /// The axes of a sheet.
    pub(crate) fn steps(&self, sheet: &Sheet) -> &[Step] {
        self.steps
            .get(sheet.first_step..sheet.end_step)
            .unwrap_or_default()
    }

    /// Bytes the arrays take, reasons aside.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&*self.sizes)
            + size_of_val(&*self.page_steps)
            + size_of_val(&*self.pages)
            + size_of_val(&*self.sheets)
            + size_of_val(&*self.steps)
            + size_of_val(&*self.offsets)
            + size_of_val(&*self.outcomes)
    }
}
