//! `samlad authority confirm | withdraw-confirmation`: counsel's word on a legal basis, from the command line.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use case_registry::RegistryError;
use case_registry::confirmation::{ConfirmBasis, WithdrawConfirmation};
use clap::Args;
use time::Date;
use time::macros::format_description;
use vocabulary::AuthorityId;

use super::Exit;
use crate::config::Config;
use crate::instance::{Instance, Plan};

const CONFIRM: &str = "\
Example:
  samlad authority confirm --config /etc/samlad/samlad.toml --authority 6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a \\
    --basis OSL_10_18A --by \"Eva Jurist\" --on 2026-11-27 --wording \"OSL 10 kap. 18 a §, lydelse enligt SFS 2025:170\"

From then on the authority can release on the basis. The entry in its log names the service, the counsel and the wording that was read.";

/// Records that an authority's counsel has confirmed the wording of a legal basis.
#[derive(Args)]
#[command(after_help = CONFIRM)]
pub(super) struct Confirm {
    #[command(flatten)]
    of: Of,
    /// Name of the counsel.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The day of the confirmation.
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Date,
    /// The wording that was read, for example the number of the latest amendment.
    #[arg(long, value_name = "TEXT")]
    wording: String,
}

const WITHDRAW: &str = "\
Example:
  samlad authority withdraw-confirmation --config /etc/samlad/samlad.toml --authority 6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a \\
    --basis OSL_10_18A --reason \"Lydelsen ändras den 1 januari\"

From then on nothing more is released on the basis. What was released before stands as it was decided.";

/// Takes a confirmation back.
#[derive(Args)]
#[command(after_help = WITHDRAW)]
pub(super) struct Withdraw {
    #[command(flatten)]
    of: Of,
    /// Why; it goes into the log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

// Which basis of which authority. No doc comment: clap would show it in place of the command's own.
#[derive(Args)]
struct Of {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// The authority.
    #[arg(long, value_name = "ID")]
    authority: AuthorityId,
    /// Code of the legal basis.
    #[arg(long, value_name = "CODE")]
    basis: String,
    /// Version of the basis; left out, the one in force today.
    #[arg(long, value_name = "N")]
    basis_version: Option<u32>,
}

fn day(text: &str) -> Result<Date, String> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).map_err(|_| "a day is written 2026-11-27".to_owned())
}

impl Of {
    async fn open(&self) -> Result<(Instance, u32)> {
        let config = Config::read(&self.config)?;
        let instance = Instance::open(Plan::of(&config)?).await?;
        let known = self.check(&instance);
        match known {
            Ok(version) => Ok((instance, version)),
            Err(error) => {
                instance.close().await;
                Err(error)
            }
        }
    }

    fn check(&self, instance: &Instance) -> Result<u32> {
        ensure!(instance.locals().contains(&self.authority), "authority {} does not live here", self.authority);
        let (law, today) = (&instance.registry.bases, instance.registry.clock.today());
        let found = match self.basis_version {
            Some(version) => law.get(&self.basis, version),
            None => law.current(&self.basis, today),
        };
        Ok(found.with_context(|| format!("there is no such legal basis: {}", self.basis))?.version)
    }
}

impl Confirm {
    pub(super) async fn run(self) -> Result<Exit> {
        let (instance, version) = self.of.open().await?;
        let command = ConfirmBasis { version, confirmed_by: self.by, confirmed_on: self.on, wording: self.wording };
        let outcome =
            instance.registry.confirm_basis_by_service(self.of.authority, &self.of.basis, command).await.map_err(told);
        instance.close().await;
        outcome?;
        println!("{} version {version} is confirmed.", self.of.basis);
        Ok(Exit::Done)
    }
}

impl Withdraw {
    pub(super) async fn run(self) -> Result<Exit> {
        let (instance, version) = self.of.open().await?;
        let command = WithdrawConfirmation { version, reason: self.reason };
        let registry = &instance.registry;
        let outcome = registry.withdraw_confirmation_by_service(self.of.authority, &self.of.basis, command).await;
        instance.close().await;
        outcome.map_err(told)?;
        println!("The confirmation of {} version {version} is withdrawn.", self.of.basis);
        Ok(Exit::Done)
    }
}

/// What went wrong, for whoever typed the command.
fn told(error: RegistryError) -> anyhow::Error {
    match error {
        RegistryError::Conflict("exists-already") => anyhow::anyhow!("it is confirmed already"),
        RegistryError::Conflict("needs-no-confirmation") => anyhow::anyhow!("this basis needs no confirmation"),
        RegistryError::Stale => anyhow::anyhow!("no confirmation of it stands"),
        RegistryError::Invalid(fields) => {
            let fields: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.field, field.code)).collect();
            anyhow::anyhow!("not acceptable: {}", fields.join(", "))
        }
        other => other.into(),
    }
}
