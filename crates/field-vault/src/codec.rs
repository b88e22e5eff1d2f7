//! The bytes of a sealed field: `version(1) | kid(16) | nonce(12) | ciphertext | tag(16)`, AES-256-GCM-SIV (RFC 8452).
//!
//! The plain text is JSON followed by spaces up to the padded length: any JSON reader takes it as it is. A repeated nonce would only show that two
//! contents in the same place are equal.

use std::io::{self, Write};

use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use vocabulary::KeyId;
use zeroize::Zeroizing;

use crate::{DataKey, Padding, VaultError};

/// The version byte of the format.
pub const FIELD_VERSION: u8 = 1;

/// The largest content of one field: 1 MiB of JSON.
pub const MAX_PLAIN: usize = 1 << 20;

const KID_LEN: usize = 16;
const TAG_LEN: usize = 16;
const HEAD_LEN: usize = 1 + KID_LEN + NONCE_LEN;

/// Seals a content. The buffer that holds the plain text is the one that becomes the ciphertext.
pub(crate) fn seal<T: Serialize>(
    key: &DataKey,
    nonce: [u8; NONCE_LEN],
    aad: &[u8],
    plain: &T,
    padding: Padding,
) -> Result<Vec<u8>, VaultError> {
    let length = json_length(plain)?;
    let padded = padding.padded(length);
    let mut out = Zeroizing::new(Vec::with_capacity(HEAD_LEN + padded + TAG_LEN));
    out.push(FIELD_VERSION);
    out.extend_from_slice(key.kid().0.as_bytes());
    out.extend_from_slice(&nonce);
    serde_json::to_writer(&mut *out, plain).map_err(|_| VaultError::Unsealable)?;
    out.resize(HEAD_LEN + padded, b' ');
    let body = out.get_mut(HEAD_LEN..).ok_or(VaultError::Cipher)?;
    let tag = key
        .cipher()
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), body)
        .map_err(|_| VaultError::Cipher)?;
    out.extend_from_slice(tag.as_ref());
    Ok(std::mem::take(&mut *out))
}

/// Opens bytes that this key sealed with this AAD.
pub(crate) fn open<T: DeserializeOwned>(key: &DataKey, aad: &[u8], stored: &[u8]) -> Result<T, VaultError> {
    let Parts { kid, nonce, body } = Parts::of(stored).ok_or(VaultError::Malformed)?;
    if kid != key.kid() {
        return Err(VaultError::OtherKey);
    }
    let mut buffer = Zeroizing::new(body.to_vec());
    let plain = key
        .cipher()
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut buffer)
        .map_err(|_| VaultError::NotAuthentic)?;
    // serde_json's error text quotes what it read: it stops here.
    serde_json::from_slice(plain).map_err(|_| VaultError::UnexpectedContent)
}

/// The name of the key that sealed these bytes, if they have the form of a sealed field.
pub(crate) fn kid_of(stored: &[u8]) -> Option<KeyId> {
    Parts::of(stored).map(|parts| parts.kid)
}

struct Parts<'a> {
    kid: KeyId,
    nonce: [u8; NONCE_LEN],
    body: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(stored: &'a [u8]) -> Option<Self> {
        let (version, rest) = stored.split_first()?;
        let (kid, rest) = rest.split_first_chunk::<KID_LEN>()?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>()?;
        let sound = *version == FIELD_VERSION && body.len() >= TAG_LEN && body.len() <= 2 * MAX_PLAIN;
        sound.then_some(Self { kid: KeyId(Uuid::from_bytes(*kid)), nonce: *nonce, body })
    }
}

/// Length of the JSON text, without writing it anywhere: then the buffer is allocated once, and growing leaves no copies behind.
fn json_length<T: Serialize>(plain: &T) -> Result<usize, VaultError> {
    let mut counter = Counter(0);
    match serde_json::to_writer(&mut counter, plain) {
        Ok(()) => Ok(counter.0),
        Err(_) if counter.0 > MAX_PLAIN => Err(VaultError::TooLarge),
        Err(_) => Err(VaultError::Unsealable),
    }
}

struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        if self.0 > MAX_PLAIN { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
