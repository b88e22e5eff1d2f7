//! Who may do what: the typed policy of Samlad, and the only mint of permits.
//!
//! A decision is asked with an action (a type), a caller, and [`Facts`]: ten closed lists and nothing else. No id, date or name reaches the policy. The
//! answer is a [`Permit`] or a [`Refusal`]; both go to the log, and only a recorded permit opens the vault. The lines themselves stand in
//! `policy/policy.csv`; `decision-pages` has casbin evaluate them once, at start, into complete pages, so that a decision is an index computation with
//! its reason.
//!
//! ```text
//! facts (resolver, one snapshot) -> Policy::decide::<ReadCase>(&caller, facts) -> Permit -> AccessLog::record -> Recorded<Permit> -> Vault::open
//!                                                                             \-> Refusal -> AccessLog::record -> "not found"
//! ```
//!
//! Lists ask for a [`Scope`] first and become a permit over the rows that were found within it. A policy is used only if the strict loader accepts it,
//! every [`Invariant`] holds over all requests, and casbin's own evaluation agrees; [`CurrentPolicy`] swaps a checked one for another.
//!
//! Beside the policy lie the law's own data: [`legal_bases`] with the tests that a release must pass, [`consent_rules`], and the catalogue of
//! [`measures`].
//!
//! What it is not: it resolves no facts, reads no database, keeps no session and renders no page. It does not judge a legal basis by its lines: that a
//! basis may carry a disclosure at all is policy, whether its tests are passed is [`legal_bases`].
//!
//! Who calls it: the conductor (`case-registry`) for every use case; `field-vault` for the types of permits; the binary for matrix, explanation and
//! comparison.

mod allowance;
mod candidate;
mod citation;
pub mod consent_rules;
mod cube;
mod current;
mod decision_table;
mod explanation;
mod fact;
mod grant;
mod invariant;
pub mod legal_bases;
mod list_permit;
mod matrix;
pub mod measures;
mod mutation;
mod obligation;
mod permit;
mod policy;
mod policy_diff;
mod policy_error;
mod redecision;
mod refusal;
mod request;
mod scope;
mod value_set;
pub mod words;

pub use candidate::{CandidatePolicy, PolicyTexts};
pub use citation::citation;
pub(crate) use citation::section_of_code;
pub use current::CurrentPolicy;
pub use decision_table::DecisionTables;
pub use explanation::{ExplainedFact, ExplainedLine, Explanation};
pub use fact::{Assignment, BasisFact, ClassFact, Conflict, Facts, Glass, Relation, Target};
pub use invariant::{Invariant, Invariants};
pub use list_permit::ListPermit;
pub use matrix::{Matrix, MatrixRow};
pub use mutation::MutationScore;
pub use obligation::{Obligation, Obligations};
pub use permit::Permit;
pub use policy::Policy;
pub use policy_diff::PolicyDiff;
pub use policy_error::PolicyError;
pub use redecision::{LoggedDecision, Redecision};
pub use refusal::{Refusal, Why};
pub use request::vocabulary_toml;
pub use scope::Scope;
