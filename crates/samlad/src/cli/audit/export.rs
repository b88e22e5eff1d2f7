//! `samlad audit export`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use audit_log::export::DirectorySink;
use case_registry::log_keeping::Period;
use clap::Args;
use time::Date;
use vocabulary::AuthorityId;

use super::super::Exit;
use super::{day, show_progress};
use crate::config::Config;
use crate::instance::{Instance, Plan};

const EXPORT: &str = "\
Examples:
  samlad audit export --config /etc/samlad/samlad.toml --authority 6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a --out ./log
  samlad audit export --config samlad.toml --authority 6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a --out ./november --from 2026-11-01 --to 2026-11-30
  audit-verify ./log --key log.vkey

The export is an access: it stands in the log before anything is written. It holds no opening, so nobody is named in it.
A period is exported in whole pages of 256 entries, so it may begin a little earlier and end a little later.";

/// Exports a log.
#[derive(Args)]
#[command(after_help = EXPORT)]
pub(in crate::cli) struct Export {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// Whose log.
    #[arg(long, value_name = "ID")]
    authority: AuthorityId,
    /// The directory to write; it must not exist, or be empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only entries from this day on (YYYY-MM-DD, in Stockholm).
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Date>,
    /// Only entries up to and including this day.
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: Option<Date>,
}

impl Export {
    pub(super) async fn run(self) -> Result<Exit> {
        let is_used = std::fs::read_dir(&self.out).is_ok_and(|mut inside| inside.next().is_some());
        ensure!(!is_used, "{} is not empty: an export is a directory of its own", self.out.display());
        if let (Some(from), Some(to)) = (self.from, self.to) {
            ensure!(from <= to, "--to is before --from");
        }
        let config = Config::read(&self.config)?;
        ensure!(
            config.authority.iter().any(|authority| authority.id == self.authority),
            "the configuration has no such authority"
        );
        std::fs::create_dir_all(&self.out).with_context(|| self.out.display().to_string())?;
        let instance = Instance::open(Plan::of(&config)?).await?;
        let period = Period { from: self.from, until: self.to };
        let mut sink = DirectorySink::new(&self.out);
        let exported = instance.registry.export_log(self.authority, period, &mut sink, &show_progress).await;
        instance.close().await;
        let (signed, part) = exported.context("the log was not exported; what was written is not a whole export")?;
        let entries = part.end - part.first;
        println!(
            "{entries} entries of {} ({}) in {}",
            signed.checkpoint.size,
            signed.checkpoint.origin,
            self.out.display()
        );
        if !part.is_whole(signed.checkpoint.size) {
            println!(
                "  a part: entries {} to {}, each shown to stand in its place of the whole log",
                part.first, part.end
            );
        }
        println!("  root {}", signed.checkpoint.root);
        println!("Verify it with: audit-verify {} --key KEY   (KEY: samlad audit key)", self.out.display());
        Ok(Exit::Done)
    }
}
