//! What an entry costs: group commit, one by one, and the bare disk; and how long a reader waits at a steady thousand a second.

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use audit_log::AccessLog;
use store::Store;

use super::world::{Place, record};
use crate::kit::{Aim, Bench, Figure, Series, Unit};

const WRITERS: [u64; 3] = [1, 64, 256];
/// About what one entry writes: the leaf, its opening and its rows.
const BYTES: usize = 1024;
/// Entries offered in the steady run.
const OFFERED: u64 = 4000;

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let places = [Some(Place::sqlite().await?), Place::postgres().await?];
    for place in places.iter().flatten() {
        for writers in WRITERS {
            bench.say(&format!("appending, {}, {writers} writers", place.name));
            figures.extend(with_writers(bench, place, writers).await?);
        }
        bench.say(&format!("a thousand entries a second, {}", place.name));
        figures.extend(steadily(place).await?);
    }
    Ok(figures)
}

async fn with_writers(bench: &Bench, place: &Place, writers: u64) -> Result<Vec<Figure>> {
    let (group, single) = (place.log(512).await?, place.log(1).await?);
    let mut file = tempfile::tempfile()?;
    let [mut grouped, mut one_by_one, mut bare] =
        [Series::new("group commit"), Series::new("one entry a commit"), Series::new("bare fdatasync")];
    // Introductions and caches are not what is measured.
    written(&group, writers, writers * 4).await?;
    written(&single, writers, writers.min(16)).await?;
    for round in 0..rounds(bench) {
        for step in 0..3 {
            match (round + step) % 3 {
                0 => grouped.push(each(written(&group, writers, (writers * 24).min(4096)).await?)),
                1 => one_by_one.push(each(written(&single, writers, (writers * 2).clamp(24, 128)).await?)),
                _ => bare.push(each(synced(&mut file, 24)?)),
            }
        }
    }
    group.sequenced().await.context("the sequencer")?;
    group.shutdown().await;
    single.shutdown().await;
    let name = |what: &str| format!("{what}, {writers} writers, {}", place.name);
    let against_single = Figure::beside(name("group commit"), Unit::Nanoseconds, &grouped, &one_by_one);
    let against_single = match (writers, place.name) {
        (64, "SQLite") => against_single.aim(Aim::RatioAtMost(1.0 / 6.0)),
        (64, _) => against_single.aim(Aim::RatioAtMost(1.0 / 10.0)),
        _ => against_single,
    };
    Ok(vec![against_single, Figure::beside(name("group commit"), Unit::Nanoseconds, &grouped, &bare)])
}

/// A third of the rounds: a turn takes as long as the disk takes.
fn rounds(bench: &Bench) -> u32 {
    (bench.rounds() / 3).max(3)
}

fn each((took, entries): (Duration, u64)) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let entries = entries as f64;
    took.as_secs_f64() * 1e9 / entries
}

async fn written(log: &AccessLog<Store>, writers: u64, entries: u64) -> Result<(Duration, u64)> {
    let turns = (entries / writers).max(1);
    let began = Instant::now();
    let at_work: Vec<_> = (0..writers)
        .map(|writer| {
            let log = log.clone();
            tokio::spawn(async move {
                for turn in 0..turns {
                    record(&log, writer.into(), turn.into()).await?;
                }
                Ok::<(), anyhow::Error>(())
            })
        })
        .collect();
    for writer in at_work {
        writer.await??;
    }
    Ok((began.elapsed(), turns * writers))
}

fn synced(file: &mut File, times: u64) -> Result<(Duration, u64)> {
    let bytes = [7; BYTES];
    let began = Instant::now();
    for _ in 0..times {
        file.write_all(&bytes)?;
        file.sync_data()?;
    }
    Ok((began.elapsed(), times))
}

/// An open loop: an entry a millisecond, whether the one before has its answer or not; on PostgreSQL also how long it takes into the tree.
async fn steadily(place: &Place) -> Result<Vec<Figure>> {
    let log = Arc::new(place.log(512).await?);
    record(&log, 0, 0).await?;
    let mut tick = tokio::time::interval(Duration::from_millis(1));
    let mut waiting = Vec::new();
    for person in 0..OFFERED {
        tick.tick().await;
        let log = Arc::clone(&log);
        waiting.push(tokio::spawn(async move {
            let began = Instant::now();
            record(&log, u128::from(person % 64), person.into()).await.map(|()| began.elapsed())
        }));
    }
    let mut took = Vec::new();
    for waits in waiting {
        took.push(waits.await??.as_secs_f64() * 1e9);
    }
    took.sort_by(f64::total_cmp);
    let mut figures = vec![
        single(&format!("answer at 1 000 entries/s, p50, {}", place.name), percentile(&took, 50)),
        single(&format!("answer at 1 000 entries/s, p99, {}", place.name), percentile(&took, 99)),
    ];
    if place.name == "PostgreSQL" {
        figures.push(lag(&log).await?);
    }
    Arc::into_inner(log).context("the log is still used")?.shutdown().await;
    Ok(figures)
}

/// From the answer to the place in the tree, at a thousand entries a second, hundred by hundred.
async fn lag(log: &AccessLog<Store>) -> Result<Figure> {
    let mut took = Vec::new();
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    for _ in 0..40 {
        tick.tick().await;
        written(log, 100, 100).await?;
        let answered = Instant::now();
        log.sequenced().await.context("the sequencer")?;
        took.push(answered.elapsed().as_secs_f64() * 1e9);
    }
    took.sort_by(f64::total_cmp);
    Ok(single("from the answer into the tree, p99, PostgreSQL", percentile(&took, 99)).aim(Aim::AtMost(250e6)))
}

pub(super) fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len().saturating_sub(1)) * percent / 100;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

pub(super) fn single(name: &str, value: f64) -> Figure {
    let mut series = Series::new(name);
    series.push(value);
    Figure::alone(name, Unit::Nanoseconds, &series)
}
