//! Fixed vectors for other implementations, in `audit/vectors/`. They may not change while `v` is 1; `UPDATE_VECTORS=1` writes them anew.

#![cfg(test)]

use std::fs;
use std::path::PathBuf;

use audit_log::canonical::Json;
use audit_log::commitment::{Commitments, Committed, commit, salt};
use audit_log::export::{Sink, export};
use audit_log::key::WitnessSigner;
use audit_log::leaf::{self, Leaf};
use audit_log::proof::{ProofPlan, check_consistency, check_inclusion};
use audit_log::testing::{MemoryLog, Mishap, authority, draft, monday_noon};
use audit_log::tree::{leaf_hash, root_of};
use audit_log::{
    AppendMode, Change, Checkpoint, EntryDraft, Hash, LogSigner, Opener, Opening, Outcome, Recipient, SealedOpening,
    SearchTerm, Tile, TileId,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use uuid::Uuid;
use vocabulary::{Action, CaseId, EntryId, LogSubjectId};

fn compare(name: &str, vectors: &Value) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../audit/vectors").join(name);
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        fs::write(file, serde_json::to_string_pretty(vectors).unwrap() + "\n").unwrap();
    } else {
        let kept: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!(&kept, vectors, "audit/vectors/{name}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn signer() -> LogSigner {
    LogSigner::new("samlad.test/audit/board", &[3; 32]).unwrap()
}

#[test]
fn canonical_json() {
    let canonical = [
        "{}",
        "[]",
        "\"å\\\"\\\\\\n\\u0001\u{7f}\"",
        "{\"a\":[1,-2,9007199254740991],\"b\":true}",
        "{\"\u{1f600}\":1,\"\u{fb33}\":2}",
    ];
    let refused = [
        "{\"b\":1,\"a\":2}",
        "{\"a\":1,\"a\":1}",
        "[1, 2]",
        "[1.0]",
        "[1e3]",
        "[-0]",
        "[null]",
        "[9007199254740992]",
        "\"\\u0041\"",
        "\"\\/\"",
        "{\"\u{fb33}\":2,\"\u{1f600}\":1}",
        "{}\n",
    ];
    assert!(canonical.iter().all(|text| Json::parse(text.as_bytes()).is_ok()));
    assert!(refused.iter().all(|text| Json::parse(text.as_bytes()).is_err()));
    compare("canonical.json", &json!({ "canonical": canonical, "refused": refused }));
}

#[test]
fn tree() {
    let leaves: Vec<String> = (0..300).map(|at| format!("leaf {at}")).collect();
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf.as_bytes())).collect();
    let tiles = |size: u64| {
        let mut edge = audit_log::edge::Edge::default();
        let mut tiles = std::collections::BTreeMap::<TileId, Tile>::new();
        for hash in &hashes[..usize::try_from(size).unwrap()] {
            edge.push(*hash);
            tiles.extend(edge.take_tiles().into_iter().map(|tile| (tile.id, tile)));
        }
        tiles.into_values().collect()
    };
    let root = |size: u64| root_of(&hashes[..usize::try_from(size).unwrap()]);
    let sizes = [0_u64, 1, 2, 3, 7, 8, 255, 256, 257, 300];
    let roots: Vec<Value> = sizes.iter().map(|size| json!({ "size": size, "root": hex(&root(*size).0) })).collect();
    let all = tiles(300);
    let hashes_of = |plan: ProofPlan| plan.hashes(&all).unwrap();
    let inclusion: Vec<Value> = [(0_u64, 1_u64), (0, 8), (5, 7), (255, 256), (256, 257), (123, 300), (299, 300)]
        .iter()
        .map(|&(index, size)| {
            let path = hashes_of(ProofPlan::inclusion(index, size).unwrap());
            check_inclusion(hashes[usize::try_from(index).unwrap()], index, size, &path, root(size)).unwrap();
            json!({ "index": index, "size": size, "path": path.iter().map(|hash| hex(&hash.0)).collect::<Vec<_>>() })
        })
        .collect();
    let consistency: Vec<Value> = [(1_u64, 1_u64), (1, 8), (6, 8), (255, 256), (256, 300), (257, 300), (299, 300)]
        .iter()
        .map(|&(old, size)| {
            let path = hashes_of(ProofPlan::consistency(old, size).unwrap());
            check_consistency(old, root(old), size, root(size), &path).unwrap();
            json!({ "old": old, "size": size, "path": path.iter().map(|hash| hex(&hash.0)).collect::<Vec<_>>() })
        })
        .collect();
    let tile_paths: Vec<String> = TileId::all(300).map(|id| id.path(id.width(300))).collect();
    compare(
        "tree.json",
        &json!({ "leaves": "for n from 0 to 299 the ASCII text \"leaf n\"", "roots": roots, "inclusion": inclusion, "consistency": consistency, "tiles_of_300": tile_paths }),
    );
}

fn telling() -> EntryDraft {
    let mut draft = draft(authority(1), Action::DecideRelease);
    draft.case = Some(CaseId(Uuid::from_u128(11)));
    draft.subjects = vec![LogSubjectId(Uuid::from_u128(21)), LogSubjectId(Uuid::from_u128(22))];
    draft.resource.listed = vec![Uuid::from_u128(31), Uuid::from_u128(32), Uuid::from_u128(33)];
    draft.basis = Some("OSL_10_18A@1".to_owned());
    draft.justification = Some(zeroize::Zeroizing::new("Hon ska skyddas från att dras in. åäö".to_owned()));
    draft.change = Some(Change { before: Some(Hash([1; 32])), after: Some(Hash([2; 32])) });
    draft.recipient = Some(Recipient { authority: authority(2), label: "kommunpolis".to_owned() });
    draft
}

#[test]
fn commitments() {
    let opening = Opening {
        seed: core::array::from_fn(|at| u8::try_from(at).unwrap()),
        subjects: telling().subjects,
        listed: telling().resource.listed,
        justification: telling().justification.map(|text| text.as_str().to_owned()),
        before: Some(Hash([1; 32])),
        after: Some(Hash([2; 32])),
    };
    let of = Commitments::of(&opening);
    let list = |list: Option<audit_log::commitment::CommittedList>| {
        list.map(|list| json!({ "n": list.count, "root": list.root }))
    };
    let salts: Vec<Value> = [(Committed::Subject, "subject", 0), (Committed::Subject, "subject", 1), (Committed::Listed, "listed", 2), (Committed::Justification, "justification", 0)]
        .map(|(kind, label, place)| json!({ "label": label, "place": place, "salt": hex(&salt(&opening.seed, kind, place)) }))
        .to_vec();
    let first = commit(&salt(&opening.seed, Committed::Subject, 0), opening.subjects[0].0.as_bytes());
    compare(
        "commitments.json",
        &json!({
            "opening": String::from_utf8(Json::bytes_of(&opening).unwrap()).unwrap(),
            "salts": salts,
            "commitment_to_the_first_subject": hex(&first.0),
            "leaf_holds": { "subj": list(of.subjects), "res.list": list(of.listed), "just": of.justification, "chg.before": of.before, "chg.after": of.after },
        }),
    );
}

/// Opens everything.
struct Glass;

impl Opener for Glass {
    fn open(&self, _: EntryId, sealed: &SealedOpening) -> Option<Opening> {
        serde_json::from_slice(&sealed.bytes).ok()
    }
}

#[derive(Default)]
struct Files(std::collections::BTreeMap<String, Vec<u8>>);

impl Sink for Files {
    fn put(&mut self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.0.insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.0.entry(path.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }
}

#[tokio::test]
async fn a_small_export() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    let mut search = draft(authority(1), Action::SearchPersons);
    search.term = Some(SearchTerm { digest: [5; 16], length: 7 });
    search.purpose_stated = true;
    let mut refused = draft(authority(1), Action::DecideRelease);
    (refused.outcome, refused.recipient, refused.who.role) = (Outcome::Denied, None, None);
    for (second, told) in (0..).zip([draft(authority(1), Action::ReadCase), telling(), search, refused]) {
        let prepared = world.prepare(told.clone());
        drop(world.log.record_as_of(told, vec![prepared], None, monday_noon().plus_seconds(second)).await.unwrap());
    }
    world.ledger.expect_mishaps([Mishap::Fail]);
    for _ in 0..2 {
        let told = draft(authority(1), Action::ReadCase);
        let prepared = world.prepare(told.clone());
        drop(world.log.record_as_of(told, vec![prepared], None, monday_noon().plus_seconds(9)).await);
    }
    world.log.sign_checkpoint(authority(1), &signer()).await.unwrap();
    let mut files = Files::default();
    export(&*world.ledger, authority(1), &signer().verifier(), None, &Glass, &mut files, &|_, _| {}).await.unwrap();
    let entries: Vec<Value> = world.ledger.leaves_in_order(authority(1)).iter().map(|bytes| {
        let leaf: Leaf<'_> = leaf::read(bytes).unwrap();
        json!({ "act": leaf.action, "leaf": String::from_utf8(bytes.clone()).unwrap(), "hash": hex(&leaf_hash(bytes).0) })
    }).collect();
    assert_eq!(entries.len(), 7, "start, four entries, void, one more");
    compare("entries.json", &json!({ "entries": entries }));
    let files: serde_json::Map<String, Value> =
        files.0.into_iter().map(|(path, bytes)| (path, json!(STANDARD.encode(bytes)))).collect();
    compare("export.json", &json!({ "encoding": "base64", "files": files }));
}

#[test]
fn checkpoint() {
    let signed = Checkpoint { origin: signer().origin().to_owned(), size: 300, root: Hash([9; 32]) }.sign(&signer());
    let witness = WitnessSigner::new("police.test/witness", &[4; 32]).unwrap();
    let mut note = signed.note.clone();
    note.signatures.push(witness.cosign(&note, 1_795_431_700));
    assert_eq!(witness.verifier().cosigned(&note), Some(1_795_431_700));
    compare(
        "checkpoint.json",
        &json!({
            "log_seed": hex(&[3; 32]),
            "log_key": signer().verifier().to_string(),
            "checkpoint": signed.note.to_string(),
            "witness_seed": hex(&[4; 32]),
            "witness_key": witness.verifier().to_string(),
            "time": 1_795_431_700_u64,
            "cosigned": note.to_string(),
        }),
    );
}
