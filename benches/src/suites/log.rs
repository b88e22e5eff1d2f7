//! The access log without a database: preparing an entry, reading one, the tree, the group commit, and verifying an export.
//!
//! The ledger lies in memory, so that what is left is the log's own work. What a durable entry costs a request is the suite `http`.

use core::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use audit_log::export::{DirectorySink, export};
use audit_log::testing::{Action, MemoryLog, authority, draft, monday_noon};
use audit_log::tree::{Frontier, leaf_hash};
use audit_log::{AppendMode, LogSigner, Trust, Withhold, leaf, verify};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Runtime;

use crate::kit::{Bench, Contest, Figure, Series, Unit};

const ENTRIES: u32 = 20_000;
const WRITERS: [u32; 2] = [1, 64];

pub(crate) fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    bench.say("log: a history is imported");
    let world = Arc::new(runtime.block_on(history())?);
    let leaves = world.ledger.leaves_in_order(authority(1));
    let mut figures = entries(bench, &world, &leaves)?;
    bench.say("log: the tree");
    figures.extend(tree(bench, &runtime, &world, &leaves)?);
    bench.say("log: many writers");
    figures.push(writers(bench, &runtime, &world)?);
    Ok(figures)
}

async fn history() -> Result<MemoryLog> {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    for _ in 0..ENTRIES / 2000 {
        let part = (0..2000).map(|_| (monday_noon(), world.prepare(draft(authority(1), Action::ReadCase))));
        world.log.import(part.collect(), None).await.map_err(|_| anyhow!("the history is refused"))?;
    }
    Ok(world)
}

/// One entry: made, and read again. An entry is JSON under rules; a reader without rules is the yardstick.
fn entries(bench: &Bench, world: &MemoryLog, leaves: &[Vec<u8>]) -> Result<Vec<Figure>> {
    let mut next = leaves.iter().cycle();
    let mut other = leaves.iter().cycle();
    let series = Contest::new(bench)
        .variant("prepare", || {
            black_box(world.prepare(draft(authority(1), Action::ReadCase)));
        })
        .variant("read", || {
            black_box(next.next().is_some_and(|bytes| leaf::read(bytes).is_ok()));
        })
        .variant("any JSON reader", || {
            let read = other.next().map(|bytes| serde_json::from_slice::<serde_json::Value>(bytes));
            black_box(read.is_some_and(|value| value.is_ok()));
        })
        .run();
    let [prepare, read, any] = series.as_slice() else { bail!("three variants give three series") };
    let mut size = Series::new("size");
    for leaf in leaves {
        size.push(f64::from(u32::try_from(leaf.len())?));
    }
    Ok(vec![
        Figure::beside("prepare an entry", Unit::Nanoseconds, prepare, any),
        Figure::beside("read an entry", Unit::Nanoseconds, read, any),
        Figure::alone("bytes of a leaf", Unit::Bytes, &size),
    ])
}

/// The root over all leaves beside the bare hash of the same bytes; and an export verified whole, indexes rebuilt, beside that root.
fn tree(bench: &Bench, runtime: &Runtime, world: &MemoryLog, leaves: &[Vec<u8>]) -> Result<Vec<Figure>> {
    let key = LogSigner::new("samlad.test/audit/board", &[3; 32])?;
    let folder = tempfile::tempdir()?;
    runtime.block_on(world.log.sign_checkpoint(authority(1), &key))?;
    runtime.block_on(async {
        let mut sink = DirectorySink::new(folder.path());
        export(&*world.ledger, authority(1), &key.verifier(), None, &Withhold, &mut sink, &|_, _| {}).await
    })?;
    let head = world.ledger.head_of(authority(1)).context("a log without a head")?;
    let root = || {
        let mut frontier = Frontier::default();
        for bytes in leaves {
            frontier.push(leaf_hash(bytes), |_, _| {});
        }
        frontier.root()
    };
    ensure!(root() == head.root, "the root is the ledger's");
    let verified = verify::directory::verify(folder.path(), Trust::in_key(key.verifier()), &|_, _| {})?;
    ensure!(verified.size == head.size, "the whole log is verified");
    let series = Contest::new(bench)
        .variant("root", || {
            black_box(root());
        })
        .variant("bare SHA-256", || {
            for bytes in leaves {
                black_box(Sha256::digest(bytes));
            }
        })
        .variant("verify", || {
            let trust = Trust::in_key(key.verifier());
            black_box(verify::directory::verify(folder.path(), trust, &|_, _| {}).is_ok());
        })
        .run();
    let [root, bare, whole] = series.as_slice() else { bail!("three variants give three series") };
    let bare_root = root.named("the root alone");
    Ok(vec![
        Figure::beside("root over 20 000 leaves", Unit::Nanoseconds, root, bare),
        Figure::beside("verify an export of 20 000", Unit::Nanoseconds, whole, &bare_root),
    ])
}

/// Entries a second: sixty-four who wait for theirs beside one.
fn writers(bench: &Bench, runtime: &Runtime, world: &Arc<MemoryLog>) -> Result<Figure> {
    let mut rates = [Series::new("64 writers"), Series::new("1 writer")];
    let [one, many] = WRITERS;
    for _ in 0..bench.long_rounds() {
        for (rate, writers) in rates.iter_mut().zip([many, one]) {
            rate.push(runtime.block_on(record(world, writers))?);
        }
    }
    let [many, one] = &rates;
    Ok(Figure::beside("entries recorded by 64 writers", Unit::PerSecond, many, one))
}

async fn record(world: &Arc<MemoryLog>, writers: u32) -> Result<f64> {
    let each = ENTRIES / 4 / writers;
    let began = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|_| {
            let world = Arc::clone(world);
            tokio::spawn(async move {
                for _ in 0..each {
                    let what = draft(authority(1), Action::ReadCase);
                    let prepared = world.prepare(what.clone());
                    drop(world.log.record(what, prepared).await?);
                }
                Ok::<_, audit_log::LogError>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(f64::from(each * writers) / began.elapsed().as_secs_f64())
}
