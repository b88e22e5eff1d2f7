//! An entry that is ready but for its stamp: the personal parts are already commitments and a sealed opening.

use std::collections::HashSet;

use uuid::Uuid;
use vocabulary::{Action, AuthorityId, CaseId, Category, Entropy, EntryId, LogSubjectId, Timestamp};

use crate::canonical::MAX_INTEGER;
use crate::commitment::Commitments;
use crate::leaf::{Fold, Leaf, LoggedRecipient, MAX_LEAF, Previous, Stamp, is_code};
use crate::{
    DraftError, EntryDraft, EntryRow, Hash, LogError, Opening, OpeningSealer, Outcome, Resource, SealedOpening, Who,
};

/// What only the service's own entries say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServiceNote {
    pub(crate) previous: Option<Previous>,
    pub(crate) void: Vec<(i64, i64)>,
    pub(crate) fold: Option<Fold>,
}

/// An entry without a stamp. It holds no personal text, so it may wait in a queue and be kept for a retry under the same id.
#[derive(Clone)]
pub struct Prepared {
    id: EntryId,
    draft: EntryDraft,
    commitments: Commitments,
    opening: Option<SealedOpening>,
    policy: Option<Hash>,
    pub(crate) note: ServiceNote,
}

impl EntryDraft {
    /// Turns the personal parts into commitments, seals their opening, and checks the rules of the format.
    ///
    /// `id` is a version 7 id from [`Entropy::ordered_id`]; `at` chooses the log year of the key that seals.
    ///
    /// # Errors
    /// [`LogError::Draft`] when a rule is broken, [`LogError::Sealing`] when no key could be used.
    pub fn prepare(
        self,
        id: EntryId,
        at: Timestamp,
        entropy: &dyn Entropy,
        sealer: &dyn OpeningSealer,
    ) -> Result<Prepared, LogError> {
        let mut draft = self;
        check(&draft)?;
        // Each person once: the index has one row for each, and the count in the leaf is compared with it.
        let mut named = HashSet::new();
        draft.subjects.retain(|subject| named.insert(*subject));
        let mut opening = Opening {
            seed: [0; 32],
            subjects: draft.subjects.clone(),
            listed: draft.resource.listed.clone(),
            justification: draft.justification.take().map(|text| text.as_str().to_owned()),
            before: draft.change.and_then(|change| change.before),
            after: draft.change.and_then(|change| change.after),
        };
        entropy.fill(&mut opening.seed);
        let commitments = Commitments::of(&opening);
        let stored = if commitments.is_empty() {
            None
        } else {
            Some(sealer.seal(id, draft.authority, at.stockholm().year(), &opening)?)
        };
        let policy = Some(Hash(draft.policy_digest));
        let prepared = Prepared { id, draft, commitments, opening: stored, policy, note: ServiceNote::default() };
        prepared.check_size()?;
        Ok(prepared)
    }
}

impl Prepared {
    /// An entry that the service writes of itself. It commits to nothing.
    pub(crate) fn of_service(id: EntryId, draft: EntryDraft, note: ServiceNote) -> Self {
        Self { id, draft, commitments: Commitments::default(), opening: None, policy: None, note }
    }

    /// The same event once more, `fold` times: without opening, for the anonymous lane.
    pub(crate) fn folded(&self, id: EntryId, fold: Fold) -> Self {
        let mut draft = self.draft.clone();
        draft.subjects.clear();
        draft.resource.listed.clear();
        let note = ServiceNote { fold: Some(fold), ..ServiceNote::default() };
        Self { id, draft, commitments: Commitments::default(), opening: None, policy: self.policy, note }
    }

    /// The entry's id.
    pub const fn id(&self) -> EntryId {
        self.id
    }

    /// Whose log it goes to.
    pub const fn authority(&self) -> AuthorityId {
        self.draft.authority
    }

    /// What was done.
    pub const fn action(&self) -> Action {
        self.draft.action
    }

    /// How it was decided.
    pub const fn outcome(&self) -> Outcome {
        self.draft.outcome
    }

    /// To what.
    pub const fn resource(&self) -> &Resource {
        &self.draft.resource
    }

    /// In which case.
    pub const fn case(&self) -> Option<CaseId> {
        self.draft.case
    }

    /// About whom.
    pub fn subjects(&self) -> &[LogSubjectId] {
        &self.draft.subjects
    }

    /// Who.
    pub const fn who(&self) -> &Who {
        &self.draft.who
    }

    /// Whether this entry speaks of what that draft speaks of. Only the parts that say *who did what to which record* must agree: the conductor may
    /// add a justification, a term or a change.
    pub(crate) fn speaks_of(&self, draft: &EntryDraft) -> bool {
        let mine = &self.draft;
        mine.authority == draft.authority
            && mine.who.user == draft.who.user
            && mine.action == draft.action
            && mine.outcome == draft.outcome
            && mine.resource.kind == draft.resource.kind
            && mine.resource.id == draft.resource.id
            && mine.resource.listed == draft.resource.listed
    }

    /// The leaf under a stamp.
    pub(crate) fn leaf(&self, stamp: Stamp) -> Leaf<'_> {
        let draft = &self.draft;
        Leaf {
            id: self.id.0,
            stamp,
            action: draft.action.code(),
            category: draft.action.category(),
            basis: draft.basis.as_deref(),
            case: draft.case.map(Uuid::from),
            commitments: self.commitments,
            lines: draft.lines.iter().map(String::as_str).collect(),
            outcome: draft.outcome,
            policy: self.policy,
            fold: self.note.fold,
            phase: draft.phase,
            previous: self.note.previous,
            purpose: draft.purpose.code(),
            purpose_stated: draft.purpose_stated,
            recipient: draft
                .recipient
                .as_ref()
                .map(|to| LoggedRecipient { authority: to.authority.0, label: &to.label }),
            request: draft.request.0,
            kind: draft.resource.kind,
            resource: draft.resource.id,
            version: draft.resource.version,
            term: draft.term,
            void: self.note.void.clone(),
            strength: draft.who.strength.code(),
            authority: draft.authority.0,
            on_behalf_of: draft.who.on_behalf_of.map(Uuid::from),
            role: draft.who.role.map(vocabulary::Role::code),
            unit: draft.who.unit.0,
            user: draft.who.user.0,
        }
    }

    /// The row to write under a stamp.
    pub(crate) fn row(&self, stamp: Stamp, index: Option<u64>) -> EntryRow {
        let draft = &self.draft;
        EntryRow {
            authority: draft.authority,
            id: self.id,
            index,
            at: stamp.at,
            instance: stamp.instance,
            sequence: stamp.sequence,
            leaf: self.leaf(stamp).to_bytes(),
            opening: self.opening.clone(),
            user: draft.who.user,
            unit: draft.who.unit,
            action: draft.action,
            category: draft.action.category(),
            outcome: draft.outcome,
            resource_kind: draft.resource.kind.to_owned(),
            resource: draft.resource.id,
            case: draft.case,
            subjects: draft.subjects.clone(),
            purpose: draft.purpose,
            basis: draft.basis.clone(),
            request: draft.request,
        }
    }

    /// Whether stored bytes are this very entry, whenever it was stamped.
    pub(crate) fn is(&self, stored: &[u8]) -> bool {
        crate::leaf::read(stored).is_ok_and(|leaf| self.leaf(leaf.stamp).same_but_for_stamp(&leaf))
    }

    fn check_size(&self) -> Result<(), DraftError> {
        // The widest stamp there can be, so that no stamp makes an accepted entry too large.
        let widest =
            Stamp { at: Timestamp::from_micros(0), instance: Uuid::nil(), sequence: MAX_INTEGER, low: MAX_INTEGER - 1 };
        if self.leaf(widest).to_bytes().len() > MAX_LEAF { Err(DraftError::TooLarge) } else { Ok(()) }
    }
}

fn check(draft: &EntryDraft) -> Result<(), DraftError> {
    let code = |name, text: &str| if is_code(text) { Ok(()) } else { Err(DraftError::NotACode(name)) };
    code("resource.kind", draft.resource.kind)?;
    draft.basis.iter().try_for_each(|basis| code("basis", basis))?;
    draft.lines.iter().try_for_each(|line| code("lines", line))?;
    draft.recipient.iter().try_for_each(|to| code("recipient.label", &to.label))?;
    if draft.resource.version.is_some_and(|version| !(0..=MAX_INTEGER).contains(&version)) {
        return Err(DraftError::Number("resource.version"));
    }
    let disclosed = draft.action.category() == Category::Disclose;
    // LED art. 25 (1): disclosure shows the recipient.
    match draft.recipient {
        None if disclosed && draft.outcome == Outcome::Allowed => Err(DraftError::MissingRecipient),
        Some(_) if !disclosed => Err(DraftError::UnexpectedRecipient),
        _ => Ok(()),
    }
}
