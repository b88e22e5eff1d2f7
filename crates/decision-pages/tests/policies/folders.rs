//! Policy folders that somebody may have tampered with.
#![cfg(unix)]

use std::{fs, os::unix::fs::symlink, path::Path};

use crate::support::{POLICY, VOCABULARY, model};
use decision_pages::{Pages, PolicyFolder, limits};
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("model.conf"), model()).unwrap();
    fs::write(folder.path().join("policy.csv"), format!("{POLICY}# end\n")).unwrap();
    fs::write(folder.path().join("vocabulary.toml"), VOCABULARY).unwrap();
    folder
}

fn refusals(folder: &Path) -> Vec<String> {
    PolicyFolder::read(folder).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_sound_folder_reads_and_compiles() {
    let folder = folder();
    let texts = PolicyFolder::read(folder.path()).unwrap();
    assert!(Pages::compile(&texts.text()).is_ok());
}

#[test]
fn a_missing_folder_or_file_is_named() {
    assert!(refusals(Path::new("/nowhere/at/all"))[0].contains("cannot be opened"));
    let folder = folder();
    fs::remove_file(folder.path().join("policy.csv")).unwrap();
    fs::remove_file(folder.path().join("model.conf")).unwrap();
    let refusals = refusals(folder.path());
    assert_eq!(refusals.len(), 2);
    assert!(refusals[0].starts_with("model.conf:1:1: cannot be read"));
    assert!(refusals[1].starts_with("policy.csv:1:1: cannot be read"));
}

#[test]
fn links_folders_and_pipes_in_place_of_files_are_refused() {
    let (real, folder) = (folder(), folder());
    let policy = folder.path().join("policy.csv");
    fs::remove_file(&policy).unwrap();
    symlink(real.path().join("policy.csv"), &policy).unwrap();
    assert!(refusals(folder.path())[0].contains("no regular file"));
    fs::remove_file(&policy).unwrap();
    fs::create_dir(&policy).unwrap();
    assert!(refusals(folder.path())[0].contains("no regular file"));
    let link = folder.path().join("link");
    symlink(real.path(), &link).unwrap();
    assert!(refusals(&link)[0].contains("not a folder"));
}

#[test]
fn a_gigabyte_of_nothing_is_refused_without_reading_it() {
    let folder = folder();
    let file = fs::File::create(folder.path().join("policy.csv")).unwrap();
    file.set_len(1 << 30).unwrap();
    assert!(refusals(folder.path())[0].contains(&format!("keep it at {} bytes", limits::POLICY_BYTES)));
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let folder = folder();
    fs::write(folder.path().join("vocabulary.toml"), [0xff, 0xfe, 0x00]).unwrap();
    assert!(refusals(folder.path())[0].contains("not plain text"));
}
