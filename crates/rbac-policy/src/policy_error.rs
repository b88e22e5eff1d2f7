//! Why a policy is not used. Any of these keeps the old policy, or stops the start.

use decision_pages::{LoadError, Mismatch};

use crate::legal_bases::BasisError;

/// The first kind of fault found; every fault of that kind is listed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A file of the folder cannot be read.
    #[error("{file}: {what}")]
    File {
        /// Its name in the folder.
        file: String,
        /// What went wrong.
        what: String,
    },
    /// The strict loader refused the policy.
    #[error("{}", listed(.0))]
    Refused(Vec<LoadError>),
    /// `vocabulary.toml` is not the program's.
    #[error("vocabulary.toml: {column}: {what}; write it anew with UPDATE_GOLDEN=1 cargo test -p rbac-policy")]
    Vocabulary {
        /// The column.
        column: String,
        /// What differs.
        what: &'static str,
    },
    /// `invariants.toml` is not understood.
    #[error("{0}")]
    Invariants(Box<LoadError>),
    /// `legal-bases.toml` is refused; the invariants on directions cannot be proved without it.
    #[error(transparent)]
    Bases(#[from] BasisError),
    /// The policy breaks an invariant. Each entry is a sentence with a counterexample.
    #[error("{}", .0.join("\n"))]
    Broken(Vec<String>),
    /// A decision table is not understood.
    #[error("{file}:{line}: {what}")]
    Table {
        /// The file under `tests/`.
        file: String,
        /// Line number, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// The pages and casbin itself disagree.
    #[error("the pages and casbin disagree: {0}")]
    Differential(#[from] Mismatch),
}

fn listed(refusals: &[LoadError]) -> String {
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
