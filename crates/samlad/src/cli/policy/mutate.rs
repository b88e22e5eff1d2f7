//! `samlad policy mutate`.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::{fault, load, test};
use crate::cli::{Exit, say};

const EXAMPLES: &str = "\
Examples:
  samlad policy mutate
  samlad policy mutate policy
  samlad policy mutate policy --json

Every line is deleted once, and its effect turned round once; at least one invariant or one row of a table must notice. The score is printed and must
be 100 %. Exit code 3 when something survives: a rule that nobody would miss.";

/// Measures how well a policy's tests hold it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Mutate {
    /// A policy folder instead of the built-in policy and its tables.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// One JSON object instead of sentences.
    #[arg(long)]
    json: bool,
}

impl Mutate {
    pub(super) fn run(self) -> Result<Exit> {
        let folder = self.folder.as_deref();
        let scored = load(folder).and_then(|policy| policy.mutation_score(&test::tables(folder)?));
        let score = match scored {
            Ok(score) => score,
            Err(error) => return fault::told(&error, self.json),
        };
        let exit = if score.is_whole() { Exit::Done } else { Exit::Fault };
        if self.json {
            let mut told = serde_json::to_value(&score)?;
            if let Some(members) = told.as_object_mut() {
                members.insert("percent".to_owned(), json!(score.percent()));
                members.insert("isSound".to_owned(), json!(score.is_whole()));
            }
            say(&format!("{told}\n"))?;
            return Ok(exit);
        }
        let mut told = format!(
            "Mutation score {} %: of {} mutants {} were noticed by an invariant, {} by a table alone, {} by nothing.\n",
            score.percent(),
            score.mutants,
            score.by_invariants,
            score.by_tables,
            score.survivors.len()
        );
        for survivor in &score.survivors {
            let _ = writeln!(told, "  survived: {survivor}");
        }
        say(&told)?;
        Ok(exit)
    }
}
