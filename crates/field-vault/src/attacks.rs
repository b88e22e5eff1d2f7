//! The attacks of `vault.md`, one test each: whoever can write to the database, the key store or both, and holds no root.

use std::collections::HashSet;

use proptest::prelude::*;
use uuid::Uuid;
use vocabulary::{AgeBand, Sealed};

use crate::world::{POLICE, SOCIAL, World, born, note, start};
use crate::{DataKey, KeySubject, Padding, Place, RootKey, Vault, VaultError};

const TEXT: &str = "Kontaktperson utsedd; uppföljning i januari.";

#[test]
fn a_field_moved_to_another_row_does_not_open() {
    let world = World::new();
    let (_, key) = world.case_key(1);
    let stored = world.write(&key, &note(1), TEXT);
    assert_eq!(World::read(&key, &note(1), &stored).unwrap(), TEXT);
    assert_eq!(World::read(&key, &note(2), &stored), Err(VaultError::NotAuthentic));
}

#[test]
fn a_field_moved_to_another_column_or_table_does_not_open() {
    let world = World::new();
    let (_, key) = world.case_key(1);
    let place = note(1);
    let stored = world.write(&key, &place, TEXT);
    for moved in [Place { column: "summary", ..place }, Place { table: "measure", ..place }] {
        assert_eq!(World::read(&key, &moved, &stored), Err(VaultError::NotAuthentic));
    }
}

#[test]
fn an_older_value_of_a_decisive_field_does_not_open_when_it_is_put_back() {
    let world = World::new();
    let (_, key) = world.case_key(1);
    let first = world.write(&key, &note(1).at_version(1), "granted");
    let second = world.write(&key, &note(1).at_version(2), "revoked");
    assert_eq!(World::read(&key, &note(1).at_version(2), &second).unwrap(), "revoked");
    assert_eq!(World::read(&key, &note(1).at_version(2), &first), Err(VaultError::NotAuthentic));
    assert_eq!(World::read(&key, &note(1), &first), Err(VaultError::NotAuthentic));
}

#[test]
fn a_value_in_another_authoritys_row_does_not_open() {
    let world = World::new();
    let (row, ours) = world.case_key(1);
    let (_, theirs) = world.vault.create_data_key(POLICE, row.subject, 1).unwrap();
    let stored = world.write(&ours, &note(1), TEXT);
    assert_eq!(World::read(&theirs, &note(1), &stored), Err(VaultError::OtherKey));

    let mut moved = row.clone();
    moved.authority = POLICE;
    assert_eq!(world.vault.unlock(&moved).err(), Some(VaultError::ForgedKeyRow));
    assert!(world.vault.cached(POLICE, row.kid).is_none());
}

#[test]
fn one_ciphertext_never_opens_under_two_keys() {
    let world = World::new();
    let (_, one) = world.case_key(1);
    let (_, two) = world.case_key(2);
    let stored = world.write(&one, &note(1), TEXT);
    assert_eq!(World::read(&two, &note(1), &stored), Err(VaultError::OtherKey));

    // Renaming the key in the field does not help: the kid is a commitment to the key and part of what is authenticated.
    let mut renamed = stored;
    renamed[1..17].copy_from_slice(two.kid().0.as_bytes());
    assert_eq!(World::read(&two, &note(1), &renamed), Err(VaultError::NotAuthentic));
}

#[test]
fn a_truncated_extended_or_foreign_field_does_not_open() {
    let world = World::new();
    let (_, key) = world.case_key(1);
    let stored = world.write(&key, &note(1), TEXT);
    for length in 0..stored.len() {
        let expected = if length < 45 { VaultError::Malformed } else { VaultError::NotAuthentic };
        assert_eq!(World::read(&key, &note(1), &stored[..length]), Err(expected), "{length} bytes");
    }
    let mut extended = stored.clone();
    extended.push(0);
    assert_eq!(World::read(&key, &note(1), &extended), Err(VaultError::NotAuthentic));
    let mut later = stored.clone();
    later[0] = 2;
    assert_eq!(World::read(&key, &note(1), &later), Err(VaultError::Malformed));
    assert_eq!(Vault::kid_of(&Sealed::<String>::from_stored(stored)), Some(key.kid()));
    assert_eq!(Vault::kid_of(&Sealed::<String>::from_stored(vec![1; 44])), None);
}

#[test]
fn every_flipped_bit_is_noticed() {
    let world = World::new();
    let (_, key) = world.case_key(1);
    let stored = world.write(&key, &note(1), "x");
    for byte in 0..stored.len() {
        let mut flipped = stored.clone();
        flipped[byte] ^= 1;
        let expected = match byte {
            0 => VaultError::Malformed,
            1..17 => VaultError::OtherKey,
            _ => VaultError::NotAuthentic,
        };
        assert_eq!(World::read(&key, &note(1), &flipped), Err(expected), "byte {byte}");
    }
}

#[test]
fn key_rows_cannot_be_swapped() {
    let world = World::new();
    let (one, _) = world.case_key(1);
    let (two, _) = world.case_key(2);
    world.vault.evict(one.kid);
    world.vault.evict(two.kid);
    let mut swapped = one.clone();
    swapped.wrapped = two.wrapped;
    assert_eq!(world.vault.unlock(&swapped).err(), Some(VaultError::ForgedKeyRow));

    let mut renamed = one.clone();
    renamed.subject = KeySubject::Case(Uuid::from_u128(2).into());
    assert_eq!(world.vault.unlock(&renamed).err(), Some(VaultError::ForgedKeyRow));
    // Also while the true key lies in the cache.
    world.vault.unlock(&one).unwrap();
    assert_eq!(world.vault.unlock(&renamed).err(), Some(VaultError::ForgedKeyRow));
}

#[test]
fn a_key_row_with_another_generation_is_refused() {
    let world = World::new();
    let (row, _) = world.case_key(1);
    world.vault.evict(row.kid);
    let mut wrong = row.clone();
    wrong.generation = 2;
    assert_eq!(world.vault.unlock(&wrong).err(), Some(VaultError::ForgedKeyRow));
    let mut wrong = world.social_row.clone();
    wrong.generation = 2;
    assert_eq!(world.vault.unlock_authority(&wrong).err(), Some(VaultError::ForgedKeyRow));
}

#[test]
fn a_planted_data_key_is_refused_although_recipients_are_public() {
    let world = World::new();
    let (mut row, _) = world.case_key(1);
    // The attacker knows the authority's recipient and seals a key of their own to it; the MAC they cannot make.
    let recipient: age::x25519::Recipient = world.vault.authority(SOCIAL).unwrap().recipient().parse().unwrap();
    row.kid = DataKey::derive(&[7; 32], SOCIAL, row.subject, 1).unwrap().kid();
    row.wrapped.wrapped = age::encrypt(&recipient, &[7; 32]).unwrap();
    assert_eq!(world.vault.unlock(&row).err(), Some(VaultError::ForgedKeyRow));
}

#[test]
fn a_planted_authority_key_is_refused_even_when_the_roots_recipient_is_known() {
    let world = World::new();
    let identity = age::x25519::Identity::generate();
    let root = || RootKey::new(identity.clone()).unwrap();
    world.vault.add_root(SOCIAL, root(), world.recovery.recipient());
    let mut row = world.vault.create_authority_key(SOCIAL, 2).unwrap();
    let text = crate::key_file::unwrap(&row.wrapped.wrapped, &identity).unwrap();
    row.wrapped.wrapped = age::encrypt(&identity.to_public(), &text).unwrap();
    assert_eq!(world.vault.unlock_authority(&row).err(), Some(VaultError::ForgedKeyRow));
}

#[test]
fn an_authority_key_does_not_open_under_another_root() {
    let world = World::new();
    world.vault.add_root(SOCIAL, RootKey::generate().unwrap(), world.recovery.recipient());
    assert_eq!(world.vault.unlock_authority(&world.social_row).err(), Some(VaultError::WrongRoot));
    world.vault.remove_root(SOCIAL);
    assert_eq!(world.vault.unlock_authority(&world.social_row).err(), Some(VaultError::NoRoot));
    assert_eq!(world.vault.cached_keys(), 0);
}

#[test]
fn a_destroyed_key_opens_nothing_and_leaves_the_cache() {
    let world = World::new();
    let (mut row, key) = world.case_key(1);
    assert!(world.vault.cached(SOCIAL, row.kid).is_some());
    row.wrapped.wrapped.clear();
    assert_eq!(world.vault.unlock(&row).err(), Some(VaultError::Erased));
    assert!(world.vault.cached(SOCIAL, key.kid()).is_none());
}

#[test]
fn no_nonce_comes_twice_and_equal_texts_look_different() {
    let world = World::new();
    let (_, key) = world.case_key(1);
    let nonces: HashSet<Vec<u8>> = (0..10_000).map(|_| world.write(&key, &note(1), "x")[17..29].to_vec()).collect();
    assert_eq!(nonces.len(), 10_000);
    assert_ne!(world.write(&key, &note(1), TEXT), world.write(&key, &note(1), TEXT));
}

#[test]
fn a_log_key_seals_no_field_and_opens_none() {
    let world = World::new();
    let log = KeySubject::Log { subject: None, year: 2026 };
    let (_, log) = world.vault.create_data_key(SOCIAL, log, 1).unwrap();
    let (_, key) = world.case_key(1);
    assert_eq!(world.vault.seal(&log, &note(1), &TEXT).err(), Some(VaultError::WrongKind));
    let stored = world.write(&key, &note(1), TEXT);
    assert_eq!(World::read(&log, &note(1), &stored), Err(VaultError::WrongKind));
}

#[test]
fn an_error_never_repeats_what_the_field_holds() {
    let world = World::new();
    let (_, key) = world.case_key(1);
    let stored = world.write(&key, &note(1), "Kevin Testsson 20080314-9801");
    let wrong: Result<u64, _> = Vault::open_place(&key, &note(1), &Sealed::from_stored(stored));
    let error = wrong.unwrap_err();
    assert_eq!(error, VaultError::UnexpectedContent);
    assert!(!format!("{error} {error:?}").contains("Kevin"));
}

#[test]
fn the_length_of_a_field_shows_its_padding_step_only() {
    let world = World::new();
    let (_, key) = world.case_key(1);
    let long = |text: &str| world.write(&key, &note(1), text).len();
    assert_eq!(long("Ja"), long(&"lång anteckning ".repeat(14)));
    assert_eq!(long("Ja"), 29 + 256 + 16);
    let name = Place::of("person", "name", Uuid::from_u128(1));
    let short = |text: &str| world.write(&key, &name, text).len();
    assert_eq!(short("Bo Ek"), short("Alexandra Testdotter Ek"));
}

#[test]
fn a_field_larger_than_a_mebibyte_is_refused() {
    let world = World::new();
    let (_, key) = world.case_key(1);
    let text = "x".repeat(crate::MAX_PLAIN);
    assert_eq!(world.vault.seal(&key, &note(1), &text).err(), Some(VaultError::TooLarge));
    assert!(world.vault.seal(&key, &note(1), &"x".repeat(crate::MAX_PLAIN - 2)).is_ok());
}

#[test]
fn the_age_band_is_a_fact_that_never_gives_the_date() {
    let world = World::new();
    let subject = KeySubject::Person(Uuid::from_u128(5).into());
    let (_, key) = world.vault.create_data_key(SOCIAL, subject, 1).unwrap();
    let place = Place::of("person", "birth_date", Uuid::from_u128(5));
    let sealed = world.vault.seal(&key, &place, &born()).unwrap();
    assert_eq!(world.vault.age_band(&key, &place, &sealed, start().day()), Ok(AgeBand::From18To20));
}

#[test]
fn two_authorities_have_different_blind_indexes_for_the_same_number() {
    let world = World::new();
    let number = "200803149801";
    let social = world.vault.blind_index(SOCIAL, "personal_number", number).unwrap();
    let police = world.vault.blind_index(POLICE, "personal_number", number).unwrap();
    assert_ne!(social, police);
    assert_eq!(social, world.vault.blind_index(SOCIAL, "personal_number", number).unwrap());
    assert_ne!(social, world.vault.blind_index(SOCIAL, "coordination_number", number).unwrap());
    assert_ne!(social, world.vault.term_digest(SOCIAL, number).unwrap());

    // A later generation gives another index; the older one can still be asked for while rows are renewed.
    world.vault.create_authority_key(SOCIAL, 2).unwrap();
    assert_ne!(social, world.vault.blind_index(SOCIAL, "personal_number", number).unwrap());
    let older = &world.vault.generations(SOCIAL).unwrap()[1];
    assert_eq!(social, older.blind_index("personal_number", number));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_survives_its_seal(text in ".{0,400}", version in proptest::option::of(any::<i64>()), row in any::<u128>()) {
        let world = World::new();
        let (_, key) = world.case_key(1);
        let place = Place { version, ..note(row) };
        let stored = world.write(&key, &place, &text);
        let json = serde_json::to_vec(&text).unwrap().len();
        prop_assert_eq!(stored.len(), 29 + Padding::Long.padded(json) + 16);
        prop_assert_eq!(World::read(&key, &place, &stored).unwrap(), text);
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(stored in proptest::collection::vec(any::<u8>(), 0..400)) {
        let world = World::new();
        let (_, key) = world.case_key(1);
        prop_assert!(World::read(&key, &note(1), &stored).is_err());
    }
}
