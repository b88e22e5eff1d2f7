//! Data keys: 32 random bytes per unit of erasure. One key gives its own name (kid) and the cipher key.

use aws_lc_rs::aead::{AES_256_GCM_SIV, LessSafeKey, UnboundKey};
use aws_lc_rs::{digest, hkdf, hmac};
use uuid::Uuid;
use vocabulary::{AuthorityId, Entropy, KeyId, Timestamp, WrappedKey};
use zeroize::Zeroizing;

use crate::framing::framed;
use crate::key_file::{self, WRAP_FORMAT_AGE_X25519};
use crate::{AuthorityKeys, KeySubject, RecoveryKey, RecoveryRecipient, VaultError};

/// A data key as it lies in the key store.
#[derive(Clone)]
pub struct DataKeyRow {
    /// Name of the key, and a commitment to it: it is computed from the key.
    pub kid: KeyId,
    /// Whose key.
    pub authority: AuthorityId,
    /// What is erased with it.
    pub subject: KeySubject,
    /// Generation within the subject, from 1.
    pub generation: i64,
    /// An age file to the authority and to recovery, and the authority's MAC over this row. An empty file: the key was destroyed.
    pub wrapped: WrappedKey,
    /// When it was made.
    pub created: Timestamp,
}

impl DataKeyRow {
    /// What the MAC covers: everything but the time of creation.
    fn authenticated(&self) -> Vec<u8> {
        let (kind, id, year) = self.subject.parts();
        framed(&[
            b"samlad/data-key-row/1",
            self.authority.0.as_bytes(),
            self.kid.0.as_bytes(),
            kind.as_bytes(),
            id.as_bytes(),
            &year.to_be_bytes(),
            &self.generation.to_be_bytes(),
            &self.wrapped.wrap_format.to_be_bytes(),
            digest::digest(&digest::SHA256, &self.wrapped.wrapped).as_ref(),
        ])
    }

    /// Whether the key was destroyed.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.wrapped.wrapped.is_empty()
    }

    /// Whether this row was made under these authority keys.
    pub(crate) fn made_by(&self, keys: &AuthorityKeys) -> bool {
        self.authority == keys.authority()
            && self.wrapped.wrap_format == WRAP_FORMAT_AGE_X25519
            && hmac::verify(keys.row_mac(), &self.authenticated(), &self.wrapped.mac).is_ok()
    }

    /// Opens the row, whose MAC the caller has checked, and checks the commitment.
    pub(crate) fn open(&self, keys: &AuthorityKeys) -> Result<DataKey, VaultError> {
        self.key(self.secret(keys.identity())?.as_slice())
    }

    /// The same key under other authority keys: rotation of the authority key. No field changes.
    pub(crate) fn rewrap(
        &self,
        old: &AuthorityKeys,
        new: &AuthorityKeys,
        recovery: &RecoveryRecipient,
    ) -> Result<Self, VaultError> {
        let secret = self.secret(old.identity())?;
        self.key(&secret)?;
        self.sealed_to(&secret, new, recovery)
    }

    /// The same key, opened with the recovery identity and sealed to authority keys: the way back when these were lost.
    ///
    /// # Errors
    /// [`VaultError::WrongRoot`] when the recovery identity does not open it, [`VaultError::KeyCommitment`] when it is not the key that the row names.
    pub fn recover(&self, recovery: &RecoveryKey, to: &AuthorityKeys) -> Result<Self, VaultError> {
        let secret = self.secret(&recovery.0)?;
        self.key(&secret)?;
        self.sealed_to(&secret, to, &recovery.recipient())
    }

    fn secret(&self, identity: &age::x25519::Identity) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        if self.is_erased() { Err(VaultError::Erased) } else { key_file::unwrap(&self.wrapped.wrapped, identity) }
    }

    fn key(&self, secret: &[u8]) -> Result<DataKey, VaultError> {
        let key = DataKey::derive(secret, self.authority, self.subject, self.generation)?;
        if key.kid == self.kid { Ok(key) } else { Err(VaultError::KeyCommitment) }
    }

    fn sealed_to(&self, secret: &[u8], keys: &AuthorityKeys, recovery: &RecoveryRecipient) -> Result<Self, VaultError> {
        let wrapped = key_file::wrap(secret, keys.public(), &recovery.0)?;
        let mut row = Self {
            wrapped: WrappedKey { wrap_format: WRAP_FORMAT_AGE_X25519, wrapped, mac: Vec::new() },
            ..self.clone()
        };
        row.wrapped.mac = hmac::sign(keys.row_mac(), &row.authenticated()).as_ref().to_vec();
        Ok(row)
    }
}

/// An unlocked data key. The 32 bytes themselves are gone; what is left is the cipher's state.
pub struct DataKey {
    kid: KeyId,
    authority: AuthorityId,
    subject: KeySubject,
    generation: i64,
    cipher: LessSafeKey,
}

impl DataKey {
    /// Makes a key, with the row to store.
    pub(crate) fn create(
        keys: &AuthorityKeys,
        recovery: &RecoveryRecipient,
        subject: KeySubject,
        generation: i64,
        entropy: &dyn Entropy,
        created: Timestamp,
    ) -> Result<(DataKeyRow, Self), VaultError> {
        let mut secret = Zeroizing::new([0; 32]);
        entropy.fill(secret.as_mut_slice());
        let key = Self::derive(secret.as_slice(), keys.authority(), subject, generation)?;
        let unsealed = WrappedKey { wrap_format: WRAP_FORMAT_AGE_X25519, wrapped: Vec::new(), mac: Vec::new() };
        let row =
            DataKeyRow { kid: key.kid, authority: keys.authority(), subject, generation, wrapped: unsealed, created };
        Ok((row.sealed_to(secret.as_slice(), keys, recovery)?, key))
    }

    /// The key is uniformly random, so that HKDF needs no extract step (RFC 5869, 3.3).
    pub(crate) fn derive(
        secret: &[u8],
        authority: AuthorityId,
        subject: KeySubject,
        generation: i64,
    ) -> Result<Self, VaultError> {
        if secret.len() != 32 {
            return Err(VaultError::DamagedKeyFile);
        }
        let root = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, secret);
        let mut kid = [0; 16];
        expand(&root, b"kid", &mut kid)?;
        let mut field = Zeroizing::new([0; 32]);
        expand(&root, b"field", field.as_mut_slice())?;
        let cipher = UnboundKey::new(&AES_256_GCM_SIV, field.as_slice()).map_err(|_| VaultError::Cipher)?;
        Ok(Self { kid: KeyId(Uuid::from_bytes(kid)), authority, subject, generation, cipher: LessSafeKey::new(cipher) })
    }

    /// Name of the key.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.kid
    }

    /// Whose key.
    #[must_use]
    pub const fn authority(&self) -> AuthorityId {
        self.authority
    }

    /// What is erased with it.
    #[must_use]
    pub const fn subject(&self) -> KeySubject {
        self.subject
    }

    /// Generation within the subject.
    #[must_use]
    pub const fn generation(&self) -> i64 {
        self.generation
    }

    pub(crate) const fn cipher(&self) -> &LessSafeKey {
        &self.cipher
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(root: &hkdf::Prk, info: &[u8], out: &mut [u8]) -> Result<(), VaultError> {
    root.expand(&[info], Length(out.len())).and_then(|okm| okm.fill(out)).map_err(|_| VaultError::Cipher)
}
