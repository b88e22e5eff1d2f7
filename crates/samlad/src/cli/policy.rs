//! `samlad policy ..`: the access policy for those who write it, prove it and answer for it. The policy is read alone: no database, no configuration,
//! no personal data; only `diff --data` opens a log, and says so in it.

mod check;
mod diff;
mod evaluate;
mod explain;
mod fault;
mod logged;
mod matrix;
mod mutate;
mod test;

use std::path::Path;

use anyhow::Result;
use clap::Subcommand;
use rbac_policy::{Policy as Pages, PolicyError};

use super::Exit;

/// The access policy.
#[derive(Subcommand)]
pub(super) enum Policy {
    /// Holds a policy folder against the strict loader, its legal bases, its invariants and casbin.
    Check(check::Check),
    /// Prints everything that the policy allows, one row per role, action and conditions.
    Matrix(matrix::Matrix),
    /// Says why a role may or may not do something.
    Explain(explain::Explain),
    /// Says what changes when one policy takes the place of another; what is newly allowed comes first.
    Diff(diff::Diff),
    /// Holds the policy against its decision tables: what no row names is expected to be denied.
    Test(test::Test),
    /// Deletes and turns round every line in turn and counts what nobody would notice.
    Mutate(mutate::Mutate),
    /// Answers requests in the shape of AuthZEN with any policy folder, of this domain or another.
    Evaluate(evaluate::Evaluate),
}

impl Policy {
    pub(super) fn run(self) -> Result<Exit> {
        match self {
            Self::Check(it) => it.run(),
            Self::Matrix(it) => it.run(),
            Self::Explain(it) => it.run(),
            Self::Diff(it) => it.run(),
            Self::Test(it) => it.run(),
            Self::Mutate(it) => it.run(),
            Self::Evaluate(it) => it.run(),
        }
    }
}

/// The policy of a folder, or the one that the program was built with.
fn load(folder: Option<&Path>) -> Result<Pages, PolicyError> {
    match folder {
        Some(folder) => Pages::load(folder),
        None => Pages::builtin(),
    }
}

fn hexadecimal(digest: [u8; 32]) -> String {
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    nibbles.filter_map(|nibble| char::from_digit(u32::from(nibble), 16)).collect()
}
