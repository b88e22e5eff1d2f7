//! The published parcel (`vectors.json`, described in `docs/formats.md`): what is written today opens what was written then.
//! The same is asked of a parcel made on the spot, so that what `cargo xtask vectors parcel` would write is known to hold before it is needed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use field_vault::{AuthorityKeyRow, AuthorityKeys, IdentitySource, RecoveryKey, RootKey, Vault};
use parcel::{AuthorityPublic, Header, acknowledge, check_receipt, open, seal};
use serde_json::{Value, json};
use uuid::Uuid;
use vocabulary::{AuthorityId, FixedClock, SeededEntropy, Timestamp, WrappedKey};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors.json");
const SOCIAL: AuthorityId = AuthorityId(Uuid::from_u128(0x0050_c1a1));
const POLICE: AuthorityId = AuthorityId(Uuid::from_u128(0x1ce));

fn at() -> Timestamp {
    Timestamp::from_micros(1_795_000_000_123_456)
}

fn payload() -> Value {
    json!({ "title": "Kontaktperson", "text": "Insats pågår till juni." })
}

#[test]
fn the_published_parcel_opens_and_its_receipt_is_the_published_one() {
    parcel_opens(&serde_json::from_str(include_str!("vectors.json")).unwrap());
}

/// `cargo xtask vectors parcel` writes new vectors: when the format gets a new version, never to make a failing test pass.
#[test]
fn a_new_parcel_opens_as_the_published_one_does() {
    let made = made();
    parcel_opens(&made);
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(FILE, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
}

fn parcel_opens(vectors: &Value) {
    let social = unlock(&vectors["sender"]);
    let police = unlock(&vectors["recipient"]);
    let known =
        |id| [&social, &police].into_iter().find(|keys| keys.authority() == id).map(|keys| AuthorityPublic::of(keys));

    let opened = open(&unhex(&vectors["parcel"]), &police, known).unwrap();
    assert_eq!(opened.header().number, 7);
    assert_eq!(opened.payload::<Value>().unwrap(), payload());
    let receipt = acknowledge(opened.header(), opened.digest(), &police, at()).unwrap();
    assert_eq!(receipt, unhex(&vectors["receipt"]));
    assert_eq!(check_receipt(&receipt, SOCIAL, known).unwrap().digest, opened.digest());
    assert_eq!(AuthorityPublic::of(&social).fingerprint(), vectors["sender"]["fingerprint"].as_str().unwrap());
}

/// A parcel between authorities that nobody has seen before.
fn made() -> Value {
    let (sender, social) = create(SOCIAL, 1);
    let (recipient, police) = create(POLICE, 2);
    let header = Header {
        id: Uuid::from_u128(0xabc).into(),
        from: SOCIAL,
        to: POLICE,
        joint_ref: Some(Uuid::from_u128(0xdef).into()),
        number: 7,
        kind: "release.items".into(),
        sent: at(),
    };
    let parcel = seal(&header, &payload(), &social, &AuthorityPublic::of(&police)).unwrap();
    let opened = open(&parcel, &police, |_| Some(AuthorityPublic::of(&social))).unwrap();
    json!({
        "about": "A parcel of docs/formats.md. Synthetic; used nowhere. All byte strings in hexadecimal.",
        "sender": sender,
        "recipient": recipient,
        "payload": payload(),
        "parcel": hex(&parcel),
        "receipt": hex(&acknowledge(opened.header(), opened.digest(), &police, at()).unwrap()),
    })
}

fn vault(seed: u64) -> Vault {
    Vault::new(Arc::new(SeededEntropy::new(seed)), Arc::new(FixedClock::at(at())))
}

fn create(authority: AuthorityId, seed: u64) -> (Value, Arc<AuthorityKeys>) {
    let folder = std::env::temp_dir().join(format!("samlad-parcel-vectors-{}-{seed}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("root");
    RootKey::generate().unwrap().to_file(&path).unwrap();
    let root: Identity = std::fs::read_to_string(&path).unwrap().lines().nth(1).unwrap().parse().unwrap();
    let vault = vault(seed);
    vault.add_root(authority, RootKey::from_file(&path).unwrap(), RecoveryKey::generate().recipient());
    std::fs::remove_dir_all(&folder).unwrap();
    let row = vault.create_authority_key(authority, 1).unwrap();
    let content = age::decrypt(&root, &row.wrapped.wrapped).unwrap();
    let keys = vault.authority(authority).unwrap();
    let written = json!({
        "authority": authority, "root": root.to_string().expose_secret(), "file": hex(&row.wrapped.wrapped), "mac": hex(&row.wrapped.mac),
        "content": String::from_utf8(content).unwrap(), "recipient": keys.recipient(), "verifying": hex(&keys.verifying()),
        "fingerprint": AuthorityPublic::of(&keys).fingerprint(),
    });
    (written, keys)
}

/// Through the door that an operator uses: a command that hands over the root.
fn unlock(value: &Value) -> Arc<AuthorityKeys> {
    let authority = AuthorityId(value["authority"].as_str().unwrap().parse().unwrap());
    let source = IdentitySource::Command(vec!["echo".to_owned(), value["root"].as_str().unwrap().to_owned()]);
    let vault = vault(0);
    vault.add_root(authority, RootKey::load(&source).unwrap(), RecoveryKey::generate().recipient());
    let wrapped = WrappedKey { wrap_format: 1, wrapped: unhex(&value["file"]), mac: unhex(&value["mac"]) };
    vault.unlock_authority(&AuthorityKeyRow { authority, generation: 1, wrapped, created: at() }).unwrap();
    vault.authority(authority).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn unhex(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
