//! Sealing and opening: one field, one key, one case, and the names of a whole authority.
//!
//! A field of ours is opened as the product opens it: against a recorded permit that covers it, bound to its place, unpadded and read. It stands beside the
//! bare AES-256-GCM of the same library over the same content, without place, padding, allocation or check; and beside an age file per field, which is what the
//! vault would be without a codec of its own. Sealing takes its nonce from the operating system, as the product does; the bare cipher counts.

mod names;
mod scene;

use core::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use field_vault::Place;
use uuid::Uuid;
use vocabulary::Sealed;

use crate::kit::{Aim, Bench, Contest, Figure, Series, Unit};
use scene::{AgeFile, Cipher, Opened, Scene};

/// Contents of about a hundred bytes and of two kilobytes.
const SIZES: [(usize, &str); 2] = [(100, "100 B"), (2048, "2 KB")];
/// A case as it looks after a year: fifty fields of a paragraph each.
const FIELDS: u128 = 50;
const PARAGRAPH: usize = 300;

pub(crate) fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let scene = Scene::build()?;
    let caller = scene::caller();
    let opened = scene.opened_case(&caller, FIELDS)?;
    let mut figures = Vec::new();
    for (size, name) in SIZES {
        bench.say(&format!("vault: a field of {name}"));
        figures.extend(field(bench, &scene, &opened, size, name)?);
    }
    bench.say("vault: keys");
    figures.extend(keys(bench, &scene)?);
    bench.say("vault: a case");
    figures.push(case(bench, &scene, &opened)?);
    figures.extend(names::run(bench, &scene)?);
    Ok(figures)
}

/// A name lies in a column with short steps of padding, a longer text in one with long steps: as in the product.
fn place(size: usize, row: Uuid) -> Place {
    if size <= 256 { Place::of("person", "name", row) } else { Place::of("paragraph", "text_sealed", row) }
}

fn field(bench: &Bench, scene: &Scene, opened: &Opened<'_>, size: usize, name: &str) -> Result<Vec<Figure>> {
    let text = "å".repeat(size / 2);
    let place = place(size, scene::item(0));
    let (cipher, age) = (Cipher::new()?, AgeFile::new());
    let ours = scene.vault.seal(&scene.key, &place, &text)?;
    let (theirs, file) = (cipher.seal(text.as_bytes(), 0)?, age.seal(text.as_bytes())?);
    ensure!(opened.open::<String>(scene, &place, &ours)? == text, "a field opens to what was sealed");
    ensure!(cipher.open(&theirs, 0, &mut Vec::new())? == text.as_bytes(), "the bare cipher opens what it sealed");
    ensure!(age.open(&file)? == text.as_bytes(), "an age file opens to what was sealed");

    let mut counter = 0;
    let mut scratch = Vec::with_capacity(2 * size);
    let sealing = Contest::new(bench)
        .variant("ours", || {
            black_box(scene.vault.seal(&scene.key, &place, black_box(&text)).is_ok());
        })
        .variant("AES-256-GCM", || {
            counter += 1;
            black_box(cipher.seal_into(black_box(text.as_bytes()), counter, &mut scratch).is_ok());
        })
        .variant("an age file", || {
            black_box(age.seal(black_box(text.as_bytes())).is_ok());
        })
        .run();
    let mut scratch = Vec::with_capacity(2 * size);
    let opening = Contest::new(bench)
        .variant("ours", || {
            black_box(opened.open::<String>(scene, &place, black_box(&ours)).is_ok());
        })
        .variant("AES-256-GCM", || {
            black_box(cipher.open(black_box(&theirs), 0, &mut scratch).is_ok());
        })
        .variant("an age file", || {
            black_box(age.open(black_box(&file)).is_ok());
        })
        .run();
    let aims = if size <= 256 { (Some(Aim::RatioAtMost(6.0)), Some(Aim::RatioAtMost(2.5))) } else { (None, None) };
    let mut figures = beside(&format!("seal {name}"), &sealing, aims.0)?;
    figures.extend(beside(&format!("open {name}"), &opening, aims.1)?);
    Ok(figures)
}

/// Ours beside the bare cipher and beside age.
fn beside(name: &str, series: &[Series], aim: Option<Aim>) -> Result<Vec<Figure>> {
    let [ours, cipher, age] = series else { bail!("three variants give three series") };
    let first = Figure::beside(name, Unit::Nanoseconds, ours, cipher);
    Ok(vec![
        match aim {
            Some(aim) => first.aim(aim),
            None => first,
        },
        Figure::beside(name, Unit::Nanoseconds, ours, age),
    ])
}

/// Unwrapping a data key, finding one that is unwrapped, and wrapping one anew under the newest authority key.
fn keys(bench: &Bench, scene: &Scene) -> Result<Vec<Figure>> {
    let age = AgeFile::new();
    let file = age.seal(&[7; 32])?;
    let row = &scene.key_row;
    let series = Contest::new(bench)
        .timed("unwrap", |times| {
            let mut took = Duration::ZERO;
            for _ in 0..times {
                scene.vault.evict(row.kid);
                let began = Instant::now();
                black_box(scene.vault.unlock(row).is_ok());
                took += began.elapsed();
            }
            took
        })
        .variant("a bare age file", || {
            black_box(age.open(black_box(&file)).is_ok());
        })
        .variant("cached", || {
            black_box(scene.vault.cached(scene.authority, row.kid).is_some());
        })
        .variant("rewrap", || {
            black_box(scene.vault.rewrap(row).is_ok());
        })
        .run();
    let [unwrap, bare, cached, rewrap] = series.as_slice() else { bail!("four variants give four series") };
    Ok(vec![
        Figure::beside("unwrap a data key", Unit::Nanoseconds, unwrap, bare),
        Figure::beside("find a cached data key", Unit::Nanoseconds, cached, bare),
        Figure::beside("rewrap a data key", Unit::Nanoseconds, rewrap, bare),
    ])
}

/// A case of fifty fields, its key cached: for each field its key is looked up and the field opened.
fn case(bench: &Bench, scene: &Scene, opened: &Opened<'_>) -> Result<Figure> {
    let text = "å".repeat(PARAGRAPH / 2);
    let cipher = Cipher::new()?;
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for number in 0..FIELDS {
        let place = Place::of("paragraph", "text_sealed", scene::item(number));
        ours.push((place, scene.vault.seal(&scene.key, &place, &text)?));
        theirs.push(cipher.seal(text.as_bytes(), u64::try_from(number)?)?);
    }
    let open = |place: &Place, sealed: &Sealed<String>| -> Result<String> {
        let kid = field_vault::Vault::kid_of(sealed).context("a sealed field names its key")?;
        let key = scene.vault.cached(scene.authority, kid).context("the key is cached")?;
        Ok(scene.vault.open(&key, place, sealed, &opened.recorded)?)
    };
    for (place, sealed) in &ours {
        ensure!(open(place, sealed)? == text, "a field opens to what was sealed");
    }
    let mut scratch = Vec::with_capacity(2 * PARAGRAPH);
    let series = Contest::new(bench)
        .variant("ours", || {
            for (place, sealed) in &ours {
                black_box(open(place, sealed).is_ok());
            }
        })
        .variant("50 x AES-256-GCM", || {
            for (number, sealed) in (0..).zip(&theirs) {
                black_box(cipher.open(sealed, number, &mut scratch).is_ok());
            }
        })
        .run();
    let [ours, theirs] = series.as_slice() else { bail!("two variants give two series") };
    Ok(Figure::beside("open a case of 50 fields", Unit::Nanoseconds, ours, theirs).aim(Aim::AtMost(100_000.0)))
}
