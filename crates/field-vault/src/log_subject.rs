//! Who is behind a name in the log: sealed under the subject's log key, so that it outlives the person's record as long as the log does.

use audit_log::Recorded;
use rbac_policy::Permit;
use serde::{Serialize, de::DeserializeOwned};
use vocabulary::{LogSubjectId, Sealed, action::ReadLogEntry};

use crate::{DataKey, KeySubject, Padding, Vault, VaultError, codec, framing::framed, opening::covered};

/// Name of this use of the cipher inside the AAD, with the format's version.
const SUBJECT_DOMAIN: &[u8] = b"samlad/log-subject/1";

impl Vault {
    /// Seals what stands behind a subject's name in the log, under a log key of that subject.
    ///
    /// # Errors
    /// [`VaultError::WrongKind`] for any other key, [`VaultError::TooLarge`].
    pub fn seal_subject<T: Serialize>(
        &self,
        key: &DataKey,
        subject: LogSubjectId,
        plain: &T,
    ) -> Result<Sealed<T>, VaultError> {
        codec::seal(key, self.nonce(), &aad(key, subject)?, plain, Padding::Long).map(Sealed::from_stored)
    }

    /// Opens it, against a recorded permit to read a log entry that covers the subject.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_subject<T: DeserializeOwned>(
        &self,
        key: &DataKey,
        subject: LogSubjectId,
        sealed: &Sealed<T>,
        recorded: &Recorded<Permit<'_, ReadLogEntry>>,
    ) -> Result<T, VaultError> {
        let aad = aad(key, subject)?;
        covered(key, subject.0, recorded)?;
        codec::open(key, &aad, sealed.as_stored())
    }
}

fn aad(key: &DataKey, subject: LogSubjectId) -> Result<Vec<u8>, VaultError> {
    match key.subject() {
        KeySubject::Log { subject: Some(owner), .. } if owner == subject => {
            Ok(framed(&[SUBJECT_DOMAIN, subject.0.as_bytes(), key.kid().0.as_bytes()]))
        }
        _ => Err(VaultError::WrongKind),
    }
}
