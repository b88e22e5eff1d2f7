//! The policy's lines as the reader's own panel shows them.

use crate::Registry;

impl Registry {
    /// The law that a line of the policy rests on, as legal texts write it: `OSL 26 kap. 1 §`. None for a line that the policy does not have.
    #[must_use]
    pub fn law_of(&self, line: &str) -> Option<String> {
        self.policy.pages().line(line).map(|line| rbac_policy::citation(line.law()))
    }
}
