//! Starting and stopping a demo: keys, databases, authorities, the world, the links.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use identity::LinkKind;
use tempfile::TempDir;
use tokio::net::TcpListener;
use vocabulary::{
    AuthorityId, Clock, Entropy as _, Language, RequestId, SystemClock, SystemEntropy, Timestamp, UserId,
};
use web::site::Settings;

use super::clock::DemoClock;
use super::founding::{founded_at, founding, introduce, move_endpoints, refuse_others_data};
use super::home::Home;
use super::keys::{self, Kept, KeptAuthority, Keys};
use super::people::{AuthorityKey, PersonaKey};
use super::ready::{Ready, ReadyAuthority, ReadyPersona};
use super::script::Script;
use super::world::{Mandate, Side, World};
use crate::instance::{Instance, Running, Serving};

/// How a demo is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the first instance listens.
    pub listen: SocketAddr,
    /// Keeps everything in this folder.
    pub data: Option<PathBuf>,
    /// PostgreSQL databases, one per instance, instead of embedded ones.
    pub databases: Vec<String>,
    /// The instant at which the clock starts; now, unless given.
    pub now: Option<Timestamp>,
    /// Each authority as an instance of its own.
    pub two_instances: bool,
    /// Where a reload reads an access policy from.
    pub policy: Option<PathBuf>,
}

impl Default for Options {
    /// On a free port of the own machine, with nothing kept.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: None,
            databases: Vec::new(),
            now: None,
            two_instances: false,
            policy: None,
        }
    }
}

/// A running demo.
pub struct Demo {
    instances: Vec<Running>,
    ready: Ready,
    // Removed with everything in it when the demo ends.
    _scratch: Option<TempDir>,
}

/// Demo links outlive every demo.
const LINKS_LAST_DAYS: i64 = 3 * 366;
const SIGN_EVERY: Duration = Duration::from_secs(2);

impl Demo {
    /// Starts everything. When it returns the product answers and the past is told.
    ///
    /// # Errors
    /// A port or database that cannot be used; a script that does not fit the product.
    pub async fn start(options: Options) -> Result<Self> {
        // The whole past of a world is one large future: on the heap, whoever waits for it.
        Box::pin(Self::begin(options)).await
    }

    async fn begin(options: Options) -> Result<Self> {
        let groups = groups(options.two_instances);
        ensure!(
            options.databases.is_empty() || options.databases.len() == groups.len(),
            "{} instance(s) need {} --database",
            groups.len(),
            groups.len()
        );
        let home = Home::open(&options)?;
        let kept = home.kept()?;
        if let Some(kept) = &kept {
            ensure!(
                kept.two_instances == options.two_instances,
                "the folder holds a demo with {} --two-instances",
                if kept.two_instances { "" } else { "out" }
            );
        }
        let listeners = listen(options.listen, groups.len()).await?;
        let mut instances = Vec::with_capacity(groups.len());
        let begun = match kept {
            Some(kept) => reopen(&options, &home, &groups, listeners, &kept, &mut instances).await,
            None => Box::pin(build(&options, &home, &groups, listeners, &mut instances)).await,
        };
        match begun {
            Ok(ready) => Ok(Self { instances, ready, _scratch: home.scratch }),
            Err(error) => {
                for running in instances {
                    running.stop().await.ok();
                }
                Err(error)
            }
        }
    }

    /// What is said when ready.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The instances, for tests that look behind the scenes.
    #[must_use]
    pub fn instances(&self) -> &[Running] {
        &self.instances
    }

    /// Ends requests, jobs, logs and databases.
    ///
    /// # Errors
    /// When a server had failed.
    pub async fn stop(self) -> Result<()> {
        let mut outcome = Ok(());
        for running in self.instances {
            outcome = running.stop().await.and(outcome);
        }
        outcome
    }
}

/// Which authorities live in which instance.
fn groups(two_instances: bool) -> Vec<Vec<AuthorityKey>> {
    let locals = vec![AuthorityKey::Social, AuthorityKey::Police];
    if two_instances { locals.into_iter().map(|key| vec![key]).collect() } else { vec![locals] }
}

async fn listen(first: SocketAddr, count: usize) -> Result<Vec<TcpListener>> {
    let mut listeners = Vec::with_capacity(count);
    for step in 0..u16::try_from(count)? {
        // Port 0 asks for any free port, each time.
        let port = if first.port() == 0 { 0 } else { first.port().checked_add(step).context("no port left")? };
        let address = SocketAddr::new(first.ip(), port);
        listeners.push(
            TcpListener::bind(address)
                .await
                .with_context(|| format!("cannot listen on {address} (choose another with --listen)"))?,
        );
    }
    Ok(listeners)
}

fn serving() -> Serving {
    let settings = Settings {
        secure: false,
        demo: true,
        place: "Mellerud".to_owned(),
        accessibility_contact: "tillganglighet@mellerud.example".to_owned(),
    };
    Serving { settings, sign_every: SIGN_EVERY }
}

/// An empty world, told from its script.
async fn build(
    options: &Options,
    home: &Home,
    groups: &[Vec<AuthorityKey>],
    listeners: Vec<TcpListener>,
    instances: &mut Vec<Running>,
) -> Result<Ready> {
    let entropy = SystemEntropy;
    let start = options.now.unwrap_or_else(|| SystemClock::new().now());
    let script = Script::builtin(start)?;
    let clock = Arc::new(DemoClock::standing_at(founded_at(&script)));
    let shared: Arc<dyn Clock> = clock.clone();
    let authorities: BTreeMap<AuthorityKey, AuthorityId> =
        script.authorities.iter().map(|authority| (authority.key, AuthorityId(entropy.id()))).collect();
    let id = |key: AuthorityKey| authorities.get(&key).copied().context("an authority without an id");
    let mut kept = Kept { start, two_instances: options.two_instances, authority: BTreeMap::new() };
    let mut users = BTreeMap::new();
    for (place, (group, listener)) in groups.iter().zip(listeners).enumerate() {
        let mut plan = home.plan(options, place, &shared)?;
        let mut rings = Vec::with_capacity(group.len());
        for key in group {
            let Keys { ring, signer, recovery } = keys::make(*key, id(*key)?, home.keys(), &entropy)?;
            kept.authority.insert(key.code().to_owned(), KeptAuthority { id: ring.authority, recovery });
            plan.signers.insert(ring.authority, signer);
            rings.push((*key, ring));
        }
        let mut instance = Instance::open(plan).await?;
        refuse_others_data(&instance).await?;
        for (key, ring) in rings {
            let told = script.authority(key).context("an authority that the script does not tell of")?;
            instance
                .found(founding(&script, told, ring.authority, &mut users), ring)
                .await
                .with_context(|| told.name.clone())?;
        }
        instance.settle_policy().await?;
        instances.push(Running::start(instance, listener, serving())?);
    }
    introduce(&script, &authorities, groups, instances).await?;
    let sides = sides(groups, instances, &authorities)?;
    let mandates = mandates(&script, &sides, &users, start).await?;
    let mut world = World::new(&script, Arc::clone(&clock), sides, authorities, mandates);
    Box::pin(world.tell()).await?;
    clock.run_from(start);
    if let Some(folder) = home.keys() {
        kept.write(folder)?;
    }
    let World { sides, mandates, .. } = world;
    finish(&script, instances, &sides, &mandates).await
}

/// A world that was kept.
async fn reopen(
    options: &Options,
    home: &Home,
    groups: &[Vec<AuthorityKey>],
    listeners: Vec<TcpListener>,
    kept: &Kept,
    instances: &mut Vec<Running>,
) -> Result<Ready> {
    let script = Script::builtin(kept.start)?;
    let clock: Arc<dyn Clock> = match options.now {
        Some(now) => Arc::new(SystemClock::starting_at(now)),
        None => Arc::new(SystemClock::new()),
    };
    let mut authorities = BTreeMap::new();
    for (place, (group, listener)) in groups.iter().zip(listeners).enumerate() {
        let mut plan = home.plan(options, place, &clock)?;
        for key in group {
            let kept = kept.authority.get(key.code()).context("demo.toml does not name every authority")?;
            let Keys { ring, signer, .. } = keys::load(*key, kept, &home.folder)?;
            authorities.insert(*key, kept.id);
            plan.signers.insert(kept.id, signer);
            plan.rings.push(ring);
        }
        let mut instance = Instance::open(plan).await?;
        instance.settle_policy().await?;
        instances.push(Running::start(instance, listener, serving())?);
    }
    if options.two_instances {
        move_endpoints(groups, instances, &authorities).await?;
    }
    let sides = sides(groups, instances, &authorities)?;
    let mut users = BTreeMap::new();
    for persona in &script.personas {
        let side = sides.get(&persona.authority).context("a persona of an authority that is not here")?;
        let mut snapshot = side.registry.store.snapshot(side.id).await?;
        let rows = store::directory::users(&mut snapshot, side.id).await?;
        snapshot.close().await?;
        let row = rows
            .into_iter()
            .find(|row| row.service_number == persona.service_number)
            .context("a persona who is not in the kept world")?;
        users.insert(persona.key, row.id);
    }
    let mandates = mandates(&script, &sides, &users, clock.now()).await?;
    finish(&script, instances, &sides, &mandates).await
}

/// Tokens are given out, the past is signed, the jobs begin.
async fn finish(
    script: &Script,
    instances: &mut [Running],
    sides: &BTreeMap<AuthorityKey, Side>,
    mandates: &BTreeMap<PersonaKey, Mandate>,
) -> Result<Ready> {
    let mut addresses = HashMap::new();
    for running in instances.iter() {
        addresses.extend(
            running.instance.locals().iter().map(|authority| (*authority, format!("http://{}", running.address))),
        );
    }
    let base_url =
        |authority: AuthorityId| addresses.get(&authority).cloned().context("an authority without an instance");
    let mut ready = Ready { base_url: String::new(), authorities: Vec::new(), personas: Vec::new() };
    for (key, side) in sides {
        let told = script.authority(*key).context("an authority that the script does not tell of")?;
        ready.authorities.push(ReadyAuthority {
            id: side.id,
            name: told.name.clone(),
            kind: told.kind,
            log_origin: side.registry.signers.get(&side.id).context("a log without a key")?.origin().to_owned(),
        });
        if ready.base_url.is_empty() {
            ready.base_url = base_url(side.id)?;
        }
    }
    for persona in &script.personas {
        let side = sides.get(&persona.authority).context("a persona of an authority that is not here")?;
        let mandate = mandates.get(&persona.key).context("a persona without a mandate")?;
        let request = RequestId(side.registry.entropy.id());
        let started =
            side.registry.start_session(&side.identity, &mandate.link, true, Language::Swedish, request).await?;
        let base_url = base_url(side.id)?;
        ready.personas.push(ReadyPersona {
            key: persona.key.code(),
            name: persona.name.clone(),
            title: persona.title.clone(),
            authority_id: side.id,
            roles: persona.roles.clone(),
            token: started.view.token.reveal().to_owned(),
            sign_in_url: format!("{base_url}/sign-in/{}", mandate.link),
            base_url,
        });
    }
    for running in instances.iter_mut() {
        running.instance.sign().await;
        running.start_jobs();
    }
    Ok(ready)
}

fn sides(
    groups: &[Vec<AuthorityKey>],
    instances: &[Running],
    authorities: &BTreeMap<AuthorityKey, AuthorityId>,
) -> Result<BTreeMap<AuthorityKey, Side>> {
    let mut sides = BTreeMap::new();
    for (group, running) in groups.iter().zip(instances) {
        for key in group {
            let id = authorities.get(key).copied().context("an authority without an id")?;
            sides.insert(
                *key,
                Side { id, registry: running.instance.registry.clone(), identity: running.instance.identity.clone() },
            );
        }
    }
    Ok(sides)
}

/// A reusable link for each persona.
async fn mandates(
    script: &Script,
    sides: &BTreeMap<AuthorityKey, Side>,
    users: &BTreeMap<PersonaKey, UserId>,
    from: Timestamp,
) -> Result<BTreeMap<PersonaKey, Mandate>> {
    let until = from.plus_days(LINKS_LAST_DAYS);
    let mut mandates = BTreeMap::new();
    for persona in &script.personas {
        let side = sides.get(&persona.authority).context("a persona of an authority that is not here")?;
        let user = users.get(&persona.key).copied().context("a persona without a user")?;
        let link = side.registry.issue_link(&side.identity, side.id, user, LinkKind::Demo, until).await?;
        mandates.insert(persona.key, Mandate { side: persona.authority, user, link: link.reveal().to_owned() });
    }
    Ok(mandates)
}
