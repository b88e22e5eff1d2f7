//! Starting and stopping a demo: keys, databases, authorities, the world, the links.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use audit_log::signed::{Forgetful, SignedDirectory, SignedMemory};
use case_registry::courier::NoTransport;
use case_registry::directory::Founding;
use identity::{LinkKind, SessionLimits};
use parcel::AuthorityPublic;
use rbac_policy::legal_bases::Confirmation;
use store::directory::{AuthorityRow, UnitRow, UserRow};
use tempfile::TempDir;
use tokio::net::TcpListener;
use vocabulary::{
    AuthorityId, Clock, Entropy as _, Language, RequestId, SystemClock, SystemEntropy, Timestamp, UnitId, UserId,
};
use web::site::Settings;

use super::clock::DemoClock;
use super::keys::{self, Kept, KeptAuthority, Keys};
use super::people::{Authority, AuthorityKey, PersonaKey};
use super::ready::{Ready, ReadyAuthority, ReadyPersona};
use super::script::Script;
use super::world::{Mandate, Side, World};
use crate::instance::{Instance, Plan, Running, Serving};
use crate::secret;
use crate::transport::{self, HttpTransport};

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

/// Demo sessions outlive a working day: a workshop may last two.
const SESSIONS: SessionLimits = SessionLimits { idle_seconds: 12 * 3600, absolute_seconds: 30 * 86_400 };
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

/// Where databases and keys lie.
struct Home {
    folder: PathBuf,
    is_kept: bool,
    scratch: Option<TempDir>,
}

impl Home {
    fn open(options: &Options) -> Result<Self> {
        if let Some(folder) = &options.data {
            secret::private_folder(folder).with_context(|| folder.display().to_string())?;
            return Ok(Self { folder: folder.clone(), is_kept: true, scratch: None });
        }
        let scratch = scratch().context("no temporary folder")?;
        Ok(Self { folder: scratch.path().to_owned(), is_kept: false, scratch: Some(scratch) })
    }

    fn kept(&self) -> Result<Option<Kept>> {
        if self.is_kept { Kept::read(&self.folder) } else { Ok(None) }
    }

    /// Where keys go; none: they stay in memory.
    fn keys(&self) -> Option<&Path> {
        self.is_kept.then_some(self.folder.as_path())
    }

    fn plan(&self, options: &Options, place: usize, clock: &Arc<dyn Clock>) -> Result<Plan> {
        let name = format!("instance-{}", place + 1);
        let database = match options.databases.get(place) {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", self.folder.join(&name).display()),
        };
        let mut plan = Plan::new(database);
        plan.clock = Arc::clone(clock);
        plan.sessions = SESSIONS;
        plan.is_demo = true;
        plan.transport = if options.two_instances { Arc::new(HttpTransport::new()?) } else { Arc::new(NoTransport) };
        plan.signed = if self.is_kept {
            let folder = self.folder.join(format!("checkpoints-{}", place + 1));
            secret::private_folder(&folder)?;
            Arc::new(SignedDirectory::new(folder)) as Arc<dyn SignedMemory>
        } else {
            Arc::new(Forgetful::default())
        };
        Ok(plan)
    }
}

/// In memory where the system offers that and nobody has chosen another place: what is not to be kept then never touches a disk.
fn scratch() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("samlad-demo-");
    let memory = Path::new("/dev/shm");
    if std::env::var_os("TMPDIR").is_none()
        && memory.is_dir()
        && let Ok(folder) = builder.tempdir_in(memory)
    {
        return Ok(folder);
    }
    builder.tempdir()
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
        instances.push(Running::start(Instance::open(plan).await?, listener, serving())?);
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

/// Before anything that the script tells of, the confirmations of counsel included.
fn founded_at(script: &Script) -> Timestamp {
    let confirmed = script
        .authorities
        .iter()
        .flat_map(|authority| &authority.confirmations)
        .map(|confirmation| Timestamp::start_of(confirmation.on));
    let first = script.events.iter().map(|event| event.at).chain(confirmed).min().unwrap_or(script.start);
    first.plus_days(-1)
}

fn founding(script: &Script, told: &Authority, id: AuthorityId, users: &mut BTreeMap<PersonaKey, UserId>) -> Founding {
    let entropy = SystemEntropy;
    let units: Vec<(&str, UnitRow)> = told
        .units
        .iter()
        .map(|unit| {
            (
                unit.key.as_str(),
                UnitRow { id: UnitId(entropy.id()), name: unit.name.clone(), phone: unit.phone.clone() },
            )
        })
        .collect();
    let mut rows = Vec::new();
    for persona in script.personas.iter().filter(|persona| persona.authority == told.key) {
        let Some((_, unit)) = units.iter().find(|(key, _)| *key == persona.unit) else { continue };
        let user = UserId(entropy.id());
        users.insert(persona.key, user);
        rows.push(UserRow {
            id: user,
            unit: unit.id,
            name: persona.name.clone(),
            title: persona.title.clone(),
            service_number: persona.service_number.clone(),
            roles: persona.roles.iter().copied().collect(),
            is_active: true,
            notice_seen_at: None,
            version: 1,
        });
    }
    let confirmations = told.confirmations.iter().map(|given| Confirmation {
        code: given.basis.clone(),
        version: given.version,
        by: given.by.clone(),
        on: given.on,
        wording_read: given.wording.clone(),
    });
    Founding {
        id,
        kind: told.kind,
        name: told.name.clone(),
        municipality_code: told.municipality_code.clone(),
        county_code: told.county_code.clone(),
        reception_phone: told.phone.clone(),
        confirmations: confirmations.collect(),
        units: units.into_iter().map(|(_, unit)| unit).collect(),
        users: rows,
    }
}

/// A demo never writes into a database in which somebody else's authorities live.
async fn refuse_others_data(instance: &Instance) -> Result<()> {
    let mut snapshot = instance.registry.store.system().await?;
    let authorities = store::directory::authorities(&mut snapshot).await?;
    snapshot.close().await?;
    if !authorities.is_empty() {
        bail!("the database is not empty: a demo needs one of its own");
    }
    Ok(())
}

/// Makes known, in each instance, the authorities that do not live there.
async fn introduce(
    script: &Script,
    authorities: &BTreeMap<AuthorityKey, AuthorityId>,
    groups: &[Vec<AuthorityKey>],
    instances: &[Running],
) -> Result<()> {
    for (group, running) in groups.iter().zip(instances) {
        let Some(to) = group.first().and_then(|key| authorities.get(key)) else { continue };
        for told in script.authorities.iter().filter(|told| !group.contains(&told.key)) {
            let id = authorities.get(&told.key).copied().context("an authority without an id")?;
            let home =
                groups.iter().zip(instances).find(|(group, _)| group.contains(&told.key)).map(|(_, running)| running);
            let public = home
                .map(|home| home.instance.registry.vault.authority(id))
                .transpose()?
                .map(|keys| AuthorityPublic::of(&keys));
            let log_origin =
                home.and_then(|home| home.instance.registry.signers.get(&id)).map(|signer| signer.origin().to_owned());
            let row = AuthorityRow {
                id,
                kind: told.kind,
                name: told.name.clone(),
                municipality_code: told.municipality_code.clone(),
                county_code: told.county_code.clone(),
                log_origin: log_origin.unwrap_or_else(|| told.log_origin.clone()),
                is_local: false,
                endpoint: home.map(endpoint),
                parcel_recipient: public.as_ref().map(|public| public.recipient.clone()),
                parcel_verifying: public.as_ref().map(|public| public.verifying.to_vec()),
                reception_phone: told.phone.clone(),
            };
            running.instance.registry.introduce(*to, row).await.with_context(|| told.name.clone())?;
        }
    }
    Ok(())
}

/// Kept instances may answer on other ports than last time.
async fn move_endpoints(
    groups: &[Vec<AuthorityKey>],
    instances: &[Running],
    authorities: &BTreeMap<AuthorityKey, AuthorityId>,
) -> Result<()> {
    for (group, running) in groups.iter().zip(instances) {
        let Some(to) = group.first().and_then(|key| authorities.get(key)) else { continue };
        for (other, home) in groups.iter().zip(instances).filter(|(other, _)| *other != group) {
            for id in other.iter().filter_map(|key| authorities.get(key)) {
                let public = AuthorityPublic::of(&*home.instance.registry.vault.authority(*id)?);
                let moved =
                    store::directory::update_address(*id, Some(&endpoint(home)), &public.recipient, &public.verifying);
                let work = store::Work::new(*to).named("move_endpoint").then(moved);
                running.instance.registry.store.write(&work).await.context("the directory cannot be written")?;
            }
        }
    }
    Ok(())
}

fn endpoint(running: &Running) -> String {
    format!("http://{}{}", running.address, transport::PATH)
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
