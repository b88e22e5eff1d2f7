//! `samlad policy diff`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use rbac_policy::{MatrixRow, Policy as Pages, PolicyDiff, PolicyError};
use serde_json::{Value, json};

use super::{fault, hexadecimal, load, logged};
use crate::cli::{Exit, say, wait_for};

/// The word for the policy that the program was built with.
const BUILTIN: &str = "builtin";

const EXAMPLES: &str = "\
Examples:
  samlad policy diff policy candidate
  samlad policy diff builtin candidate --json
  samlad policy diff builtin candidate --fail-if-wider
  samlad policy diff builtin candidate --data /etc/samlad/samlad.toml --days 30

What is newly allowed comes first, then what is newly denied, then what is allowed with other obligations. With --data, the log of each authority of
the instance is read and every decision of the last days is put to the new policy. A leaf keeps role, action, purpose, legal basis, outcome and
lines, and not class, age or relation to the case: where the answer depends on those it is counted as such and not guessed. Reading the log is an
access, and leaves an entry in each log before anything is read. Exit code 3 with --fail-if-wider when anything is newly allowed, and when a folder is
refused.";

/// Compares two policies.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Diff {
    /// The policy in force: a folder, or `builtin`.
    #[arg(value_name = "OLD_DIR")]
    old: PathBuf,
    /// The one that would take its place: a folder, or `builtin`.
    #[arg(value_name = "NEW_DIR")]
    new: PathBuf,
    /// The configuration of an instance whose logged accesses are put to the new policy.
    #[arg(long, value_name = "CONFIG")]
    data: Option<PathBuf>,
    /// How many days of the log.
    #[arg(long, value_name = "N", default_value_t = 30, requires = "data", value_parser = clap::value_parser!(u32).range(1..=3_660))]
    days: u32,
    /// Ends with exit code 3 when anything is newly allowed.
    #[arg(long)]
    fail_if_wider: bool,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

fn named(folder: &Path) -> Result<Pages, PolicyError> {
    load((folder != Path::new(BUILTIN)).then_some(folder))
}

impl Diff {
    pub(super) fn run(self) -> Result<Exit> {
        let (old, new) = match (named(&self.old), named(&self.new)) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(error), _) | (_, Err(error)) => return fault::told(&error, self.json),
        };
        let diff = old.diff(&new);
        let logged = match &self.data {
            Some(config) => Some(wait_for(logged::compare(config, self.days, &old, &new))?),
            None => None,
        };
        if self.json {
            let mut told = json!({
                "oldDigest": hexadecimal(old.digest()),
                "newDigest": hexadecimal(new.digest()),
                "newlyAllowed": rows(&diff.newly_allowed),
                "newlyDenied": rows(&diff.newly_denied),
                "otherObligations": rows(&diff.other_obligations),
            });
            if let (Some(logged), Some(members)) = (&logged, told.as_object_mut()) {
                members.insert("logged".to_owned(), serde_json::to_value(logged)?);
            }
            say(&format!("{told}\n"))?;
        } else {
            let mut told = sentences(&diff);
            for log in logged.iter().flatten() {
                let _ = writeln!(told, "{log}");
            }
            say(&told)?;
        }
        let is_wider = !diff.newly_allowed.is_empty();
        Ok(if self.fail_if_wider && is_wider { Exit::Fault } else { Exit::Done })
    }
}

fn sentences(diff: &PolicyDiff) -> String {
    let mut told = String::new();
    if diff.is_empty() {
        told.push_str("Every request is decided alike, obligations included.\n");
    }
    for (change, rows) in [
        ("newly allowed", &diff.newly_allowed),
        ("newly denied", &diff.newly_denied),
        ("other obligations", &diff.other_obligations),
    ] {
        if !rows.is_empty() {
            let requests: u128 = rows.iter().map(|row| row.requests).sum();
            let _ = writeln!(told, "{change}: {} rows, {requests} requests", rows.len());
        }
        for row in rows {
            let obligations = if row.obligations.is_empty() { "-".to_owned() } else { row.obligations.join("|") };
            let _ = writeln!(
                told,
                "  {}\t{}\t{}\t{obligations}\t{}",
                row.role,
                row.action,
                row.cells.join("\t"),
                row.lines.join("|")
            );
        }
    }
    told
}

fn rows(rows: &[MatrixRow]) -> Vec<Value> {
    let one = |row: &MatrixRow| {
        json!({
            "role": row.role.code(), "action": row.action.code(), "facts": row.cells, "obligations": row.obligations,
            "law": row.law, "lines": row.lines, "requests": u64::try_from(row.requests).unwrap_or(u64::MAX),
        })
    };
    rows.iter().map(one).collect()
}
