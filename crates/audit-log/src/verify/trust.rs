//! What the one who verifies knows from elsewhere.

use super::VerifyError;
use crate::checkpoint::CheckpointError;
use crate::{LogVerifier, SignedCheckpoint, WitnessVerifier};

/// The keys that are trusted, and checkpoints seen before. All of it must come from another source than the log itself.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The log's key.
    pub key: LogVerifier,
    /// Witnesses that are believed.
    pub witnesses: Vec<WitnessVerifier>,
    /// How many of them must have cosigned.
    pub quorum: usize,
    /// Checkpoints known from before: the log must continue each.
    pub known: Vec<SignedCheckpoint>,
}

impl Trust {
    /// Trusts the log's key and nothing more.
    #[must_use]
    pub const fn in_key(key: LogVerifier) -> Self {
        Self { key, witnesses: Vec::new(), quorum: 0, known: Vec::new() }
    }

    /// Adds a checkpoint known from before.
    ///
    /// # Errors
    /// When it is not one of this log.
    pub fn knowing(mut self, note: &str) -> Result<Self, VerifyError> {
        self.known.push(self.open(note)?);
        Ok(self)
    }

    /// Opens a checkpoint of this log.
    ///
    /// # Errors
    /// When it is malformed, of another log, or not signed with its key.
    pub fn open(&self, note: &str) -> Result<SignedCheckpoint, VerifyError> {
        SignedCheckpoint::open(note, &self.key).map_err(|error| match error {
            CheckpointError::Malformed => VerifyError::CheckpointMalformed,
            CheckpointError::Origin => VerifyError::CheckpointOrigin,
            CheckpointError::Signature => VerifyError::CheckpointSignature,
        })
    }

    /// The witnesses that cosigned, if they are enough.
    pub(super) fn cosigned(&self, signed: &SignedCheckpoint) -> Result<Vec<(String, u64)>, VerifyError> {
        let seen = |witness: &WitnessVerifier| Some((witness.name().to_owned(), witness.cosigned(&signed.note)?));
        let witnesses: Vec<_> = self.witnesses.iter().filter_map(seen).collect();
        let (found, required) = (witnesses.len(), self.quorum);
        if found < required { Err(VerifyError::Quorum { found, required }) } else { Ok(witnesses) }
    }

    /// No checkpoint known from before may be larger.
    pub(super) fn not_rolled_back(&self, size: u64) -> Result<(), VerifyError> {
        match self.known.iter().map(|known| known.checkpoint.size).max() {
            Some(known) if known > size => Err(VerifyError::Rollback { size, known }),
            _ => Ok(()),
        }
    }
}
