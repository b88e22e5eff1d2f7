//! What permits and refusals have in common: whose decision it was, on what, by which lines. Private to this crate.

use audit_log::{Change, EntryDraft, Outcome, Phase, Recipient, Resource, SearchTerm, Who};
use uuid::Uuid;
use vocabulary::{Action, Caller, LogSubjectId, Role, UserId};
use zeroize::Zeroizing;

use crate::{fact::Facts, obligation::Obligations};

/// The deciding lines and what they say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grounds {
    pub(crate) lines: Vec<String>,
    pub(crate) law: Vec<String>,
    pub(crate) obligations: Obligations,
}

impl Grounds {
    pub(crate) fn of(reason: &decision_pages::Reason) -> Self {
        let obligations = reason.obligations.iter().filter_map(|name| name.parse().ok()).collect();
        Self { lines: reason.lines.clone(), law: reason.law.clone(), obligations }
    }

    /// Adds what another reason says, each line and citation once.
    pub(crate) fn join(&mut self, other: Self) {
        let Self { lines, law, obligations } = other;
        for (all, more) in [(&mut self.lines, lines), (&mut self.law, law)] {
            for word in more {
                if !all.contains(&word) {
                    all.push(word);
                }
            }
        }
        self.obligations = self.obligations.and(obligations);
    }
}

/// One decision, ready to be logged.
pub(crate) struct Grant<'req> {
    pub(crate) caller: &'req Caller,
    pub(crate) action: Action,
    pub(crate) facts: Facts,
    pub(crate) role: Option<Role>,
    pub(crate) grounds: Grounds,
    pub(crate) policy_digest: [u8; 32],
    /// Ids that the entry names, in the order shown.
    pub(crate) listed: Vec<Uuid>,
    pub(crate) more_subjects: Vec<LogSubjectId>,
    pub(crate) on_behalf_of: Option<UserId>,
    pub(crate) basis: Option<String>,
    pub(crate) justification: Option<Zeroizing<String>>,
    pub(crate) recipient: Option<Recipient>,
    pub(crate) change: Option<Change>,
    pub(crate) term: Option<SearchTerm>,
}

impl<'req> Grant<'req> {
    /// The reason that the caller stated for this request comes with it.
    pub(crate) fn new(
        caller: &'req Caller,
        action: Action,
        facts: Facts,
        role: Option<Role>,
        grounds: Grounds,
        policy_digest: [u8; 32],
    ) -> Self {
        Self {
            caller,
            action,
            facts,
            role,
            grounds,
            policy_digest,
            listed: Vec::new(),
            more_subjects: Vec::new(),
            on_behalf_of: None,
            basis: None,
            justification: caller.reason.as_ref().map(|reason| Zeroizing::new(reason.text().to_owned())),
            recipient: None,
            change: None,
            term: None,
        }
    }

    /// The code of the legal basis, as `legal-bases.toml` writes it.
    fn basis(&self) -> Option<String> {
        let derived = || {
            crate::BasisFact::legal()
                .find(|basis| *basis == self.facts.basis)
                .map(|basis| basis.code().to_ascii_uppercase())
        };
        self.basis.clone().or_else(derived)
    }

    pub(crate) fn draft(&self, outcome: Outcome) -> EntryDraft {
        let target = &self.facts.target;
        let mut subjects = target.subjects.clone();
        subjects.extend(self.more_subjects.iter().filter(|subject| !target.subjects.contains(subject)));
        EntryDraft {
            authority: self.caller.authority,
            who: Who {
                user: self.caller.user,
                unit: self.caller.unit,
                role: self.role,
                strength: self.caller.strength,
                on_behalf_of: self.on_behalf_of,
            },
            action: self.action,
            resource: Resource {
                kind: target.kind,
                id: target.id,
                version: target.version,
                listed: self.listed.clone(),
            },
            case: target.case,
            subjects,
            purpose: self.facts.purpose,
            purpose_stated: self.facts.purpose_stated,
            basis: self.basis(),
            justification: self.justification.clone(),
            term: self.term,
            outcome,
            lines: self.grounds.lines.clone(),
            policy_digest: self.policy_digest,
            request: self.caller.request,
            recipient: self.recipient.clone(),
            change: self.change,
            phase: Phase::Decide,
        }
    }
}
