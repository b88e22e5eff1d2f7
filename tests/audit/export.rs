//! Exports as an operator makes them and as strangers verify them, with our program and with none of our code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use audit_log::verify::directory::{CHECKPOINT, PART};

use crate::instance::{Place, audit_verify, said};
use crate::rewriting::leaves_of;

/// What a program says that was written from FORMAT.md alone, in plain Node.
fn stranger(directory: &Path, place: &Place) -> Option<String> {
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../audit/stranger.mjs");
    let key = place.signer().verifier().to_string();
    let output = Command::new("node").arg(program).arg(directory).arg(key).output().ok();
    assert!(output.is_some() || std::env::var_os("CI").is_none(), "no node: the stranger's check must run in CI");
    output.map(|output| said(&output))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_an_access_and_anybody_can_verify_it() {
    let place = Place::set_up().await;
    place.write(&Place::this_month(), true).await;
    let home = tempfile::tempdir().unwrap();
    let whole = home.path().join("whole");
    let made = place.export(&whole, &[]);
    assert!(made.status.success(), "{}", said(&made));
    let checkpoint = fs::read_to_string(whole.join(CHECKPOINT)).unwrap();
    let (size, root) = (checkpoint.lines().nth(1).unwrap(), checkpoint.lines().nth(2).unwrap());
    let leaves = leaves_of(&whole, size.parse().unwrap());
    let last = String::from_utf8(leaves.last().unwrap().clone()).unwrap();
    assert!(last.contains("\"act\":\"audit.export\"") && last.contains("\"cat\":\"disclose\""), "{last}");
    assert!(!whole.join(PART).exists());
    let verified = audit_verify(&whole, &place, &[]);
    assert!(verified.status.success(), "{}", said(&verified));
    if let Some(said) = stranger(&whole, &place) {
        assert_eq!(said, format!("whole {size} {root}\n"));
    }
    let again = place.export(&whole, &[]);
    assert_eq!(again.status.code(), Some(1), "an export is not written over another: {}", said(&again));

    // A period: the entries of 2012 are 301, so the second page begins with the last of them.
    let part = home.path().join("part");
    let made = place.export(&part, &["--from", "2020-01-01"]);
    assert!(made.status.success(), "{}", said(&made));
    assert!(part.join(PART).exists() && !part.join("tile/entries/000").exists());
    let verified = audit_verify(&part, &place, &[]);
    let report: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert!(verified.status.success(), "{}", said(&verified));
    assert_eq!((report["first"].as_u64(), report["end"].as_u64() == report["size"].as_u64()), (Some(256), true));
    let early = home.path().join("early");
    let made = place.export(&early, &["--to", "2012-12-31"]);
    assert!(made.status.success(), "{}", said(&made));
    let report: serde_json::Value = serde_json::from_slice(&audit_verify(&early, &place, &[]).stdout).unwrap();
    assert_eq!(
        (report["ok"].as_bool(), report["first"].as_u64(), report["end"].as_u64()),
        (Some(true), Some(0), Some(512))
    );
    for (directory, first, end) in [(&part, 256, 0), (&early, 0, 512)] {
        let checkpoint = fs::read_to_string(directory.join(CHECKPOINT)).unwrap();
        let (size, root) = (checkpoint.lines().nth(1).unwrap(), checkpoint.lines().nth(2).unwrap());
        let end = if end == 0 { size.to_owned() } else { end.to_string() };
        if let Some(said) = stranger(directory, &place) {
            assert_eq!(said, format!("part {first} {end} of {size} {root}\n"));
        }
    }

    // A part that claims to be all, and a page of it that was changed.
    fs::remove_file(part.join(PART)).unwrap();
    assert_eq!(audit_verify(&part, &place, &[]).status.code(), Some(20), "its tiles are not all there");
    let bundle = early.join("tile/entries/001");
    let mut bytes = fs::read(&bundle).unwrap();
    bytes[3000] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    assert_eq!(audit_verify(&early, &place, &[]).status.code(), Some(30));
    if let Some(said) = stranger(&early, &place) {
        assert_eq!(said, "tile/0/001 is not the tile of these leaves\n");
    }

    let nothing = place.export(&home.path().join("nothing"), &["--from", "2013-01-01", "--to", "2013-12-31"]);
    assert_eq!(nothing.status.code(), Some(1), "{}", said(&nothing));
    assert!(said(&nothing).contains("no entry of that period"), "{}", said(&nothing));
}
