//! The two verifiers as an operator and a stranger run them: `samlad audit ..` over a real instance, `audit-verify` over its exports.

#[cfg(test)]
#[path = "audit/export.rs"]
mod export;
#[cfg(test)]
#[path = "audit/instance.rs"]
mod instance;
#[cfg(test)]
#[path = "audit/matrix.rs"]
mod matrix;
#[cfg(test)]
#[path = "audit/retention.rs"]
mod retention;
#[cfg(test)]
#[path = "audit/rewriting.rs"]
mod rewriting;
