//! The program as an operator meets it: set up, checked, verified, refused.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result};

fn samlad(arguments: &[&str]) -> Result<Output> {
    Ok(Command::new(env!("CARGO_BIN_EXE_samlad")).args(arguments).env("RUST_LOG", "warn").output()?)
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn init(folder: &Path, more: &[&str]) -> Result<Output> {
    let folder = folder.to_str().context("a path that is text")?;
    let fixed = [
        "init",
        "--folder",
        folder,
        "--kind",
        "social_board",
        "--phone",
        "031-390 06 10",
        "--administrator",
        "Nils Ahlqvist",
    ];
    samlad(&[&fixed[..], more].concat())
}

#[test]
fn an_operator_sets_up_an_instance_and_finds_it_sound() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("samlad");
    let made = init(&folder, &["--name", "Socialnämnden i Mellerud", "--place", "Mellerud"]).unwrap();
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(said(&made).matches("/sign-in/").count(), 1, "the link is shown once");
    for key in ["root", "recovery", "log-seed"] {
        let file = folder.join(format!("keys/socialnamnden-i-mellerud.{key}"));
        let permissions = std::fs::metadata(&file).unwrap().permissions().mode() & 0o7777;
        assert_eq!(permissions, 0o600, "{key}");
    }

    let again = init(&folder, &["--name", "Socialnämnden i Mellerud"]).unwrap();
    assert_eq!(again.status.code(), Some(1), "what exists is not overwritten");
    let added = init(&folder, &["--add", "--name", "Barn- och utbildningsnämnden"]).unwrap();
    assert!(added.status.success(), "{}", said(&added));

    let config = folder.join("samlad.toml");
    let config = config.to_str().unwrap();
    for command in [
        &["doctor", "--deep", "--config", config][..],
        &["audit", "verify", "--config", config],
        &["migrate", "--check", "--config", config],
        &["audit", "key", "--config", config],
    ] {
        let output = samlad(command).unwrap();
        assert!(output.status.success(), "{command:?}: {}", said(&output));
    }
    let verified = samlad(&["audit", "verify", "--config", config]).unwrap();
    assert_eq!(said(&verified).matches("sound").count(), 2, "{}", said(&verified));
}

#[test]
fn a_configuration_that_is_not_understood_or_a_key_that_others_may_read_ends_with_four() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("samlad");
    assert!(init(&folder, &["--name", "Nämnden"]).unwrap().status.success());
    let path = folder.join("samlad.toml");
    let config = path.to_str().unwrap();
    let root = folder.join("keys/namnden.root");
    std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = samlad(&["doctor", "--config", config]).unwrap();
    assert_eq!(refused.status.code(), Some(4), "{}", said(&refused));
    std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o600)).unwrap();

    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("idle_minutes", "idel_minutes")).unwrap();
    let refused = samlad(&["serve", "--config", config]).unwrap();
    assert_eq!(refused.status.code(), Some(4), "{}", said(&refused));
    assert!(said(&refused).contains("idel_minutes"), "{}", said(&refused));
}

#[test]
fn the_policy_is_printed_as_it_is_kept() {
    let kept = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policy/matrix.tsv")).unwrap();
    let printed = samlad(&["policy", "matrix", "--format", "tsv"]).unwrap();
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), kept);
    assert!(samlad(&["policy", "check"]).unwrap().status.success());
    let why = samlad(&[
        "policy",
        "explain",
        "--role",
        "police_coordinator",
        "--action",
        "case.read",
        "--assigned",
        "none",
        "--class",
        "standard",
    ])
    .unwrap();
    assert!(why.status.success() && !why.stdout.is_empty(), "{}", said(&why));
}

#[test]
fn two_instances_come_to_know_each_other_by_card_and_telephone() {
    let home = tempfile::tempdir().unwrap();
    let (ours, theirs) = (home.path().join("ours"), home.path().join("theirs"));
    assert!(init(&ours, &["--name", "Nämnden"]).unwrap().status.success());
    assert!(init(&theirs, &["--name", "Grannen"]).unwrap().status.success());
    let shown = samlad(&["authority", "card", "--config", theirs.join("samlad.toml").to_str().unwrap()]).unwrap();
    assert!(shown.status.success(), "{}", said(&shown));
    let card = home.path().join("card.toml");
    std::fs::write(&card, &shown.stdout).unwrap();
    let fingerprint = said(&shown).split("fingerprint ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let (config, card) = (ours.join("samlad.toml"), card.to_str().unwrap().to_owned());
    let introduce = |fingerprint: &str| {
        samlad(&[
            "authority",
            "introduce",
            "--config",
            config.to_str().unwrap(),
            "--card",
            &card,
            "--fingerprint",
            fingerprint,
        ])
        .unwrap()
    };
    assert_eq!(introduce("0000-0000-0000-0000").status.code(), Some(1), "a swapped card is noticed");
    let known = introduce(&fingerprint);
    assert!(known.status.success(), "{}", said(&known));
    assert_eq!(introduce(&fingerprint).status.code(), Some(1), "nobody is introduced twice");
}
