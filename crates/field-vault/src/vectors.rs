//! The published vectors (`tests/vectors.json`, described in `docs/formats.md`): what is written today opens what was written then. Tests only.
//!
//! The same is asked of vectors made on the spot, so that what `cargo xtask vectors field-vault` would write is known to hold before it is needed.

use std::sync::Arc;

use audit_log::Opening;
use serde_json::{Value, json};
use uuid::Uuid;
use vocabulary::{AuthorityId, FixedClock, KeyId, SeededEntropy, WrappedKey};

use crate::world::{SOCIAL, start};
use crate::{
    AuthorityKeyRow, DataKey, DataKeyRow, KeySubject, Padding, Place, RecoveryKey, RootKey, Vault, codec, key_file,
    opening,
};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors.json");
const CASE: Uuid = Uuid::from_u128(0xca5e);
const NUMBER: &str = "200803149801";
const TERM: &str = "Testsson";

/// Contents with their places: a note, a decisive field with its version, a padded name.
fn contents() -> [(Place, &'static str); 3] {
    [
        (Place::of("note", "text", Uuid::from_u128(0x11)), "Kontaktperson utsedd; uppföljning i januari."),
        (Place::of("consent", "state", Uuid::from_u128(0x22)).at_version(3), "given"),
        (Place::of("person", "name", Uuid::from_u128(0x33)), "Kim Testsson"),
    ]
}

fn log_opening() -> Opening {
    let justification = Some("Månadskontroll".to_owned());
    Opening {
        seed: [9; 32],
        subjects: vec![Uuid::from_u128(5).into()],
        listed: vec![],
        justification,
        before: None,
        after: None,
    }
}

fn nonce(number: usize) -> [u8; 12] {
    [u8::try_from(number).unwrap(); 12]
}

/// The published vectors, and new ones.
fn both() -> [Value; 2] {
    [published(), made()]
}

#[test]
fn the_published_keys_open() {
    both().iter().for_each(keys_open);
}

fn keys_open(vectors: &Value) {
    let vault = unlocked(vectors);
    let key = vault.unlock(&data_row(&vectors["dataKey"])).unwrap();
    assert_eq!(key.kid(), KeyId(uuid(&vectors["dataKey"]["kid"])));
    let keys = vault.authority(SOCIAL).unwrap();
    assert_eq!(keys.recipient(), text(&vectors["authorityKey"]["recipient"]));
    assert_eq!(hex(&keys.verifying()), text(&vectors["authorityKey"]["verifying"]));

    let recovery = recovery(vectors);
    let row = authority_row(&vectors["authorityKey"]);
    assert!(row.recover(&recovery, &RootKey::generate().unwrap()).is_ok());
    assert!(data_row(&vectors["dataKey"]).recover(&recovery, &keys).is_ok());
}

#[test]
fn the_published_fields_open_and_are_sealed_to_the_same_bytes() {
    both().iter().for_each(fields_open);
}

fn fields_open(vectors: &Value) {
    let key = unlocked(vectors).unlock(&data_row(&vectors["dataKey"])).unwrap();
    let fields = vectors["fields"].as_array().unwrap();
    assert_eq!(fields.len(), contents().len());
    for (number, (field, (place, plain))) in fields.iter().zip(contents()).enumerate() {
        let stored = unhex(&field["stored"]);
        let opened: String = Vault::open_place(&key, &place, &vocabulary::Sealed::from_stored(stored.clone())).unwrap();
        assert_eq!(opened, plain);
        assert_eq!(place.aad(key.kid()), unhex(&field["aad"]));
        assert_eq!(
            codec::seal(&key, nonce(number), &place.aad(key.kid()), &plain, Padding::of(&place)).unwrap(),
            stored
        );
    }
}

#[test]
fn the_published_log_opening_opens() {
    both().iter().for_each(log_opening_opens);
}

fn log_opening_opens(vectors: &Value) {
    let key = unlocked(vectors).unlock(&data_row(&vectors["logKey"])).unwrap();
    let entry = uuid(&vectors["opening"]["entry"]).into();
    let aad = opening::opening_aad(entry, key.kid());
    assert_eq!(aad, unhex(&vectors["opening"]["aad"]));
    let opened: Opening = codec::open(&key, &aad, &unhex(&vectors["opening"]["stored"])).unwrap();
    assert!(opened == log_opening());
}

#[test]
fn the_published_blind_index_is_found() {
    both().iter().for_each(blind_index_is_found);
}

fn blind_index_is_found(vectors: &Value) {
    let vault = unlocked(vectors);
    let blind = &vectors["blindIndex"];
    let index = vault.blind_index(SOCIAL, "personal_number", text(&blind["value"])).unwrap();
    assert_eq!(hex(&index), text(&blind["index"]));
    let term = vault.term_digest(SOCIAL, text(&vectors["term"]["value"])).unwrap();
    assert_eq!(hex(&term), text(&vectors["term"]["digest"]));
}

/// `cargo xtask vectors field-vault` writes new vectors: when a format gets a new version, never to make a failing test pass.
#[test]
fn new_vectors_have_the_form_of_the_published_ones() {
    let made = made();
    let names =
        |vectors: &Value| vectors.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(FILE, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    } else {
        assert_eq!(names(&made), names(&published()));
    }
}

/// Vectors under keys that nobody has seen before.
fn made() -> Value {
    let root = age::x25519::Identity::generate();
    let recovery = RecoveryKey::generate();
    let vault = empty();
    vault.add_root(SOCIAL, RootKey::new(root.clone()).unwrap(), recovery.recipient());
    let authority = vault.create_authority_key(SOCIAL, 1).unwrap();
    let keys = vault.authority(SOCIAL).unwrap();
    let inside = key_file::unwrap(&authority.wrapped.wrapped, &root).unwrap();
    let make = |subject| vault.create_data_key(SOCIAL, subject, 1).unwrap();
    let (row, key) = make(KeySubject::Case(CASE.into()));
    let (log_row, log_key) = make(KeySubject::Log { subject: None, year: 2026 });

    let fields: Vec<Value> = contents()
        .into_iter()
        .enumerate()
        .map(|(number, (place, plain))| {
            let aad = place.aad(key.kid());
            let stored = codec::seal(&key, nonce(number), &aad, &plain, Padding::of(&place)).unwrap();
            json!({
                "table": place.table, "column": place.column, "row": place.row, "version": place.version,
                "plain": plain, "nonce": hex(&nonce(number)), "aad": hex(&aad), "stored": hex(&stored),
            })
        })
        .collect();
    let entry = Uuid::from_u128(0x77);
    let aad = opening::opening_aad(entry.into(), log_key.kid());
    let opening = codec::seal(&log_key, nonce(9), &aad, &log_opening(), Padding::Long).unwrap();
    json!({
        "about": "Keys and fields of docs/formats.md. Synthetic; used nowhere. All byte strings in hexadecimal.",
        "root": { "identity": secret(&root) },
        "recovery": { "identity": secret(&recovery.0), "recipient": recovery.recipient().to_string() },
        "authorityKey": {
            "authority": SOCIAL, "generation": 1, "file": hex(&authority.wrapped.wrapped), "mac": hex(&authority.wrapped.mac),
            "content": std::str::from_utf8(&inside).unwrap(), "recipient": keys.recipient(), "verifying": hex(&keys.verifying()),
        },
        "dataKey": written(&row, &root_secret(&row, keys.identity())),
        "logKey": written(&log_row, &root_secret(&log_row, keys.identity())),
        "fields": fields,
        "opening": { "entry": entry, "nonce": hex(&nonce(9)), "aad": hex(&aad), "content": log_opening(), "stored": hex(&opening) },
        "blindIndex": { "column": "personal_number", "value": NUMBER, "index": hex(&keys.blind_index("personal_number", NUMBER)) },
        "term": { "value": TERM, "digest": hex(&keys.term_digest(TERM)) },
    })
}

fn published() -> Value {
    serde_json::from_str(include_str!("../tests/vectors.json")).unwrap()
}

fn empty() -> Vault {
    Vault::new(Arc::new(SeededEntropy::new(2026)), Arc::new(FixedClock::at(start())))
}

fn unlocked(vectors: &Value) -> Vault {
    let vault = empty();
    let root = text(&vectors["root"]["identity"]).parse().unwrap();
    vault.add_root(SOCIAL, RootKey::new(root).unwrap(), recovery(vectors).recipient());
    vault.unlock_authority(&authority_row(&vectors["authorityKey"])).unwrap();
    vault
}

fn recovery(vectors: &Value) -> RecoveryKey {
    RecoveryKey(text(&vectors["recovery"]["identity"]).parse().unwrap())
}

fn authority_row(value: &Value) -> AuthorityKeyRow {
    let authority = AuthorityId(uuid(&value["authority"]));
    AuthorityKeyRow {
        authority,
        generation: value["generation"].as_i64().unwrap(),
        wrapped: wrapped(value),
        created: start(),
    }
}

fn data_row(value: &Value) -> DataKeyRow {
    let subject = &value["subject"];
    let year = i32::try_from(subject["year"].as_i64().unwrap()).unwrap();
    DataKeyRow {
        kid: KeyId(uuid(&value["kid"])),
        authority: SOCIAL,
        subject: KeySubject::from_parts(text(&subject["kind"]), uuid(&subject["id"]), year).unwrap(),
        generation: value["generation"].as_i64().unwrap(),
        wrapped: wrapped(value),
        created: start(),
    }
}

fn wrapped(value: &Value) -> WrappedKey {
    WrappedKey { wrap_format: 1, wrapped: unhex(&value["file"]), mac: unhex(&value["mac"]) }
}

fn written(row: &DataKeyRow, content: &[u8]) -> Value {
    let (kind, id, year) = row.subject.parts();
    assert!(DataKey::derive(content, row.authority, row.subject, row.generation).is_ok());
    json!({
        "kid": row.kid, "subject": { "kind": kind, "id": id, "year": year }, "generation": row.generation,
        "file": hex(&row.wrapped.wrapped), "mac": hex(&row.wrapped.mac), "content": hex(content),
    })
}

fn root_secret(row: &DataKeyRow, identity: &age::x25519::Identity) -> Vec<u8> {
    key_file::unwrap(&row.wrapped.wrapped, identity).unwrap().to_vec()
}

fn secret(identity: &age::x25519::Identity) -> String {
    use age::secrecy::ExposeSecret;
    identity.to_string().expose_secret().to_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn uuid(value: &Value) -> Uuid {
    text(value).parse().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn unhex(value: &Value) -> Vec<u8> {
    let digits = text(value);
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
