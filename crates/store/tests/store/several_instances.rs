//! Two instances on one server, under load: connections that break in the middle, units that are refused, and a leader that is killed.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use audit_log::testing::{GlassSealer, draft, monday_noon, service};
use audit_log::{AccessLog, CommitError, Ledger as _, LogError, LogSettings, LogSigner, Prepared};
use store::testing::look;
use store::{Refusal, Statement, Store, Work, args};
use vocabulary::{Action, AuthorityId, Clock, Entropy as _, EntryId, FixedClock, SystemEntropy};

use crate::support::{INSERT, Place, people, postgres};

const WRITERS: u128 = 6;
const APPENDS: u128 = 8;
/// A broken connection makes an attempt unavailable; whoever asked asks again, under the same id.
const TRIES: usize = 200;

async fn start(store: &Store) -> AccessLog<Store> {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(monday_noon()));
    let settings = LogSettings { deadline: Duration::from_mins(1), ..LogSettings::new(service()) };
    AccessLog::start(Arc::new(store.clone()), clock, Arc::new(SystemEntropy), settings).await.unwrap()
}

fn prepare(social: AuthorityId, action: Action) -> Prepared {
    let id = EntryId(SystemEntropy.ordered_id(monday_noon()));
    draft(social, action).prepare(id, monday_noon(), &SystemEntropy, &GlassSealer).unwrap()
}

fn signer() -> LogSigner {
    LogSigner::new("samlad.test/log/one", &[7; 32]).unwrap()
}

/// One of the writers: reads, changes, and changes that are refused. Gives the entries that were acknowledged.
async fn write(log: AccessLog<Store>, social: AuthorityId, writer: u128) -> Vec<EntryId> {
    let mut acknowledged = Vec::new();
    for turn in 0..APPENDS {
        let is_reading = turn % 2 == 0;
        let action = if is_reading { Action::ReadCase } else { Action::LogMeasure };
        let prepared = prepare(social, action);
        // Every fourth turn the row exists already: the unit is rolled back, and its entry with it.
        let row = uuid::Uuid::from_u128(1000 * writer + if turn % 4 == 3 { turn - 2 } else { turn });
        for attempt in 0.. {
            assert!(attempt < TRIES, "writer {writer} waits for ever");
            let outcome = if is_reading {
                log.record(draft(social, action), prepared.clone()).await.map(|it| it.entry()).map_err(CommitError::Log)
            } else {
                let args = args![social, row, None::<&str>, 1, None::<&[u8]>, false, None::<uuid::Uuid>];
                let work = Work::new(social).then(Statement::new(INSERT, args).one(Refusal::Duplicate));
                log.record_with(draft(social, action), vec![prepared.clone()], work).await.map(|it| it.entry())
            };
            match outcome {
                Ok(entry) => {
                    acknowledged.push(entry);
                    break;
                }
                Err(CommitError::Refused(Refusal::Duplicate)) => break,
                Err(CommitError::Log(LogError::Unavailable)) => tokio::task::yield_now().await,
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    acknowledged
}

/// Breaks a connection that is in the middle of something, whoever's it is; now and then the leader's.
async fn break_connections(place: &Place, done: &AtomicBool) {
    while !done.load(Ordering::Relaxed) {
        for sql in [
            "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
             AND state IN ('active', 'idle in transaction') ORDER BY random() LIMIT 1",
            "SELECT pg_terminate_backend(pid)::text FROM pg_locks WHERE locktype = 'advisory' AND granted \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1",
        ] {
            look(&place.store, sql).await.unwrap();
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }
}

/// What is in the tree; the verification along the way raises no false alarm.
async fn verified(log: &AccessLog<Store>, social: AuthorityId) -> Vec<EntryId> {
    log.sequenced().await.unwrap();
    log.sign_checkpoint(social, &signer()).await.unwrap();
    log.verify(social, &signer().verifier(), &|_, _| {}).await.unwrap();
    log.ledger().leaves(social, 0, 100_000).await.unwrap().iter().map(|leaf| EntryId(leaf.columns.id)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_under_broken_connections_and_killed_leaders_lose_fork_and_hide_nothing() {
    let Some(place) = postgres().await else { return };
    let place = Arc::new(place.with_sample().await);
    let social = people().social;
    let other = place.reopened().await;
    let (one, two) = (start(&place.store).await, start(&other).await);
    let done = Arc::new(AtomicBool::new(false));
    let storm = {
        let (place, done) = (Arc::clone(&place), Arc::clone(&done));
        tokio::spawn(async move { break_connections(&place, &done).await })
    };
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(write(if writer % 2 == 0 { one.clone() } else { two.clone() }, social, writer)))
        .collect();
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    done.store(true, Ordering::Relaxed);
    storm.await.unwrap();
    assert!(acknowledged.len() >= 6 * 6, "{} were acknowledged", acknowledged.len());

    let first = verified(&one, social).await;
    let second = verified(&two, social).await;
    assert!(second.starts_with(&first), "one tree, whoever looks");
    let in_the_tree: HashSet<_> = second.iter().copied().collect();
    assert_eq!(in_the_tree.len(), second.len(), "nothing stands twice");
    let lost: Vec<_> = acknowledged.iter().filter(|entry| !in_the_tree.contains(entry)).collect();
    assert!(lost.is_empty(), "{lost:?} were acknowledged and are not in the tree");

    // One of the two is gone from one moment to the next, with whatever it had begun; the other goes on alone.
    let in_the_middle: Vec<_> = (0..3).map(|writer| tokio::spawn(write(one.clone(), social, 100 + writer))).collect();
    place.store.close().await;
    for writer in in_the_middle {
        writer.abort();
    }
    let later = write(two.clone(), social, 200).await;
    let third: HashSet<_> = verified(&two, social).await.into_iter().collect();
    assert!(later.iter().chain(&acknowledged).all(|entry| third.contains(entry)));
    two.shutdown().await;
    other.close().await;
}
