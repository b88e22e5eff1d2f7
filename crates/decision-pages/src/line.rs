//! One line of `policy.csv`, as it was read.

use crate::{bits::Bits, evaluator::has};

/// What a line does to the requests it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Allows, unless some line denies.
    Allow,
    /// Denies, whatever others allow.
    Deny,
}

impl Effect {
    /// `allow` or `deny`, as in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// The cell of one column: its text and the values it stands for.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) values: Bits,
}

/// A policy line. Cells stand in column order.
#[derive(Debug, Clone)]
pub struct PolicyLine {
    pub(crate) id: String,
    pub(crate) number: usize,
    pub(crate) cells: Vec<Cell>,
    /// As written, for casbin.
    pub(crate) obligations_text: String,
    /// Indices into the vocabulary's obligations.
    pub(crate) obligations: Bits,
    pub(crate) obligation_names: Vec<String>,
    pub(crate) law: String,
    pub(crate) effect: Effect,
}

impl PolicyLine {
    /// The unique id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its line number in `policy.csv`, from 1.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Allow or deny.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The legal reference shown to people and kept in logs.
    pub fn law(&self) -> &str {
        &self.law
    }

    /// Names of the obligations that an allow carries.
    pub fn obligations(&self) -> &[String] {
        &self.obligation_names
    }

    /// The text of a cell: `*` or values joined by `|`; empty for a column that does not exist.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| &cell.text)
    }

    /// Whether the cell of a column admits a value.
    pub fn admits(&self, column: usize, value: u16) -> bool {
        self.cells.get(column).is_some_and(|cell| cell.values.contains(usize::from(value)))
    }

    /// Whether the line matches a request.
    pub fn matches(&self, request: &[u16]) -> bool {
        request.len() == self.cells.len()
            && request.iter().enumerate().all(|(column, value)| self.admits(column, *value))
    }

    /// Whether casbin's `has` reads the cell as the loader did.
    pub(crate) fn reads_alike(&self, column: usize, value: u16, name: &str) -> bool {
        self.admits(column, value) == has(name, self.cell(column))
    }

    /// The line as casbin takes it, without the type.
    pub(crate) fn rule(&self) -> Vec<String> {
        let mut rule = vec![self.id.clone()];
        rule.extend(self.cells.iter().map(|cell| cell.text.clone()));
        rule.extend([self.obligations_text.clone(), self.law.clone(), self.effect.word().to_owned()]);
        rule
    }
}
