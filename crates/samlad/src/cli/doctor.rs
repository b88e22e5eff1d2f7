//! `samlad doctor`: asks everything that must hold before an instance is trusted, and says what to do about what does not.

use std::path::PathBuf;

use anyhow::Result;
use audit_log::Room;
use case_registry::{Registry, policy_change::configured_policy};
use clap::Args;
use field_vault::{DataKeyRow, KeySubject, VaultError};
use vocabulary::KeyId;

use super::{Exit, audit};
use crate::config::Config;
use crate::disk::{Disk, NONE_PERCENT, RESERVE_PERCENT};
use crate::hardening;
use crate::instance::{Instance, Plan};

const EXAMPLES: &str = "\
Examples:
  samlad doctor --config /etc/samlad/samlad.toml
  samlad doctor --config /etc/samlad/samlad.toml --deep

With --deep every log is verified from its leaves and every data key unwrapped once; that takes a minute per million entries. Exit code 3 when
something is wrong.";

/// Checks an instance.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Doctor {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// Also verifies every log and unwraps every data key.
    #[arg(long)]
    deep: bool,
}

/// What was found so far.
struct Findings(Exit);

impl Findings {
    fn fine(what: &str) {
        println!("fine   {what}");
    }

    /// Not wrong by itself, and worth knowing.
    fn note(what: &str) {
        println!("note   {what}");
    }

    fn wrong(&mut self, what: &str) {
        println!("WRONG  {what}");
        self.0 = Exit::Fault;
    }
}

impl Doctor {
    pub(super) async fn run(self) -> Result<Exit> {
        let mut findings = Findings(Exit::Done);
        let config = Config::read(&self.config)?;
        Findings::fine("the configuration is understood");
        let mut plan = Plan::of(&config)?;
        Findings::fine("every secret is there and readable by its owner only");
        place_of_checkpoints(&config);
        room_on_disk(&plan.database, &mut findings);
        if hardening::may_lock_memory() {
            Findings::fine("memory can be kept out of swap");
        } else {
            Findings::note(
                "memory can be written to swap: set LimitMEMLOCK=infinity for the service, or encrypt the swap",
            );
        }
        let configured = match configured_policy(config.policy.folder.as_deref()) {
            Ok(policy) => {
                Findings::fine("the configured access policy passes its loader, its invariants and casbin");
                Some(policy.digest())
            }
            Err(error) => {
                let whose = config.policy.folder.as_deref().map_or_else(
                    || "of the program".to_owned(),
                    |folder| format!("in {} ([policy] folder)", folder.display()),
                );
                findings.wrong(&format!("the access policy {whose} is refused: {error}"));
                None
            }
        };
        // A check changes nothing: an older schema is a finding, not something to repair in passing.
        plan.store.migrate = false;
        let instance = match Instance::open(plan).await {
            Ok(instance) => instance,
            Err(error) => {
                findings.wrong(&format!("{error:#}"));
                return Ok(findings.0);
            }
        };
        Findings::fine("the database opens with the settings that durability and secrecy depend on");
        Findings::fine("every log continues what was signed, and its head is carried by its tiles");
        Findings::fine("every root opens its authority's keys");
        policy_in_force(&instance.registry, configured, &mut findings).await?;
        if self.deep {
            data_keys(&instance, &mut findings).await?;
        }
        let store = instance.registry.store.clone();
        instance.registry.shut_down().await;
        store.close().await;
        if self.deep {
            let store = audit::open(&config).await?;
            for authority in &config.authority {
                if audit::verify(&store, &config, authority).await?.is_some() {
                    findings.0 = Exit::Fault;
                }
            }
            store.close().await;
        }
        Ok(findings.0)
    }
}

/// Whether this program can decide by the policy that the database names, and whether the configured one waits or is in force.
async fn policy_in_force(registry: &Registry, configured: Option<[u8; 32]>, findings: &mut Findings) -> Result<()> {
    let Some((epoch, in_force, waiting)) = registry.policy_digests().await? else {
        Findings::note("no access policy is in force yet: the first `samlad serve` puts the configured one in force");
        return Ok(());
    };
    if registry.is_ready().await {
        Findings::fine(&format!("this program decides by the access policy in force (epoch {epoch})"));
    } else {
        findings.wrong(&format!(
            "this program cannot use the access policy in force (epoch {epoch}): its texts are missing or do not fit; `samlad serve` says more"
        ));
    }
    if waiting.is_some() {
        Findings::note("an access policy waits for the administrators (/ui/policy)");
    }
    if configured.is_some_and(|configured| configured != in_force && waiting != Some(configured)) {
        Findings::note("the configured access policy is not the one in force: SIGHUP makes it a candidate");
    }
    Ok(())
}

fn place_of_checkpoints(config: &Config) {
    let database = config.database.url.as_deref().and_then(|url| url.strip_prefix("sqlite:")).map(PathBuf::from);
    let is_beside = database.is_some_and(|path| {
        config.log.checkpoints.starts_with(&path) || config.log.checkpoints.parent() == path.parent()
    });
    if is_beside {
        Findings::note(
            "the signed checkpoints lie beside the database: whoever can restore the one can restore the other ([log] checkpoints)",
        );
    } else {
        Findings::fine("the signed checkpoints lie apart from the database");
    }
}

fn room_on_disk(database: &str, findings: &mut Findings) {
    match Disk::of(database).and_then(|disk| disk.free()) {
        None => Findings::note("the database's disk is elsewhere: watch its room there"),
        Some(free) if free.room() != Room::Enough => findings.wrong(&format!(
            "the database's disk has {} % left: now no change is taken, and below {NONE_PERCENT} % nothing is released; make room",
            free.percent
        )),
        Some(free) if free.percent < 4 * RESERVE_PERCENT => Findings::note(&format!(
            "the database's disk has {} % left; changes stop below {RESERVE_PERCENT} %",
            free.percent
        )),
        Some(free) => Findings::fine(&format!("the database's disk has {} % left", free.percent)),
    }
}

/// Unwraps every data key of every authority once.
async fn data_keys(instance: &Instance, findings: &mut Findings) -> Result<()> {
    const PAGE: u32 = 500;
    let registry = &instance.registry;
    for authority in instance.locals() {
        let (mut after, mut keys, mut broken) = (KeyId(uuid::Uuid::nil()), 0_usize, 0_usize);
        loop {
            let page = registry.store.keys().page(*authority, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.kid;
            keys += page.len();
            for stored in page {
                let opened =
                    KeySubject::from_parts(&stored.subject_kind, stored.subject_id, stored.year).and_then(|subject| {
                        let row = DataKeyRow {
                            kid: stored.kid,
                            authority: stored.authority,
                            subject,
                            generation: stored.generation,
                            wrapped: stored.wrapped,
                            created: stored.created,
                        };
                        registry.vault.unlock(&row).map(drop)
                    });
                match opened {
                    Ok(()) | Err(VaultError::Erased) => registry.vault.evict(stored.kid),
                    Err(error) => {
                        broken += 1;
                        findings.wrong(&format!("data key {} of authority {authority}: {error}", stored.kid));
                    }
                }
            }
        }
        if broken == 0 {
            Findings::fine(&format!("all {keys} data keys of authority {authority} open"));
        }
    }
    Ok(())
}
