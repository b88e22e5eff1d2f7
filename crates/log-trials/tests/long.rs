//! A long log: a hundred thousand entries, ten million with `SAMLAD_SOAK=1`. It is written, found in, verified, exported in part, and verified again.

#![cfg(test)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use audit_log::export::{DirectorySink, export, part_of};
use audit_log::testing::{GlassSealer, draft, monday_noon, service};
use audit_log::verify::{directory, in_place};
use audit_log::{AccessLog, Ledger as _, LogSettings, LogSigner, Trust, Withhold};
use store::log::{LogFilter, search};
use store::{Store, StoreOptions};
use uuid::Uuid;
use vocabulary::{
    Action, AuthorityId, Entropy as _, EntryId, LogSubjectId, SystemClock, SystemEntropy, Timestamp, UserId,
};

const LOG: AuthorityId = AuthorityId(Uuid::from_u128(0x0109));
const STEP: u64 = 2000;
const USERS: u64 = 200;

fn entries() -> u64 {
    if std::env::var_os("SAMLAD_SOAK").is_some() { 10_000_000 } else { 100_000 }
}

/// The instant of an entry: one a second, the last of them on Monday at noon.
fn instant(at: u64) -> Timestamp {
    monday_noon().plus_seconds(i64::try_from(at).unwrap() - i64::try_from(entries()).unwrap())
}

fn prepared(at: u64) -> audit_log::Prepared {
    let mut what = draft(LOG, Action::ReadCase);
    what.who.user = UserId(Uuid::from_u128(0x1000 + u128::from(at * 7919 % USERS)));
    what.subjects = vec![LogSubjectId(Uuid::from_u128(0x30_0000 + u128::from(at * 104_729 % 2000)))];
    what.prepare(EntryId(SystemEntropy.ordered_id(instant(at))), instant(at), &SystemEntropy, &GlassSealer).unwrap()
}

async fn first_page(store: &Store, turn: u64) -> Duration {
    let user = Some(UserId(Uuid::from_u128(0x1000 + u128::from(turn * 31 % USERS))));
    let began = Instant::now();
    let mut snapshot = store.snapshot(LOG).await.unwrap();
    let lines = search(&mut snapshot, LOG, &LogFilter { user, limit: 21, ..LogFilter::default() }).await.unwrap();
    snapshot.close().await.unwrap();
    assert_eq!(lines.len(), 21);
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_log_is_written_found_in_verified_and_exported_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().display()), StoreOptions::default()).await.unwrap();
    let settings = LogSettings { deadline: Duration::from_mins(2), ..LogSettings::new(service()) };
    let log =
        AccessLog::start(Arc::new(store.clone()), Arc::new(SystemClock::new()), Arc::new(SystemEntropy), settings)
            .await
            .unwrap();
    let began = Instant::now();
    for from in (0..entries()).step_by(usize::try_from(STEP).unwrap()) {
        let history = (from..from + STEP).map(|at| (instant(at), prepared(at))).collect();
        log.import(history, None).await.unwrap();
        let done = from + STEP;
        if done.is_multiple_of(entries() / 10) {
            let slowest = {
                let mut slowest = Duration::ZERO;
                for turn in 0..20 {
                    slowest = slowest.max(first_page(&store, turn).await);
                }
                slowest
            };
            eprintln!("{done} entries after {:?}; a page by user takes {slowest:?} at most", began.elapsed());
        }
    }
    let signer = LogSigner::new("samlad.test/log/long", &[7; 32]).unwrap();
    log.sign_checkpoint(LOG, &signer).await.unwrap();
    let trust = || Trust::in_key(signer.verifier());
    let began = Instant::now();
    let (found, places) = in_place(&store, LOG, trust(), &Withhold, &|_, _| {}).await.unwrap();
    eprintln!("verified in place in {:?}", began.elapsed());
    assert_eq!((found.size, found.first, found.withheld), (entries() + 1, 0, entries()));

    let (middle, later) = (instant(entries() / 2), instant(entries() / 2 + entries() / 20));
    let part = part_of(&store, LOG, &places, found.size, middle, later).await.unwrap().unwrap();
    assert!(part.holds(entries() / 2 + 1) && part.end - part.first < entries() / 20 + 2 * 256 + 1);
    let out = tempfile::tempdir().unwrap();
    let mut sink = DirectorySink::new(out.path());
    export(&store, LOG, &signer.verifier(), Some(part), &Withhold, &mut sink, &|_, _| {}).await.unwrap();
    let exported = directory::verify(out.path(), trust(), &|_, _| {}).unwrap();
    assert_eq!((exported.root, exported.first, exported.end), (found.root, part.first, part.end));
    assert_eq!(store.leaves(LOG, entries(), 10).await.unwrap().len(), 1);
    log.shutdown().await;
    store.close().await;
}
