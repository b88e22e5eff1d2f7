//! What it costs to compute a log again: the root alone, an export, the database in place; and to export it. Beside the hash limit.

use core::hint::black_box;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use audit_log::export::{DirectorySink, export};
use audit_log::tree::{Frontier, leaf_hash};
use audit_log::verify::{directory, in_place};
use audit_log::{Ledger as _, Trust, Withhold};
use sha2::{Digest as _, Sha256};

use super::world::{LOG, Place, filled, key};
use crate::kit::{Aim, Bench, Figure, Series, Unit};

/// Large enough that what is done once does not count.
const ENTRIES: u64 = 100_000;

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    bench.say("a log to verify");
    let place = Place::sqlite().await?;
    filled(&place, ENTRIES, &|_| ()).await?;
    let (store, verifier) = (&place.store, key()?.verifier());
    let size = store.heads().await?.first().map(|(_, head)| head.size).context("a head")?;
    let mut leaves = Vec::new();
    while u64::try_from(leaves.len())? < size {
        let page = store.leaves(LOG, u64::try_from(leaves.len())?, 10_000).await?;
        leaves.extend(page.into_iter().map(|leaf| leaf.leaf));
    }
    // What has to be hashed at least, ready to be hashed: a byte and the leaf, and as many nodes less one of 65 bytes.
    let prefixed: Vec<Vec<u8>> = leaves.iter().map(|leaf| [&[0], leaf.as_slice()].concat()).collect();
    let node = [1_u8; 65];

    let mut bare = Series::new("SHA-256 of leaves and nodes, one core");
    let [mut root, mut offline, mut here, mut out] = ["root", "audit-verify", "in place", "export"].map(Series::new);
    let home = tempfile::tempdir()?;
    let trust = || Trust::in_key(verifier.clone());
    for round in 0..(bench.rounds() / 3).max(3) {
        bench.say(&format!("verifying, round {}", round + 1));
        let export_to = home.path().join(round.to_string());
        let began = Instant::now();
        export(store, LOG, &verifier, None, &Withhold, &mut DirectorySink::new(&export_to), &|_, _| {}).await?;
        out.push(each(began, size));

        let began = Instant::now();
        for leaf in &prefixed {
            black_box(Sha256::digest(black_box(leaf)));
        }
        for _ in 1..prefixed.len() {
            black_box(Sha256::digest(black_box(node)));
        }
        bare.push(each(began, size));

        let began = Instant::now();
        let mut frontier = Frontier::default();
        for leaf in &leaves {
            frontier.push(leaf_hash(leaf), |_, _| {});
        }
        let computed = black_box(frontier.root());
        root.push(each(began, size));

        let began = Instant::now();
        let found = directory::verify(&export_to, trust(), &|_, _| {}).context("the export does not verify")?;
        offline.push(each(began, size));
        ensure!(found.root == computed && found.size == size && found.index_compared, "two roots of one log");

        let began = Instant::now();
        in_place(store, LOG, trust(), &Withhold, &|_, _| {}).await.context("the log does not verify")?;
        here.push(each(began, size));
        std::fs::remove_dir_all(&export_to)?;
    }
    Ok(vec![
        Figure::beside("root over the leaves, each", Unit::Nanoseconds, &root, &bare),
        Figure::beside("full verify of an export, each", Unit::Nanoseconds, &offline, &bare).aim(Aim::RatioAtMost(2.5)),
        Figure::beside("full verify in place, SQLite, each", Unit::Nanoseconds, &here, &bare),
        Figure::beside("export from SQLite, each", Unit::Nanoseconds, &out, &bare),
    ])
}

fn each(began: Instant, entries: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let entries = entries as f64;
    began.elapsed().as_secs_f64() * 1e9 / entries
}
