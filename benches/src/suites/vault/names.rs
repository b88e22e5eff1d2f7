//! The names of an authority of 20 000 persons: each sealed under its person's own key, opened and compared in memory.
//!
//! There is no stored index over names. Whoever searches opens them; the first search after a start also unwraps every person's key. The same is measured
//! with the cache that a vault has by default, which holds fewer keys than there are persons here.

use core::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, ensure};
use audit_log::Recorded;
use field_vault::{CacheLimits, DataKeyRow, KeySubject, Place, RecoveryKey, RootKey, Vault};
use rbac_policy::{Facts, Permit, Policy, Target};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocabulary::action::SearchPersons;
use vocabulary::{Caller, FixedClock, Purpose, Sealed, SystemEntropy};

use super::scene::{self, AgeFile, Scene};
use crate::kit::{Aim, Bench, Figure, Series, Unit, resident};

const PERSONS: u128 = 20_000;
/// Somebody who is among them once.
const WANTED: &str = "testsson 19999";

/// An identity as the product seals it, in what matters here.
#[derive(Serialize, Deserialize)]
struct Identity {
    given: String,
    family: String,
    number: String,
}

struct Person {
    row: DataKeyRow,
    place: Place,
    sealed: Sealed<Identity>,
}

/// An authority's persons, and a vault whose clock the bench moves: keys are forgotten when their time is over.
struct Register {
    vault: Vault,
    clock: Arc<FixedClock>,
    persons: Vec<Person>,
}

pub(super) fn run(bench: &Bench, scene: &Scene) -> Result<Vec<Figure>> {
    bench.say("vault: twenty thousand persons are registered");
    let register = Register::build(scene, CacheLimits { keys: usize::MAX, ..CacheLimits::default() })?;
    let caller = scene::caller();
    let recorded = register.recorded(scene, &caller)?;
    let age = AgeFile::new();
    let file = age.seal(&[7; 32])?;

    bench.say("vault: their names are searched");
    register.forget();
    let before = resident(std::process::id())?;
    ensure!(register.search(&recorded)? == 1, "the wanted person is found once");
    let mut per_key = Series::new("a cached key");
    per_key.push((resident(std::process::id())? - before) / register.count());

    let (mut first, mut bare) = (Series::new("first search"), Series::new("20 000 age files"));
    let (mut search, mut plain) = (Series::new("search"), Series::new("names in memory"));
    let names = register.folded(&recorded)?;
    for _ in 0..bench.long_rounds() {
        register.forget();
        first.push(nanoseconds(|| register.search(&recorded).map(|found| found == 1))?);
        bare.push(nanoseconds(|| Ok((0..PERSONS).all(|_| age.open(black_box(&file)).is_ok())))?);
        search.push(nanoseconds(|| register.search(&recorded).map(|found| found == 1))?);
        plain.push(nanoseconds(|| Ok(names.iter().filter(|name| black_box(name).contains(WANTED)).count() == 1))?);
    }
    drop(names);

    bench.say("vault: and once more with the cache that a vault has by default");
    let few = Register::build(scene, CacheLimits::default())?;
    let recorded = few.recorded(scene, &caller)?;
    let mut churned = Series::new("search");
    let mut beside = Series::new("the same, all keys cached");
    let kept = register.recorded(scene, &caller)?;
    for _ in 0..bench.long_rounds() {
        churned.push(nanoseconds(|| few.search(&recorded).map(|found| found == 1))?);
        beside.push(nanoseconds(|| register.search(&kept).map(|found| found == 1))?);
    }
    Ok(vec![
        Figure::beside("20 000 names, first search", Unit::Nanoseconds, &first, &bare),
        Figure::beside("20 000 names, searched again", Unit::Nanoseconds, &search, &plain).aim(Aim::AtMost(10e6)),
        Figure::beside("20 000 names, default cache", Unit::Nanoseconds, &churned, &beside),
        Figure::alone("memory of a cached key", Unit::Bytes, &per_key),
    ])
}

fn nanoseconds(job: impl FnOnce() -> Result<bool>) -> Result<f64> {
    let began = Instant::now();
    let is_right = job()?;
    let took = began.elapsed();
    ensure!(is_right, "the wanted person is found once");
    Ok(took.as_secs_f64() * 1e9)
}

impl Register {
    fn build(scene: &Scene, limits: CacheLimits) -> Result<Self> {
        let clock = Arc::new(FixedClock::at(audit_log::testing::monday_noon()));
        let vault = Vault::with_cache(Arc::new(SystemEntropy), Arc::clone(&clock) as _, limits);
        vault.add_root(scene.authority, RootKey::generate()?, RecoveryKey::generate().recipient());
        vault.create_authority_key(scene.authority, 1)?;
        let persons = (0..PERSONS).map(|number| {
            let id = Uuid::from_u128(0x9000_0000 + number);
            let (row, key) = vault.create_data_key(scene.authority, KeySubject::Person(id.into()), 1)?;
            let place = Place::of("person", "identity_sealed", id);
            let identity = Identity {
                given: "Åsa".to_owned(),
                family: format!("Testsson {number}"),
                number: "198003149801".to_owned(),
            };
            let sealed = vault.seal(&key, &place, &identity)?;
            Ok(Person { row, place, sealed })
        });
        let persons = persons.collect::<Result<_>>()?;
        Ok(Self { vault, clock, persons })
    }

    /// Leave to open every name, in a log in memory.
    fn recorded<'r>(&self, scene: &Scene, caller: &'r Caller) -> Result<Recorded<Permit<'r, SearchPersons>>> {
        let policy = Policy::builtin().context("the policy")?;
        let facts = Facts::own_desk(Purpose::CaseHandling, Target::kind("person"));
        let list = policy.decide_list::<SearchPersons>(caller, facts).map_err(|_| anyhow!("no search is allowed"))?;
        let permit = list.over(self.persons.iter().map(|person| person.place.row));
        scene.record(permit)
    }

    /// Lets the time of every cached key pass.
    fn forget(&self) {
        let now = vocabulary::Clock::now(&*self.clock);
        self.clock.set(now.plus_seconds(CacheLimits::default().seconds + 1));
        self.vault.sweep();
    }

    fn names(&self, recorded: &Recorded<Permit<'_, SearchPersons>>) -> impl Iterator<Item = Result<String>> {
        self.persons.iter().map(|Person { row, place, sealed }| {
            let key = self.vault.unlock(row)?;
            let identity = self.vault.open(&key, place, sealed, recorded)?;
            Ok(format!("{} {}", identity.given, identity.family).to_lowercase())
        })
    }

    fn search(&self, recorded: &Recorded<Permit<'_, SearchPersons>>) -> Result<usize> {
        let mut found = 0;
        for name in self.names(recorded) {
            found += usize::from(name?.contains(WANTED));
        }
        Ok(found)
    }

    fn folded(&self, recorded: &Recorded<Permit<'_, SearchPersons>>) -> Result<Vec<String>> {
        self.names(recorded).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of persons is far below 2^52")]
    fn count(&self) -> f64 {
        self.persons.len() as f64
    }
}
