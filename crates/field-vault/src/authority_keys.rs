//! The keys of one authority in one generation, and the row they are stored in.

use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use aws_lc_rs::{digest, hmac};
use uuid::Uuid;
use vocabulary::{AuthorityId, Entropy, Timestamp, WrappedKey};
use zeroize::Zeroizing;

use crate::framing::framed;
use crate::key_file::{self, WRAP_FORMAT_AGE_X25519};
use crate::{RecoveryKey, RecoveryRecipient, RootKey, VaultError};

/// First line of the text inside an authority key file.
const HEADING: &str = "samlad-authority-key/1";

/// An authority key as it lies in the key store.
#[derive(Clone)]
pub struct AuthorityKeyRow {
    /// Whose key.
    pub authority: AuthorityId,
    /// Generation, from 1; the newest is the one that new things are made under.
    pub generation: i64,
    /// An age file to root and recovery, and a MAC that only the root can make.
    pub wrapped: WrappedKey,
    /// When it was made.
    pub created: Timestamp,
}

impl AuthorityKeyRow {
    fn authenticated(&self) -> Vec<u8> {
        authenticated(self.authority, self.generation, &self.wrapped.wrapped)
    }

    /// Opens the row with the root that made it.
    pub(crate) fn open(&self, root: &RootKey) -> Result<AuthorityKeys, VaultError> {
        AuthorityKeys::parse(&self.text(root)?, self.authority, self.generation)
    }

    /// The same keys, sealed to another root and recovery recipient: rotation of the root. Nothing that lies under them changes.
    ///
    /// # Errors
    /// As opening the row: [`VaultError::WrongRoot`], [`VaultError::ForgedKeyRow`].
    pub fn rewrap(&self, root: &RootKey, new_root: &RootKey, recovery: &RecoveryRecipient) -> Result<Self, VaultError> {
        let text = self.text(root)?;
        AuthorityKeys::parse(&text, self.authority, self.generation)?;
        seal_row(&text, self.authority, self.generation, new_root, recovery, self.created)
    }

    /// The same keys, opened with the recovery identity and sealed to a new root: the way back when a root was lost. The old MAC cannot be checked without
    /// the old root; a planted authority key shows at once, since no data key row holds under it.
    ///
    /// # Errors
    /// [`VaultError::WrongRoot`] when the recovery identity does not open it.
    pub fn recover(&self, recovery: &RecoveryKey, new_root: &RootKey) -> Result<Self, VaultError> {
        let text = key_file::unwrap(&self.wrapped.wrapped, &recovery.0)?;
        AuthorityKeys::parse(&text, self.authority, self.generation)?;
        seal_row(&text, self.authority, self.generation, new_root, &recovery.recipient(), self.created)
    }

    fn text(&self, root: &RootKey) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        if self.wrapped.wrapped.is_empty() {
            return Err(VaultError::Erased);
        }
        let genuine = self.wrapped.wrap_format == WRAP_FORMAT_AGE_X25519
            && hmac::verify(&root.row_mac, &self.authenticated(), &self.wrapped.mac).is_ok();
        match key_file::unwrap(&self.wrapped.wrapped, &root.identity) {
            Ok(text) if genuine => Ok(text),
            // The root opens it, yet did not make it.
            Ok(_) => Err(VaultError::ForgedKeyRow),
            Err(error) => Err(error),
        }
    }
}

fn authenticated(authority: AuthorityId, generation: i64, file: &[u8]) -> Vec<u8> {
    framed(&[
        b"samlad/authority-key-row/1",
        authority.0.as_bytes(),
        &generation.to_be_bytes(),
        &WRAP_FORMAT_AGE_X25519.to_be_bytes(),
        digest::digest(&digest::SHA256, file).as_ref(),
    ])
}

fn seal_row(
    text: &[u8],
    authority: AuthorityId,
    generation: i64,
    root: &RootKey,
    recovery: &RecoveryRecipient,
    created: Timestamp,
) -> Result<AuthorityKeyRow, VaultError> {
    let wrapped = key_file::wrap(text, &root.identity.to_public(), &recovery.0)?;
    let mac = hmac::sign(&root.row_mac, &authenticated(authority, generation, &wrapped)).as_ref().to_vec();
    let wrapped = WrappedKey { wrap_format: WRAP_FORMAT_AGE_X25519, wrapped, mac };
    Ok(AuthorityKeyRow { authority, generation, wrapped, created })
}

/// The unlocked keys of one authority: used through methods, never handed out.
pub struct AuthorityKeys {
    authority: AuthorityId,
    generation: i64,
    identity: Identity,
    public: Recipient,
    recipient: String,
    row_mac: hmac::Key,
    index: hmac::Key,
    signing: Ed25519KeyPair,
}

impl AuthorityKeys {
    /// Makes the keys of a new generation, with the row to store.
    pub(crate) fn create(
        authority: AuthorityId,
        generation: i64,
        root: &RootKey,
        recovery: &RecoveryRecipient,
        entropy: &dyn Entropy,
        created: Timestamp,
    ) -> Result<(AuthorityKeyRow, Self), VaultError> {
        let mut secrets = Zeroizing::new([[0; 32]; 3]);
        for secret in secrets.iter_mut() {
            entropy.fill(secret);
        }
        let [mac, index, signing] = &*secrets;
        let text = text(authority, generation, &Identity::generate(), [mac, index, signing]);
        let row = seal_row(text.as_bytes(), authority, generation, root, recovery, created)?;
        let keys = Self::parse(text.as_bytes(), authority, generation)?;
        Ok((row, keys))
    }

    /// Whose keys.
    #[must_use]
    pub const fn authority(&self) -> AuthorityId {
        self.authority
    }

    /// Their generation.
    #[must_use]
    pub const fn generation(&self) -> i64 {
        self.generation
    }

    /// The authority's age recipient (`age1...`): what parcels to it are sealed to.
    #[must_use]
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// The Ed25519 public key that the authority's parcels and receipts are verified with.
    #[must_use]
    pub fn verifying(&self) -> [u8; 32] {
        // An Ed25519 public key always has 32 bytes.
        self.signing.public_key().as_ref().try_into().unwrap_or_default()
    }

    /// Signs a message with Ed25519. The caller puts a domain name first in the message, so that a signature for one use never holds for another.
    ///
    /// # Errors
    /// [`VaultError::Cipher`], never expected.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], VaultError> {
        let signature = self.signing.try_sign(message).map_err(|_| VaultError::Cipher)?;
        signature.as_ref().try_into().map_err(|_| VaultError::Cipher)
    }

    /// Opens an age file that was sealed to this authority, whose content is at most `limit` bytes.
    ///
    /// # Errors
    /// [`VaultError::WrongRoot`] when it was sealed to another key, [`VaultError::DamagedKeyFile`] when it was altered or is no age file,
    /// [`VaultError::TooLarge`].
    pub fn decrypt(&self, file: &[u8], limit: u64) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        key_file::open_bounded(file, &self.identity, limit)
    }

    /// A blind index: the same value in the same column gives the same 16 bytes, within one authority and key generation only. The value must be canonical
    /// (for a personal number its 12 digits). With the index key the whole number space is tried in seconds: the key never lies in the main database.
    #[must_use]
    pub fn blind_index(&self, column: &str, value: &str) -> [u8; 16] {
        self.truncated(&[
            b"samlad/blind-index/1",
            self.authority.0.as_bytes(),
            column.as_bytes(),
            &self.generation.to_be_bytes(),
            value.as_bytes(),
        ])
    }

    /// A keyed digest of a search term, for the log: equal terms show as equal, the term itself never lies there.
    #[must_use]
    pub fn term_digest(&self, term: &str) -> [u8; 16] {
        self.truncated(&[
            b"samlad/term/1",
            self.authority.0.as_bytes(),
            &self.generation.to_be_bytes(),
            term.as_bytes(),
        ])
    }

    fn truncated(&self, parts: &[&[u8]]) -> [u8; 16] {
        let tag = hmac::sign(&self.index, &framed(parts));
        tag.as_ref().first_chunk().copied().unwrap_or_default()
    }

    pub(crate) const fn row_mac(&self) -> &hmac::Key {
        &self.row_mac
    }

    pub(crate) const fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) const fn public(&self) -> &Recipient {
        &self.public
    }

    /// Reads the text inside an authority key file. It names its authority and generation, so that rows cannot be swapped even by who can make rows.
    pub(crate) fn parse(text: &[u8], authority: AuthorityId, generation: i64) -> Result<Self, VaultError> {
        let damaged = VaultError::DamagedKeyFile;
        let text = std::str::from_utf8(text).map_err(|_| damaged)?;
        let mut lines = text.lines();
        if lines.next() != Some(HEADING) {
            return Err(damaged);
        }
        let mut value =
            |name: &str| lines.next().and_then(|line| line.strip_prefix(name)?.strip_prefix(' ')).ok_or(damaged);
        let named_authority: Uuid = value("authority")?.parse().map_err(|_| damaged)?;
        let named_generation: i64 = value("generation")?.parse().map_err(|_| damaged)?;
        if named_authority != authority.0 || named_generation != generation {
            return Err(VaultError::ForgedKeyRow);
        }
        let identity: Identity = value("identity")?.parse().map_err(|_| damaged)?;
        let row_mac = hmac::Key::new(hmac::HMAC_SHA256, unhex(value("mac")?)?.as_slice());
        let index = hmac::Key::new(hmac::HMAC_SHA256, unhex(value("index")?)?.as_slice());
        let signing = Ed25519KeyPair::from_seed_unchecked(unhex(value("signing")?)?.as_slice()).map_err(|_| damaged)?;
        let public = identity.to_public();
        Ok(Self { authority, generation, recipient: public.to_string(), identity, public, row_mac, index, signing })
    }
}

fn text(authority: AuthorityId, generation: i64, identity: &Identity, secrets: [&[u8; 32]; 3]) -> Zeroizing<String> {
    let [mac, index, signing] = secrets.map(hex);
    let identity = identity.to_string();
    // Room at once, so that growing leaves no copies behind.
    let mut text = Zeroizing::new(String::with_capacity(512));
    for part in [
        HEADING,
        "\nauthority ",
        &authority.to_string(),
        "\ngeneration ",
        &generation.to_string(),
        "\nidentity ",
        identity.expose_secret(),
        "\nmac ",
        &mac,
        "\nindex ",
        &index,
        "\nsigning ",
        &signing,
        "\n",
    ] {
        text.push_str(part);
    }
    text
}

fn hex(bytes: &[u8; 32]) -> Zeroizing<String> {
    let digits =
        bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(u32::from(digit), 16));
    let mut text = Zeroizing::new(String::with_capacity(64));
    text.extend(digits);
    text
}

fn unhex(text: &str) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let mut bytes = Zeroizing::new([0; 32]);
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return Err(VaultError::DamagedKeyFile);
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let value = char::from(*digit)
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
                .ok_or(VaultError::DamagedKeyFile)?;
            *byte = *byte << 4 | value;
        }
    }
    Ok(bytes)
}
