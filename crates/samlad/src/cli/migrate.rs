//! `samlad migrate`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use store::{Store, StoreError, StoreOptions};

use super::Exit;
use crate::config::Config;
use crate::instance::Plan;

const EXAMPLES: &str = "\
Examples:
  samlad migrate --config /etc/samlad/samlad.toml
  samlad migrate --config /etc/samlad/samlad.toml --check

A SQLite database is copied beside itself first. PostgreSQL: the address must be one whose user may act as samlad_owner.";

/// Brings the databases to this program's schema.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Migrate {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// Only tells whether there is anything to do (exit code 3 when there is).
    #[arg(long)]
    check: bool,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<Exit> {
        let plan = Plan::of(&Config::read(&self.config)?)?;
        let options = StoreOptions { migrate: !self.check, ..plan.store };
        match Store::open(&plan.database, options).await {
            Ok(store) => {
                store.close().await;
                println!("The databases have this program's schema.");
                Ok(Exit::Done)
            }
            Err(StoreError::OlderSchema { found, known }) if self.check => {
                println!("The database has schema {found}, this program schema {known}: run `samlad migrate`.");
                Ok(Exit::Fault)
            }
            Err(error) => Err(error).context("the databases cannot be migrated"),
        }
    }
}
