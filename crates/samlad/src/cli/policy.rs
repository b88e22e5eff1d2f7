//! `samlad policy matrix | check | explain`. The policy is read alone: no database, no configuration, no personal data.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand, ValueEnum};
use rbac_policy::{Facts, Policy as Pages, Target, legal_bases::LegalBases};
use vocabulary::{Action, Language, Purpose, Role, Roles};

use super::Exit;

/// The access policy.
#[derive(Subcommand)]
pub(super) enum Policy {
    /// Prints everything that the policy allows, one row per role, action and conditions.
    Matrix(Matrix),
    /// Holds a policy folder against the strict loader, its invariants and casbin; prints what it changes.
    Check(Check),
    /// Says why a role may or may not do something.
    Explain(Explain),
}

/// How the matrix is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Tab-separated codes: the golden file `policy/matrix.tsv`.
    Tsv,
    /// Comma-separated words.
    Csv,
    /// A table for a page.
    Html,
}

const MATRIX: &str = "\
Examples:
  samlad policy matrix
  samlad policy matrix --format html --language en > matrix.html";

/// Prints the matrix.
#[derive(Args)]
#[command(after_help = MATRIX)]
pub(super) struct Matrix {
    /// How.
    #[arg(long, value_enum, default_value = "tsv")]
    format: Format,
    /// Language of words: sv or en.
    #[arg(long, default_value = "sv")]
    language: Language,
    /// A policy folder instead of the built-in policy.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

const CHECK: &str = "\
Examples:
  samlad policy check
  samlad policy check --folder policy";

/// Checks a policy.
#[derive(Args)]
#[command(after_help = CHECK)]
pub(super) struct Check {
    /// A policy folder instead of the built-in policy.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

const EXPLAIN: &str = "\
Examples:
  samlad policy explain --role police_coordinator --action case.read
  samlad policy explain --role social_worker --action case.read --assigned assigned --class standard --language en

Facts that are not given are unknown, and what is unknown is never allowed where it matters.";

/// Explains one decision.
#[derive(Args)]
#[command(after_help = EXPLAIN)]
pub(super) struct Explain {
    /// The role.
    #[arg(long)]
    role: Role,
    /// The action's code, for example case.read.
    #[arg(long)]
    action: Action,
    /// How the caller stands to the record: assigned, cover, lead, group, none.
    #[arg(long)]
    assigned: Option<rbac_policy::Assignment>,
    /// How protected the record is.
    #[arg(long)]
    class: Option<rbac_policy::ClassFact>,
    /// The purpose.
    #[arg(long, default_value = "case_handling")]
    purpose: Purpose,
    /// The person's age band.
    #[arg(long)]
    age: Option<vocabulary::AgeBand>,
    /// Conflict of interest.
    #[arg(long, default_value = "none")]
    conflict: rbac_policy::Conflict,
    /// Language: sv or en.
    #[arg(long, default_value = "sv")]
    language: Language,
}

impl Policy {
    pub(super) fn run(self) -> Result<Exit> {
        match self {
            Self::Matrix(it) => it.run(),
            Self::Check(it) => it.run(),
            Self::Explain(it) => it.run(),
        }
    }
}

impl Matrix {
    fn run(self) -> Result<Exit> {
        let policy = match self.folder {
            Some(folder) => Pages::load(&folder).with_context(|| folder.display().to_string())?,
            None => Pages::builtin()?,
        };
        let matrix = policy.matrix();
        print!(
            "{}",
            match self.format {
                Format::Tsv => matrix.tsv(),
                Format::Csv => matrix.csv(self.language),
                Format::Html => matrix.html(self.language),
            }
        );
        Ok(Exit::Done)
    }
}

impl Check {
    fn run(self) -> Result<Exit> {
        let builtin = Pages::builtin()?;
        LegalBases::builtin().context("the legal bases")?;
        let Some(folder) = self.folder else {
            println!("The built-in policy is sound: loader, invariants and casbin agree.");
            return Ok(Exit::Done);
        };
        match Pages::load(&folder) {
            Ok(policy) => {
                let diff = builtin.diff(&policy);
                println!("The policy is sound: loader, invariants and casbin agree.");
                for (change, rows) in [
                    ("newly allowed", &diff.newly_allowed),
                    ("newly denied", &diff.newly_denied),
                    ("other obligations", &diff.other_obligations),
                ] {
                    for row in rows {
                        println!(
                            "{change}\t{}\t{}\t{}\t{}",
                            row.role,
                            row.action,
                            row.cells.join("\t"),
                            row.lines.join("|")
                        );
                    }
                }
                Ok(Exit::Done)
            }
            Err(error) => {
                println!("{error}");
                Ok(Exit::Fault)
            }
        }
    }
}

impl Explain {
    fn run(self) -> Result<Exit> {
        let unknown = Facts::own_case(self.purpose, Target::kind("record"));
        let facts = Facts {
            assigned: self.assigned.unwrap_or(unknown.assigned),
            class: self.class.unwrap_or(unknown.class),
            age: self.age.unwrap_or(unknown.age),
            conflict: self.conflict,
            ..unknown
        };
        let roles = Roles::default().with(self.role);
        for sentence in Pages::builtin()?.explain_roles(roles, self.action, &facts).sentences(self.language) {
            println!("{sentence}");
        }
        Ok(Exit::Done)
    }
}
