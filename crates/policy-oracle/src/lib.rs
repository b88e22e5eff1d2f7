//! The access policy in Cedar's words, and (in this crate's tests) in Cedar's hands: a second opinion.
//!
//! `decision-pages` has casbin evaluate the policy, and holds its pages against casbin. If both misread the policy in the same way, nobody would
//! notice; so this crate reads `policy.csv` with a reader of its own and writes each line as a [Cedar](https://docs.rs/cedar-policy) policy. A deny line
//! becomes `forbid`, an allow line `permit`; Cedar too lets any `forbid` win and denies what nothing permits. The tests let Cedar decide and compare:
//! Cedar names the deciding policies, so that reasons are compared as well as decisions.
//!
//! What it is not: it is in no product binary. It decides nothing but whether a test passes.
//!
//! Who calls it: its own tests, in CI; and the benches, to ask Cedar the same questions.

mod rule;

pub use rule::{Rule, RuleError};
