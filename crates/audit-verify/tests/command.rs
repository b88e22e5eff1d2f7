//! The program as somebody runs it who has only an export and a key.

#![cfg(test)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use audit_log::export::{DirectorySink, export};
use audit_log::testing::{Action, MemoryLog, authority, draft, monday_noon};
use audit_log::{AppendMode, LogSigner, Withhold};

fn signer() -> LogSigner {
    LogSigner::new("samlad.test/audit/board", &[3; 32]).unwrap()
}

async fn export_to(directory: &Path) {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    let history = (0..300)
        .map(|second| (monday_noon().plus_seconds(second), world.prepare(draft(authority(1), Action::ReadCase))))
        .collect();
    world.log.import(history, None).await.unwrap();
    world.log.sign_checkpoint(authority(1), &signer()).await.unwrap();
    export(
        &*world.ledger,
        authority(1),
        &signer().verifier(),
        None,
        &Withhold,
        &mut DirectorySink::new(directory),
        &|_, _| {},
    )
    .await
    .unwrap();
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_audit-verify")).arg(directory).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test]
async fn a_stranger_with_the_key_learns_whether_the_log_is_whole() {
    let directory = tempfile::tempdir().unwrap();
    export_to(directory.path()).await;
    let key = signer().verifier().to_string();
    let whole = run(directory.path(), &["--key", &key]);
    assert!(whole.status.success(), "{}", said(&whole));
    assert!(said(&whole).starts_with("whole: samlad.test/audit/board\n  entries    301\n"));
    assert!(!said(&whole).contains("note:"));
    assert!(said(&run(directory.path(), &[])).contains("note: the key was taken from the export itself"));

    let json: serde_json::Value =
        serde_json::from_str(&said(&run(directory.path(), &["--json", "--key", &key]))).unwrap();
    assert_eq!(
        (json["ok"].as_bool(), json["size"].as_u64(), json["keyFromExport"].as_bool()),
        (Some(true), Some(301), Some(false))
    );

    let other = LogSigner::new("samlad.test/audit/board", &[4; 32]).unwrap().verifier().to_string();
    let signed_by_another = run(directory.path(), &["--key", &other]);
    assert_eq!(
        (signed_by_another.status.code(), said(&signed_by_another)),
        (Some(12), "NOT WHOLE (checkpoint-signature): the checkpoint is not signed with the log's key\n".to_owned())
    );

    let checkpoint = directory.path().join("checkpoint");
    let known = run(directory.path(), &["--known", checkpoint.to_str().unwrap()]);
    assert!(known.status.success());

    let bundle = directory.path().join("tile/entries/000");
    let mut bytes = fs::read(&bundle).unwrap();
    bytes[3000] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    let changed = run(directory.path(), &["--json"]);
    assert_eq!(changed.status.code(), Some(30));
    assert!(said(&changed).contains("\"error\":\"changed\""));
}

#[test]
fn what_cannot_be_read_is_said_and_not_mistaken_for_a_whole_log() {
    let empty = tempfile::tempdir().unwrap();
    let nothing = run(empty.path(), &[]);
    assert_eq!(nothing.status.code(), Some(3), "{}", said(&nothing));
    let key = signer().verifier().to_string();
    assert_eq!(run(empty.path(), &["--key", &key]).status.code(), Some(16));
    assert_eq!(run(empty.path(), &["--no-such-option"]).status.code(), Some(2));
}

#[test]
fn the_help_shows_an_example() {
    let help = run(Path::new("--help"), &[]);
    assert!(help.status.success());
    assert!(said(&help).contains("audit-verify ./export --key") && said(&help).contains("Exit codes"));
}
