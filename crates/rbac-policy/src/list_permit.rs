//! Leave to list: a scope for the query first, and a permit over exactly the rows that were shown after it.

use core::marker::PhantomData;

use uuid::Uuid;
use vocabulary::{Act, Role};

use crate::{
    grant::Grant,
    obligation::{Obligation, Obligations},
    permit::Permit,
    scope::Scope,
};

/// Leave to run the query of `A` within a [`Scope`]. It is neither recordable nor a key: [`over`](Self::over) the rows found, it becomes a permit.
#[must_use = "a list that is not recorded may not be shown"]
pub struct ListPermit<'req, A: Act> {
    grant: Grant<'req>,
    cells: Vec<(u8, Obligations)>,
    scope: Scope,
    existence: Scope,
    act: PhantomData<fn() -> A>,
}

impl<'req, A: Act> ListPermit<'req, A> {
    pub(crate) fn new(grant: Grant<'req>, cells: Vec<(u8, Obligations)>) -> Self {
        let (hidden, shown): (Vec<_>, Vec<_>) =
            cells.iter().partition(|(_, obligations)| obligations.has(Obligation::ExistenceOnly));
        let (scope, existence) = (scope_of(shown), scope_of(hidden));
        Self { grant, cells, scope, existence, act: PhantomData }
    }

    /// The rows that may be shown. May be empty for a caller to whom only the existence shows: then no row is.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// The rows of which only the existence and the unit to contact may be shown: no name, no content. Never part of [`scope`](Self::scope), so that a
    /// caller who forgets the difference shows too little.
    pub const fn existence(&self) -> Scope {
        self.existence
    }

    /// The rows of the scope that carry an obligation: where a warning stands.
    pub fn scope_with(&self, obligation: Obligation) -> Scope {
        scope_of(self.cells.iter().filter(|(cell, obligations)| self.scope.has(*cell) && obligations.has(obligation)))
    }

    /// The obligations of one cell; none for a cell that is not allowed.
    pub fn obligations_of(&self, cell: u8) -> Obligations {
        self.cells.iter().find(|(number, _)| *number == cell).map_or(Obligations::NONE, |(_, obligations)| *obligations)
    }

    /// The role that most of the scope rests on.
    pub const fn role(&self) -> Option<Role> {
        self.grant.role
    }

    /// Ids of the policy lines that allowed some row.
    pub fn lines(&self) -> &[String] {
        &self.grant.grounds.lines
    }

    /// The permit over the rows that the query found within the scope. Its entry names every one of them, in this order; with no row it records that
    /// the list was looked at.
    pub fn over(self, ids: impl IntoIterator<Item = Uuid>) -> Permit<'req, A> {
        Permit::over(self.grant, ids.into_iter().collect())
    }
}

fn scope_of<'c>(cells: impl IntoIterator<Item = &'c (u8, Obligations)>) -> Scope {
    cells.into_iter().fold(Scope::NOTHING, |scope, (cell, _)| scope.with(*cell))
}

impl<A: Act> core::fmt::Debug for ListPermit<'_, A> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ListPermit({}, {} cells, {:?})", self.grant.action, self.cells.len(), self.lines())
    }
}
