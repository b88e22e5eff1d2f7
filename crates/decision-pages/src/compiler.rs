//! From lines to pages.
//!
//! Why the pages are complete: the golden matcher is a conjunction of one `has(r.x, p.x)` per column, so whether a line matches depends on each
//! value only through its membership in the line's cell. That membership is tabulated here for every value and line, against the very `has`
//! that casbin calls. Requests that match the same set of lines are one class, and casbin is asked once for each class on each sheet; its
//! decision is kept, and the lines it saw matching must be the set that was expected. Anything else refuses to compile.

mod reason;
mod sheet;

use std::collections::{BTreeSet, HashMap};

use crate::{
    decision::{NOTHING, Outcome, Reason},
    evaluator::{CasbinFailed, Evaluator},
    limits,
    line::PolicyLine,
    load_error::LoadError,
    model,
    policy_file::FILE,
    table::{PageStep, Sheet, Step, Table},
    vocabulary::Vocabulary,
};

/// The table, and every set of lines (by position in the file) that some request matches.
pub(crate) struct Compiled {
    pub(crate) table: Table,
    pub(crate) classes: BTreeSet<Vec<usize>>,
}

/// Compiles lines that the loader accepted.
pub(crate) fn compile(
    vocabulary: &Vocabulary,
    lines: &[PolicyLine],
) -> Result<Compiled, LoadError> {
    let evaluator =
        Evaluator::new(&model::golden(vocabulary)).map_err(|error| casbin_refused(&error))?;
    let mut compiler = Compiler {
        vocabulary,
        lines,
        evaluator,
        steps_left: limits::STEPS,
        reasons: vec![NOTHING.clone()],
        reason_ids: HashMap::new(),
        classes: BTreeSet::new(),
        sheets: Vec::new(),
        steps: Vec::new(),
        offsets: Vec::new(),
        outcomes: Vec::new(),
    };
    compiler.check_cells()?;
    let (page_steps, pages) = compiler.pages()?;
    let sizes = vocabulary
        .columns()
        .iter()
        .map(|column| u16::try_from(column.values().len()).unwrap_or(u16::MAX));
    let table = Table {
        sizes: sizes.collect(),
        page_steps: page_steps.into(),
        pages: pages.into(),
        sheets: compiler.sheets.into(),
        steps: compiler.steps.into(),
        offsets: compiler.offsets.into(),
        outcomes: compiler.outcomes.into(),
        reasons: compiler.reasons.into(),
    };
    Ok(Compiled {
        table,
        classes: compiler.classes,
    })
}

fn casbin_refused(error: &CasbinFailed) -> LoadError {
    LoadError::whole(
        model::FILE,
        error.to_string(),
        "check that casbin and decision-pages fit together",
    )
}

struct Compiler<'a> {
    vocabulary: &'a Vocabulary,
    lines: &'a [PolicyLine],
    evaluator: Evaluator,
    steps_left: u64,
    reasons: Vec<Reason>,
    reason_ids: HashMap<(bool, Vec<usize>), u32>,
    classes: BTreeSet<Vec<usize>>,
    sheets: Vec<Sheet>,
    steps: Vec<Step>,
    offsets: Vec<u32>,
    outcomes: Vec<Outcome>,
}

impl Compiler<'_> {
    fn spend(&mut self, steps: usize) -> Result<(), LoadError> {
        self.spend_many(u64::try_from(steps).unwrap_or(u64::MAX))
    }

    fn spend_many(&mut self, steps: u64) -> Result<(), LoadError> {
        self.steps_left = self.steps_left.checked_sub(steps).ok_or_else(|| {
            let what = "the policy takes too long to compile";
            LoadError::whole(
                FILE,
                what,
                "write fewer lines, or let `page_by` name the columns that most lines distinguish",
            )
        })?;
        Ok(())
    }

    /// Every value against every cell: casbin's `has` and the loader must agree.
    fn check_cells(&mut self) -> Result<(), LoadError> {
        let lines = self.lines;
        for (column, declared) in self.vocabulary.columns().iter().enumerate() {
            let bytes: usize = lines.iter().map(|line| line.cell(column).len() + 8).sum();
            self.spend(declared.values().len().saturating_mul(bytes))?;
            for (value, name) in (0..).zip(declared.values()) {
                if let Some(line) = lines
                    .iter()
                    .find(|line| !line.reads_alike(column, value, name))
                {
                    let what = format!(
                        "casbin and the loader read {} of line `{}` differently",
                        declared.name(),
                        line.id()
                    );
                    return Err(LoadError::at(
                        FILE,
                        (line.number(), 1),
                        what,
                        "report this as a defect of decision-pages",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Goes through all pages; equal sets of lines share a sheet.
    fn pages(&mut self) -> Result<(Vec<PageStep>, Vec<u32>), LoadError> {
        let size = |column: usize| {
            self.vocabulary
                .columns()
                .get(column)
                .map_or(0, |column| column.values().len())
        };
        let mut page_steps = Vec::new();
        let mut count = 1;
        for column in self.vocabulary.page_by().iter().rev() {
            page_steps.push(PageStep {
                column: *column,
                stride: count,
            });
            count *= size(*column);
        }
        page_steps.reverse();
        let mut sheets: HashMap<Vec<usize>, u32> = HashMap::new();
        let mut pages = Vec::with_capacity(count);
        for page in 0..count {
            self.spend(self.lines.len() * (1 + page_steps.len()))?;
            let mut request = vec![0; self.vocabulary.columns().len()];
            for step in &page_steps {
                let value = u16::try_from(page / step.stride % size(step.column).max(1))
                    .unwrap_or(u16::MAX);
                if let Some(slot) = request.get_mut(step.column) {
                    *slot = value;
                }
            }
            let admitted = |line: &PolicyLine| {
                page_steps.iter().all(|step| {
                    request
                        .get(step.column)
                        .is_some_and(|value| line.admits(step.column, *value))
                })
            };
            let lines: Vec<usize> = self
                .lines
                .iter()
                .enumerate()
                .filter(|(_, line)| admitted(line))
                .map(|(index, _)| index)
                .collect();
            let sheet = if let Some(sheet) = sheets.get(&lines) {
                *sheet
            } else {
                let sheet = self.sheet(lines.clone(), request)?;
                sheets.insert(lines, sheet);
                sheet
            };
            pages.push(sheet);
        }
        Ok((page_steps, pages))
    }
}
