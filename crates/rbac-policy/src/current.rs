//! The one policy in force, and its replacement.

use std::sync::{PoisonError, RwLock};

use crate::policy::Policy;

/// Holds the policy in force. A reload builds and checks the new one first ([`Policy::load`]); any failure leaves the old one in force.
pub struct CurrentPolicy {
    policy: RwLock<Policy>,
}

impl CurrentPolicy {
    /// Begins with a policy.
    #[must_use]
    pub const fn new(policy: Policy) -> Self {
        Self { policy: RwLock::new(policy) }
    }

    /// The policy in force now. A request takes it once and decides everything with it.
    pub fn get(&self) -> Policy {
        self.policy.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a checked policy in force and returns the one before. Refused (the candidate comes back) unless its epoch is higher: an older one must
    /// never displace a newer.
    ///
    /// # Errors
    /// The candidate itself, when its epoch is not higher.
    pub fn replace(&self, candidate: Policy) -> Result<Policy, Policy> {
        let mut policy = self.policy.write().unwrap_or_else(PoisonError::into_inner);
        if candidate.epoch() <= policy.epoch() {
            return Err(candidate);
        }
        Ok(std::mem::replace(&mut policy, candidate))
    }
}
