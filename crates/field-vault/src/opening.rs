//! Openings of log entries: sealed under log keys of their own, opened only by who may read the log.

use audit_log::{Opening, Recorded, SealedOpening};
use rbac_policy::Permit;
use vocabulary::{EntryId, KeyId, action::ReadLogEntry};

use crate::codec;
use crate::framing::framed;
use crate::{DataKey, Padding, Vault, VaultError};

/// Name of this use of the cipher inside the AAD, with the format's version.
const OPENING_DOMAIN: &[u8] = b"samlad/opening/1";

impl Vault {
    /// Seals the opening of a log entry under a key of [`KeySubject::Log`](crate::KeySubject::Log).
    ///
    /// # Errors
    /// [`VaultError::WrongKind`] for a key of another kind, [`VaultError::TooLarge`].
    pub fn seal_opening(&self, key: &DataKey, entry: EntryId, opening: &Opening) -> Result<SealedOpening, VaultError> {
        log_key(key)?;
        let bytes = codec::seal(key, self.nonce(), &aad(entry, key.kid()), opening, Padding::Long)?;
        Ok(SealedOpening { key: key.kid(), bytes })
    }

    /// Opens the opening of a log entry, against a recorded permit to read that entry.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_opening(
        &self,
        key: &DataKey,
        entry: EntryId,
        sealed: &SealedOpening,
        recorded: &Recorded<Permit<'_, ReadLogEntry>>,
    ) -> Result<Opening, VaultError> {
        log_key(key)?;
        let permit = recorded.what();
        if permit.caller().authority != key.authority() {
            return Err(VaultError::OtherAuthority);
        }
        if !permit.covers(entry.0) {
            return Err(VaultError::NotCovered);
        }
        codec::open(key, &aad(entry, key.kid()), &sealed.bytes)
    }
}

const fn log_key(key: &DataKey) -> Result<(), VaultError> {
    if key.subject().is_log() { Ok(()) } else { Err(VaultError::WrongKind) }
}

pub(crate) fn aad(entry: EntryId, kid: KeyId) -> Vec<u8> {
    framed(&[OPENING_DOMAIN, entry.0.as_bytes(), kid.0.as_bytes()])
}
