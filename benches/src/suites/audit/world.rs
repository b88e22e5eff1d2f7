//! Databases and entries for the figures of the log.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use audit_log::testing::{GlassSealer, draft, monday_noon, service};
use audit_log::{AccessLog, EntryDraft, LogSettings, LogSigner, Prepared};
use store::testing::Scratch;
use store::{Store, StoreOptions};
use tempfile::TempDir;
use uuid::Uuid;
use vocabulary::{
    Action, AuthorityId, Clock as _, Entropy as _, EntryId, LogSubjectId, SystemClock, SystemEntropy, Timestamp, UserId,
};

/// The log that everything here is written to.
pub(super) const LOG: AuthorityId = AuthorityId(Uuid::from_u128(0x0109));

/// A database of one bench's own; it goes with it.
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) store: Store,
    pub(super) folder: Option<TempDir>,
    _scratch: Option<Scratch>,
}

impl Place {
    pub(super) async fn sqlite() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Store::open(&format!("sqlite:{}", folder.path().display()), StoreOptions::default()).await?;
        Ok(Self { name: "SQLite", store, folder: Some(folder), _scratch: None })
    }

    /// None without a server.
    pub(super) async fn postgres() -> Result<Option<Self>> {
        let Ok(superuser) = std::env::var(store::testing::POSTGRES_VARIABLE) else { return Ok(None) };
        let scratch = Scratch::migrated(&superuser).await?;
        let store = Store::open(scratch.url(), StoreOptions::default()).await?;
        Ok(Some(Self { name: "PostgreSQL", store, folder: None, _scratch: Some(scratch) }))
    }

    /// A log over it; `batch` entries in one transaction at most.
    pub(super) async fn log(&self, batch: usize) -> Result<AccessLog<Store>> {
        let settings =
            LogSettings { batch, deadline: std::time::Duration::from_mins(1), ..LogSettings::new(service()) };
        let clock = Arc::new(SystemClock::new());
        AccessLog::start(Arc::new(self.store.clone()), clock, Arc::new(SystemEntropy), settings)
            .await
            .context("the log")
    }
}

pub(super) fn key() -> Result<LogSigner> {
    LogSigner::new("samlad.bench/audit/log", &[3; 32]).map_err(|_| anyhow::anyhow!("a key"))
}

/// A reading, as the product records it: one person, one case.
pub(super) fn reading(user: u128, person: u128) -> EntryDraft {
    let mut what = draft(LOG, Action::ReadCase);
    what.who.user = UserId(Uuid::from_u128(0x1000 + user));
    what.resource.id = Some(Uuid::from_u128(0x10_0000 + person));
    what.case = Some(Uuid::from_u128(0x20_0000 + person).into());
    what.subjects = vec![LogSubjectId(Uuid::from_u128(0x30_0000 + person))];
    what
}

pub(super) fn prepared(what: &EntryDraft, at: Timestamp) -> Result<Prepared> {
    let id = EntryId(SystemEntropy.ordered_id(at));
    what.clone().prepare(id, at, &SystemEntropy, &GlassSealer).context("an entry")
}

pub(super) async fn record(log: &AccessLog<Store>, user: u128, person: u128) -> Result<()> {
    let what = reading(user, person);
    let prepared = prepared(&what, SystemClock::new().now())?;
    log.record(what, prepared).await.map(drop).context("an entry was not recorded")
}

/// Users and persons of a large log: two hundred of the one, two thousand of the other.
pub(super) const USERS: u64 = 200;
pub(super) const PERSONS: u64 = 2000;

/// A log of so many entries, one a second, the last of them now.
pub(super) async fn filled(place: &Place, entries: u64, say: &dyn Fn(u64)) -> Result<()> {
    const STEP: u64 = 4000;
    let log = place.log(512).await?;
    let begin = monday_noon().plus_seconds(-i64::try_from(entries)?);
    let mut at = 0;
    while at < entries {
        let upto = entries.min(at + STEP);
        let history = (at..upto)
            .map(|second| {
                let instant = begin.plus_seconds(i64::try_from(second)?);
                // Primes, so that users and persons meet in all pairings.
                let what = reading(u128::from(second * 7919 % USERS), u128::from(second * 104_729 % PERSONS));
                Ok((instant, prepared(&what, instant)?))
            })
            .collect::<Result<Vec<_>>>()?;
        log.import(history, None).await.context("history")?;
        at = upto;
        say(at);
    }
    log.sequenced().await.context("the sequencer")?;
    log.sign_checkpoint(LOG, &key()?).await.context("a checkpoint")?;
    log.shutdown().await;
    Ok(())
}
