//! From lines to pages.
//!
//! Why the pages are complete: the golden matcher is a conjunction of one `has(r.x, p.x)` per column, so whether a line matches depends on each
//! value only through its membership in the line's cell. That membership is tabulated here for every value and line, against the very `has`
//! that casbin calls. Requests that match the same set of lines are one class, and casbin is asked once for each class on each sheet; its
//! decision is kept, and the lines it saw matching must be the set that was expected. Anything else refuses to compile.

mod inquiry;
mod reason;
mod sheet;

use std::collections::{BTreeSet, HashMap};

use self::inquiry::Inquiry;
use crate::{
    bits::Bits,
    decision::{NOTHING, Outcome, Reason},
    evaluator::CasbinFailed,
    limits,
    line::PolicyLine,
    load_error::LoadError,
    model,
    policy_file::FILE,
    table::{Axis, InnerColumn, Node, PageStep, Table},
    vocabulary::Vocabulary,
};

/// The table, and every set of lines (by position in the file) that some request matches.
pub(crate) struct Compiled {
    pub(crate) table: Table,
    pub(crate) classes: BTreeSet<Vec<usize>>,
}

/// Compiles lines that the loader accepted.
pub(crate) fn compile(vocabulary: &Vocabulary, lines: &[PolicyLine]) -> Result<Compiled, LoadError> {
    compile_on(vocabulary, lines, None)
}

/// As [`compile`], by so many threads, or by as many as it is worth.
fn compile_on(vocabulary: &Vocabulary, lines: &[PolicyLine], threads: Option<usize>) -> Result<Compiled, LoadError> {
    let mut compiler = Compiler {
        vocabulary,
        lines,
        steps_left: limits::STEPS,
        known_nodes: HashMap::new(),
        reason_ids: HashMap::new(),
        classes: BTreeSet::new(),
        reasons: vec![NOTHING.clone()],
        nodes: Vec::new(),
        edges: Vec::new(),
        inner: inner(vocabulary),
        axes: Vec::new(),
        offsets: Vec::new(),
        cells: Vec::new(),
        inquiries: Vec::new(),
        questions: 0,
    };
    compiler.check_cells()?;
    let (page_steps, pages) = compiler.pages()?;
    let outcomes = compiler.outcomes(threads)?;
    let sizes = vocabulary.columns().iter().map(|column| u16::try_from(column.values().len()).unwrap_or(u16::MAX));
    let table = Table {
        sizes: sizes.collect(),
        page_steps: page_steps.into(),
        pages: pages.into(),
        nodes: compiler.nodes.into(),
        edges: compiler.edges.into(),
        inner: compiler.inner.into(),
        axes: compiler.axes.into(),
        offsets: compiler.offsets.into(),
        outcomes: outcomes.into(),
        reasons: compiler.reasons.into(),
    };
    Ok(Compiled { table, classes: compiler.classes })
}

/// The columns outside `page_by`, with their places in a block of offsets.
fn inner(vocabulary: &Vocabulary) -> Vec<InnerColumn> {
    let mut start = 0;
    let columns = vocabulary.columns().iter().enumerate().filter(|(_, column)| !column.is_page());
    columns
        .map(|(column, declared)| {
            let inner = InnerColumn { column, start };
            start += declared.values().len();
            inner
        })
        .collect()
}

fn casbin_refused(error: &CasbinFailed) -> LoadError {
    LoadError::whole(model::FILE, error.to_string(), "check that casbin and decision-pages fit together")
}

/// The columns that were looked up on the way to a node, by bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Settled(u32);

impl Settled {
    const ALL: Self = Self(u32::MAX);

    fn with(self, column: usize) -> Self {
        Self(self.0 | 1 << column)
    }

    fn contains(self, column: usize) -> bool {
        self.0 & 1 << column != 0
    }
}

struct Compiler<'a> {
    vocabulary: &'a Vocabulary,
    lines: &'a [PolicyLine],
    steps_left: u64,
    /// Nodes by the lines that can still match and the columns that no longer matter.
    known_nodes: HashMap<(Bits, Settled), u32>,
    reason_ids: HashMap<(bool, Vec<usize>), u32>,
    classes: BTreeSet<Vec<usize>>,
    reasons: Vec<Reason>,
    nodes: Vec<Node>,
    edges: Vec<u32>,
    inner: Vec<InnerColumn>,
    axes: Vec<Axis>,
    offsets: Vec<u16>,
    /// The number of the question that each cell is answered by.
    cells: Vec<u32>,
    inquiries: Vec<Inquiry>,
    /// How many questions there are in them.
    questions: u32,
}

impl Compiler<'_> {
    /// Counts what compiling costs, in steps of roughly a nanosecond.
    fn spend(&mut self, steps: usize) -> Result<(), LoadError> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.steps_left = self.steps_left.checked_sub(steps).ok_or_else(|| {
            let instead = "write fewer lines, or let `page_by` name the columns that most lines distinguish";
            LoadError::whole(FILE, "the policy takes too long to compile", instead)
        })?;
        Ok(())
    }

    /// Number of values of a column.
    fn size(&self, column: usize) -> usize {
        self.vocabulary.columns().get(column).map_or(0, |column| column.values().len())
    }

    /// Every value against every cell: casbin's `has` and the loader must agree.
    fn check_cells(&mut self) -> Result<(), LoadError> {
        let lines = self.lines;
        for (column, declared) in self.vocabulary.columns().iter().enumerate() {
            let bytes: usize = lines.iter().map(|line| line.cell(column).len() + 8).sum();
            self.spend(declared.values().len().saturating_mul(bytes))?;
            for (value, name) in (0..).zip(declared.values()) {
                if let Some(line) = lines.iter().find(|line| !line.reads_alike(column, value, name)) {
                    let what =
                        format!("casbin and the loader read {} of line `{}` differently", declared.name(), line.id());
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

    /// Has casbin answer every question, and gives each cell its outcome.
    fn outcomes(&mut self, threads: Option<usize>) -> Result<Vec<Outcome>, LoadError> {
        let inquiries = std::mem::take(&mut self.inquiries);
        let threads = threads.unwrap_or_else(|| inquiry::threads(&inquiries));
        let answers = inquiry::put(self.vocabulary, self.lines, &inquiries, threads)?;
        let mut outcomes = Vec::with_capacity(self.questions as usize);
        for (inquiry, answers) in inquiries.iter().zip(answers) {
            for (question, allowed) in inquiry.questions.iter().zip(answers) {
                let in_file = question.matching.iter().filter_map(|position| inquiry.lines.get(position).copied());
                let matched: Vec<usize> = in_file.collect();
                outcomes.push(self.outcome(allowed, &matched));
                if !matched.is_empty() {
                    self.classes.insert(matched);
                }
            }
        }
        let of_cell = |question: &u32| outcomes.get(*question as usize).copied().unwrap_or(Outcome::NOTHING);
        Ok(self.cells.iter().map(of_cell).collect())
    }

    /// Goes through all pages and compiles the node of each.
    fn pages(&mut self) -> Result<(Vec<PageStep>, Vec<u32>), LoadError> {
        let mut page_steps = Vec::new();
        let mut count = 1;
        for column in self.vocabulary.page_by().iter().rev() {
            page_steps.push(PageStep { column: *column, stride: count });
            count *= self.size(*column);
        }
        page_steps.reverse();
        let settled = page_steps.iter().fold(Settled(0), |settled, step| settled.with(step.column));
        let mut pages = Vec::with_capacity(count);
        for page in 0..count {
            self.spend(self.lines.len() * (1 + page_steps.len()))?;
            let mut request = vec![0; self.vocabulary.columns().len()];
            for step in &page_steps {
                if let Some(slot) = request.get_mut(step.column) {
                    *slot = step.value(page, self.size(step.column));
                }
            }
            let admits = |line: &PolicyLine| {
                page_steps
                    .iter()
                    .all(|step| request.get(step.column).is_some_and(|value| line.admits(step.column, *value)))
            };
            let lines: Vec<usize> =
                self.lines.iter().enumerate().filter(|(_, line)| admits(line)).map(|(index, _)| index).collect();
            pages.push(self.node(&lines, settled, &request)?);
        }
        Ok((page_steps, pages))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy_file::{self, Strictness};

    #[test]
    fn the_same_policy_gives_the_same_pages_however_many_compile_it() {
        let vocabulary = Vocabulary::parse(
            "[columns]\norder = [\"role\", \"rel\", \"age\"]\npage_by = [\"role\"]\n[values]\n\
             role = [\"clerk\", \"auditor\", \"guest\"]\nrel = [\"own\", \"other\", \"unknown\"]\nage = [\"child\", \"adult\"]\n",
        )
        .unwrap();
        let policy = "p, own, clerk|auditor, own, *, -, Act 1, allow\np, review, auditor, *, adult, -, Act 2, allow\n\
            p, never, *, unknown, *, -, Act 3, deny\np, visit, guest, own|other, child, -, Act 4, allow\n";
        let lines = policy_file::read(policy, &vocabulary, Strictness::Full).unwrap();
        let compiled = |threads| compile_on(&vocabulary, &lines, Some(threads)).unwrap();
        let (one, many) = (compiled(1), compiled(7));
        assert_eq!(one.classes, many.classes);
        assert_eq!((&one.table.outcomes, &one.table.reasons), (&many.table.outcomes, &many.table.reasons));
    }
}
