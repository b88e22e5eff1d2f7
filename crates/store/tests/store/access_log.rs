//! The access log over this store: many writers, restarts, two instances, verification.

use std::sync::Arc;

use audit_log::testing::{GlassSealer, draft, monday_noon, service};
use audit_log::{AccessLog, CommitError, EntryDraft, Ledger, LogError, LogSettings, LogSigner, Prepared};
use store::{Refusal, Statement, Store, Work, args};
use vocabulary::{Action, AuthorityId, Clock, Entropy, EntryId, FixedClock, SystemEntropy};

use crate::support::{COUNT, INSERT, both, people};

struct Running {
    log: AccessLog<Store>,
    clock: Arc<FixedClock>,
}

async fn start(store: &Store, clock: Arc<FixedClock>) -> Running {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let mut settings = LogSettings::new(service());
    // Two cores run everything here: patience, not speed, is what these stories need.
    settings.deadline = std::time::Duration::from_mins(1);
    let log = AccessLog::start(Arc::new(store.clone()), Arc::clone(&clock) as Arc<dyn Clock>, entropy, settings)
        .await
        .unwrap();
    Running { log, clock }
}

fn prepare(what: &EntryDraft, clock: &FixedClock) -> Prepared {
    let now = clock.now();
    what.clone().prepare(EntryId(SystemEntropy.ordered_id(now)), now, &SystemEntropy, &GlassSealer).unwrap()
}

async fn verified(log: &AccessLog<Store>, authority: AuthorityId) -> u64 {
    log.sequenced().await.unwrap();
    let signer = LogSigner::new("samlad.test/log/one", &[7; 32]).unwrap();
    log.sign_checkpoint(authority, &signer).await.unwrap();
    log.verify(authority, &signer.verifier(), &|_, _| {}).await.unwrap();
    let heads = log.ledger().heads().await.unwrap();
    heads.iter().find(|(other, _)| *other == authority).unwrap().1.size
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_writers_find_all_their_entries_in_the_tree_and_again_after_a_restart() {
    for place in both().await {
        let people = people();
        let social = people.social;
        let clock = Arc::new(FixedClock::at(monday_noon()));
        let running = start(&place.store, Arc::clone(&clock)).await;
        let writers: Vec<_> = (0..64)
            .map(|_| {
                let (log, clock) = (running.log.clone(), Arc::clone(&running.clock));
                tokio::spawn(async move {
                    let mut ids = Vec::new();
                    for _ in 0..20 {
                        let what = draft(social, Action::ReadCase);
                        let prepared = prepare(&what, &clock);
                        ids.push(log.record(what, prepared).await.unwrap().entry());
                    }
                    ids
                })
            })
            .collect();
        let mut ids = Vec::new();
        for writer in writers {
            ids.extend(writer.await.unwrap());
        }
        let size = verified(&running.log, social).await;
        assert_eq!(size, 64 * 20 + 1, "all entries and the start of the instance");
        for id in &ids {
            assert!(place.store.holds(social, *id).await.unwrap().is_some());
        }
        running.log.shutdown().await;
        place.store.close().await;

        let store = place.reopened().await;
        let again = start(&store, clock).await;
        let what = draft(social, Action::ReadCase);
        let prepared = prepare(&what, &again.clock);
        let _durable = again.log.record(what, prepared).await.unwrap();
        assert_eq!(verified(&again.log, social).await, size + 2);
        again.log.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_and_entries_are_stored_together_or_not_at_all() {
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let running = start(&place.store, Arc::new(FixedClock::at(monday_noon()))).await;
        let insert = |id: uuid::Uuid| {
            let args = args![people.social, id, None::<&str>, 1, None::<&[u8]>, false, None::<uuid::Uuid>];
            Work::new(people.social).then(Statement::new(INSERT, args).one(Refusal::Duplicate))
        };
        let id = people.id();
        let release = draft(people.social, Action::DecideRelease);
        let collect = draft(people.police, Action::ReceiveParcel);
        // A release is an entry in the sender's log and a collection in the recipient's, in one transaction with its rows.
        let prepared = vec![prepare(&release, &running.clock), prepare(&collect, &running.clock)];
        let recorded = running.log.record_with(release.clone(), prepared, insert(id)).await.unwrap();
        let refused = prepare(&release, &running.clock);
        let refused_id = refused.id();
        let outcome = running.log.record_with(release.clone(), vec![refused], insert(id)).await;
        assert!(matches!(outcome, Err(CommitError::Refused(Refusal::Duplicate))));
        assert!(place.store.holds(people.social, recorded.entry()).await.unwrap().is_some());
        assert!(place.store.holds(people.social, refused_id).await.unwrap().is_none());
        let mut snapshot = place.store.snapshot(people.social).await.unwrap();
        assert_eq!(snapshot.fetch(COUNT, args![people.social]).await.unwrap()[0].int(0).unwrap(), 1);
        snapshot.close().await.unwrap();
        assert_eq!(verified(&running.log, people.social).await, 2);
        assert_eq!(verified(&running.log, people.police).await, 2);
        running.log.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_and_reads_of_many_callers_share_the_log_without_losing_one() {
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let social = people.social;
        let running = start(&place.store, Arc::new(FixedClock::at(monday_noon()))).await;
        let callers: Vec<_> = (0..32_u128)
            .map(|caller| {
                let (log, clock) = (running.log.clone(), Arc::clone(&running.clock));
                tokio::spawn(async move {
                    for turn in 0..10_u128 {
                        let what = draft(social, Action::LogMeasure);
                        let prepared = prepare(&what, &clock);
                        // Every other row exists already: its unit is refused, its entry is not written.
                        let id = uuid::Uuid::from_u128(caller * 100 + turn / 2);
                        let args = args![social, id, None::<&str>, 1, None::<&[u8]>, false, None::<uuid::Uuid>];
                        let work = Work::new(social).then(Statement::new(INSERT, args).one(Refusal::Duplicate));
                        let outcome = log.record_with(what, vec![prepared], work).await;
                        assert_eq!(outcome.is_ok(), turn % 2 == 0);
                        let what = draft(social, Action::ReadCase);
                        let prepared = prepare(&what, &clock);
                        let _durable = log.record(what, prepared).await.unwrap();
                    }
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        // A declaration of void numbers may come on top, so at least.
        assert!(verified(&running.log, social).await > 32 * 15);
        let mut snapshot = place.store.snapshot(social).await.unwrap();
        assert_eq!(snapshot.fetch(COUNT, args![social]).await.unwrap()[0].int(0).unwrap(), 32 * 5);
        running.log.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_on_one_server_write_one_log() {
    let Some(place) = crate::support::postgres().await else { return };
    let social = people().social;
    let clock = Arc::new(FixedClock::at(monday_noon()));
    let other_store = place.reopened().await;
    let (one, two) = (start(&place.store, Arc::clone(&clock)).await, start(&other_store, clock).await);
    for turn in 0..40 {
        let running = if turn % 2 == 0 { &one } else { &two };
        let what = draft(social, Action::ReadCase);
        let prepared = prepare(&what, &running.clock);
        let _durable = running.log.record(what, prepared).await.unwrap();
    }
    one.log.sequenced().await.unwrap();
    two.log.sequenced().await.unwrap();
    assert_eq!(verified(&one.log, social).await, 42);
    // The leader goes; the other takes over.
    one.log.shutdown().await;
    place.store.close().await;
    let what = draft(social, Action::ReadCase);
    let prepared = prepare(&what, &two.clock);
    let _durable = two.log.record(what, prepared).await.unwrap();
    assert_eq!(verified(&two.log, social).await, 43);
    two.log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_cannot_be_stored_is_no_entry() {
    for place in both().await {
        let social = people().social;
        let running = start(&place.store, Arc::new(FixedClock::at(monday_noon()))).await;
        let what = draft(social, Action::ReadCase);
        let prepared = prepare(&what, &running.clock);
        let _durable = running.log.record(what.clone(), prepared).await.unwrap();
        place.store.close().await;
        let prepared = prepare(&what, &running.clock);
        assert_eq!(running.log.record(what, prepared).await.err(), Some(LogError::Unavailable));
    }
}
