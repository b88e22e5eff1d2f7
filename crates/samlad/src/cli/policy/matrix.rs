//! `samlad policy matrix`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use vocabulary::Language;

use super::{hexadecimal, load};
use crate::cli::{Exit, say};

/// How the matrix is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Tab-separated codes: the golden file `policy/matrix.tsv`.
    Tsv,
    /// Comma-separated words, for a spreadsheet.
    Csv,
    /// A page of its own that can be filtered: no network, no other file.
    Html,
}

const EXAMPLES: &str = "\
Examples:
  samlad policy matrix
  samlad policy matrix --format html > behorigheter.html
  samlad policy matrix my-policy --format csv --language en > matrix.csv

Exit code 3 when the folder's policy is refused.";

/// Prints the matrix.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Matrix {
    /// A policy folder instead of the built-in policy.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// How.
    #[arg(long, value_enum, default_value = "tsv")]
    format: Format,
    /// Language of words: sv or en.
    #[arg(long, default_value = "sv")]
    language: Language,
}

impl Matrix {
    pub(super) fn run(self) -> Result<Exit> {
        let policy = match load(self.folder.as_deref()) {
            Ok(policy) => policy,
            Err(error) => {
                // Standard output is the matrix, or nothing.
                eprintln!("{error}");
                return Ok(Exit::Fault);
            }
        };
        let matrix = policy.matrix();
        let text = match self.format {
            Format::Tsv => matrix.tsv(),
            Format::Csv => matrix.csv(self.language),
            Format::Html => matrix.page(self.language, &hexadecimal(policy.digest())),
        };
        say(&text)?;
        Ok(Exit::Done)
    }
}
