//! `samlad audit verify | key`. Reads the log alone: no key of any record is loaded, and no opening is opened.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use audit_log::signed::SignedDirectory;
use audit_log::{AccessLog, LogSettings, LogSigner, Trust, Who};
use clap::{Args, Subcommand};
use store::{Store, StoreOptions};
use uuid::Uuid;
use vocabulary::{AuthorityId, Role, Strength, SystemClock, SystemEntropy, UnitId, UserId};

use super::Exit;
use crate::config::{AuthorityConfig, Config};

/// The access log.
#[derive(Subcommand)]
pub(super) enum Audit {
    /// Computes every log again from its leaves and compares all that is stored about it.
    Verify(Verify),
    /// Prints the public keys of the logs, for witnesses and for `audit-verify`.
    Key(Key),
}

const VERIFY: &str = "\
Examples:
  samlad audit verify --config /etc/samlad/samlad.toml
  samlad audit verify --config samlad.toml --authority 6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a --known october.checkpoint

Exit code 3 when a log is not what was signed.";

/// Verifies logs in place.
#[derive(Args)]
#[command(after_help = VERIFY)]
pub(super) struct Verify {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// Only this authority's log.
    #[arg(long, value_name = "ID")]
    authority: Option<AuthorityId>,
    /// A checkpoint that was kept elsewhere; the log must continue it. With --authority.
    #[arg(long, value_name = "FILE", requires = "authority")]
    known: Option<PathBuf>,
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

impl Verify {
    async fn run(self) -> Result<Exit> {
        let config = Config::read(&self.config)?;
        let known = self
            .known
            .as_ref()
            .map(|path| std::fs::read_to_string(path).with_context(|| path.display().to_string()))
            .transpose()?;
        let log = open(&config).await?;
        let mut exit = Exit::Done;
        for authority in
            config.authority.iter().filter(|authority| self.authority.is_none_or(|only| only == authority.id))
        {
            if !verify(&log, &config, authority, known.as_deref()).await? {
                exit = Exit::Fault;
            }
        }
        let store = Arc::clone(log.ledger());
        log.shutdown().await;
        store.close().await;
        Ok(exit)
    }
}

/// The logs of an instance, for reading.
pub(super) async fn open(config: &Config) -> Result<AccessLog<Store>> {
    let address = match (&config.database.url, &config.database.address) {
        (Some(url), _) => url.clone(),
        (None, Some(place)) => place.line()?.to_string(),
        (None, None) => anyhow::bail!("[database] names no database"),
    };
    let store = Store::open(&address, StoreOptions { migrate: false, ..StoreOptions::default() })
        .await
        .context("the database cannot be opened")?;
    let service = Who {
        user: UserId(Uuid::nil()),
        unit: UnitId(Uuid::nil()),
        role: Some(Role::Service),
        strength: Strength::Service,
        on_behalf_of: None,
    };
    let settings =
        LogSettings { signed: Arc::new(SignedDirectory::new(&config.log.checkpoints)), ..LogSettings::new(service) };
    AccessLog::start(Arc::new(store), Arc::new(SystemClock::new()), Arc::new(SystemEntropy), settings)
        .await
        .context("the logs cannot be read")
}

/// Verifies one log; false when something is wrong. What is found is printed.
pub(super) async fn verify(
    log: &AccessLog<Store>,
    config: &Config,
    authority: &AuthorityConfig,
    known: Option<&str>,
) -> Result<bool> {
    let key = signer(config, authority)?.verifier();
    let mut trust = Trust::in_key(key);
    let verified = async {
        if let Some(note) = known {
            trust = trust.knowing(note)?;
        }
        log.verify_with(authority.id, trust, &audit_log::Withhold, &show_progress).await
    };
    match verified.await {
        Ok(found) => {
            println!(
                "{}: sound, {} entries, {} of them under the signed checkpoint, root {}",
                authority.name, found.size, found.signed_size, found.root
            );
            Ok(true)
        }
        Err(error) => {
            println!("{}: NOT SOUND: {error}", authority.name);
            Ok(false)
        }
    }
}

fn show_progress(done: u64, all: u64) {
    let mut terminal = std::io::stderr();
    if terminal.is_terminal() {
        let end = if done >= all { "\r\x1b[K" } else { "" };
        // A terminal that does not take it shows no progress; nothing else is lost.
        write!(terminal, "\r{done} of {all} entries{end}").ok();
    }
}

fn signer(config: &Config, authority: &AuthorityConfig) -> Result<LogSigner> {
    let origin = case_registry::directory::log_origin(&config.instance.host, authority.id)?;
    Ok(case_registry::directory::log_signer(&origin, &*authority.log_seed.seed()?)?)
}
