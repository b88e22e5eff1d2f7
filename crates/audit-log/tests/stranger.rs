//! `audit/FORMAT.md` is enough: a program that was written from it, in another language and with none of our code, agrees with us.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use audit_log::LogSigner;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

fn audit() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../audit")
}

fn unpack(directory: &Path) {
    let export: Value =
        serde_json::from_str(&fs::read_to_string(audit().join("vectors/export.json")).unwrap()).unwrap();
    for (path, bytes) in export["files"].as_object().unwrap() {
        let file = directory.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, STANDARD.decode(bytes.as_str().unwrap()).unwrap()).unwrap();
    }
}

fn ask(directory: &Path) -> Option<String> {
    let key = LogSigner::new("samlad.test/audit/board", &[3; 32]).unwrap().verifier().to_string();
    let output = Command::new("node").arg(audit().join("stranger.mjs")).arg(directory).arg(key).output().ok()?;
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_stranger_finds_the_same_log_whole_and_the_same_faults() {
    let directory = tempfile::tempdir().unwrap();
    unpack(directory.path());
    let Some(said) = ask(directory.path()) else {
        println!("no node on this machine: not checked here");
        return;
    };
    let trust = audit_log::Trust::in_key(LogSigner::new("samlad.test/audit/board", &[3; 32]).unwrap().verifier());
    let ours = audit_log::verify::directory::verify(directory.path(), trust, &|_, _| {}).unwrap();
    assert_eq!(said, format!("whole {} {}\n", ours.size, ours.root));
    for (path, from, to, fault) in [
        ("tile/entries/000.p/7", "\"allow\"", "\"error\"", "tile/0/000.p/7 is not the tile of these leaves\n"),
        ("checkpoint", "\n7\n", "\n8\n", "the checkpoint is not signed with the log's key\n"),
        ("index.jsonl", "\"outcome\":\"deny\"", "\"outcome\":\"allow\"", "index row 4 does not fit\n"),
        ("openings.jsonl", "dras in", "dras ut", "the opening of entry 2 does not fit\n"),
    ] {
        unpack(directory.path());
        let file = directory.path().join(path);
        let bytes = fs::read(&file).unwrap();
        let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        let changed = [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat();
        fs::write(&file, changed).unwrap();
        assert_eq!(ask(directory.path()).unwrap(), fault, "{path}");
    }
}
