//! The receipt: the recipient's signed word that a parcel arrived and was applied. It says nothing of what became of it.

use field_vault::AuthorityKeys;
use serde::{Deserialize, Serialize};
use vocabulary::{AuthorityId, ParcelId, Timestamp};

use crate::header::hex;
use crate::wire::check_signature;
use crate::{AuthorityPublic, Header, ParcelError};

const MAGIC: &[u8] = b"samlad-receipt/1\n";
const FAMILY: &[u8] = b"samlad-receipt/";
const SIGNATURE_LEN: usize = 64;
const MAX_RECEIPT: usize = 1024;

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The parcel.
    pub parcel: ParcelId,
    /// SHA-256 of the whole parcel as it arrived.
    pub digest: [u8; 32],
    /// Who received it.
    pub from: AuthorityId,
    /// Who sent the parcel.
    pub to: AuthorityId,
    /// When it was applied.
    pub at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    at: String,
    digest: String,
    from: AuthorityId,
    parcel: ParcelId,
    to: AuthorityId,
}

impl Receipt {
    fn to_bytes(&self) -> Result<Vec<u8>, ParcelError> {
        let digest = hex(&self.digest);
        let written = Written { at: self.at.rfc3339(), digest, from: self.from, parcel: self.parcel, to: self.to };
        let mut bytes = MAGIC.to_vec();
        serde_json::to_writer(&mut bytes, &written).map_err(|_| ParcelError::Unsealable)?;
        Ok(bytes)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let Written { at, digest, from, parcel, to } = serde_json::from_slice(bytes.strip_prefix(MAGIC)?).ok()?;
        let receipt = Self { parcel, digest: unhex(&digest)?, from, to, at: Timestamp::parse(&at).ok()? };
        (receipt.to_bytes().ok()? == bytes).then_some(receipt)
    }
}

/// Writes the receipt of a parcel that was taken in: its header, and the digest of the whole parcel.
///
/// # Errors
/// [`ParcelError::WrongRecipient`] when the keys are not those of the parcel's recipient.
pub fn acknowledge(
    header: &Header,
    digest: [u8; 32],
    to: &AuthorityKeys,
    at: Timestamp,
) -> Result<Vec<u8>, ParcelError> {
    if header.to != to.authority() {
        return Err(ParcelError::WrongRecipient);
    }
    let receipt = Receipt { parcel: header.id, digest, from: header.to, to: header.from, at };
    let mut bytes = receipt.to_bytes()?;
    let signature = to.sign(&bytes).map_err(|_| ParcelError::Cipher)?;
    bytes.extend_from_slice(&signature);
    Ok(bytes)
}

/// Verifies a receipt that came back to `sender`. Whether it names the parcel that was sent is for the caller to compare (id and digest).
///
/// # Errors
/// [`ParcelError::TooLarge`], [`ParcelError::Malformed`], [`ParcelError::UnknownVersion`], [`ParcelError::WrongRecipient`],
/// [`ParcelError::UnknownSender`], [`ParcelError::Forged`].
pub fn check_receipt(
    bytes: &[u8],
    sender: AuthorityId,
    peer: impl Fn(AuthorityId) -> Option<AuthorityPublic>,
) -> Result<Receipt, ParcelError> {
    if bytes.len() > MAX_RECEIPT {
        return Err(ParcelError::TooLarge);
    }
    if bytes.starts_with(FAMILY) && !bytes.starts_with(MAGIC) {
        return Err(ParcelError::UnknownVersion);
    }
    let (signed, signature) = bytes.split_last_chunk::<SIGNATURE_LEN>().ok_or(ParcelError::Malformed)?;
    let receipt = Receipt::parse(signed).ok_or(ParcelError::Malformed)?;
    if receipt.to != sender {
        return Err(ParcelError::WrongRecipient);
    }
    let peer = peer(receipt.from).filter(|peer| peer.authority == receipt.from).ok_or(ParcelError::UnknownSender)?;
    check_signature(&peer.verifying, signed, signature)?;
    Ok(receipt)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
