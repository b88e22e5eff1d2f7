//! `samlad audit prune`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use time::Date;
use vocabulary::AuthorityId;

use super::super::Exit;
use super::{day, show_progress};
use crate::config::Config;
use crate::instance::{Instance, Plan};

const PRUNE: &str = "\
Examples:
  samlad audit prune --config /etc/samlad/samlad.toml --authority 6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a --before 2016-01-01
  samlad audit prune --config /etc/samlad/samlad.toml --authority 6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a --before 2016-01-01 --yes

The log is verified first. Whole bundles of 256 entries go, with their openings and index rows; hashes and signatures stay, so that every proof that was
ever given still holds. Export what must be kept before. Entries younger than [log] retention_years (10) are never pruned. On PostgreSQL, [database]
retention_address names a login that may act as samlad_retention. An interrupted run is finished by the next one.";

/// Prunes a log.
#[derive(Args)]
#[command(after_help = PRUNE)]
pub(in crate::cli) struct Prune {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// Whose log.
    #[arg(long, value_name = "ID")]
    authority: AuthorityId,
    /// Entries from before this day (YYYY-MM-DD, in Stockholm) have come to the end of their term.
    #[arg(long, value_name = "DAY", value_parser = day)]
    before: Date,
    /// Deletes them. Without it nothing is deleted.
    #[arg(long)]
    yes: bool,
}

impl Prune {
    pub(super) async fn run(self) -> Result<Exit> {
        let config = Config::read(&self.config)?;
        ensure!(
            config.authority.iter().any(|authority| authority.id == self.authority),
            "the configuration has no such authority"
        );
        let retention = config.database.retention_address.as_ref().map(crate::secret::SecretRef::line).transpose()?;
        let instance = Instance::open(Plan::of(&config)?).await?;
        let years = config.log.retention_years;
        let pruned = self.prune(&instance, years, retention.as_ref().map(|address| address.as_str())).await;
        instance.close().await;
        pruned.map(|()| Exit::Done)
    }

    async fn prune(&self, instance: &Instance, years: u16, retention: Option<&str>) -> Result<()> {
        let registry = &instance.registry;
        let today = registry.clock.today();
        let oldest = self.before.year() + i32::from(years);
        let ends = self
            .before
            .replace_year(oldest)
            .unwrap_or(self.before.saturating_add(time::Duration::days(366 * i64::from(years))));
        ensure!(
            ends <= today,
            "entries are kept for {years} years ([log] retention_years): those of {} until {ends}",
            self.before
        );
        let plan = registry.plan_to_prune_log(self.authority, self.before, &show_progress).await?;
        if plan.entries() == 0 {
            println!("Nothing to prune: no whole bundle of 256 entries is older than {}.", self.before);
            return Ok(());
        }
        println!("The log is whole, {} entries.", plan.size);
        if !self.yes {
            println!(
                "With --yes the entries from {} up to and including {} would be deleted ({} of them), with their openings.",
                plan.pruned,
                plan.below - 1,
                plan.entries()
            );
            return Ok(());
        }
        let deleted = registry.prune_log(self.authority, plan, retention, &show_progress).await.context(
            "not pruned; on PostgreSQL the login must be a member of samlad_retention ([database] retention_address)",
        )?;
        println!("{deleted} entries are deleted. The log says so, and its hashes are all there.");
        Ok(())
    }
}
