//! What an auditor waits for: the first page by user, by person, and of a day, in a large log beside one of a tenth of its size; and what an entry takes on
//! the disk.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use store::log::{LogFilter, search};
use uuid::Uuid;
use vocabulary::{LogSubjectId, UserId};

use super::appending::percentile;
use super::world::{LOG, PERSONS, Place, USERS, filled};
use crate::kit::{Aim, Bench, Figure, Series, Unit};

/// How many entries the large log has, unless `SAMLAD_BENCH_ENTRIES` says otherwise.
const ENTRIES: u64 = 1_000_000;
/// Searches of each kind in one round.
const SEARCHES: u64 = 60;
const PAGE: i64 = 21;

#[derive(Clone, Copy)]
enum Kind {
    User,
    Person,
    Day,
}

const KINDS: [(Kind, &str); 3] = [(Kind::User, "by user"), (Kind::Person, "by person"), (Kind::Day, "of a day")];

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let large = std::env::var("SAMLAD_BENCH_ENTRIES").ok().map(|text| text.parse()).transpose();
    let large = large.context("SAMLAD_BENCH_ENTRIES is not a number")?.unwrap_or(ENTRIES);
    let small = large / 10;
    let mut figures = Vec::new();
    for postgres in [false, true] {
        let (few, many) = if postgres {
            let (Some(few), Some(many)) = (Place::postgres().await?, Place::postgres().await?) else { continue };
            (few, many)
        } else {
            (Place::sqlite().await?, Place::sqlite().await?)
        };
        for (place, entries) in [(&few, small), (&many, large)] {
            bench.say(&format!("a log of {entries} entries, {}", place.name));
            let tell = |done: u64| {
                if done.is_multiple_of(200_000) {
                    bench.say(&format!("  {done} entries"));
                }
            };
            filled(place, entries, &tell).await?;
        }
        if !postgres {
            figures.push(on_disk(&many, large)?);
        }
        for (kind, name) in KINDS {
            let (mut in_large, mut in_small) = (Series::new("large"), Series::new(format!("in {small} entries")));
            for _ in 0..(bench.rounds() / 3).max(3) {
                in_small.push(p95(&few, kind, small).await?);
                in_large.push(p95(&many, kind, large).await?);
            }
            let figure = Figure::beside(
                format!("search {name}, p95, {large} entries, {}", many.name),
                Unit::Nanoseconds,
                &in_large,
                &in_small,
            );
            figures.push(figure.aim(Aim::AtMost(30e6)));
        }
    }
    Ok(figures)
}

/// The 95th percentile of the first page of many searches, each for somebody else.
async fn p95(place: &Place, kind: Kind, entries: u64) -> Result<f64> {
    let mut took = Vec::new();
    for turn in 0..SEARCHES {
        let filter = match kind {
            Kind::User => {
                LogFilter { user: Some(UserId(Uuid::from_u128(u128::from(0x1000 + turn * 31 % USERS)))), ..limited() }
            }
            Kind::Person => {
                let person = u128::from(0x30_0000 + turn * 337 % PERSONS);
                LogFilter { subject: Some(LogSubjectId(Uuid::from_u128(person))), ..limited() }
            }
            Kind::Day => {
                // A day anywhere in the log, which has an entry a second.
                let back = i64::try_from(entries / SEARCHES * turn)?;
                let until = audit_log::testing::monday_noon().plus_seconds(-back);
                LogFilter { from: Some(until.plus_days(-1)), until: Some(until), ..limited() }
            }
        };
        let began = Instant::now();
        let mut snapshot = place.store.snapshot(LOG).await?;
        let lines = search(&mut snapshot, LOG, &filter).await?;
        snapshot.close().await?;
        took.push(began.elapsed().as_secs_f64() * 1e9);
        ensure!(!lines.is_empty(), "a search that finds nothing measures nothing");
    }
    took.sort_by(f64::total_cmp);
    Ok(percentile(&took, 95))
}

fn limited() -> LogFilter {
    LogFilter { limit: PAGE, ..LogFilter::default() }
}

/// Bytes of the database per entry: leaf, opening, rows, indexes and tiles together.
fn on_disk(place: &Place, entries: u64) -> Result<Figure> {
    let folder = place.folder.as_ref().context("an embedded database has a folder")?;
    let mut bytes = 0;
    for file in std::fs::read_dir(folder.path())? {
        bytes += file?.metadata()?.len();
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let each = bytes as f64 / entries as f64;
    let mut series = Series::new("bytes");
    series.push(each);
    Ok(Figure::alone("an entry on the disk, all indexes included, SQLite", Unit::Bytes, &series))
}
