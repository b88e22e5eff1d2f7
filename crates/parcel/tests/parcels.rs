//! Parcels between a social board and the police: what arrives, and every way in which something else is refused.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use field_vault::{AuthorityKeys, RecoveryKey, RootKey, Vault};
use parcel::{
    AuthorityPublic, Header, MAX_PARCEL, MAX_PAYLOAD, Order, ParcelError, acknowledge, check_receipt, open, order,
    peek, seal,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocabulary::{AuthorityId, FixedClock, SeededEntropy, Timestamp};

const SOCIAL: AuthorityId = AuthorityId(Uuid::from_u128(0x0050_c1a1));
const POLICE: AuthorityId = AuthorityId(Uuid::from_u128(0x1ce));
const SCHOOL: AuthorityId = AuthorityId(Uuid::from_u128(0x005c_4001));

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Item {
    title: String,
    text: String,
}

fn item() -> Item {
    Item { title: "Kontaktperson".into(), text: "Insats pågår till juni; uppföljning varannan vecka.".into() }
}

struct Parties {
    social: Arc<AuthorityKeys>,
    police: Arc<AuthorityKeys>,
    school: Arc<AuthorityKeys>,
}

impl Parties {
    fn new() -> Self {
        let clock = Arc::new(FixedClock::at(at()));
        let vault = Vault::new(Arc::new(SeededEntropy::new(3)), clock);
        let recovery = RecoveryKey::generate().recipient();
        let [social, police, school] = [SOCIAL, POLICE, SCHOOL].map(|authority| {
            vault.add_root(authority, RootKey::generate().unwrap(), recovery.clone());
            vault.create_authority_key(authority, 1).unwrap();
            vault.authority(authority).unwrap()
        });
        Self { social, police, school }
    }

    fn know(&self) -> impl Fn(AuthorityId) -> Option<AuthorityPublic> + '_ {
        |id| {
            [&self.social, &self.police, &self.school]
                .into_iter()
                .find(|keys| keys.authority() == id)
                .map(|keys| AuthorityPublic::of(keys))
        }
    }

    fn sent(&self) -> Vec<u8> {
        seal(&header(), &item(), &self.social, &AuthorityPublic::of(&self.police)).unwrap()
    }

    fn refusal(&self, bytes: &[u8]) -> ParcelError {
        open(bytes, &self.police, self.know()).err().expect("refused")
    }
}

fn at() -> Timestamp {
    Timestamp::from_micros(1_795_000_000_123_456)
}

fn header() -> Header {
    Header {
        id: Uuid::from_u128(1).into(),
        from: SOCIAL,
        to: POLICE,
        joint_ref: Some(Uuid::from_u128(2).into()),
        number: 1,
        kind: "release.items".into(),
        sent: at(),
    }
}

#[test]
fn the_police_open_what_the_social_board_released_to_them() {
    let parties = Parties::new();
    let opened = open(&parties.sent(), &parties.police, parties.know()).unwrap();
    assert_eq!(*opened.header(), header());
    assert_eq!(opened.payload::<Item>().unwrap(), item());
    assert_eq!(opened.payload::<u64>(), Err(ParcelError::Malformed));
}

#[test]
fn a_parcel_shows_its_header_and_nothing_else() {
    let parcel = Parties::new().sent();
    assert_eq!(peek(&parcel).unwrap(), header());
    let visible = String::from_utf8_lossy(&parcel);
    assert!(!visible.contains("Kontaktperson") && !visible.contains("Insats"));
}

#[test]
fn a_parcel_without_a_joint_file_has_no_reference_in_its_header() {
    let parties = Parties::new();
    let header = Header { joint_ref: None, ..header() };
    let parcel = seal(&header, &item(), &parties.social, &AuthorityPublic::of(&parties.police)).unwrap();
    assert_eq!(open(&parcel, &parties.police, parties.know()).unwrap().header(), &header);
}

#[test]
fn short_and_long_messages_have_the_same_size() {
    let parties = Parties::new();
    let to = AuthorityPublic::of(&parties.police);
    let size = |text: &str| seal(&header(), &text, &parties.social, &to).unwrap().len();
    // age adds a stanza of random length so that recipients cannot be counted by size.
    assert!(size("Ja").abs_diff(size(&"ord ".repeat(900))) < 512);
    assert!(size(&"ord ".repeat(1100)) > size("Ja") + 3 * 1024);
}

#[test]
fn no_changed_byte_goes_unnoticed() {
    let parties = Parties::new();
    let parcel = parties.sent();
    for byte in (0..400).chain((400..parcel.len()).step_by(97)).chain(parcel.len() - 64..parcel.len()) {
        let mut changed = parcel.clone();
        changed[byte] ^= 1;
        let error = parties.refusal(&changed);
        let in_text = byte < 320;
        let expected: &[ParcelError] = if in_text {
            &[
                ParcelError::Malformed,
                ParcelError::UnknownVersion,
                ParcelError::WrongRecipient,
                ParcelError::UnknownSender,
                ParcelError::Forged,
            ]
        } else {
            &[ParcelError::Forged]
        };
        assert!(expected.contains(&error), "byte {byte}: {error:?}");
    }
}

#[test]
fn a_truncated_or_extended_parcel_is_malformed() {
    let parties = Parties::new();
    let parcel = parties.sent();
    for length in (0..parcel.len()).step_by(61).chain([parcel.len() - 1]) {
        assert_eq!(parties.refusal(&parcel[..length]), ParcelError::Malformed, "{length} bytes");
    }
    let extended = [parcel.as_slice(), &[0]].concat();
    assert_eq!(parties.refusal(&extended), ParcelError::Malformed);
}

#[test]
fn an_oversize_parcel_is_refused_before_it_is_read() {
    let parties = Parties::new();
    assert_eq!(parties.refusal(&vec![0; MAX_PARCEL + 1]), ParcelError::TooLarge);
    let to = AuthorityPublic::of(&parties.police);
    let payload = |length: usize| seal(&header(), &"x".repeat(length), &parties.social, &to);
    assert_eq!(payload(MAX_PAYLOAD - 1), Err(ParcelError::TooLarge));
    let largest = payload(MAX_PAYLOAD - 2).unwrap();
    assert!(largest.len() <= MAX_PARCEL);
    assert!(open(&largest, &parties.police, parties.know()).is_ok());
}

#[test]
fn a_parcel_for_the_police_does_not_open_at_the_school() {
    let parties = Parties::new();
    let refused = open(&parties.sent(), &parties.school, parties.know());
    assert_eq!(refused.err(), Some(ParcelError::WrongRecipient));

    // Addressed to the police, but sealed to the school's key by a careless sender.
    let wrong_key = AuthorityPublic { authority: POLICE, ..AuthorityPublic::of(&parties.school) };
    let parcel = seal(&header(), &item(), &parties.social, &wrong_key).unwrap();
    assert_eq!(parties.refusal(&parcel), ParcelError::WrongRecipient);
}

#[test]
fn a_parcel_from_an_authority_that_is_not_known_is_refused() {
    let parties = Parties::new();
    let refused = open(&parties.sent(), &parties.police, |_| None);
    assert_eq!(refused.err(), Some(ParcelError::UnknownSender));
    let other = |_| Some(AuthorityPublic::of(&parties.school));
    assert_eq!(open(&parties.sent(), &parties.police, other).err(), Some(ParcelError::UnknownSender));
}

#[test]
fn a_parcel_signed_by_somebody_else_is_forged() {
    let parties = Parties::new();
    let impostor =
        |_| Some(AuthorityPublic { verifying: parties.school.verifying(), ..AuthorityPublic::of(&parties.social) });
    assert_eq!(open(&parties.sent(), &parties.police, impostor).err(), Some(ParcelError::Forged));
}

/// The school takes the ciphertext that the social board sealed to the police and sends it on under its own name and signature.
#[test]
fn a_ciphertext_that_another_signs_as_its_own_is_forged() {
    let parties = Parties::new();
    let parcel = parties.sent();
    let own =
        seal(&Header { from: SCHOOL, ..header() }, &item(), &parties.school, &AuthorityPublic::of(&parties.police))
            .unwrap();
    let ciphertext = after_header(&parcel);
    let mut stolen = own[..own.len() - after_header(&own).len()].to_vec();
    stolen.extend_from_slice(&ciphertext[..ciphertext.len() - 64]);
    let signature = parties.school.sign(&stolen).unwrap();
    stolen.extend_from_slice(&signature);
    assert_eq!(parties.refusal(&stolen), ParcelError::Forged);
}

#[test]
fn a_header_that_is_not_canonical_is_malformed_even_when_it_is_signed() {
    let parties = Parties::new();
    let parcel = parties.sent();
    let head = 20..parcel.len() - after_header(&parcel).len();
    let text = String::from_utf8(parcel[head].to_vec()).unwrap();
    for header in [
        text.replace("\"number\":1", "\"number\": 1"),
        text.replace("\"number\":1", "\"number\":0"),
        text.replace("release", "Release"),
    ] {
        let mut changed = parcel[..16].to_vec();
        changed.extend_from_slice(&u32::try_from(header.len()).unwrap().to_be_bytes());
        changed.extend_from_slice(header.as_bytes());
        let rest = after_header(&parcel);
        changed.extend_from_slice(&rest[..rest.len() - 64]);
        let signature = parties.social.sign(&changed).unwrap();
        changed.extend_from_slice(&signature);
        assert_eq!(parties.refusal(&changed), ParcelError::Malformed, "{header}");
    }
}

#[test]
fn a_later_format_asks_for_an_upgrade() {
    let parties = Parties::new();
    let mut parcel = parties.sent();
    parcel[14] = b'2';
    assert_eq!(parties.refusal(&parcel), ParcelError::UnknownVersion);
}

#[test]
fn a_header_that_does_not_fit_the_keys_is_not_sealed() {
    let parties = Parties::new();
    let to = AuthorityPublic::of(&parties.police);
    let refused = |header: Header| seal(&header, &item(), &parties.social, &to).err();
    assert_eq!(refused(Header { from: SCHOOL, ..header() }), Some(ParcelError::Unsealable));
    assert_eq!(refused(Header { to: SCHOOL, ..header() }), Some(ParcelError::Unsealable));
    assert_eq!(refused(Header { number: 0, ..header() }), Some(ParcelError::Unsealable));
    assert_eq!(refused(Header { kind: "Kim Testsson".into(), ..header() }), Some(ParcelError::Unsealable));
    let no_key = AuthorityPublic { recipient: "age1nonsense".into(), ..to.clone() };
    assert_eq!(seal(&header(), &item(), &parties.social, &no_key), Err(ParcelError::WrongRecipient));
}

#[test]
fn a_replayed_parcel_opens_again_and_is_recognised_by_its_number() {
    let parties = Parties::new();
    let parcel = parties.sent();
    let first = open(&parcel, &parties.police, parties.know()).unwrap();
    assert_eq!(order(0, first.header().number), Order::Next);
    let again = open(&parcel, &parties.police, parties.know()).unwrap();
    assert_eq!(order(first.header().number, again.header().number), Order::Replay);
    assert_eq!(first.digest(), again.digest());
}

#[test]
fn the_receipt_names_the_parcel_that_arrived() {
    let parties = Parties::new();
    let opened = open(&parties.sent(), &parties.police, parties.know()).unwrap();
    let receipt = acknowledge(opened.header(), opened.digest(), &parties.police, at()).unwrap();
    let checked = check_receipt(&receipt, SOCIAL, parties.know()).unwrap();
    assert_eq!(
        (checked.parcel, checked.digest, checked.from, checked.at),
        (header().id, opened.digest(), POLICE, at())
    );

    assert_eq!(check_receipt(&receipt, SCHOOL, parties.know()), Err(ParcelError::WrongRecipient));
    assert_eq!(check_receipt(&receipt, SOCIAL, |_| None), Err(ParcelError::UnknownSender));
    assert_eq!(acknowledge(opened.header(), opened.digest(), &parties.school, at()), Err(ParcelError::WrongRecipient));
    let mut forged = receipt.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(check_receipt(&forged, SOCIAL, parties.know()), Err(ParcelError::Forged));
    for length in 0..receipt.len() {
        let error = check_receipt(&receipt[..length], SOCIAL, parties.know()).unwrap_err();
        assert!(matches!(error, ParcelError::Malformed | ParcelError::UnknownVersion), "{length}: {error:?}");
    }
    assert_eq!(check_receipt(&[0; 2000], SOCIAL, parties.know()), Err(ParcelError::TooLarge));
}

#[test]
fn two_authorities_have_different_fingerprints() {
    let parties = Parties::new();
    let print = |keys: &AuthorityKeys| AuthorityPublic::of(keys).fingerprint();
    assert_ne!(print(&parties.social), print(&parties.police));
    assert_eq!(print(&parties.social).len(), 39);
}

/// What follows the header of a parcel: length and ciphertext, signature.
fn after_header(parcel: &[u8]) -> &[u8] {
    let length = u32::from_be_bytes(parcel[16..20].try_into().unwrap());
    &parcel[20 + usize::try_from(length).unwrap()..]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_payload_survives_the_crossing(text in ".{0,300}", number in 1_i64..(1 << 53), id in any::<u128>()) {
        let parties = Parties::new();
        let header = Header { number, id: Uuid::from_u128(id).into(), ..header() };
        let parcel = seal(&header, &text, &parties.social, &AuthorityPublic::of(&parties.police)).unwrap();
        let opened = open(&parcel, &parties.police, parties.know()).unwrap();
        prop_assert_eq!(opened.header(), &header);
        prop_assert_eq!(opened.payload::<String>().unwrap(), text);
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(tail in proptest::collection::vec(any::<u8>(), 0..600)) {
        let parties = Parties::new();
        prop_assert!(open(&tail, &parties.police, parties.know()).is_err());
        let parcel = [b"samlad-parcel/1\n", tail.as_slice()].concat();
        prop_assert!(open(&parcel, &parties.police, parties.know()).is_err());
    }
}
