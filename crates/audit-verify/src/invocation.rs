//! The command line.

use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use audit_log::verify::directory::KEY;
use audit_log::{Trust, VerifyError};
use clap::Parser;

/// Verifies an exported access log, offline.
///
/// Reads the directory that `samlad audit export` wrote, computes hashes, tiles and root again from the entries, checks the signature and the witnesses,
/// reads every entry, accounts for every number, and compares search index and openings with the entries.
#[derive(Parser)]
#[command(version, after_long_help = HELP)]
pub(crate) struct Invocation {
    /// The exported directory.
    pub(crate) directory: PathBuf,

    /// The log's key in signed-note form, or a file that holds it. Without it the key in the export itself is used, which shows that the export fits
    /// together, not who signed it.
    #[arg(long, value_name = "KEY|FILE")]
    key: Option<String>,

    /// A checkpoint that was seen before, as a file: the log must continue it. May be given several times.
    #[arg(long, value_name = "FILE")]
    known: Vec<PathBuf>,

    /// The key of a witness that is believed, or a file that holds it. May be given several times.
    #[arg(long, value_name = "KEY|FILE")]
    witness: Vec<String>,

    /// How many witnesses must have cosigned. Without it: all that are given.
    #[arg(long, value_name = "N")]
    quorum: Option<usize>,

    /// Prints one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,

    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
}

const HELP: &str = "\
Examples:
  audit-verify ./export --key samlad.example/audit/0b9e…+5f1c2d3e+AQ…
  audit-verify ./export --key log.vkey --known last-month.checkpoint --witness police.vkey
  audit-verify ./export --json

An export may hold only the entries of a period, or what retention has left (the file part says which); each of them is still shown to stand in its place
of the whole log, and the report says which entries were not at hand.

Exit codes:
  0  the log is whole
  2  the command line is wrong
  3  unreadable              10 checkpoint-malformed    11 checkpoint-origin
 12  checkpoint-signature    13 quorum                  14 rollback
 15  fork                    16 unsigned                17 part
 20  tile-missing            21 tile-changed            22 root
 23  head                    25 bundle-missing          26 bundle-malformed
 30  changed                 31 deleted                 32 inserted
 33  reordered               34 truncated               40 not-canonical
 41  schema                  42 other-log               43 duplicate-id
 44  sequence-gap            45 sequence-repeated       46 time-backwards
 47  start                   48 previous-lost           50 index-edited
 51  index-rows              52 opening";

/// What is trusted, and whether the key had to be taken from the export itself.
pub(crate) struct Preparation {
    pub(crate) trust: Trust,
    pub(crate) key_from_export: bool,
}

impl Invocation {
    pub(crate) fn prepare(&self) -> Result<Preparation, VerifyError> {
        let key_from_export = self.key.is_none();
        let key = self.key.clone().unwrap_or_else(|| self.directory.join(KEY).display().to_string());
        let mut trust = Trust::in_key(key_or_file(&key)?);
        for witness in &self.witness {
            trust.witnesses.push(key_or_file(witness)?);
        }
        trust.quorum = self.quorum.unwrap_or(trust.witnesses.len());
        for known in &self.known {
            trust = trust.knowing(&read(known)?)?;
        }
        Ok(Preparation { trust, key_from_export })
    }

    /// One line that is written over, on a terminal only.
    pub(crate) fn progress(&self, done: u64, all: u64) {
        let mut terminal = std::io::stderr();
        let worth_a_line = done == all || done.is_multiple_of(256 * 64);
        if self.quiet || self.json || !worth_a_line || !terminal.is_terminal() {
            return;
        }
        let end = if done == all { "\n" } else { "" };
        // Progress that cannot be shown is no reason to stop.
        drop(write!(terminal, "\r{done} of {all} entries{end}").and_then(|()| terminal.flush()));
    }
}

fn key_or_file<K: core::str::FromStr>(text: &str) -> Result<K, VerifyError> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    read(Path::new(text))?.parse().map_err(|_| VerifyError::Unreadable { what: format!("the key {text}") })
}

fn read(path: &Path) -> Result<String, VerifyError> {
    fs::read_to_string(path).map_err(|_| VerifyError::Unreadable { what: path.display().to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_help_names_every_exit_code() {
        Invocation::command().debug_assert();
        for (code, name) in VerifyError::CODES {
            assert!(
                HELP.contains(&format!("{code} {name}")) || HELP.contains(&format!("{code}  {name}")),
                "{code} {name}"
            );
        }
    }
}
