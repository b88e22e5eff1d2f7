//! Openings of log entries: sealed under log keys of their own, opened only by who may read the log.

use audit_log::{Opening, Recorded, SealedOpening};
use rbac_policy::Permit;
use uuid::Uuid;
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
        let aad = opening_aad(entry, log_key(key)?);
        let bytes = codec::seal(key, self.nonce(), &aad, opening, Padding::Long)?;
        Ok(SealedOpening { key: key.kid(), bytes })
    }

    /// Opens the opening of a log entry, against a recorded permit that covers the entry's id.
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
        covered(key, entry.0, recorded)?;
        codec::open(key, &opening_aad(entry, log_key(key)?), &sealed.bytes)
    }
}

/// Whether a permit to read the log, given in the key's authority, covers an id.
pub(crate) fn covered(
    key: &DataKey,
    id: Uuid,
    recorded: &Recorded<Permit<'_, ReadLogEntry>>,
) -> Result<(), VaultError> {
    let permit = recorded.what();
    if permit.caller().authority != key.authority() {
        Err(VaultError::OtherAuthority)
    } else if permit.covers(id) {
        Ok(())
    } else {
        Err(VaultError::NotCovered)
    }
}

/// The key's name, if it is a log key.
const fn log_key(key: &DataKey) -> Result<KeyId, VaultError> {
    if key.subject().is_log() { Ok(key.kid()) } else { Err(VaultError::WrongKind) }
}

pub(crate) fn opening_aad(entry: EntryId, kid: KeyId) -> Vec<u8> {
    framed(&[OPENING_DOMAIN, entry.0.as_bytes(), kid.0.as_bytes()])
}
