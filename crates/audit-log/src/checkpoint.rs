//! C2SP tlog-checkpoint: origin, size and root of a log as the text of a signed note.

use crate::note::Note;
use crate::{Hash, LogSigner, LogVerifier};

/// What a checkpoint says. Extension lines are not written, and skipped when read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// RFC 6962 root.
    pub root: Hash,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note with a checkpoint in it.
    #[error("not a checkpoint")]
    Malformed,
    /// A checkpoint of another log.
    #[error("a checkpoint of another log")]
    Origin,
    /// Not signed with the log's key.
    #[error("not signed with the log's key")]
    Signature,
}

/// A checkpoint with its note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The note, with all its signatures.
    pub note: Note,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// From the text of a note.
    ///
    /// # Errors
    /// When it is not a checkpoint.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split_terminator('\n');
        let mut next = || lines.next().ok_or(CheckpointError::Malformed);
        let (origin, size, root) = (next()?, next()?, next()?);
        let number: u64 = size.parse().map_err(|_| CheckpointError::Malformed)?;
        let root = root.parse().map_err(|_| CheckpointError::Malformed)?;
        // tlog-checkpoint: ASCII decimal without leading zeroes; extension lines are not empty.
        if origin.is_empty() || number.to_string() != size || lines.any(str::is_empty) || !text.ends_with('\n') {
            return Err(CheckpointError::Malformed);
        }
        Ok(Self { origin: origin.to_owned(), size: number, root })
    }

    /// Signs.
    #[must_use]
    pub fn sign(self, key: &LogSigner) -> SignedCheckpoint {
        let text = self.text();
        let signatures = vec![key.sign(&text)];
        SignedCheckpoint { checkpoint: self, note: Note { text, signatures } }
    }
}

impl SignedCheckpoint {
    /// Reads and verifies a note.
    ///
    /// # Errors
    /// When it is malformed, of another log, or not signed by this key.
    pub fn open(note: &str, key: &LogVerifier) -> Result<Self, CheckpointError> {
        let note = Note::parse(note).map_err(|_| CheckpointError::Malformed)?;
        let checkpoint = Checkpoint::parse(&note.text)?;
        if checkpoint.origin != key.origin() {
            return Err(CheckpointError::Origin);
        }
        if !key.signed(&note) {
            return Err(CheckpointError::Signature);
        }
        Ok(Self { checkpoint, note })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_believed_from_its_own_key_and_for_its_own_log_only() {
        let key = LogSigner::new("samlad.example/audit/1", &[1; 32]).unwrap();
        let other = LogSigner::new("samlad.example/audit/1", &[2; 32]).unwrap();
        let signed = Checkpoint { origin: key.origin().to_owned(), size: 17, root: Hash([9; 32]) }.sign(&key);
        let note = signed.note.to_string();
        assert_eq!(SignedCheckpoint::open(&note, &key.verifier()).unwrap(), signed);
        assert_eq!(SignedCheckpoint::open(&note, &other.verifier()), Err(CheckpointError::Signature));
        assert_eq!(
            SignedCheckpoint::open(&note.replace("\n17\n", "\n18\n"), &key.verifier()),
            Err(CheckpointError::Signature)
        );
        let elsewhere = LogSigner::new("samlad.example/audit/2", &[1; 32]).unwrap();
        assert_eq!(SignedCheckpoint::open(&note, &elsewhere.verifier()), Err(CheckpointError::Origin));
    }

    #[test]
    fn sizes_have_one_spelling() {
        let root = Hash([0; 32]);
        for size in ["017", "+17", "", "-1", "18446744073709551616"] {
            assert_eq!(Checkpoint::parse(&format!("o\n{size}\n{root}\n")), Err(CheckpointError::Malformed), "{size}");
        }
        assert_eq!(Checkpoint::parse(&format!("o\n17\n{root}\next\n")).unwrap().size, 17);
        assert_eq!(Checkpoint::parse(&format!("o\n17\n{root}")), Err(CheckpointError::Malformed));
    }
}
