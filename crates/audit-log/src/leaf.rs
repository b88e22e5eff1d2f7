//! The bytes of an entry: canonical JSON of one fixed schema, at most 4 KiB.
//!
//! Every string of a leaf is a code, an id, an instant or base64, so none needs an escape. That makes the canonical form of RFC 8785 a narrow grammar:
//! the reader here walks the bytes once, in key order, and borrows everything.

mod reader;
mod writer;

use std::collections::HashMap;
use std::sync::LazyLock;

use uuid::Uuid;
use vocabulary::{Action, Category, Timestamp};

use crate::commitment::{Commitments, CommittedList};
use crate::{Columns, Hash, Outcome, Phase, SearchTerm, canonical::CanonicalError};

pub use reader::read;

/// The version of the schema.
pub const VERSION: i64 = 1;

/// The category of each action that this program knows. A newer log may hold others.
static CATEGORIES: LazyLock<HashMap<&'static str, Category>> =
    LazyLock::new(|| Action::ALL.iter().map(|action| (action.code(), action.category())).collect());

/// The largest leaf.
pub const MAX_LEAF: usize = 4096;

/// Where and when an entry was taken in: given by the appender, all three together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Never earlier than that of a lower number of the same instance.
    pub at: Timestamp,
    /// The instance: a new one for each start of a process and each log.
    pub instance: Uuid,
    /// Number within the instance, from 1.
    pub sequence: i64,
    /// Every number of the instance below this one had come to its end (logged, or declared void) when this entry was stamped. In the leaf only where
    /// it is less than `sequence`.
    pub low: i64,
}

/// The last entry that an instance knew of when it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Its instance.
    pub instance: Uuid,
    /// Its number.
    pub sequence: i64,
}

/// Several like events in one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub since: Timestamp,
}

/// A recipient as it stands in a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoggedRecipient<'a> {
    /// The authority.
    pub authority: Uuid,
    /// Unit or channel.
    pub label: &'a str,
}

/// An entry as it stands in the tree. Codes of lists that grow (action, role, purpose, strength) stay text, so that an old verifier reads a newer log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf<'a> {
    /// The entry.
    pub id: Uuid,
    /// When and by which instance.
    pub stamp: Stamp,
    /// Code of the action.
    pub action: &'a str,
    /// Kind of processing.
    pub category: Category,
    /// Legal basis.
    pub basis: Option<&'a str>,
    /// Case.
    pub case: Option<Uuid>,
    /// All commitments.
    pub commitments: Commitments,
    /// Policy lines.
    pub lines: Vec<&'a str>,
    /// How it was decided.
    pub outcome: Outcome,
    /// Digest of the policy; none for what the service does of itself.
    pub policy: Option<Hash>,
    /// Several in one.
    pub fold: Option<Fold>,
    /// Before or after the fact.
    pub phase: Phase,
    /// On `service.start`: the last known entry.
    pub previous: Option<Previous>,
    /// Code of the purpose.
    pub purpose: &'a str,
    /// Stated by the user.
    pub purpose_stated: bool,
    /// Recipient.
    pub recipient: Option<LoggedRecipient<'a>>,
    /// Request.
    pub request: Uuid,
    /// The noun.
    pub kind: &'a str,
    /// The record.
    pub resource: Option<Uuid>,
    /// Its version.
    pub version: Option<i64>,
    /// What was searched for.
    pub term: Option<SearchTerm>,
    /// On `log.void`: inclusive ranges of numbers that were taken and rolled back.
    pub void: Vec<(i64, i64)>,
    /// Code of the sign-in strength.
    pub strength: &'a str,
    /// The authority whose log this is.
    pub authority: Uuid,
    /// For whom.
    pub on_behalf_of: Option<Uuid>,
    /// Code of the role.
    pub role: Option<&'a str>,
    /// The unit.
    pub unit: Uuid,
    /// The user.
    pub user: Uuid,
}

/// Why bytes are not an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Not canonical JSON.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// Canonical JSON, but not an entry of this version; the place is the key at which reading stopped.
    #[error("not an entry: {0}")]
    Schema(&'static str),
}

impl Leaf<'_> {
    /// The canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        writer::write(self)
    }

    /// Whether both say the same, when and by whom they were taken in left aside: the test for a retry.
    #[must_use]
    pub fn same_but_for_stamp(&self, other: &Self) -> bool {
        Self { stamp: other.stamp, ..self.clone() } == *other
    }

    /// The index columns that belong to this leaf. Subjects are not in the leaf: the list is empty here.
    #[must_use]
    pub fn columns(&self) -> Columns {
        Columns {
            id: self.id,
            at: self.stamp.at.micros(),
            instance: self.stamp.instance,
            sequence: self.stamp.sequence,
            user: self.user,
            unit: self.unit,
            action: self.action.to_owned(),
            category: self.category.code().to_owned(),
            outcome: self.outcome.code().to_owned(),
            resource_kind: self.kind.to_owned(),
            resource: self.resource,
            case: self.case,
            subjects: Vec::new(),
            purpose: self.purpose.to_owned(),
            basis: self.basis.map(str::to_owned),
            request: self.request,
        }
    }

    /// Rules between the fields. The reader and the maker of entries both keep them.
    fn check(&self) -> Result<(), LeafError> {
        let disclosed = self.category == Category::Disclose;
        // LED art. 25 (1): disclosure shows the recipient.
        if disclosed && self.outcome == Outcome::Allowed && self.recipient.is_none()
            || !disclosed && self.recipient.is_some()
        {
            return Err(LeafError::Schema("recv"));
        }
        if CATEGORIES.get(self.action).is_some_and(|category| *category != self.category) {
            return Err(LeafError::Schema("cat"));
        }
        let starts = self.action == Action::StartInstance.code();
        if !starts && self.previous.is_some() {
            return Err(LeafError::Schema("prev"));
        }
        if (self.action == Action::VoidNumbers.code()) == self.void.is_empty() {
            return Err(LeafError::Schema("void"));
        }
        if self.stamp.sequence < 1 || self.stamp.low < 1 || self.stamp.low > self.stamp.sequence {
            return Err(LeafError::Schema("seq"));
        }
        Ok(())
    }

    /// The commitment lists, for reports.
    #[must_use]
    pub const fn subjects(&self) -> Option<CommittedList> {
        self.commitments.subjects
    }
}

/// Whether a text may stand as a code in a leaf: 1 to 64 printable ASCII characters without space, quotation mark and backslash.
#[must_use]
pub fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}
