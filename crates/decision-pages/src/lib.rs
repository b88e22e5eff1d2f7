//! Casbin policies over closed vocabularies, loaded strictly and compiled into pages.
//!
//! [casbin](https://docs.rs/casbin) evaluates a policy line by line, at about a microsecond a line, and it answers *allow* on a good number
//! of ordinary authoring mistakes: a deny line whose effect is written `Deny`, a comment after a line, an unknown line type. This crate keeps
//! casbin as the evaluator and removes both problems for policies whose attributes are **closed lists of values**:
//!
//! * a **strict loader** refuses every such mistake with file, line, column, what is wrong and what to write instead;
//! * a **compiler** asks casbin once for every class of requests that match the same lines, at start, and keeps the complete answer. A decision
//!   is then an index computation of a few nanoseconds: no allocation, no lock, no casbin. It carries its reason: the deciding lines, their
//!   obligations and their legal references;
//! * a **differential run** holds the pages against the whole policy in casbin's own hands ([`Monolith`]), with casbin's own reading of the file.
//!
//! # What it is not
//! It does not know any domain, fetch facts, keep sessions or watch files. It evaluates neither paths, patterns, numbers nor role inheritance:
//! turn those into values of a closed list first. A policy that needs more than "this value is in that set", column by column, is not for it.
//!
//! # Who calls it
//! A crate that owns the types of a domain, maps them to value indices, and wraps [`Pages::decide`]; and command lines that check, print and
//! compare policy folders.
//!
//! # The three files
//! `vocabulary.toml` declares the columns and every value they can take. The order of columns and values gives the indices of a request.
//! ```toml
//! [columns]
//! order = ["role", "action", "relation", "purpose"]
//! page_by = ["role", "action"]     # optional: requests are looked up by these first; keeps pages small
//! grounds = ["purpose"]            # optional: an allow line must name values here, `*` is refused
//!
//! [values]
//! role = ["clerk", "auditor"]
//! action = ["read", "write"]
//! relation = ["own", "other", "unknown"]
//! purpose = ["casework", "review", "none", "unknown"]
//!
//! [obligations]                    # optional
//! names = ["notify_owner"]
//!
//! [authzen]                        # optional: where an AuthZEN request says a column's value, see `Pages::evaluate`
//! role = "/subject/properties/role"
//! ```
//! `model.conf` is golden: byte for byte what [`Pages::golden_model`] generates from the column list. Its matcher is one `has(r.x, p.x)` per
//! column and nothing else, which is what makes the classes exact. `policy.csv` has one line per rule: `p`, a unique id, one cell per column
//! (`*` or values joined by `|`), obligations (`-` or names joined by `|`), the legal reference, and `allow` or `deny`. Any deny wins; what no
//! line allows is denied. In a file, the last line is `# end`: half a policy is never taken for a whole one.
//! ```csv
//! # the comment stands on a line of its own
//! p, own_reads, clerk, read|write, own, casework, -, Act 1:2, allow
//! p, review, auditor, read, *, review, notify_owner, Act 3:4, allow
//! p, nobody_reviews_unknowns, *, *, unknown, *, -, Act 3:5, deny
//! ```
//!
//! # Example
//! ```
//! use decision_pages::{Pages, PolicyText, Vocabulary};
//!
//! let vocabulary = r#"
//! [columns]
//! order = ["role", "action", "relation"]
//! page_by = ["role", "action"]
//! [values]
//! role = ["clerk", "auditor"]
//! action = ["read", "write"]
//! relation = ["own", "other", "unknown"]
//! "#;
//! let model = Pages::golden_model(&Vocabulary::parse(vocabulary)?);
//! let policy = "p, own_file, clerk, *, own, -, Act 1:2, allow\n\
//!               p, review, auditor, read, own|other, -, Act 3:4, allow\n";
//! let text = PolicyText { model: &model, policy, vocabulary };
//!
//! let pages = Pages::compile(&text).map_err(|refusals| refusals[0].clone())?;
//! pages.differential(&text, 500, 7)?;
//!
//! let request = pages.vocabulary().request(&["auditor", "read", "other"]).ok_or("not in the vocabulary")?;
//! let decision = pages.decide(&request);
//! assert!(decision.is_allowed());
//! assert_eq!(decision.reason().lines, ["review"]);
//! assert_eq!(decision.reason().law, ["Act 3:4"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits
//! A folder is refused, in bounded time and memory, beyond [`limits`]. The cost of compiling is counted while it runs (not timed), so the same
//! policy loads or is refused on every machine alike.
#![warn(missing_docs)]

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod authzen;
mod bits;
mod compiler;
mod cores;
mod decision;
mod decisiveness;
mod differential;
mod evaluator;
mod folder;
mod hygiene;
pub mod limits;
mod line;
mod load_error;
mod model;
mod mutant;
mod pages;
mod policy_file;
mod region;
mod table;
mod vocabulary;

pub use authzen::{Evaluation, NotEvaluated};
pub use decision::{Decision, Reason, ReasonId};
pub use differential::Mismatch;
pub use evaluator::{CasbinFailed, Monolith, Verdict};
pub use folder::PolicyFolder;
pub use line::{Effect, PolicyLine};
pub use load_error::LoadError;
pub use mutant::{Change, Mutant};
pub use pages::{Pages, PolicyText};
pub use region::Region;
pub use vocabulary::{Column, Vocabulary};
