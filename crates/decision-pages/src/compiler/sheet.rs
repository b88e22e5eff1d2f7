//! Nodes: sheets, and switches where a sheet would grow large.

use std::collections::HashMap;

use super::{
    Compiler, Settled,
    inquiry::{Inquiry, Question},
};
use crate::{
    bits::Bits,
    limits,
    load_error::LoadError,
    policy_file::FILE,
    table::{Axis, Node, Sheet},
};

/// A column that lines distinguish.
struct Distinction {
    column: usize,
    stride: usize,
    /// The lines, by position on the sheet, that admit each class of values; and the first value of each.
    classes: Vec<(Bits, u16)>,
    /// The class of each value.
    class_of: Vec<usize>,
}

/// A sheet while it is filled.
struct Draft {
    /// Positions in the file of the lines on the sheet.
    lines: Vec<usize>,
    distinctions: Vec<Distinction>,
    /// The question of each cell.
    cells: Vec<u32>,
    /// Questions by the set of matching lines.
    known: HashMap<Bits, u32>,
    questions: Vec<Question>,
    request: Vec<u16>,
}

impl Compiler<'_> {
    /// The node for the lines that can still match once some columns are settled; the request has values for those.
    pub(super) fn node(&mut self, lines: &[usize], settled: Settled, request: &[u16]) -> Result<u32, LoadError> {
        // Where no line is left, nothing else matters.
        let settled = if lines.is_empty() { Settled::ALL } else { settled };
        let key = (Bits::of(self.lines.len(), lines), settled);
        if let Some(node) = self.known_nodes.get(&key) {
            return Ok(*node);
        }
        let mut distinctions = Vec::new();
        for column in (0..self.vocabulary.columns().len()).filter(|column| !settled.contains(*column)) {
            distinctions.extend(self.distinction(column, lines)?);
        }
        let mut cells = 1_usize;
        for distinction in distinctions.iter_mut().rev() {
            distinction.stride = cells;
            cells = cells.saturating_mul(distinction.classes.len());
        }
        let widest = distinctions
            .iter()
            .enumerate()
            .max_by_key(|(_, distinction)| distinction.classes.len())
            .map(|(index, _)| index);
        let node = match widest {
            Some(widest) if cells > limits::SHEET_CELLS => {
                self.switch(&distinctions.swap_remove(widest), lines, settled, request)?
            }
            _ => self.sheet(Draft {
                lines: lines.to_vec(),
                distinctions,
                cells: vec![0; cells],
                known: HashMap::new(),
                questions: Vec::new(),
                request: request.to_vec(),
            })?,
        };
        self.within_limits()?;
        let number = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(node);
        self.known_nodes.insert(key, number);
        Ok(number)
    }

    /// Keeps every index below `u32::MAX` and memory in bounds.
    fn within_limits(&self) -> Result<(), LoadError> {
        let cells = self.cells.len() + self.edges.len() + self.offsets.len() + self.nodes.len();
        if cells > limits::CELLS {
            let instead =
                "distinguish fewer values in the lines, or let `page_by` name the columns that most lines distinguish";
            return Err(LoadError::whole(FILE, format!("the policy needs more than {} cells", limits::CELLS), instead));
        }
        Ok(())
    }

    /// The classes of a column's values for some lines; `None` when the lines do not distinguish them.
    fn distinction(&mut self, column: usize, lines: &[usize]) -> Result<Option<Distinction>, LoadError> {
        let size = self.size(column);
        self.spend(size.saturating_mul(lines.len() + 16))?;
        let mut numbers: HashMap<Bits, usize> = HashMap::new();
        let mut distinction =
            Distinction { column, stride: 0, classes: Vec::new(), class_of: Vec::with_capacity(size) };
        for value in (0..).take(size) {
            let mut admitting = Bits::none(lines.len());
            for (position, index) in lines.iter().enumerate() {
                if self.lines.get(*index).is_some_and(|line| line.admits(column, value)) {
                    admitting.insert(position);
                }
            }
            let class = *numbers.entry(admitting.clone()).or_insert_with(|| {
                distinction.classes.push((admitting, value));
                distinction.classes.len() - 1
            });
            distinction.class_of.push(class);
        }
        Ok((distinction.classes.len() > 1).then_some(distinction))
    }

    /// A node per class of one column.
    fn switch(
        &mut self,
        on: &Distinction,
        lines: &[usize],
        settled: Settled,
        request: &[u16],
    ) -> Result<Node, LoadError> {
        let mut request = request.to_vec();
        let mut targets = Vec::with_capacity(on.classes.len());
        for (admitting, value) in &on.classes {
            if let Some(slot) = request.get_mut(on.column) {
                *slot = *value;
            }
            let left: Vec<usize> = admitting.iter().filter_map(|position| lines.get(position).copied()).collect();
            targets.push(self.node(&left, settled.with(on.column), &request)?);
        }
        let first_edge = u32::try_from(self.edges.len()).unwrap_or(u32::MAX);
        self.edges.extend(on.class_of.iter().filter_map(|class| targets.get(*class)));
        Ok(Node::Switch { column: u16::try_from(on.column).unwrap_or(u16::MAX), first_edge })
    }

    /// Notes what casbin will be asked for the cells of a sheet.
    fn sheet(&mut self, mut draft: Draft) -> Result<Node, LoadError> {
        let index = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (first_offset, first_axis) = (index(self.offsets.len()), index(self.axes.len()));
        for inner in &self.inner {
            match draft.distinctions.iter().find(|distinction| distinction.column == inner.column) {
                // A sheet has at most limits::SHEET_CELLS cells.
                Some(of) => self
                    .offsets
                    .extend(of.class_of.iter().map(|class| u16::try_from(class * of.stride).unwrap_or(u16::MAX))),
                None => self.offsets.extend(std::iter::repeat_n(0, self.size(inner.column))),
            }
        }
        let axis = |of: &Distinction| Axis { column: of.column, stride: of.stride, classes: of.classes.len() };
        self.axes.extend(draft.distinctions.iter().map(axis));
        self.spend(draft.lines.len().saturating_mul(limits::STEPS_PER_CASBIN_LINE))?;
        let everything = Bits::all(draft.lines.len());
        self.fill(&mut draft, 0, 0, &everything)?;
        let sheet =
            Sheet { first_offset, first_cell: index(self.cells.len()), first_axis, end_axis: index(self.axes.len()) };
        self.cells.append(&mut draft.cells);
        self.inquiries.push(Inquiry { lines: draft.lines, questions: draft.questions });
        Ok(Node::Sheet(sheet))
    }

    /// Fills the block of cells that begins at `cell` and still has the distinctions from `depth` on; `matching` are the lines that all earlier
    /// ones left.
    fn fill(&mut self, draft: &mut Draft, depth: usize, cell: usize, matching: &Bits) -> Result<(), LoadError> {
        self.spend(16 + 4 * matching.words())?;
        let open = draft
            .distinctions
            .get(depth)
            .map(|distinction| (distinction.column, distinction.stride, distinction.classes.len()));
        let Some((column, stride, classes)) = open.filter(|_| !matching.is_empty()) else {
            let question = self.question(draft, matching)?;
            let size = open.map_or(1, |(_, stride, classes)| stride * classes);
            if let Some(block) = draft.cells.get_mut(cell..cell + size) {
                block.fill(question);
            }
            return Ok(());
        };
        for class in 0..classes {
            let Some((admitting, value)) =
                draft.distinctions.get(depth).and_then(|distinction| distinction.classes.get(class))
            else {
                continue;
            };
            let (left, value) = (matching.and(admitting), *value);
            if let Some(slot) = draft.request.get_mut(column) {
                *slot = value;
            }
            self.fill(draft, depth + 1, cell + class * stride, &left)?;
        }
        // The next block begins with the first class again; value 0 is always in it.
        if let Some(slot) = draft.request.get_mut(column) {
            *slot = 0;
        }
        Ok(())
    }

    /// The question about the class of requests that match exactly these lines of the sheet, of which the draft's request is one.
    fn question(&mut self, draft: &mut Draft, matching: &Bits) -> Result<u32, LoadError> {
        if let Some(question) = draft.known.get(matching) {
            return Ok(*question);
        }
        self.spend((draft.lines.len() + 4).saturating_mul(limits::STEPS_PER_CASBIN_LINE))?;
        let number = self.questions;
        // Far below the largest number: each costs thousands of the steps that there are.
        self.questions = self.questions.saturating_add(1);
        draft.known.insert(matching.clone(), number);
        draft.questions.push(Question { request: draft.request.clone(), matching: matching.clone() });
        Ok(number)
    }
}
