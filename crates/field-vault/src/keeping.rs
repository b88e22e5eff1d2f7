//! Keeping keys: cache, rotation, recovery and identity files. Tests only.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use vocabulary::SeededEntropy;

use crate::world::{SOCIAL, World, note, start};
use crate::{IdentityError, IdentitySource, RecoveryKey, RecoveryRecipient, RootKey, Vault, VaultError};

#[test]
fn an_unlocked_key_is_kept_for_a_while_and_no_longer() {
    let world = World::new();
    let (row, _) = world.case_key(1);
    assert!(world.vault.cached(SOCIAL, row.kid).is_some());
    world.clock.set(start().plus_seconds(61));
    assert!(world.vault.cached(SOCIAL, row.kid).is_none());
    world.vault.sweep();
    assert_eq!(world.vault.cached_keys(), 0);
    assert_eq!(world.vault.unlock(&row).unwrap().kid(), row.kid);
}

#[test]
fn the_cache_is_bounded() {
    let world = World::new();
    for case in 0..20 {
        world.case_key(case);
    }
    assert_eq!(world.vault.cached_keys(), 8);
}

#[test]
fn another_process_with_the_same_root_file_opens_what_was_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("social.root");
    RootKey::generate().unwrap().to_file(&path).unwrap();
    let recovery = RecoveryKey::generate().recipient();
    let process = |seed| {
        let clock = Arc::new(vocabulary::FixedClock::at(start()));
        let vault = Vault::new(Arc::new(SeededEntropy::new(seed)), clock);
        vault.add_root(SOCIAL, RootKey::from_file(&path).unwrap(), recovery.clone());
        vault
    };
    let first = process(1);
    let authority = first.create_authority_key(SOCIAL, 1).unwrap();
    let (row, key) = first.create_data_key(SOCIAL, crate::KeySubject::Authority, 1).unwrap();
    let sealed = first.seal(&key, &note(1), &"text".to_owned()).unwrap();

    let second = process(2);
    assert_eq!(second.unlock(&row).err(), Some(VaultError::Locked));
    second.unlock_authority(&authority).unwrap();
    let key = second.unlock(&row).unwrap();
    assert_eq!(World::read(&key, &note(1), sealed.as_stored()).unwrap(), "text");
    let (ours, theirs) = (first.authority(SOCIAL).unwrap(), second.authority(SOCIAL).unwrap());
    assert_eq!(ours.recipient(), theirs.recipient());
    assert_eq!(ours.verifying(), theirs.verifying());
}

#[test]
fn a_new_authority_key_leaves_old_rows_readable_and_takes_over_one_row_at_a_time() {
    let world = World::new();
    let (row, key) = world.case_key(1);
    let stored = world.write(&key, &note(1), "before");
    world.vault.create_authority_key(SOCIAL, 2).unwrap();
    world.vault.evict(row.kid);

    let old = world.vault.unlock(&row).unwrap();
    assert_eq!(World::read(&old, &note(1), &stored).unwrap(), "before");
    assert_eq!(world.vault.is_outdated(&row), Ok(true));
    let renewed = world.vault.rewrap(&row).unwrap();
    assert_eq!(world.vault.is_outdated(&renewed), Ok(false));
    assert_eq!(renewed.kid, row.kid);
    world.vault.evict(row.kid);
    let new = world.vault.unlock(&renewed).unwrap();
    assert_eq!(World::read(&new, &note(1), &stored).unwrap(), "before");
}

#[test]
fn a_new_root_takes_over_without_touching_anything_below() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.root");
    RootKey::generate().unwrap().to_file(&path).unwrap();
    let world = World::new();
    let (row, _) = world.case_key(1);
    let old = RootKey::generate().unwrap();
    let made_under_another =
        world.social_row.rewrap(&old, &RootKey::from_file(&path).unwrap(), &world.recovery.recipient());
    assert_eq!(made_under_another.err(), Some(VaultError::WrongRoot));

    let first = folder.path().join("first.root");
    let root = RootKey::generate().unwrap();
    root.to_file(&first).unwrap();
    world.vault.add_root(SOCIAL, root, world.recovery.recipient());
    let second_generation = world.vault.create_authority_key(SOCIAL, 2).unwrap();
    let row = world.vault.rewrap(&row).unwrap();
    let root = RootKey::from_file(&first).unwrap();
    let moved =
        second_generation.rewrap(&root, &RootKey::from_file(&path).unwrap(), &world.recovery.recipient()).unwrap();
    world.vault.remove_root(SOCIAL);
    world.vault.add_root(SOCIAL, RootKey::from_file(&path).unwrap(), world.recovery.recipient());
    world.vault.unlock_authority(&moved).unwrap();
    assert!(world.vault.unlock(&row).is_ok());
    assert_eq!(world.vault.unlock_authority(&second_generation).err(), Some(VaultError::WrongRoot));
}

#[test]
fn the_recovery_identity_opens_everything_when_the_root_is_lost() {
    let world = World::new();
    let (row, key) = world.case_key(1);
    let stored = world.write(&key, &note(1), "kept");
    world.vault.remove_root(SOCIAL);

    let new_root = RootKey::generate().unwrap();
    let authority = world.social_row.recover(&world.recovery, &new_root).unwrap();
    world.vault.add_root(SOCIAL, new_root, world.recovery.recipient());
    world.vault.unlock_authority(&authority).unwrap();
    let key = world.vault.unlock(&row).unwrap();
    assert_eq!(World::read(&key, &note(1), &stored).unwrap(), "kept");

    // And a data key alone, under an authority key of a new making.
    world.vault.remove_root(SOCIAL);
    world.vault.add_root(SOCIAL, RootKey::generate().unwrap(), world.recovery.recipient());
    world.vault.create_authority_key(SOCIAL, 1).unwrap();
    assert_eq!(world.vault.unlock(&row).err(), Some(VaultError::ForgedKeyRow));
    let keys = world.vault.authority(SOCIAL).unwrap();
    let recovered = row.recover(&world.recovery, &keys).unwrap();
    let key = world.vault.unlock(&recovered).unwrap();
    assert_eq!(World::read(&key, &note(1), &stored).unwrap(), "kept");
    assert_eq!(row.recover(&RecoveryKey::generate(), &keys).err(), Some(VaultError::WrongRoot));
}

#[test]
fn a_root_file_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    RootKey::generate().unwrap().to_file(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode, 0o600);
    for open in [0o644, 0o640, 0o604, 0o660] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(open)).unwrap();
        let Err(IdentityError::TooOpen { mode, .. }) = RootKey::from_file(&path) else {
            panic!("{open:o} was accepted")
        };
        assert_eq!(mode, open);
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    assert!(RootKey::load(&IdentitySource::File(path)).is_ok());
}

#[test]
fn an_existing_root_file_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    RootKey::generate().unwrap().to_file(&path).unwrap();
    let error = RootKey::generate().unwrap().to_file(&path).unwrap_err();
    assert!(matches!(error, IdentityError::File { kind: std::io::ErrorKind::AlreadyExists, .. }));
}

#[test]
fn a_root_comes_from_a_credential_or_a_command_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    RootKey::generate().unwrap().to_file(&path).unwrap();
    let recipient = |identity: age::x25519::Identity| identity.to_public().to_string();
    let expected = recipient(crate::identity_file::from_file(&path).unwrap());

    let credential = crate::identity_file::from_credential(Some(folder.path()), "root").unwrap();
    assert_eq!(recipient(credential), expected);
    let command = ["cat".to_owned(), path.display().to_string()];
    assert_eq!(recipient(crate::identity_file::from_command(&command).unwrap()), expected);

    let refused = |result: Result<age::x25519::Identity, IdentityError>| result.err().unwrap();
    assert!(matches!(refused(crate::identity_file::from_credential(None, "root")), IdentityError::NoCredentials));
    assert!(matches!(
        refused(crate::identity_file::from_credential(Some(folder.path()), "../root")),
        IdentityError::CredentialName
    ));
    assert!(matches!(
        refused(crate::identity_file::from_command(&["false".to_owned()])),
        IdentityError::Command { .. }
    ));
    assert!(matches!(refused(crate::identity_file::from_command(&["echo".to_owned()])), IdentityError::NotAnIdentity));
    assert!(matches!(refused(crate::identity_file::from_command(&[])), IdentityError::Command { .. }));
}

#[test]
fn a_recovery_recipient_is_read_from_its_text() {
    let key = RecoveryKey::generate();
    let text = key.recipient().to_string();
    assert!(text.starts_with("age1"));
    assert_eq!(RecoveryRecipient::parse(&format!(" {text}\n")).unwrap().to_string(), text);
    assert!(RecoveryRecipient::parse("age1nonsense").is_err());
}

#[test]
fn unwrapping_a_data_key_is_a_matter_of_microseconds() {
    let world = World::new();
    let (row, _) = world.case_key(1);
    let started = std::time::Instant::now();
    for _ in 0..100 {
        world.vault.evict(row.kid);
        world.vault.unlock(&row).unwrap();
    }
    // Generous: this guards against a key that is unwrapped per field or a work factor, not against a slow machine.
    assert!(started.elapsed().as_millis() < 2_000, "{:?} for 100", started.elapsed());
}
