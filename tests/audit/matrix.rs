//! The tamper matrix: each way to falsify a log, done to the database and to an export, and the name and exit code under which `samlad audit verify` and
//! `audit-verify` find it.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use audit_log::WitnessSigner;
use audit_log::verify::directory::{CHECKPOINT, INDEX};

use crate::instance::{Place, audit_verify, copy, said};
use crate::rewriting::{bundle, in_an_export, in_the_database, leaves_of};

/// What all rows start from.
struct Before {
    /// The log as it was signed and remembered.
    sound: Place,
    /// The same with half of its entries: a backup.
    backup: Place,
    /// An export of the sound one.
    export: PathBuf,
    size: u64,
    home: tempfile::TempDir,
}

/// What a verifier said, and what it should have said.
struct Cell {
    found: (Option<i32>, String),
    expected: (i32, &'static str),
}

impl Cell {
    fn of(output: &Output, expected: (i32, &'static str)) -> Self {
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let name = match (report["ok"].as_bool(), report["error"].as_str()) {
            (Some(true), _) => "whole".to_owned(),
            (_, Some(name)) => name.to_owned(),
            _ => said(output),
        };
        Self { found: (output.status.code(), name), expected }
    }

    fn is_green(&self) -> bool {
        (self.found.0, self.found.1.as_str()) == (Some(self.expected.0), self.expected.1)
    }
}

impl Before {
    async fn make() -> Self {
        let sound = Place::set_up().await;
        let backup = sound.copied();
        sound.write(&Place::this_month(), true).await;
        let home = tempfile::tempdir().unwrap();
        let export = home.path().join("export");
        let made = sound.export(&export, &[]);
        assert!(made.status.success(), "{}", said(&made));
        let checkpoint = fs::read_to_string(export.join(CHECKPOINT)).unwrap();
        let size = checkpoint.lines().nth(1).unwrap().parse().unwrap();
        // What the export and the database have in common is where both verifiers start.
        Self { sound, backup, export, size, home }
    }

    /// Falsifies a copy of the database and asks `samlad audit verify`.
    async fn in_place(&self, sql: &str, expected: (i32, &'static str)) -> Cell {
        let place = self.sound.copied();
        place.falsify(sql).await;
        Cell::of(&place.verify(&[]), expected)
    }

    /// Falsifies a copy of the export and asks `audit-verify`.
    fn exported(&self, falsify: impl Fn(&Path), more: &[&str], expected: (i32, &'static str)) -> Cell {
        let copied = tempfile::tempdir_in(self.home.path()).unwrap();
        copy(&self.export, copied.path());
        falsify(copied.path());
        Cell::of(&audit_verify(copied.path(), &self.sound, more), expected)
    }

    fn rewritten(&self, directory: &Path, change: impl Fn(&mut Vec<Vec<u8>>)) {
        let mut leaves = leaves_of(directory, self.size);
        change(&mut leaves);
        in_an_export(directory, &leaves, &self.sound.signer());
    }
}

fn edit_bundle(directory: &Path, change: impl Fn(&mut Vec<Vec<u8>>)) {
    let file = directory.join("tile/entries/000");
    let mut entries = audit_log::verify::directory::entries(&fs::read(&file).unwrap()).unwrap();
    change(&mut entries);
    fs::write(file, bundle(&entries)).unwrap();
}

fn as_error(leaf: &[u8]) -> Vec<u8> {
    String::from_utf8(leaf.to_vec()).unwrap().replacen("\"out\":\"allow\"", "\"out\":\"error\"", 1).into_bytes()
}

type Row = (&'static str, Cell, Cell);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_falsification_has_its_name_and_its_exit_code_in_both_verifiers() {
    let before = Before::make().await;
    let rows = [without_the_key(&before).await, with_the_key(&before).await].concat_rows();
    let table = shown(&rows);
    // Straight to the stream: what goes through `println!` is kept back from a test that passes.
    std::io::stderr().write_all(table.as_bytes()).unwrap();
    assert!(rows.iter().all(|(_, place, export)| place.is_green() && export.is_green()), "{table}");
}

async fn without_the_key(before: &Before) -> Vec<Row> {
    let last = before.size - 1;
    vec![
        (
            "untouched",
            before.in_place("SELECT 1", (0, "whole")).await,
            before.exported(|_| {}, &[], (0, "whole")),
        ),
        (
            "a flipped byte",
            before
                .in_place("UPDATE log_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), 'allow', 'aLlow') AS BLOB) WHERE leaf_index = 7", (30, "changed"))
                .await,
            before.exported(|d| edit_bundle(d, |entries| entries[7][20] ^= 1), &[], (30, "changed")),
        ),
        (
            "an entry deleted",
            before.in_place("DELETE FROM log_entry WHERE leaf_index = 7", (31, "deleted")).await,
            before.exported(|d| edit_bundle(d, |entries| drop(entries.remove(7))), &[], (31, "deleted")),
        ),
        (
            "an entry put in",
            before
                .in_place(
                    "UPDATE log_entry SET leaf_index = leaf_index + 1000001 WHERE leaf_index >= 7;
                     UPDATE log_entry SET leaf_index = leaf_index - 1000000 WHERE leaf_index >= 1000000;
                     INSERT INTO log_entry SELECT authority_id, randomblob(16), 7, at, instance, sequence, CAST('{}' AS BLOB), user_id, unit_id, action, category,
                         outcome, resource_kind, resource_id, case_id, purpose, basis, request_id FROM log_entry WHERE leaf_index = 6",
                    (32, "inserted"),
                )
                .await,
            before.exported(
                |d| edit_bundle(d, |entries| entries.insert(7, b"{}".to_vec())),
                &[],
                (32, "inserted"),
            ),
        ),
        (
            "entries in another order",
            before
                .in_place(
                    "UPDATE log_entry SET leaf_index = 1000000 WHERE leaf_index = 7; UPDATE log_entry SET leaf_index = 7 WHERE leaf_index = 200;
                     UPDATE log_entry SET leaf_index = 200 WHERE leaf_index = 1000000",
                    (33, "reordered"),
                )
                .await,
            before.exported(|d| edit_bundle(d, |entries| entries.swap(7, 200)), &[], (33, "reordered")),
        ),
        (
            "the end cut off",
            before
                .in_place(&format!("DELETE FROM log_entry WHERE leaf_index >= {last}"), (34, "truncated"))
                .await,
            before.exported(
                |d| {
                    let path = audit_log::tile::bundle_path(before.size / 256, before.size % 256);
                    let mut entries =
                        audit_log::verify::directory::entries(&fs::read(d.join(&path)).unwrap()).unwrap();
                    entries.pop();
                    fs::write(d.join(path), bundle(&entries)).unwrap();
                },
                &[],
                (34, "truncated"),
            ),
        ),
        (
            "the search index edited",
            before
                .in_place("UPDATE log_entry SET user_id = randomblob(16) WHERE leaf_index = 7", (50, "index-edited"))
                .await,
            before.exported(
                |d| {
                    let index = fs::read_to_string(d.join(INDEX)).unwrap();
                    fs::write(d.join(INDEX), index.replacen("\"outcome\":\"allow\"", "\"outcome\":\"deny\"", 1)).unwrap();
                },
                &[],
                (50, "index-edited"),
            ),
        ),
        (
            "a tile missing",
            before.in_place("DELETE FROM log_tile WHERE level = 0 AND tile_index = 1", (20, "tile-missing")).await,
            before.exported(|d| fs::remove_file(d.join("tile/0/001")).unwrap(), &[], (20, "tile-missing")),
        ),
    ]
}

async fn with_the_key(before: &Before) -> Vec<Row> {
    let known = before.home.path().join("known.checkpoint");
    fs::copy(before.export.join(CHECKPOINT), &known).map(drop).unwrap();
    let known = known.to_str().unwrap();
    let witness = WitnessSigner::new("police.test/witness", &[4; 32]).unwrap().verifier().to_string();

    // A backup in the database's place; what was signed since is remembered outside.
    let rolled_back = before.backup.copied();
    fs::copy(before.sound.remembered(), rolled_back.remembered()).map(drop).unwrap();

    // The backup goes another way, and further than the log that it forgets.
    let forked = before.backup.copied();
    let other: Vec<_> = Place::this_month().into_iter().map(|(at, record)| (at, record + 50_000)).collect();
    let more: Vec<_> =
        Place::this_month().into_iter().map(|(at, record)| (at.plus_days(10), record + 60_000)).collect();
    forked.write(&[other, more].concat(), false).await;
    fs::copy(before.sound.remembered(), forked.remembered()).map(drop).unwrap();

    let resigned = before.sound.copied();
    in_the_database(&resigned, |leaves| leaves[7].1 = as_error(&leaves[7].1)).await;
    resigned.falsify("UPDATE log_entry SET outcome = 'error' WHERE leaf_index = 7").await;

    // An acknowledged entry that never reached the tree, and a signature by somebody who did not notice.
    let lossy = before.sound.copied();
    let signed = in_the_database(&lossy, |leaves| drop(leaves.remove(7))).await;
    fs::write(lossy.remembered(), signed.note.to_string()).unwrap();

    let half = before.size / 2;
    vec![
        (
            "rolled back to a backup",
            Cell::of(&rolled_back.verify(&[]), (14, "rollback")),
            before.exported(
                |d| before.rewritten(d, |leaves| leaves.truncate(usize::try_from(half).unwrap())),
                &["--known", known],
                (14, "rollback"),
            ),
        ),
        (
            "forked from a backup",
            Cell::of(&forked.verify(&[]), (15, "fork")),
            before.exported(
                |d| {
                    before.rewritten(d, |leaves| {
                        let tail: Vec<_> =
                            leaves[usize::try_from(half).unwrap()..].iter().map(|leaf| as_error(leaf)).collect();
                        leaves.truncate(usize::try_from(half).unwrap());
                        leaves.extend(tail);
                    });
                },
                &["--known", known],
                (15, "fork"),
            ),
        ),
        (
            "rewritten and signed with the right key",
            Cell::of(&resigned.verify(&[]), (15, "fork")),
            before.exported(
                |d| before.rewritten(d, |leaves| leaves[7] = as_error(&leaves[7])),
                &["--known", known],
                (15, "fork"),
            ),
        ),
        (
            "the same, where a witness must have seen it",
            Cell::of(&resigned.verify(&["--witness", &witness]), (13, "quorum")),
            before.exported(
                |d| before.rewritten(d, |leaves| leaves[7] = as_error(&leaves[7])),
                &["--witness", &witness],
                (13, "quorum"),
            ),
        ),
        (
            "an acknowledged entry lost before the tree",
            Cell::of(&lossy.verify(&[]), (44, "sequence-gap")),
            before.exported(|d| before.rewritten(d, |leaves| drop(leaves.remove(7))), &[], (44, "sequence-gap")),
        ),
    ]
}

trait ConcatRows {
    fn concat_rows(self) -> Vec<Row>;
}

impl ConcatRows for [Vec<Row>; 2] {
    fn concat_rows(self) -> Vec<Row> {
        self.into_iter().flatten().collect()
    }
}

fn shown(rows: &[Row]) -> String {
    let mut table = format!("\n{:<46} {:<28} {:<28}\n", "falsification", "samlad audit verify", "audit-verify DIR");
    for (what, place, export) in rows {
        let cell = |cell: &Cell| {
            let (mark, (code, name)) = (if cell.is_green() { "ok " } else { "BAD" }, &cell.found);
            format!("{mark} {:>3} {name}", code.map_or_else(|| "-".to_owned(), |code| code.to_string()))
        };
        writeln!(table, "{what:<46} {:<28} {:<28}", cell(place), cell(export)).unwrap();
    }
    table
}
