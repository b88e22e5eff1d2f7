//! What is to be logged about one decision, before it has bytes: made by the policy from a permit or a refusal, never by a client.

use uuid::Uuid;
use vocabulary::{Action, AuthorityId, CaseId, LogSubjectId, Purpose, RequestId, Role, Strength, UnitId, UserId};
use zeroize::Zeroizing;

use crate::Hash;

vocabulary::closed_list! {
    /// How a decision ended.
    pub enum Outcome {
        /// The access was permitted.
        Allowed = "allow",
        /// The access was refused.
        Denied = "deny",
        /// No decision could be made, or the permitted thing then failed.
        Error = "error",
    }
}

vocabulary::closed_list! {
    /// Which of the two entries about one thing this is.
    pub enum Phase {
        /// Written before anything leaves or changes.
        Decide = "decide",
        /// What came of it, where that is known only later.
        Outcome = "outcome",
    }
}

/// Who did it: derived on the server from the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The user.
    pub user: UserId,
    /// The unit of the mandate.
    pub unit: UnitId,
    /// The role that the decision was made under; none when no role applied.
    pub role: Option<Role>,
    /// How the caller was authenticated.
    pub strength: Strength,
    /// For whom, when a service acts for a user.
    pub on_behalf_of: Option<UserId>,
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The noun, in `snake_case` (at most 32 bytes).
    pub kind: &'static str,
    /// The record; none for lists and for things that do not exist.
    pub id: Option<Uuid>,
    /// Row version of the record.
    pub version: Option<i64>,
    /// Every id that was shown, in order. The leaf keeps their number and a commitment, the opening keeps the ids.
    pub listed: Vec<Uuid>,
}

/// The other authority of a disclosure. LED art. 25 wants the recipient logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The authority that received.
    pub authority: AuthorityId,
    /// A code for the unit or channel (at most 64 bytes, no personal data).
    pub label: String,
}

/// A search term, as little of it as still lets two searches be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchTerm {
    /// Keyed digest of the term, under a key that does not lie in the database.
    pub digest: [u8; 16],
    /// Its length in characters.
    pub length: u32,
}

/// What a change changed: digests of the canonical content before and after. They are salted before they enter the leaf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Digest of the content before; none when something was created.
    pub before: Option<Hash>,
    /// Digest of the content after; none when something was erased.
    pub after: Option<Hash>,
}

/// One entry to be: all that the server knows of a decision.
#[derive(Clone)]
pub struct EntryDraft {
    /// The authority whose log this goes to.
    pub authority: AuthorityId,
    /// Who.
    pub who: Who,
    /// What was done; the category follows from it.
    pub action: Action,
    /// To what.
    pub resource: Resource,
    /// In which case.
    pub case: Option<CaseId>,
    /// About whom, by the log's own random names.
    pub subjects: Vec<LogSubjectId>,
    /// Why.
    pub purpose: Purpose,
    /// Whether the user stated the purpose (true) or the server derived it (false).
    pub purpose_stated: bool,
    /// Code and version of the legal basis.
    pub basis: Option<String>,
    /// Reasons in free text: only a commitment enters the leaf.
    pub justification: Option<Zeroizing<String>>,
    /// What was searched for.
    pub term: Option<SearchTerm>,
    /// How it was decided.
    pub outcome: Outcome,
    /// Ids of the policy lines that decided.
    pub lines: Vec<String>,
    /// Digest of the policy they stand in.
    pub policy_digest: [u8; 32],
    /// The request.
    pub request: RequestId,
    /// To whom, when the category is disclosure: required then when it was allowed, and not permitted for any other category.
    pub recipient: Option<Recipient>,
    /// What changed.
    pub change: Option<Change>,
    /// Before the fact or after it.
    pub phase: Phase,
}

/// Something that can be recorded: a permit, a refusal, a step of a job.
pub trait Recordable {
    /// What the log is to say of it. The same value gives the same draft each time.
    fn draft(&self) -> EntryDraft;
}
