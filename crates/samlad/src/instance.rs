//! One running product: the rooms, brought together over one database.
//!
//! [`Instance::open`] checks what is stored and unlocks the keys; [`Running::start`] serves and lets the jobs run; [`Running::stop`] ends requests, jobs,
//! log and database in that order, so that nothing acknowledged is lost.

mod jobs;
mod running;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use audit_log::signed::{Forgetful, SignedDirectory, SignedMemory};
use audit_log::{AccessLog, LogSettings, LogSigner, Who};
use case_registry::courier::{NoTransport, Transport};
use case_registry::directory::Founding;
use case_registry::policy_change::configured_policy;
use case_registry::{Registry, Rooms};
use field_vault::{RecoveryRecipient, RootKey, Vault};
use identity::{Identity, SessionLimits};
use rbac_policy::{Policy, consent_rules::ConsentRules, legal_bases::LegalBases, measures::Measures};
use store::{Store, StoreOptions};
use uuid::Uuid;
use vocabulary::{AuthorityId, Clock, Entropy, Role, Strength, SystemClock, SystemEntropy, UnitId, UserId};
use web::site::{Settings, Site};

use crate::config::Config;
use crate::disk::Disk;
use crate::sign_in::Doorkeeper;
use crate::transport::HttpTransport;

pub(crate) use jobs::run_clocks;
pub use running::{Running, Serving};

/// The keys of one authority, which lie outside the database.
pub struct Ring {
    /// Whose keys.
    pub authority: AuthorityId,
    /// The root identity.
    pub root: RootKey,
    /// Public part of the recovery identity.
    pub recovery: RecoveryRecipient,
}

/// What an instance is opened with.
pub struct Plan {
    /// Address of the database.
    pub database: String,
    /// How it is opened.
    pub store: StoreOptions,
    /// Roots of authorities that are founded already.
    pub rings: Vec<Ring>,
    /// Signing keys of the logs, also of authorities that are yet to be founded.
    pub signers: HashMap<AuthorityId, LogSigner>,
    /// The memory of signed checkpoints, outside the database.
    pub signed: Arc<dyn SignedMemory>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// How long sessions last.
    pub sessions: SessionLimits,
    /// How many days drafts are kept.
    pub draft_days: i64,
    /// The way to other instances.
    pub transport: Arc<dyn Transport>,
    /// Where the access policy is read from, at the first start and at every reload; the program's own unless given.
    pub policy_folder: Option<PathBuf>,
    /// Whether reusable demo links are accepted. Only the demo sets it.
    pub is_demo: bool,
}

impl Plan {
    /// A plan for a database, with the machine's clock and randomness, no keys and no way to other instances.
    #[must_use]
    pub fn new(database: String) -> Self {
        Self {
            database,
            store: StoreOptions::default(),
            rings: Vec::new(),
            signers: HashMap::new(),
            signed: Arc::new(Forgetful::default()),
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy),
            sessions: SessionLimits::default(),
            draft_days: case_registry::form_draft::KEPT_DAYS,
            transport: Arc::new(NoTransport),
            policy_folder: None,
            is_demo: false,
        }
    }

    /// The plan that a configuration describes. Reads the secrets that it names.
    ///
    /// # Errors
    /// A secret that cannot be read, or a key that is none.
    pub fn of(config: &Config) -> Result<Self> {
        let database = match (&config.database.url, &config.database.address) {
            (Some(url), _) => url.clone(),
            (None, Some(place)) => place.line().context("[database] address")?.to_string(),
            (None, None) => anyhow::bail!("[database] names no database"),
        };
        let keys_database = config
            .database
            .keys_address
            .as_ref()
            .map(|place| place.line().context("[database] keys_address"))
            .transpose()?;
        let mut plan = Self::new(database);
        plan.store.keys_database = keys_database.map(|address| address.to_string());
        plan.store.connections = config.database.connections;
        std::fs::create_dir_all(&config.log.checkpoints)
            .with_context(|| config.log.checkpoints.display().to_string())?;
        plan.signed = Arc::new(SignedDirectory::new(&config.log.checkpoints));
        plan.policy_folder.clone_from(&config.policy.folder);
        plan.transport = Arc::new(HttpTransport::new().context("TLS cannot be set up")?);
        plan.sessions = SessionLimits {
            idle_seconds: i64::from(config.sessions.idle_minutes) * 60,
            absolute_seconds: i64::from(config.sessions.absolute_hours) * 3600,
            fresh_seconds: i64::from(config.sessions.fresh_minutes) * 60,
        };
        plan.draft_days = config.drafts.kept_days.into();
        for authority in &config.authority {
            let of = || format!("[[authority]] {}", authority.id);
            let root = RootKey::load(&authority.root.identity()).with_context(of)?;
            let recovery = RecoveryRecipient::parse(&authority.recovery).with_context(of)?;
            let origin = case_registry::directory::log_origin(&config.instance.host, authority.id).with_context(of)?;
            let signer = case_registry::directory::log_signer(&origin, &*authority.log_seed.seed().with_context(of)?)
                .with_context(of)?;
            plan.rings.push(Ring { authority: authority.id, root, recovery });
            plan.signers.insert(authority.id, signer);
        }
        Ok(plan)
    }
}

/// The rooms over one database.
pub struct Instance {
    /// Every use case.
    pub registry: Registry,
    /// Sign-in.
    pub identity: Identity,
    locals: Vec<AuthorityId>,
    idle_seconds: i64,
    policy_folder: Option<PathBuf>,
    draft_days: i64,
}

/// How long a request may wait for the log.
const LOG_DEADLINE: Duration = Duration::from_secs(5);

impl Instance {
    /// Opens the database, checks the logs and unlocks the keys.
    ///
    /// # Errors
    /// A database that cannot be opened or whose settings do not hold, a log that contradicts itself or what was signed, a wrong root.
    pub async fn open(plan: Plan) -> Result<Self> {
        // The build without a log shows what a log costs. It may show it on invented people only.
        ensure!(plan.is_demo || audit_log::RECORDS, "this build writes no log and opens no real data");
        let store = Store::open(&plan.database, plan.store).await.context("the database cannot be opened")?;
        // The service writes about the log itself in nobody's name and for no unit.
        let service = Who {
            user: UserId(Uuid::nil()),
            unit: UnitId(Uuid::nil()),
            role: Some(Role::Service),
            strength: Strength::Service,
            on_behalf_of: None,
        };
        let mut settings = LogSettings { signed: plan.signed, deadline: LOG_DEADLINE, ..LogSettings::new(service) };
        if let Some(disk) = Disk::of(&plan.database) {
            settings.gauge = Arc::new(disk);
        }
        let ledger = Arc::new(store.clone());
        let log = AccessLog::start(ledger, Arc::clone(&plan.clock), Arc::clone(&plan.entropy), settings)
            .await
            .context("the access log cannot be continued")?;
        let vault = Vault::new(Arc::clone(&plan.entropy), Arc::clone(&plan.clock));
        let locals: Vec<AuthorityId> = plan.rings.iter().map(|ring| ring.authority).collect();
        for ring in plan.rings {
            vault.add_root(ring.authority, ring.root, ring.recovery);
        }
        let identity = Identity::new(store.clone(), Arc::clone(&plan.clock), Arc::clone(&plan.entropy), plan.sessions);
        let registry = Registry::new(Rooms {
            store,
            log,
            vault: Arc::new(vault),
            policy: Policy::builtin().context("the policy")?,
            bases: LegalBases::builtin().context("the legal bases")?,
            measures: Measures::builtin().context("the catalogue of measures")?,
            consents: ConsentRules::builtin().context("the rules on consent")?,
            clock: plan.clock,
            entropy: plan.entropy,
            signers: plan.signers,
            transport: plan.transport,
        });
        for authority in &locals {
            registry
                .unlock_authority(*authority)
                .await
                .with_context(|| format!("the keys of authority {authority}"))?;
            registry
                .vault
                .authority(*authority)
                .with_context(|| format!("authority {authority} has no key in this database"))?;
        }
        // Whoever only looks works under the policy in force; a start settles which one that is.
        let registry = registry.now().await.unwrap_or(registry);
        Ok(Self {
            registry,
            identity: if plan.is_demo { identity.for_demo() } else { identity },
            locals,
            idle_seconds: plan.sessions.idle_seconds,
            policy_folder: plan.policy_folder,
            draft_days: plan.draft_days,
        })
    }

    /// Settles which access policy decides: the one that the database names, or the configured one at an installation's first start. A folder that is
    /// refused stops only that first start; later the policy in force stays.
    ///
    /// # Errors
    /// No policy that this program can use.
    pub async fn settle_policy(&mut self) -> Result<()> {
        let folder = self.policy_folder.clone();
        let read_from = folder.clone();
        let configured = tokio::task::spawn_blocking(move || configured_policy(read_from.as_deref()))
            .await
            .context("the policy check ended by a panic")?;
        if let Some(folder) = folder {
            self.registry.reads_policy_from(folder);
        }
        let configured = match configured {
            Ok(configured) => configured,
            Err(error) if self.registry.policy_digests().await?.is_some() => {
                tracing::error!(%error, "the configured access policy is refused; the one in force stays");
                self.registry = self.registry.now().await.context("the access policy in force cannot be used")?;
                return Ok(());
            }
            Err(error) => return Err(error).context("the configured access policy is refused"),
        };
        self.registry = self
            .registry
            .settle_policy(&configured, env!("CARGO_PKG_VERSION"))
            .await
            .context("no access policy can be put in force")?;
        Ok(())
    }

    /// Reads and checks the configured folder, as the operator's signal asks. How it ended stands in the log of every authority.
    pub async fn reload_policy(registry: Registry) {
        let outcome = match registry.now().await {
            Ok(registry) => registry.load_policy_for_operator().await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(check) if check.is_sound => tracing::info!("the access policy waits for the administrators"),
            // The faults are in the messages already.
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the access policy could not be read anew"),
        }
    }

    /// Founds an authority, whose log key was in the plan.
    ///
    /// # Errors
    /// As [`Registry::found_authority`].
    pub async fn found(&mut self, founding: Founding, ring: Ring) -> Result<()> {
        let authority = ring.authority;
        let origin =
            self.registry.signers.get(&authority).context("the authority's log has no key")?.origin().to_owned();
        self.registry.found_authority(founding, ring.root, ring.recovery, &origin).await?;
        self.locals.push(authority);
        Ok(())
    }

    /// The authorities whose records live here.
    #[must_use]
    pub fn locals(&self) -> &[AuthorityId] {
        &self.locals
    }

    /// The site over this instance.
    #[must_use]
    pub fn site(&self, settings: Settings) -> Site {
        let registry = self.registry.clone();
        let doorkeeper = Arc::new(Doorkeeper::new(self.identity.clone(), registry.store.clone()));
        Site::new(doorkeeper, Arc::clone(&registry.clock), Arc::clone(&registry.entropy), settings)
            .room(registry.clone())
            .room(self.identity.clone())
            .ready_when(move || {
                let registry = registry.clone();
                Box::pin(async move { registry.is_ready().await })
            })
            .build()
    }

    /// Signs every log as it stands.
    pub async fn sign(&self) {
        if let Err(error) = self.registry.log.sequenced().await {
            tracing::warn!(%error, "the log could not be brought up to date");
        }
        let registry = self.registry.now().await.unwrap_or_else(|_| self.registry.clone());
        jobs::sign_what_grew(&registry, &mut HashMap::new()).await;
    }

    /// Signs what has grown, writes what waits, and closes the database.
    pub async fn close(self) {
        self.sign().await;
        self.registry.shut_down().await;
        self.registry.store.close().await;
    }
}
