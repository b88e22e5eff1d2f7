//! `samlad audit verify`: reads the logs where they lie. No key of any record is loaded, no opening is opened, nothing is written: a log that the service
//! could not continue can still be looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use audit_log::signed::{SignedDirectory, SignedMemory as _};
use audit_log::verify::in_place;
use audit_log::{AccessLog, LogSettings, Trust, Verification, VerifyError, Who, Withhold, WitnessVerifier};
use clap::Args;
use serde_json::json;
use store::{Store, StoreOptions};
use uuid::Uuid;
use vocabulary::{AuthorityId, Role, Strength, SystemClock, SystemEntropy, UnitId, UserId};

use super::super::Exit;
use super::{show_progress, signer};
use crate::config::{AuthorityConfig, Config};

const VERIFY: &str = "\
Examples:
  samlad audit verify --config /etc/samlad/samlad.toml
  samlad audit verify --config samlad.toml --authority 6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a --known october.checkpoint
  samlad audit verify --config samlad.toml --witness police.vkey --json

The checkpoints that this instance keeps outside the database ([log] checkpoints) are always known: the log must continue them.

Exit code 0 when every log is whole; otherwise that of the first finding, the same as those of audit-verify:
  3  unreadable              10 checkpoint-malformed    11 checkpoint-origin
 12  checkpoint-signature    13 quorum                  14 rollback
 15  fork                    16 unsigned                17 part
 20  tile-missing            21 tile-changed            22 root
 23  head                    30 changed                 31 deleted
 32  inserted                33 reordered               34 truncated
 40  not-canonical           41 schema                  42 other-log
 43  duplicate-id            44 sequence-gap            45 sequence-repeated
 46  time-backwards          47 start                   48 previous-lost
 50  index-edited            51 index-rows              52 opening";

/// Verifies logs in place.
#[derive(Args)]
#[command(after_help = VERIFY)]
pub(in crate::cli) struct Verify {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// Only this authority's log.
    #[arg(long, value_name = "ID")]
    authority: Option<AuthorityId>,
    /// A checkpoint that was kept elsewhere; the log must continue it. With --authority. May be given several times.
    #[arg(long, value_name = "FILE", requires = "authority")]
    known: Vec<PathBuf>,
    /// The key of a witness that is believed, or a file that holds it. May be given several times.
    #[arg(long, value_name = "KEY|FILE")]
    witness: Vec<String>,
    /// How many witnesses must have cosigned. Without it: all that are given.
    #[arg(long, value_name = "N")]
    quorum: Option<usize>,
    /// Prints one line of JSON per log.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) async fn run(self) -> Result<Exit> {
        let config = Config::read(&self.config)?;
        let known = self.known.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
        let witnesses = self.witness.iter().map(|text| witness(text)).collect::<Result<Vec<_>>>()?;
        let wanted = |authority: &&AuthorityConfig| self.authority.is_none_or(|only| only == authority.id);
        ensure!(config.authority.iter().any(|it| wanted(&it)), "the configuration has no such authority");
        let store = open(&config).await?;
        let mut exit = Exit::Done;
        for authority in config.authority.iter().filter(wanted) {
            let quorum = self.quorum.unwrap_or(witnesses.len());
            let key = signer(&config, authority)?.verifier();
            let trust = Trust { witnesses: witnesses.clone(), quorum, ..Trust::in_key(key) };
            let found = look(&store, &config, authority.id, trust, &known).await?;
            if self.json {
                println!("{}", as_json(authority, &found));
            } else {
                say(authority, &found);
            }
            if let (Err(error), Exit::Done) = (&found, exit) {
                exit = Exit::Finding(error.code());
            }
        }
        store.close().await;
        Ok(exit)
    }
}

/// The database of an instance, for reading.
pub(in crate::cli) async fn open(config: &Config) -> Result<Store> {
    let address = match (&config.database.url, &config.database.address) {
        (Some(url), _) => url.clone(),
        (None, Some(place)) => place.line()?.to_string(),
        (None, None) => anyhow::bail!("[database] names no database"),
    };
    let keys = config.database.keys_address.as_ref().map(crate::secret::SecretRef::line).transpose()?;
    let options =
        StoreOptions { migrate: false, keys_database: keys.map(|it| it.to_string()), ..StoreOptions::default() };
    Store::open(&address, options).await.context("the database cannot be opened")
}

/// The logs of an instance, for a command that records what it reads.
pub(in crate::cli) async fn open_log(config: &Config) -> Result<AccessLog<Store>> {
    let store = open(config).await?;
    let service = Who {
        user: UserId(Uuid::nil()),
        unit: UnitId(Uuid::nil()),
        role: Some(Role::Service),
        strength: Strength::Service,
        on_behalf_of: None,
    };
    let signed = Arc::new(SignedDirectory::new(&config.log.checkpoints));
    let settings = LogSettings { signed, ..LogSettings::new(service) };
    AccessLog::start(Arc::new(store), Arc::new(SystemClock::new()), Arc::new(SystemEntropy), settings)
        .await
        .context("the logs cannot be read")
}

/// Verifies one log with what the instance itself knows; what is wrong, if anything. It is printed.
pub(in crate::cli) async fn verify(
    store: &Store,
    config: &Config,
    authority: &AuthorityConfig,
) -> Result<Option<VerifyError>> {
    let trust = Trust::in_key(signer(config, authority)?.verifier());
    let found = look(store, config, authority.id, trust, &[]).await?;
    say(authority, &found);
    Ok(found.err())
}

async fn look(
    store: &Store,
    config: &Config,
    authority: AuthorityId,
    trust: Trust,
    known: &[String],
) -> Result<Result<Verification, VerifyError>> {
    let place = &config.log.checkpoints;
    let kept = if place.exists() {
        SignedDirectory::new(place).all().with_context(|| format!("{} cannot be read", place.display()))?
    } else {
        Vec::new()
    };
    let kept = kept.iter().filter(|(log, _)| *log == authority).map(|(_, note)| note);
    let trust = kept.chain(known).try_fold(trust, |trust, note| trust.knowing(note));
    Ok(match trust {
        Ok(trust) => in_place(store, authority, trust, &Withhold, &show_progress).await.map(|(found, _)| found),
        Err(error) => Err(error),
    })
}

fn say(authority: &AuthorityConfig, found: &Result<Verification, VerifyError>) {
    match found {
        Ok(found) => {
            println!(
                "{}: sound, {} entries, {} of them under the signed checkpoint, root {}",
                authority.name, found.size, found.signed_size, found.root
            );
            if found.pruned > 0 {
                println!(
                    "  pruned: the entries below {} came to the end of their term; their hashes are there",
                    found.pruned
                );
            }
            for (witness, seconds) in &found.witnesses {
                println!("  witness: {witness}, at {seconds} seconds since 1970");
            }
        }
        Err(error) => println!("{}: NOT SOUND ({}): {error}", authority.name, error.name()),
    }
}

fn as_json(authority: &AuthorityConfig, found: &Result<Verification, VerifyError>) -> serde_json::Value {
    match found {
        Ok(found) => json!({ "authority": authority.id, "ok": true, "found": found }),
        Err(error) => json!({
            "authority": authority.id, "ok": false, "error": error.name(), "code": error.code(), "message": error.to_string(),
        }),
    }
}

fn witness(text: &str) -> Result<WitnessVerifier> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    read(Path::new(text))?.parse().with_context(|| format!("{text} holds no witness's key"))
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_exit_code_that_a_database_can_give() {
        // Bundles are files of an export.
        for (code, name) in VerifyError::CODES.iter().filter(|(_, name)| !name.starts_with("bundle")) {
            assert!(
                VERIFY.contains(&format!("{code} {name}")) || VERIFY.contains(&format!("{code}  {name}")),
                "{code} {name}"
            );
        }
    }
}
