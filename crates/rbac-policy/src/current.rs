//! The one policy in force, and its replacement.

use std::sync::{Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::policy::Policy;

/// Holds the policy in force. A reload builds and checks the new one first ([`Policy::load`]); any failure leaves the old one in force.
///
/// Requests read a pointer and take no lock, so a reload never makes them wait. Replacements take turns.
pub struct CurrentPolicy {
    policy: ArcSwap<Policy>,
    replacing: Mutex<()>,
}

impl CurrentPolicy {
    /// Begins with a policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy: ArcSwap::from_pointee(policy), replacing: Mutex::new(()) }
    }

    /// The policy in force now. A request takes it once and decides everything with it.
    pub fn get(&self) -> Policy {
        self.policy.load().as_ref().clone()
    }

    /// Puts a checked policy in force and returns the one before. Refused (the candidate comes back) unless its epoch is higher: an older one must
    /// never displace a newer.
    ///
    /// # Errors
    /// The candidate itself, when its epoch is not higher.
    pub fn replace(&self, candidate: Policy) -> Result<Policy, Policy> {
        let _turn = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        if candidate.epoch() <= self.policy.load().epoch() {
            return Err(candidate);
        }
        let before = self.policy.swap(std::sync::Arc::new(candidate));
        Ok(before.as_ref().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_policy_never_displaces_a_newer() {
        let at = |epoch| Policy::builtin().unwrap().at_epoch(epoch);
        let current = CurrentPolicy::new(at(1));
        assert_eq!(current.replace(at(3)).ok().map(|before| before.epoch()), Some(1));
        assert_eq!(current.replace(at(2)).err().map(|candidate| candidate.epoch()), Some(2));
        assert_eq!(current.replace(at(3)).err().map(|candidate| candidate.epoch()), Some(3));
        assert_eq!(current.get().epoch(), 3);
    }

    #[test]
    fn of_many_that_replace_at_once_the_highest_epoch_stays() {
        let current = CurrentPolicy::new(Policy::builtin().unwrap());
        std::thread::scope(|scope| {
            for epoch in 1..=16 {
                let current = &current;
                scope.spawn(move || {
                    let _ = current.replace(Policy::builtin().unwrap().at_epoch(epoch));
                    assert!(current.get().epoch() >= 1);
                });
            }
        });
        assert_eq!(current.get().epoch(), 16);
    }
}
