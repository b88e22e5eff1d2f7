//! An entry as it lies in the database: the leaf, and beside it what the log is searched by.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocabulary::{
    Action, AuthorityId, CaseId, Category, EntryId, LogSubjectId, Purpose, RequestId, Timestamp, UnitId, UserId,
};

use crate::{Outcome, SealedOpening};

/// One row to write: entry, opening and index columns together.
#[derive(Clone, Debug)]
pub struct EntryRow {
    /// Whose log.
    pub authority: AuthorityId,
    /// The entry; unique within the log.
    pub id: EntryId,
    /// Place in the tree; none while it waits in the outbox.
    pub index: Option<u64>,
    /// The instant in the leaf.
    pub at: Timestamp,
    /// The instance that wrote it.
    pub instance: Uuid,
    /// Its number within the instance, from 1.
    pub sequence: i64,
    /// The canonical bytes. Stored as they are; never made again from the columns.
    pub leaf: Vec<u8>,
    /// What the commitments stand for; none when there are none.
    pub opening: Option<SealedOpening>,
    /// Who.
    pub user: UserId,
    /// The unit of the mandate.
    pub unit: UnitId,
    /// What was done.
    pub action: Action,
    /// The kind of processing.
    pub category: Category,
    /// How it was decided.
    pub outcome: Outcome,
    /// The noun.
    pub resource_kind: String,
    /// The record.
    pub resource: Option<Uuid>,
    /// The case.
    pub case: Option<CaseId>,
    /// About whom: one index row each.
    pub subjects: Vec<LogSubjectId>,
    /// Why.
    pub purpose: Purpose,
    /// Legal basis.
    pub basis: Option<String>,
    /// The request.
    pub request: RequestId,
}

/// The index columns as read back, untyped: a forged code must reach the verifier, not stop the reader.
///
/// Fields stand in alphabetical order, so that their JSON is canonical as it comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// Code of the action.
    pub action: String,
    /// Microseconds since the epoch.
    pub at: i64,
    /// Legal basis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// The case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Uuid>,
    /// Code of the category.
    pub category: String,
    /// The entry.
    pub id: Uuid,
    /// The instance.
    pub instance: Uuid,
    /// Code of the outcome.
    pub outcome: String,
    /// Code of the purpose.
    pub purpose: String,
    /// The request.
    pub request: Uuid,
    /// The record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Uuid>,
    /// The noun.
    pub resource_kind: String,
    /// Its number.
    pub sequence: i64,
    /// About whom, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Uuid>,
    /// The unit.
    pub unit: Uuid,
    /// Who.
    pub user: Uuid,
}

/// A leaf of the tree as read back for verification and export.
#[derive(Clone, Debug)]
pub struct StoredLeaf {
    /// Place in the tree, from 0.
    pub index: u64,
    /// The canonical bytes.
    pub leaf: Vec<u8>,
    /// The index columns beside it.
    pub columns: Columns,
    /// The sealed opening, if it still exists.
    pub opening: Option<SealedOpening>,
}

impl EntryRow {
    /// The index columns as they will be read back.
    #[must_use]
    pub fn columns(&self) -> Columns {
        Columns {
            id: self.id.0,
            at: self.at.micros(),
            instance: self.instance,
            sequence: self.sequence,
            user: self.user.0,
            unit: self.unit.0,
            action: self.action.code().to_owned(),
            category: self.category.code().to_owned(),
            outcome: self.outcome.code().to_owned(),
            resource_kind: self.resource_kind.clone(),
            resource: self.resource,
            case: self.case.map(Uuid::from),
            subjects: self.subjects.iter().map(|subject| subject.0).collect(),
            purpose: self.purpose.code().to_owned(),
            basis: self.basis.clone(),
            request: self.request.0,
        }
    }
}
