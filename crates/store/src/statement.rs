//! One statement of a unit of work, with what must come of it.

use crate::Value;

/// A statement with its values and the result without which the whole unit is refused.
#[derive(Clone, Debug)]
pub struct Statement {
    /// One SQL text for both databases, `$1` placeholders.
    pub sql: &'static str,
    /// The values, from [`args!`](crate::args).
    pub args: Vec<Value>,
    /// What must come of it.
    pub expect: Expect,
}

/// What a statement must achieve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Any number of rows.
    Any,
    /// Exactly one row changed.
    One(Refusal),
    /// A SELECT that must find a row.
    Exists(Refusal),
    /// A SELECT that must find none.
    Absent(Refusal),
}

/// Why a unit of work was refused; nothing of it was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The row has changed since it was read (optimistic version).
    #[error("the record has changed since it was read")]
    Stale,
    /// A row that this work builds on does not exist.
    #[error("a record that this builds on does not exist")]
    Missing,
    /// The row exists already (unique key).
    #[error("the record exists already")]
    Duplicate,
    /// What the row belongs to is closed, locked, lapsed or withdrawn.
    #[error("the record is closed")]
    Closed,
    /// The state does not allow this step.
    #[error("the state of the record does not allow this")]
    Conflict,
    /// A permit, draft, token or parcel has been used already.
    #[error("this has been used already")]
    Used,
    /// A time limit has passed.
    #[error("the time for this has passed")]
    Expired,
    /// A limit on number or size is reached.
    #[error("a limit is reached")]
    Limit,
    /// The database does not accept the rows: a defect of the caller, logged with its code.
    #[error("the database does not accept these rows")]
    Unacceptable,
}

impl Statement {
    /// A statement that may touch any number of rows.
    #[must_use]
    pub const fn new(sql: &'static str, args: Vec<Value>) -> Self {
        Self { sql, args, expect: Expect::Any }
    }

    /// Refuses the unit unless exactly one row changed.
    #[must_use]
    pub fn one(mut self, otherwise: Refusal) -> Self {
        self.expect = Expect::One(otherwise);
        self
    }

    /// Refuses the unit unless the SELECT finds a row.
    #[must_use]
    pub fn exists(mut self, otherwise: Refusal) -> Self {
        self.expect = Expect::Exists(otherwise);
        self
    }

    /// Refuses the unit if the SELECT finds a row.
    #[must_use]
    pub fn absent(mut self, otherwise: Refusal) -> Self {
        self.expect = Expect::Absent(otherwise);
        self
    }
}
