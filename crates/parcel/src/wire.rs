//! The bytes of a parcel.
//!
//! ```text
//! "samlad-parcel/1\n" | u32 length | header, canonical JSON | u32 length | age file | Ed25519 signature (64)
//! age file: SHA-256 of the header (32) | payload, JSON followed by spaces up to one of nine sizes
//! ```
//! The signature covers everything before it. The header's digest inside the ciphertext ties the two: a stranger who takes the ciphertext out and signs it
//! anew, as if it were theirs, is found out.

use std::io::{self, Write};

use ed25519_dalek::{Signature, VerifyingKey};
use field_vault::{AuthorityKeys, VaultError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vocabulary::AuthorityId;
use zeroize::Zeroizing;

use crate::header::sha256;
use crate::padding::{MAX_PAYLOAD, padded};
use crate::{AuthorityPublic, Header, ParcelError};

/// The largest parcel: 1 MiB.
pub const MAX_PARCEL: usize = 1024 * 1024;

const MAGIC: &[u8] = b"samlad-parcel/1\n";
const FAMILY: &[u8] = b"samlad-parcel/";
const DIGEST_LEN: usize = 32;
const SIGNATURE_LEN: usize = 64;
const MAX_HEADER: usize = 1024;

/// Signs and seals a payload for one recipient.
///
/// # Errors
/// [`ParcelError::Unsealable`] when header and keys do not belong together, the header's values are outside their limits, or the payload is no JSON;
/// [`ParcelError::WrongRecipient`] when the recipient's public key is none; [`ParcelError::TooLarge`].
pub fn seal<P: Serialize>(
    header: &Header,
    payload: &P,
    from: &AuthorityKeys,
    to: &AuthorityPublic,
) -> Result<Vec<u8>, ParcelError> {
    if header.from != from.authority() || header.to != to.authority {
        return Err(ParcelError::Unsealable);
    }
    let recipient: age::x25519::Recipient = to.recipient.parse().map_err(|_| ParcelError::WrongRecipient)?;
    let header = header.to_bytes()?;
    let inside = inside(&header, payload)?;
    let ciphertext = age::encrypt(&recipient, &inside).map_err(|_| ParcelError::Cipher)?;

    let mut parcel = Vec::with_capacity(MAGIC.len() + 8 + header.len() + ciphertext.len() + SIGNATURE_LEN);
    parcel.extend_from_slice(MAGIC);
    for part in [&header, &ciphertext] {
        parcel.extend_from_slice(&u32::try_from(part.len()).map_err(|_| ParcelError::TooLarge)?.to_be_bytes());
        parcel.extend_from_slice(part);
    }
    let signature = from.sign(&parcel).map_err(|_| ParcelError::Cipher)?;
    parcel.extend_from_slice(&signature);
    if parcel.len() > MAX_PARCEL { Err(ParcelError::TooLarge) } else { Ok(parcel) }
}

/// Verifies a parcel without opening it: size, form, recipient, sender and signature. `sender` gives the public keys that this side has on record for an
/// authority.
///
/// # Errors
/// [`ParcelError::TooLarge`], [`ParcelError::Malformed`], [`ParcelError::UnknownVersion`], [`ParcelError::WrongRecipient`],
/// [`ParcelError::UnknownSender`], [`ParcelError::Forged`].
pub fn verify(
    bytes: &[u8],
    to: AuthorityId,
    sender: impl Fn(AuthorityId) -> Option<AuthorityPublic>,
) -> Result<Verified<'_>, ParcelError> {
    let parts = Parts::of(bytes)?;
    let header = Header::parse(parts.header)?;
    if header.to != to {
        return Err(ParcelError::WrongRecipient);
    }
    let sender =
        sender(header.from).filter(|sender| sender.authority == header.from).ok_or(ParcelError::UnknownSender)?;
    check_signature(&sender.verifying, parts.signed, parts.signature)?;
    Ok(Verified { header, parts, digest: sha256(bytes) })
}

/// Verifies and opens a parcel. Everything that [`verify`] checks is checked before anything is decrypted.
///
/// # Errors
/// As for [`verify`] and [`Verified::open`].
pub fn open(
    bytes: &[u8],
    to: &AuthorityKeys,
    sender: impl Fn(AuthorityId) -> Option<AuthorityPublic>,
) -> Result<Opened, ParcelError> {
    verify(bytes, to.authority(), sender)?.open(to)
}

/// A parcel whose sender is known and that is still sealed: what its recipient records before it is opened.
pub struct Verified<'b> {
    header: Header,
    parts: Parts<'b>,
    digest: [u8; 32],
}

impl Verified<'_> {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// SHA-256 of the whole parcel.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Opens it with the recipient's keys in the generation that it was sealed to; try an older one on [`ParcelError::WrongRecipient`].
    ///
    /// # Errors
    /// [`ParcelError::WrongRecipient`], [`ParcelError::TooLarge`], [`ParcelError::Malformed`], [`ParcelError::Forged`].
    pub fn open(&self, to: &AuthorityKeys) -> Result<Opened, ParcelError> {
        let inside =
            to.decrypt(self.parts.ciphertext, (DIGEST_LEN + MAX_PAYLOAD) as u64).map_err(|error| match error {
                VaultError::WrongRoot => ParcelError::WrongRecipient,
                VaultError::TooLarge => ParcelError::TooLarge,
                _ => ParcelError::Malformed,
            })?;
        let (bound, payload) = inside.split_first_chunk::<DIGEST_LEN>().ok_or(ParcelError::Malformed)?;
        if *bound != sha256(self.parts.header) {
            return Err(ParcelError::Forged);
        }
        Ok(Opened { header: self.header.clone(), payload: Zeroizing::new(payload.to_vec()), digest: self.digest })
    }
}

/// The header of a parcel without any check of who made it: to find the recipient in transit, and for nothing else.
///
/// # Errors
/// [`ParcelError::TooLarge`], [`ParcelError::Malformed`], [`ParcelError::UnknownVersion`].
pub fn peek(bytes: &[u8]) -> Result<Header, ParcelError> {
    Header::parse(Parts::of(bytes)?.header)
}

/// A parcel that was verified and opened. No `Debug`: it holds plain text.
pub struct Opened {
    header: Header,
    payload: Zeroizing<Vec<u8>>,
    digest: [u8; 32],
}

impl Opened {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The payload.
    ///
    /// # Errors
    /// [`ParcelError::Malformed`] when it is not a `P`.
    pub fn payload<P: DeserializeOwned>(&self) -> Result<P, ParcelError> {
        // serde_json's error text quotes what it read: it stops here.
        serde_json::from_slice(&self.payload).map_err(|_| ParcelError::Malformed)
    }

    /// SHA-256 of the whole parcel: what the receipt names.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// Checks an Ed25519 signature strictly (RFC 8032 with canonical encodings and no small-order keys).
pub(crate) fn check_signature(
    key: &[u8; 32],
    signed: &[u8],
    signature: &[u8; SIGNATURE_LEN],
) -> Result<(), ParcelError> {
    let key = VerifyingKey::from_bytes(key).map_err(|_| ParcelError::UnknownSender)?;
    key.verify_strict(signed, &Signature::from_bytes(signature)).map_err(|_| ParcelError::Forged)
}

/// Header digest and padded payload, in a buffer that is allocated once.
fn inside<P: Serialize>(header: &[u8], payload: &P) -> Result<Zeroizing<Vec<u8>>, ParcelError> {
    let mut counter = Counter(0);
    serde_json::to_writer(&mut counter, payload)
        .map_err(|_| if counter.0 > MAX_PAYLOAD { ParcelError::TooLarge } else { ParcelError::Unsealable })?;
    let length = DIGEST_LEN + padded(counter.0).ok_or(ParcelError::TooLarge)?;
    let mut inside = Zeroizing::new(Vec::with_capacity(length));
    inside.extend_from_slice(&sha256(header));
    serde_json::to_writer(&mut *inside, payload).map_err(|_| ParcelError::Unsealable)?;
    inside.resize(length, b' ');
    Ok(inside)
}

struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        if self.0 > MAX_PAYLOAD { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Parts<'a> {
    header: &'a [u8],
    ciphertext: &'a [u8],
    signed: &'a [u8],
    signature: &'a [u8; SIGNATURE_LEN],
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, ParcelError> {
        if bytes.len() > MAX_PARCEL {
            return Err(ParcelError::TooLarge);
        }
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err(if bytes.starts_with(FAMILY) { ParcelError::UnknownVersion } else { ParcelError::Malformed });
        };
        let parts = || {
            let (signed, signature) = bytes.split_last_chunk::<SIGNATURE_LEN>()?;
            let (header, rest) = counted(rest)?;
            let (ciphertext, rest) = counted(rest)?;
            let whole = rest.len() == SIGNATURE_LEN && header.len() <= MAX_HEADER;
            whole.then_some(Self { header, ciphertext, signed, signature })
        };
        parts().ok_or(ParcelError::Malformed)
    }
}

/// A part and what follows it.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}
