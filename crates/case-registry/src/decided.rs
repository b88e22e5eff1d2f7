//! What was decided in the course of one request: for the panel "why do I see this?", on every page, without any page having to remember it.

use std::sync::{Arc, Mutex, PoisonError};

use rbac_policy::{Obligation, Permit, citation};
use vocabulary::{Act, Action, EntryId, Purpose, Role};

/// One access that was allowed and recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was done.
    pub action: Action,
    /// The role that it rests on.
    pub role: Option<Role>,
    /// The rules that allow it, with the law of all of them.
    pub rules: Vec<String>,
    /// The law, as legal texts write it.
    pub law: Vec<String>,
    /// What it obliges to.
    pub obligations: Vec<Obligation>,
    /// For what purpose.
    pub purpose: Purpose,
    /// The entry in the log.
    pub entry: Option<EntryId>,
}

/// The decisions of one request, in their order.
#[derive(Clone, Debug, Default)]
pub struct Decided(Arc<Mutex<Vec<Decision>>>);

/// No page puts together more; a handle that serves many requests, as in tests, keeps no more.
const MOST: usize = 40;

impl Decision {
    /// What a permit says of itself, before the log takes it.
    pub(crate) fn of<A: Act>(permit: &Permit<'_, A>) -> Self {
        Self {
            action: A::ACTION,
            role: permit.role(),
            rules: permit.lines().to_vec(),
            law: permit.law().iter().map(|law| citation(law)).collect(),
            obligations: permit.obligations().iter().collect(),
            purpose: permit.facts().purpose,
            entry: None,
        }
    }
}

impl Decided {
    /// Notes what was recorded.
    pub(crate) fn note(&self, decision: Decision, entry: EntryId) {
        let mut decisions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = decisions.iter().any(|known| known.action == decision.action && known.rules == decision.rules);
        if !is_known && decisions.len() < MOST {
            decisions.push(Decision { entry: Some(entry), ..decision });
        }
    }

    /// What was decided so far; the same rule for the same action once.
    #[must_use]
    pub fn so_far(&self) -> Vec<Decision> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
