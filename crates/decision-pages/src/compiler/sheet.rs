//! One sheet: the dense array of outcomes of a set of lines.

use std::collections::{HashMap, HashSet};

use super::{Compiler, casbin_refused};
use crate::{
    bits::Bits,
    decision::Outcome,
    limits,
    line::{Effect, PolicyLine},
    load_error::LoadError,
    policy_file::FILE,
    table::{Sheet, Step},
};

/// A column of a sheet: the lines that admit each class of its values, and the first value of each.
struct Axis {
    column: usize,
    stride: usize,
    classes: Vec<(Bits, u16)>,
}

/// A sheet while it is filled.
struct Draft {
    /// Positions in the file of the lines on the sheet.
    lines: Vec<usize>,
    axes: Vec<Axis>,
    outcomes: Vec<Outcome>,
    /// Outcomes by the set of matching lines.
    known: HashMap<Bits, Outcome>,
    request: Vec<u16>,
}

impl Compiler<'_> {
    /// Compiles one sheet; gives its number.
    pub(super) fn sheet(&mut self, lines: Vec<usize>, request: Vec<u16>) -> Result<u32, LoadError> {
        let page = self.vocabulary.names(&request);
        let where_it_is: Vec<&str> = self
            .vocabulary
            .page_by()
            .iter()
            .filter_map(|column| page.get(*column).copied())
            .collect();
        let first_step = self.steps.len();
        let mut axes = Vec::new();
        for column in (0..self.vocabulary.columns().len())
            .filter(|column| !self.vocabulary.page_by().contains(column))
        {
            if let Some(axis) = self.axis(column, &lines)? {
                axes.push(axis);
            }
        }
        let mut cells = 1_usize;
        for axis in axes.iter_mut().rev() {
            axis.stride = cells;
            cells = cells.saturating_mul(axis.classes.len());
        }
        if cells.saturating_add(self.outcomes.len()) > limits::CELLS {
            let what = format!("page ({}) needs {cells} cells", where_it_is.join(", "));
            let instead = "distinguish fewer values in the lines of this page, or let `page_by` name the columns that most lines distinguish";
            return Err(LoadError::whole(FILE, what, instead));
        }
        for axis in &axes {
            self.step(axis, &lines)?;
        }
        self.evaluator
            .load(
                lines
                    .iter()
                    .filter_map(|index| self.lines.get(*index))
                    .map(PolicyLine::rule),
            )
            .map_err(|error| casbin_refused(&error))?;
        let everything = Bits::all(lines.len());
        let mut draft = Draft {
            lines,
            axes,
            outcomes: vec![Outcome::NOTHING; cells],
            known: HashMap::new(),
            request,
        };
        self.fill(&mut draft, 0, 0, &everything)?;
        let sheet = Sheet {
            first_step,
            end_step: self.steps.len(),
            first_cell: self.outcomes.len(),
            cells,
        };
        self.outcomes.append(&mut draft.outcomes);
        self.sheets.push(sheet);
        u32::try_from(self.sheets.len() - 1).map_err(|_| {
            LoadError::whole(FILE, "too many pages", "let `page_by` name fewer columns")
        })
    }

    /// The classes of a column's values on a sheet; `None` when the lines do not distinguish them.
    fn axis(&mut self, column: usize, lines: &[usize]) -> Result<Option<Axis>, LoadError> {
        let values = self
            .vocabulary
            .columns()
            .get(column)
            .map_or(0, |column| column.values().len());
        self.spend(values.saturating_mul(lines.len() + 8))?;
        let mut classes: Vec<(Bits, u16)> = Vec::new();
        let mut seen = HashSet::new();
        for value in (0..).take(values) {
            let admitting = self.admitting(column, value, lines);
            if seen.insert(admitting.clone()) {
                classes.push((admitting, value));
            }
        }
        Ok((classes.len() > 1).then_some(Axis {
            column,
            stride: 0,
            classes,
        }))
    }

    fn admitting(&self, column: usize, value: u16, lines: &[usize]) -> Bits {
        let mut admitting = Bits::none(lines.len());
        for (position, index) in lines.iter().enumerate() {
            if self
                .lines
                .get(*index)
                .is_some_and(|line| line.admits(column, value))
            {
                admitting.insert(position);
            }
        }
        admitting
    }

    /// Writes down how the column's values move the index.
    fn step(&mut self, axis: &Axis, lines: &[usize]) -> Result<(), LoadError> {
        let class_of: HashMap<&Bits, usize> = axis
            .classes
            .iter()
            .enumerate()
            .map(|(class, (bits, _))| (bits, class))
            .collect();
        let values = self
            .vocabulary
            .columns()
            .get(axis.column)
            .map_or(0, |column| column.values().len());
        let first_offset = self.offsets.len();
        self.spend(values.saturating_mul(lines.len() + 8))?;
        for value in (0..).take(values) {
            let class = class_of
                .get(&self.admitting(axis.column, value, lines))
                .copied()
                .unwrap_or_default();
            // Below limits::CELLS, which fits.
            self.offsets
                .push(u32::try_from(class * axis.stride).unwrap_or(u32::MAX));
        }
        self.steps.push(Step {
            column: axis.column,
            first_offset,
            stride: axis.stride,
            classes: axis.classes.len(),
        });
        Ok(())
    }

    /// Fills the block of cells that begins at `cell` and still has the axes from `depth` on; `matching` are the lines that all earlier axes left.
    fn fill(
        &mut self,
        draft: &mut Draft,
        depth: usize,
        cell: usize,
        matching: &Bits,
    ) -> Result<(), LoadError> {
        self.spend(16 + 4 * matching.words())?;
        let open = draft
            .axes
            .get(depth)
            .map(|axis| (axis.column, axis.stride, axis.classes.len()));
        let Some((column, stride, classes)) = open.filter(|_| !matching.is_empty()) else {
            let outcome = self.ask(draft, matching)?;
            let size = draft
                .axes
                .get(depth)
                .map_or(1, |axis| axis.stride * axis.classes.len());
            if let Some(block) = draft.outcomes.get_mut(cell..cell + size) {
                block.fill(outcome);
            }
            return Ok(());
        };
        for class in 0..classes {
            let Some((admitting, value)) = draft
                .axes
                .get(depth)
                .and_then(|axis| axis.classes.get(class))
            else {
                continue;
            };
            let (left, value) = (matching.and(admitting), *value);
            if let Some(slot) = draft.request.get_mut(column) {
                *slot = value;
            }
            self.fill(draft, depth + 1, cell + class * stride, &left)?;
        }
        if let Some(slot) = draft.request.get_mut(column) {
            *slot = 0;
        }
        Ok(())
    }

    /// Casbin's answer for the class of requests that match exactly these lines of the sheet, of which the draft's request is one.
    fn ask(&mut self, draft: &mut Draft, matching: &Bits) -> Result<Outcome, LoadError> {
        if let Some(outcome) = draft.known.get(matching) {
            return Ok(*outcome);
        }
        let lines = u64::try_from(draft.lines.len()).unwrap_or(u64::MAX);
        self.spend_many((lines + 4).saturating_mul(limits::STEPS_PER_CASBIN_LINE))?;
        let values = self.vocabulary.names(&draft.request);
        let answer = self
            .evaluator
            .ask(&values)
            .map_err(|error| casbin_refused(&error))?;
        let in_file = |position: usize| draft.lines.get(position).copied();
        let expected: Vec<(usize, Effect)> = matching
            .iter()
            .filter_map(|position| Some((position, self.lines.get(in_file(position)?)?.effect())))
            .collect();
        if answer.matched != expected {
            let what = format!(
                "casbin matches other lines than expected on ({})",
                values.join(", ")
            );
            return Err(LoadError::whole(
                FILE,
                what,
                "report this as a defect of decision-pages",
            ));
        }
        let matched: Vec<usize> = matching.iter().filter_map(in_file).collect();
        let outcome = self.outcome(&answer, &draft.lines);
        draft.known.insert(matching.clone(), outcome);
        if !matched.is_empty() {
            self.classes.insert(matched);
        }
        Ok(outcome)
    }
}
