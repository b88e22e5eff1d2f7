//! The tamper matrix: every way to falsify an exported log, and the name under which it is found.

#![cfg(test)]

mod in_place;
mod parts;
mod with_the_key;
mod without_the_key;

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
    export(&*world.ledger, board(), &signer().verifier(), None, &EveryOther, &mut sink, &|_, _| {}).await.unwrap();
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
async fn every_record_of_an_export_is_canonical_by_the_general_rule_too() {
    let exported = exported().await;
    for bytes in all_leaves(exported.directory.path()) {
        Json::parse(&bytes).unwrap();
        assert_eq!(leaf::read(&bytes).unwrap().to_bytes(), bytes);
    }
    for file in [INDEX, OPENINGS] {
        for line in fs::read_to_string(exported.directory.path().join(file)).unwrap().lines() {
            Json::parse(line.as_bytes()).unwrap();
        }
    }
}
