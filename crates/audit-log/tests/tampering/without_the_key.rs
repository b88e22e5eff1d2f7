//! What somebody can do who holds the export and not the key.

use super::*;

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
