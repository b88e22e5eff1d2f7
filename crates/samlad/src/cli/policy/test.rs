//! `samlad policy test`.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use rbac_policy::{DecisionTables, PolicyError};
use serde_json::json;

use super::{fault, load};
use crate::cli::{Exit, say};

const EXAMPLES: &str = "\
Examples:
  samlad policy test
  samlad policy test policy
  samlad policy test policy --json

The tables are DIR/tests/access-*.csv: one row for each rule of the field, with the obligations expected. A request that no row names is expected to
be denied, and every request is compared. Exit code 3 when policy and tables differ.";

/// Holds a policy against its tables.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Test {
    /// A policy folder instead of the built-in policy and its tables.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// One JSON object instead of sentences.
    #[arg(long)]
    json: bool,
}

/// The tables of a folder, or those that the program was built with.
pub(super) fn tables(folder: Option<&std::path::Path>) -> Result<DecisionTables, PolicyError> {
    folder.map_or_else(DecisionTables::builtin, |folder| DecisionTables::read(&folder.join("tests")))
}

impl Test {
    pub(super) fn run(self) -> Result<Exit> {
        let folder = self.folder.as_deref();
        let compared = load(folder).and_then(|policy| {
            let tables = tables(folder)?;
            Ok((tables.len(), tables.faults(&policy)?))
        });
        let (rows, differences) = match compared {
            Ok(compared) => compared,
            Err(error) => return fault::told(&error, self.json),
        };
        let mut told = if self.json {
            json!({ "isSound": differences.is_empty(), "rows": rows, "differences": differences }).to_string()
        } else if differences.is_empty() {
            format!("The policy allows what its {rows} rows of tables say, and nothing else.")
        } else {
            format!("{} differences between the policy and its {rows} rows of tables:", differences.len())
        };
        for difference in differences.iter().filter(|_| !self.json) {
            let _ = write!(told, "\n  {difference}");
        }
        say(&format!("{told}\n"))?;
        Ok(if differences.is_empty() { Exit::Done } else { Exit::Fault })
    }
}
