//! `samlad audit verify | export | prune | key`.

mod export;
mod prune;
mod verify;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::Result;
use audit_log::LogSigner;
use clap::{Args, Subcommand};

use super::Exit;
use crate::config::{AuthorityConfig, Config};

pub(super) use verify::{open, open_log, verify};

/// The access log.
#[derive(Subcommand)]
pub(super) enum Audit {
    /// Computes every log again from its leaves and compares all that is stored about it.
    Verify(verify::Verify),
    /// Writes a log as a directory that anybody can verify: `audit-verify`, or other tools from audit/FORMAT.md.
    Export(export::Export),
    /// Deletes the entries of a log whose term has ended. Without --yes it only says what would be deleted.
    Prune(prune::Prune),
    /// Prints the public keys of the logs, for witnesses and for `audit-verify`.
    Key(Key),
}

const KEY: &str = "\
Example:
  samlad audit key --config /etc/samlad/samlad.toml";

/// Prints public keys.
#[derive(Args)]
#[command(after_help = KEY)]
pub(super) struct Key {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
}

impl Audit {
    pub(super) async fn run(self) -> Result<Exit> {
        match self {
            Self::Verify(it) => it.run().await,
            Self::Export(it) => it.run().await,
            Self::Prune(it) => it.run().await,
            Self::Key(it) => it.run(),
        }
    }
}

impl Key {
    fn run(&self) -> Result<Exit> {
        let config = Config::read(&self.config)?;
        for authority in &config.authority {
            println!("{}", signer(&config, authority)?.verifier());
        }
        Ok(Exit::Done)
    }
}

/// One line that is written over, on a terminal only.
fn show_progress(done: u64, all: u64) {
    let mut terminal = std::io::stderr();
    if terminal.is_terminal() && (done >= all || done.is_multiple_of(256 * 16)) {
        let end = if done >= all { "\r\x1b[K" } else { "" };
        // A terminal that does not take it shows no progress; nothing else is lost.
        write!(terminal, "\r{done} of {all} entries{end}").and_then(|()| terminal.flush()).ok();
    }
}

fn signer(config: &Config, authority: &AuthorityConfig) -> Result<LogSigner> {
    let origin = case_registry::directory::log_origin(&config.instance.host, authority.id)?;
    Ok(case_registry::directory::log_signer(&origin, &*authority.log_seed.seed()?)?)
}

/// A day as it is typed.
fn day(text: &str) -> Result<time::Date, String> {
    time::Date::parse(text, time::macros::format_description!("[year]-[month]-[day]"))
        .map_err(|_| "expected YYYY-MM-DD".to_owned())
}
