//! The two identities outside the database: an authority's root, and its recovery identity, which lies offline.

use std::path::Path;

use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use aws_lc_rs::{hkdf, hmac};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::identity_file::{self, IdentityError, IdentitySource};

/// The root identity of one authority. It opens the authority's key file and proves who made it; it never lies in the database.
pub struct RootKey {
    pub(crate) identity: Identity,
    /// MAC key of the authority's key rows. The root's public part may become known; this key is known only to who holds the root, so that nobody else
    /// can plant an authority key.
    pub(crate) row_mac: hmac::Key,
}

impl RootKey {
    /// A new root.
    ///
    /// # Errors
    /// [`VaultError::Cipher`], never expected.
    pub fn generate() -> Result<Self, VaultError> {
        Self::new(Identity::generate())
    }

    /// Reads a root from where the configuration says.
    ///
    /// # Errors
    /// [`IdentityError`]: missing, too open, or not an age identity.
    pub fn load(source: &IdentitySource) -> Result<Self, IdentityError> {
        Self::new(source.read()?).map_err(|_| IdentityError::NotAnIdentity)
    }

    /// Reads a root from a file, which only its owner may read (mode 0600 or stricter).
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_file(path: &Path) -> Result<Self, IdentityError> {
        Self::new(identity_file::from_file(path)?).map_err(|_| IdentityError::NotAnIdentity)
    }

    /// Writes the root to a new file with mode 0600; an existing file is never overwritten.
    ///
    /// # Errors
    /// [`IdentityError::File`].
    pub fn to_file(&self, path: &Path) -> Result<(), IdentityError> {
        identity_file::to_file(&self.identity, path)
    }

    pub(crate) fn new(identity: Identity) -> Result<Self, VaultError> {
        let secret = identity.to_string();
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"samlad/root/1").extract(secret.expose_secret().as_bytes());
        let mut key = Zeroizing::new([0; 32]);
        root.expand(&[b"authority-key-row"], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(key.as_mut_slice()))
            .map_err(|_| VaultError::Cipher)?;
        Ok(Self { identity, row_mac: hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()) })
    }
}

/// The public part of an authority's recovery identity: every key is sealed to it as well.
#[derive(Clone)]
pub struct RecoveryRecipient(pub(crate) Recipient);

impl RecoveryRecipient {
    /// From its text (`age1...`).
    ///
    /// # Errors
    /// [`IdentityError::NotAnIdentity`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        text.trim().parse().map(Self).map_err(|_| IdentityError::NotAnIdentity)
    }
}

impl core::fmt::Display for RecoveryRecipient {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

/// The secret part of the recovery identity. It lies offline; a running service never holds it. Used to set up an authority, in drills, and when a root is lost.
pub struct RecoveryKey(pub(crate) Identity);

impl RecoveryKey {
    /// A new recovery identity.
    #[must_use]
    pub fn generate() -> Self {
        Self(Identity::generate())
    }

    /// Reads it from where the operator says.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn load(source: &IdentitySource) -> Result<Self, IdentityError> {
        source.read().map(Self)
    }

    /// Writes it to a new file with mode 0600.
    ///
    /// # Errors
    /// [`IdentityError::File`].
    pub fn to_file(&self, path: &Path) -> Result<(), IdentityError> {
        identity_file::to_file(&self.0, path)
    }

    /// The public part.
    #[must_use]
    pub fn recipient(&self) -> RecoveryRecipient {
        RecoveryRecipient(self.0.to_public())
    }
}
