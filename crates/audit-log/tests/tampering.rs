//! The tamper matrix: every way to falsify an exported log, and the name under which it is found.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use audit_log::canonical::Json;
use audit_log::edge::Edge;
use audit_log::export::{DirectorySink, export};
use audit_log::testing::{MemoryLog, authority, draft, monday_noon};
use audit_log::tile::{TileId, bundle_path};
use audit_log::verify::directory::{self, CHECKPOINT, INDEX, OPENINGS};
use audit_log::{
    AppendMode, Checkpoint, EntryDraft, LogSigner, Opener, Opening, SealedOpening, SignedCheckpoint, Trust,
    Verification, VerifyError, WitnessSigner, leaf, tree,
};
use tempfile::TempDir;
use uuid::Uuid;
use vocabulary::{Action, AuthorityId, EntryId, LogSubjectId};

const ENTRIES: u128 = 600;

fn board() -> AuthorityId {
    authority(1)
}

fn signer() -> LogSigner {
    LogSigner::new("samlad.test/audit/board", &[3; 32]).unwrap()
}

fn witness() -> WitnessSigner {
    WitnessSigner::new("police.test/witness", &[4; 32]).unwrap()
}

fn reading(record: u128) -> EntryDraft {
    let mut draft = draft(board(), Action::ReadCase);
    draft.resource.id = Some(Uuid::from_u128(record));
    draft.subjects = vec![LogSubjectId(Uuid::from_u128(0x5_0000 + record))];
    draft
}

/// Opens every other opening.
struct EveryOther;

impl Opener for EveryOther {
    fn open(&self, _: EntryId, sealed: &SealedOpening) -> Option<Opening> {
        let opening: Opening = serde_json::from_slice(&sealed.bytes).ok()?;
        (opening.subjects.first()?.0.as_u128() % 2 == 0).then_some(opening)
    }
}

/// An export of a log of 601 entries, a checkpoint that was seen at 301, and the checkpoints before it went out.
struct Exported {
    directory: TempDir,
    early: SignedCheckpoint,
}

async fn exported() -> Exported {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    let history = |from: u128, to: u128| -> Vec<_> {
        (from..to)
            .map(|record| (monday_noon().plus_seconds(i64::try_from(record).unwrap()), world.prepare(reading(record))))
            .collect()
    };
    world.log.import(history(0, 300), None).await.unwrap();
    let early = world.log.sign_checkpoint(board(), &signer()).await.unwrap();
    world.log.import(history(300, ENTRIES), None).await.unwrap();
    world.log.sign_checkpoint(board(), &signer()).await.unwrap();
    world.ledger.tamper(board(), |rows| {
        let erased = rows.values_mut().find(|row| row.resource == Some(Uuid::from_u128(7))).unwrap();
        (erased.opening, erased.subjects) = (None, Vec::new());
    });
    let directory = tempfile::tempdir().unwrap();
    let mut sink = DirectorySink::new(directory.path());
    export(&*world.ledger, board(), &signer().verifier(), &EveryOther, &mut sink, &|_, _| {}).await.unwrap();
    Exported { directory, early }
}

fn verify(directory: &Path) -> Result<Verification, VerifyError> {
    directory::verify(directory, Trust::in_key(signer().verifier()), &|_, _| {})
}

fn verify_knowing(directory: &Path, known: &SignedCheckpoint) -> Result<Verification, VerifyError> {
    directory::verify(
        directory,
        Trust::in_key(signer().verifier()).knowing(&known.note.to_string()).unwrap(),
        &|_, _| {},
    )
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            assert!(fs::copy(entry.path(), target).is_ok());
        }
    }
}

fn edit(directory: &Path, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let file = directory.join(path);
    let mut bytes = fs::read(&file).unwrap();
    change(&mut bytes);
    fs::write(file, bytes).unwrap();
}

fn edit_bundle(directory: &Path, path: &str, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    edit(directory, path, |bytes| {
        let mut entries = directory::entries(bytes).unwrap();
        change(&mut entries);
        *bytes = bundle(&entries);
    });
}

fn bundle(entries: &[Vec<u8>]) -> Vec<u8> {
    entries.iter().flat_map(|entry| [&u16::try_from(entry.len()).unwrap().to_be_bytes()[..], entry].concat()).collect()
}

fn edit_lines(directory: &Path, path: &str, change: impl FnOnce(&mut Vec<String>)) {
    edit(directory, path, |bytes| {
        let mut lines: Vec<String> =
            String::from_utf8(core::mem::take(bytes)).unwrap().lines().map(str::to_owned).collect();
        change(&mut lines);
        *bytes = lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect();
    });
}

fn all_leaves(directory: &Path) -> Vec<Vec<u8>> {
    (0..3)
        .flat_map(|index| {
            let width = TileId { level: 0, index }.width(601);
            directory::entries(&fs::read(directory.join(bundle_path(index, width))).unwrap()).unwrap()
        })
        .collect()
}

/// Rewrites the whole export around other leaves and signs it: what somebody who holds the key can do.
fn rewrite(directory: &Path, leaves: &[Vec<u8>], key: &LogSigner) {
    fs::remove_dir_all(directory.join("tile")).unwrap();
    fs::remove_file(directory.join(INDEX)).unwrap();
    fs::remove_file(directory.join(OPENINGS)).unwrap();
    let size = leaves.len() as u64;
    let mut edge = Edge::default();
    let mut tiles = BTreeMap::new();
    for leaf in leaves {
        edge.push(tree::leaf_hash(leaf));
        tiles.extend(edge.take_tiles().into_iter().map(|tile| (tile.id, tile)));
    }
    let put = |path: String, bytes: &[u8]| {
        let file = directory.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    };
    for tile in tiles.values() {
        put(tile.id.path(tile.id.width(size)), &tile.bytes);
    }
    for (index, entries) in (0..).zip(leaves.chunks(256)) {
        put(bundle_path(index, entries.len() as u64), &bundle(entries));
    }
    let signed = Checkpoint { origin: key.origin().to_owned(), size, root: edge.root() }.sign(key);
    fs::write(directory.join(CHECKPOINT), signed.note.to_string()).unwrap();
}

fn replaced(leaf: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(leaf.to_vec()).unwrap();
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1).into_bytes()
}

#[tokio::test]
async fn an_untouched_export_is_found_whole() {
    let exported = exported().await;
    let report = verify_knowing(exported.directory.path(), &exported.early).unwrap();
    assert_eq!((report.size, report.signed_size, report.instances), (601, 601, 1));
    assert_eq!((report.opened, report.withheld, report.erased), (300, 299, 1));
    assert!(report.index_compared);
    fs::remove_file(exported.directory.path().join(INDEX)).unwrap();
    fs::remove_file(exported.directory.path().join(OPENINGS)).unwrap();
    let bare = verify(exported.directory.path()).unwrap();
    assert!(!bare.index_compared);
    assert_eq!((bare.opened, bare.withheld), (0, 600));
}

type Falsify<'a> = Box<dyn Fn(&Path) + 'a>;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one matrix, read as one")]
async fn every_falsification_without_the_key_has_its_name() {
    let exported = exported().await;
    let early = exported.early.note.to_string();
    let resigned = LogSigner::new(signer().origin(), &[5; 32]).unwrap();
    let matrix: Vec<(&str, Falsify<'_>, VerifyError)> = vec![
        (
            "a byte of an entry",
            Box::new(|d| edit(d, "tile/entries/000", |bytes| bytes[5000] ^= 1)),
            VerifyError::Changed { index: 7 },
        ),
        (
            "a byte of a hash",
            Box::new(|d| edit(d, "tile/0/001", |bytes| bytes[33] ^= 1)),
            VerifyError::Changed { index: 257 },
        ),
        (
            "a byte of an upper hash",
            Box::new(|d| edit(d, "tile/1/000.p/2", |bytes| bytes[33] ^= 1)),
            VerifyError::TileChanged { path: "tile/1/000.p/2".to_owned() },
        ),
        (
            "an entry taken out",
            Box::new(|d| edit_bundle(d, "tile/entries/001", |entries| drop(entries.remove(4)))),
            VerifyError::Deleted { index: 260 },
        ),
        (
            "an entry put in",
            Box::new(|d| edit_bundle(d, "tile/entries/001", |entries| entries.insert(4, b"{}".to_vec()))),
            VerifyError::Inserted { index: 260 },
        ),
        (
            "an entry put in at the end",
            Box::new(|d| edit_bundle(d, "tile/entries/002.p/89", |entries| entries.push(b"{}".to_vec()))),
            VerifyError::Inserted { index: 601 },
        ),
        (
            "two entries changed places",
            Box::new(|d| edit_bundle(d, "tile/entries/000", |entries| entries.swap(10, 11))),
            VerifyError::Reordered { index: 10 },
        ),
        (
            "distant entries changed places",
            Box::new(|d| edit_bundle(d, "tile/entries/000", |entries| entries.swap(10, 200))),
            VerifyError::Reordered { index: 10 },
        ),
        (
            "the last entry cut off",
            Box::new(|d| edit_bundle(d, "tile/entries/002.p/89", |entries| drop(entries.pop()))),
            VerifyError::Truncated { size: 600, expected: 601 },
        ),
        (
            "half an entry cut off",
            Box::new(|d| edit(d, "tile/entries/002.p/89", |bytes| bytes.truncate(bytes.len() - 9))),
            VerifyError::BundleMalformed { path: "tile/entries/002.p/89".to_owned() },
        ),
        (
            "a bundle gone",
            Box::new(|d| fs::remove_file(d.join("tile/entries/001")).unwrap()),
            VerifyError::BundleMissing { path: "tile/entries/001".to_owned() },
        ),
        (
            "a tile gone",
            Box::new(|d| fs::remove_file(d.join("tile/0/001")).unwrap()),
            VerifyError::TileMissing { path: "tile/0/001".to_owned() },
        ),
        (
            "an upper tile gone",
            Box::new(|d| fs::remove_file(d.join("tile/1/000.p/2")).unwrap()),
            VerifyError::TileMissing { path: "tile/1/000.p/2".to_owned() },
        ),
        (
            "an entry and its hashes",
            Box::new(|d| {
                let checkpoint = fs::read(d.join(CHECKPOINT)).unwrap();
                let mut leaves = all_leaves(d);
                leaves[5] = replaced(&leaves[5], "\"allow\"", "\"error\"");
                rewrite(d, &leaves, &signer());
                fs::write(d.join(CHECKPOINT), checkpoint).unwrap();
            }),
            VerifyError::Root { size: 601 },
        ),
        (
            "signed again with another key",
            Box::new(|d| rewrite(d, &all_leaves(d), &resigned)),
            VerifyError::CheckpointSignature,
        ),
        (
            "a checkpoint of another log",
            Box::new(|d| rewrite(d, &all_leaves(d), &LogSigner::new("samlad.test/audit/other", &[3; 32]).unwrap())),
            VerifyError::CheckpointOrigin,
        ),
        (
            "a checkpoint in pieces",
            Box::new(|d| fs::write(d.join(CHECKPOINT), "samlad.test/audit/board\n601\n").unwrap()),
            VerifyError::CheckpointMalformed,
        ),
        ("no checkpoint", Box::new(|d| fs::remove_file(d.join(CHECKPOINT)).unwrap()), VerifyError::Unsigned),
        (
            "a larger size on the checkpoint",
            Box::new(|d| edit_lines(d, CHECKPOINT, |lines| lines[1] = "602".to_owned())),
            VerifyError::CheckpointSignature,
        ),
        (
            "an index column",
            Box::new(|d| {
                edit_lines(d, INDEX, |lines| {
                    lines[40] = lines[40].replace("\"outcome\":\"allow\"", "\"outcome\":\"deny\"");
                });
            }),
            VerifyError::Index { index: 40, column: "outcome" },
        ),
        (
            "the person in the index of an opened entry",
            Box::new(|d| edit_lines(d, INDEX, |lines| lines[41] = lines[41].replace("050028", "050029"))),
            VerifyError::Index { index: 41, column: "subjects" },
        ),
        (
            "an index row taken out",
            Box::new(|d| edit_lines(d, INDEX, |lines| drop(lines.remove(300)))),
            VerifyError::Index { index: 300, column: "id" },
        ),
        (
            "the last index row taken out",
            Box::new(|d| edit_lines(d, INDEX, |lines| drop(lines.pop()))),
            VerifyError::IndexRows { index: 600 },
        ),
        (
            "an index row put in",
            Box::new(|d| edit_lines(d, INDEX, |lines| lines.push(lines[0].clone()))),
            VerifyError::IndexRows { index: 601 },
        ),
        (
            "an opening",
            Box::new(|d| {
                edit_lines(d, OPENINGS, |lines| {
                    let at = lines.iter().position(|line| line.contains("\"opened\"")).unwrap();
                    lines[at] = lines[at].replace("000000050000", "000000050002");
                });
            }),
            VerifyError::Opening { index: 1 },
        ),
        (
            "an opening of nothing",
            Box::new(|d| edit_lines(d, OPENINGS, |lines| lines.push(lines[0].clone()))),
            VerifyError::Opening { index: 601 },
        ),
    ];
    for (what, falsify, name) in matrix {
        let copied = tempfile::tempdir().unwrap();
        copy(exported.directory.path(), copied.path());
        falsify(copied.path());
        assert_eq!(verify(copied.path()), Err(name), "{what}");
    }
    // An older state of the same log, untouched in itself.
    let newest = fs::read_to_string(exported.directory.path().join(CHECKPOINT)).unwrap();
    let newest = SignedCheckpoint::open(&newest, &signer().verifier()).unwrap();
    let rolled_back = tempfile::tempdir().unwrap();
    copy(exported.directory.path(), rolled_back.path());
    rewrite(rolled_back.path(), &all_leaves(exported.directory.path())[..301], &signer());
    assert_eq!(
        fs::read_to_string(rolled_back.path().join(CHECKPOINT)).unwrap(),
        early,
        "Ed25519 signs the same tree the same way"
    );
    assert_eq!(verify_knowing(rolled_back.path(), &newest), Err(VerifyError::Rollback { size: 301, known: 601 }));
    assert_eq!(verify(rolled_back.path()).unwrap().size, 301, "who knows nothing from before cannot see a rollback");
}

#[tokio::test]
async fn every_falsification_with_the_key_has_its_name() {
    let exported = exported().await;
    let leaves = all_leaves(exported.directory.path());
    let instance = leaf::read(&leaves[0]).unwrap().stamp.instance;
    let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let copied = tempfile::tempdir().unwrap();
        copy(exported.directory.path(), copied.path());
        let mut leaves = leaves.clone();
        change(&mut leaves);
        rewrite(copied.path(), &leaves, &signer());
        copied
    };
    let found = |change: &dyn Fn(&mut Vec<Vec<u8>>)| verify(with(change).path()).map(|report| report.size);
    assert_eq!(found(&|_| {}), Ok(601));
    assert_eq!(found(&|leaves| drop(leaves.remove(9))), Err(VerifyError::SequenceGap { instance, number: 10 }));
    assert_eq!(found(&|leaves| leaves.swap(9, 10)), Ok(601), "numbers may enter the tree out of order");
    assert_eq!(found(&|leaves| drop(leaves.remove(0))), Err(VerifyError::SequenceGap { instance, number: 1 }));
    let again = |leaves: &[Vec<u8>]| {
        replaced(&leaves[3], &leaf::read(&leaves[3]).unwrap().id.to_string(), &Uuid::nil().to_string())
    };
    assert_eq!(
        found(&|leaves| leaves.insert(4, again(leaves))),
        Err(VerifyError::SequenceRepeated { instance, number: 4 })
    );
    assert_eq!(found(&|leaves| leaves.push(leaves[3].clone())), Err(VerifyError::DuplicateId { index: 601 }));
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], "\"t\":\"2026", "\"t\":\"2027")),
        Err(VerifyError::TimeBackwards { instance, number: 5 })
    );
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], ",", ", ")),
        Err(VerifyError::NotCanonical { index: 3 })
    );
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], "\"cat\":\"consult\"", "\"cat\":\"alter\"")),
        Err(VerifyError::Schema { index: 3, at: "cat" })
    );
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], "{\"act\"", "{\"aaa\":1,\"act\"")),
        Err(VerifyError::Schema { index: 3, at: "act" })
    );
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], &board().to_string(), &authority(2).to_string())),
        Err(VerifyError::OtherLog { index: 3 })
    );
    assert_eq!(
        found(&|leaves| leaves[0] = replaced(&leaves[0], "service.start", "service.stop_")),
        Err(VerifyError::Start { instance })
    );
    let newcomer = |leaves: &[Vec<u8>], seq: i64| {
        let id = leaf::read(&leaves[0]).unwrap().id.to_string();
        let first = replaced(&leaves[0], &id, &Uuid::from_u128(77).to_string());
        let first = replaced(&first, &instance.to_string(), &Uuid::from_u128(78).to_string());
        replaced(&first, "\"purpose\"", &format!("\"prev\":{{\"inst\":\"{instance}\",\"seq\":{seq}}},\"purpose\""))
    };
    assert_eq!(found(&|leaves| leaves.push(newcomer(leaves, 601))), Ok(602));
    assert_eq!(
        found(&|leaves| leaves.push(newcomer(leaves, 602))),
        Err(VerifyError::PreviousLost { instance: Uuid::from_u128(78) })
    );

    // History that was changed and signed anew with the right key is a fork of what somebody saw before, and no witness has cosigned it.
    let rewritten = with(&|leaves| leaves[3] = replaced(&leaves[3], "\"allow\"", "\"error\""));
    assert_eq!(verify(rewritten.path()).unwrap().size, 601, "the key alone convinces who knows nothing else");
    assert_eq!(verify_knowing(rewritten.path(), &exported.early), Err(VerifyError::Fork { known: 301 }));
    let trust = || Trust { witnesses: vec![witness().verifier()], quorum: 1, ..Trust::in_key(signer().verifier()) };
    assert_eq!(
        directory::verify(rewritten.path(), trust(), &|_, _| {}),
        Err(VerifyError::Quorum { found: 0, required: 1 })
    );
    let note = fs::read_to_string(exported.directory.path().join(CHECKPOINT)).unwrap();
    let mut note = audit_log::note::Note::parse(&note).unwrap();
    note.signatures.push(witness().cosign(&note, 1_795_431_700));
    fs::write(exported.directory.path().join(CHECKPOINT), note.to_string()).unwrap();
    let cosigned = directory::verify(exported.directory.path(), trust(), &|_, _| {}).unwrap();
    assert_eq!(cosigned.witnesses, [("police.test/witness".to_owned(), 1_795_431_700)]);
    fs::write(rewritten.path().join(CHECKPOINT), note.to_string()).unwrap();
    assert_eq!(directory::verify(rewritten.path(), trust(), &|_, _| {}), Err(VerifyError::Root { size: 601 }));
}

#[tokio::test]
async fn a_database_that_was_edited_is_found_out_in_place() {
    type Edit = Box<dyn Fn(&MemoryLog)>;
    fn at(world: &MemoryLog, index: u64, change: impl Fn(&mut audit_log::EntryRow)) {
        world.ledger.tamper(board(), |rows| change(rows.values_mut().find(|row| row.index == Some(index)).unwrap()));
    }
    fn remove(world: &MemoryLog, index: u64) {
        world.ledger.tamper(board(), |rows| rows.retain(|_, row| row.index != Some(index)));
    }
    let matrix: Vec<(&str, Edit, VerifyError)> = vec![
        ("a byte", Box::new(|w| at(w, 7, |row| row.leaf[20] ^= 1)), VerifyError::Changed { index: 7 }),
        ("a row deleted", Box::new(|w| remove(w, 7)), VerifyError::Deleted { index: 7 }),
        ("the last row deleted", Box::new(|w| remove(w, 300)), VerifyError::Truncated { size: 300, expected: 301 }),
        (
            "a row too many",
            Box::new(|w| {
                w.ledger.tamper(board(), |rows| {
                    let mut row = rows.values().next().unwrap().clone();
                    (row.id, row.index) = (EntryId(Uuid::nil()), Some(301));
                    rows.insert(row.id, row);
                });
            }),
            VerifyError::Inserted { index: 301 },
        ),
        (
            "the user in the index",
            Box::new(|w| at(w, 7, |row| row.user = vocabulary::UserId(Uuid::nil()))),
            VerifyError::Index { index: 7, column: "user" },
        ),
        (
            "the instant in the index",
            Box::new(|w| at(w, 7, |row| row.at = row.at.plus_seconds(1))),
            VerifyError::Index { index: 7, column: "at" },
        ),
        (
            "a person taken out of the index",
            Box::new(|w| at(w, 7, |row| row.subjects.clear())),
            VerifyError::Index { index: 7, column: "subjects" },
        ),
        (
            "a hash",
            Box::new(|w| w.ledger.tamper_tile(board(), TileId { level: 0, index: 1 }, |bytes| bytes[5] ^= 1)),
            VerifyError::Changed { index: 256 },
        ),
        (
            "an upper hash",
            Box::new(|w| w.ledger.tamper_tile(board(), TileId { level: 1, index: 0 }, |bytes| bytes[5] ^= 1)),
            VerifyError::TileChanged { path: "tile/1/000.p/1".to_owned() },
        ),
    ];
    for (what, falsify, name) in matrix {
        let world = MemoryLog::start(AppendMode::Integrated).await;
        let history = (0..300).map(|record| (monday_noon(), world.prepare(reading(record)))).collect();
        world.log.import(history, None).await.unwrap();
        world.log.sign_checkpoint(board(), &signer()).await.unwrap();
        let key = signer().verifier();
        assert_eq!(world.log.verify(board(), &key, &|_, _| {}).await.unwrap().withheld, 300);
        falsify(&world);
        assert_eq!(world.log.verify(board(), &key, &|_, _| {}).await, Err(name), "{what}");
    }
}

#[tokio::test]
async fn every_leaf_of_an_export_is_canonical_by_the_general_rule_too() {
    let exported = exported().await;
    for bytes in all_leaves(exported.directory.path()) {
        Json::parse(&bytes).unwrap();
        assert_eq!(leaf::read(&bytes).unwrap().to_bytes(), bytes);
    }
}
