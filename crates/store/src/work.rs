//! A unit of work: the rows of one write use case as data, so that it can be repeated and rolled back alone.

use uuid::Uuid;
use vocabulary::AuthorityId;

use crate::Statement;

/// One unit of business rows of one authority. Sealing, ids and random bytes are made before; inside, nothing waits for anything but SQL.
#[derive(Clone, Debug)]
pub struct Work {
    /// Whose rows these are: every row that the unit touches belongs to this authority (or is delivered by it).
    pub authority: AuthorityId,
    name: &'static str,
    makes: Option<(&'static str, Uuid)>,
    statements: Vec<Statement>,
}

impl Work {
    /// An empty unit.
    #[must_use]
    pub const fn new(authority: AuthorityId) -> Self {
        Self { authority, name: "work", makes: None, statements: Vec::new() }
    }

    /// Names the unit after its use case, for the warning about slow units.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Names the record that the unit makes: what a repeat of the same request is to find.
    #[must_use]
    pub fn making(mut self, kind: &'static str, id: impl Into<Uuid>) -> Self {
        self.makes = Some((kind, id.into()));
        self
    }

    /// Adds a statement; they run in this order.
    #[must_use]
    pub fn then(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// Adds statements in their order.
    #[must_use]
    pub fn then_all(mut self, statements: impl IntoIterator<Item = Statement>) -> Self {
        self.statements.extend(statements);
        self
    }

    /// The use case's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The kind and id of the record that it makes.
    #[must_use]
    pub const fn makes(&self) -> Option<(&'static str, Uuid)> {
        self.makes
    }

    /// The statements in order.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }
}
