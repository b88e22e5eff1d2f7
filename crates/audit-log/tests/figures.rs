//! Figures, by hand: `cargo test --release -p audit-log --test figures -- --ignored --nocapture`. Each stands beside its floor of the same run.

#![cfg(test)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use audit_log::testing::{Action, MemoryLog, authority, draft, monday_noon};
use audit_log::tree::{Frontier, leaf_hash};
use audit_log::{AppendMode, LogSigner, leaf};

const ENTRIES: u64 = 200_000;

fn each(what: &str, count: u64, took: Duration) {
    let micros = took.as_secs_f64() * 1e6 / f64::from(u32::try_from(count).unwrap());
    println!("{what:<44} {micros:>8.2} us each   {:>10.0} per second", 1e6 / micros);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "figures, not a test"]
async fn of_the_log() {
    let world = Arc::new(MemoryLog::start(AppendMode::Integrated).await);
    let began = Instant::now();
    let history: Vec<_> =
        (0..ENTRIES).map(|_| (monday_noon(), world.prepare(draft(authority(1), Action::ReadCase)))).collect();
    each("prepare (no opening)", ENTRIES, began.elapsed());
    let began = Instant::now();
    let mut history = history.into_iter().peekable();
    while history.peek().is_some() {
        world.log.import(history.by_ref().take(2000).collect(), None).await.unwrap();
    }
    each("import, 2000 a transaction, memory ledger", ENTRIES, began.elapsed());

    let leaves = world.ledger.leaves_in_order(authority(1));
    println!("{:<44} {:>8}", "bytes of a leaf", leaves[10].len());
    let began = Instant::now();
    let mut frontier = Frontier::default();
    for bytes in &leaves {
        frontier.push(leaf_hash(bytes), |_, _| {});
    }
    assert_eq!(frontier.root(), world.ledger.head_of(authority(1)).unwrap().root);
    each("root over the leaves (the hash limit)", ENTRIES, began.elapsed());
    let began = Instant::now();
    assert!(leaves.iter().all(|bytes| leaf::read(bytes).is_ok()));
    each("read a leaf", ENTRIES, began.elapsed());
    let key = LogSigner::new("samlad.test/audit/board", &[3; 32]).unwrap();
    world.log.sign_checkpoint(authority(1), &key).await.unwrap();

    let directory = tempfile::tempdir().unwrap();
    let mut sink = audit_log::export::DirectorySink::new(directory.path());
    // The memory ledger is slow at paging; the export is timed by its own bench over a database.
    let small = Arc::new(MemoryLog::start(AppendMode::Integrated).await);
    let history = (0..20_000).map(|_| (monday_noon(), small.prepare(draft(authority(1), Action::ReadCase)))).collect();
    small.log.import(history, None).await.unwrap();
    small.log.sign_checkpoint(authority(1), &key).await.unwrap();
    audit_log::export::export(
        &*small.ledger,
        authority(1),
        &key.verifier(),
        &audit_log::Withhold,
        &mut sink,
        &|_, _| {},
    )
    .await
    .unwrap();
    let began = Instant::now();
    let trust = audit_log::Trust::in_key(key.verifier());
    audit_log::verify::directory::verify(directory.path(), trust, &|_, _| {}).unwrap();
    each("verify an export, index included", 20_000, began.elapsed());

    for writers in [1_u64, 64] {
        let began = Instant::now();
        let turns = 20_000 / writers;
        let tasks: Vec<_> = (0..writers)
            .map(|_| {
                let world = Arc::clone(&small);
                tokio::spawn(async move {
                    for _ in 0..turns {
                        let what = draft(authority(1), Action::ReadCase);
                        let prepared = world.prepare(what.clone());
                        drop(world.log.record(what, prepared).await.unwrap());
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        each(&format!("record, {writers} writers, memory ledger"), turns * writers, began.elapsed());
    }
}
