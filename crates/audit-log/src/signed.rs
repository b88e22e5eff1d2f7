//! The memory of what was signed, outside the database: whoever rewrites the database cannot make the log forget how far it had promised.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use vocabulary::AuthorityId;

/// The memory could not be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the memory of signed checkpoints failed")]
pub struct SignedMemoryError;

/// Keeps the last signed checkpoint of each log, as a signed note.
pub trait SignedMemory: Send + Sync {
    /// The last note of every log.
    ///
    /// # Errors
    /// When it cannot be read.
    fn all(&self) -> Result<Vec<(AuthorityId, String)>, SignedMemoryError>;

    /// Keeps a note, durably, in the place of the log's last one.
    ///
    /// # Errors
    /// When it cannot be written.
    fn keep(&self, log: AuthorityId, note: &str) -> Result<(), SignedMemoryError>;
}

/// Remembers as long as the process lives: for a service whose database does not outlive it either.
#[derive(Default)]
pub struct Forgetful(Mutex<BTreeMap<AuthorityId, String>>);

impl SignedMemory for Forgetful {
    fn all(&self) -> Result<Vec<(AuthorityId, String)>, SignedMemoryError> {
        let notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(notes.iter().map(|(log, note)| (*log, note.clone())).collect())
    }

    fn keep(&self, log: AuthorityId, note: &str) -> Result<(), SignedMemoryError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(log, note.to_owned());
        Ok(())
    }
}

/// One file per log (`<authority id>.checkpoint`) in a directory that the database's owner should not be able to write.
pub struct SignedDirectory(PathBuf);

impl SignedDirectory {
    /// Uses a directory, which must exist.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self(directory.into())
    }

    fn notes(&self) -> io::Result<Vec<(AuthorityId, String)>> {
        let mut notes = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            let log = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            if let Some(log) = log.filter(|_| path.extension().is_some_and(|extension| extension == "checkpoint")) {
                notes.push((log, fs::read_to_string(&path)?));
            }
        }
        Ok(notes)
    }
}

impl SignedMemory for SignedDirectory {
    fn all(&self) -> Result<Vec<(AuthorityId, String)>, SignedMemoryError> {
        self.notes().map_err(|_| SignedMemoryError)
    }

    fn keep(&self, log: AuthorityId, note: &str) -> Result<(), SignedMemoryError> {
        replace(&self.0, &format!("{log}.checkpoint"), note.as_bytes()).map_err(|_| SignedMemoryError)
    }
}

/// Writes beside, flushes, renames: after a power cut the file is the old one or the new one.
fn replace(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let beside = directory.join(format!("{name}.new"));
    let mut file = fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, directory.join(name))?;
    fs::File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_remembers_the_last_note_of_each_log() {
        let directory = tempfile::tempdir().unwrap();
        let memory = SignedDirectory::new(directory.path());
        let log = AuthorityId(uuid::Uuid::from_u128(7));
        assert!(memory.all().unwrap().is_empty());
        memory.keep(log, "first\n").unwrap();
        memory.keep(log, "second\n").unwrap();
        fs::write(directory.path().join("unrelated.txt"), "x").unwrap();
        assert_eq!(SignedDirectory::new(directory.path()).all().unwrap(), [(log, "second\n".to_owned())]);
        assert!(SignedDirectory::new(directory.path().join("missing")).all().is_err());
    }
}
