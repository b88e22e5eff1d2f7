//! Where a secret lies. The configuration names the place and never holds the secret itself.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use field_vault::IdentitySource;
use serde::Deserialize;
use vocabulary::Entropy;
use zeroize::Zeroizing;

/// A place that holds one secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretRef {
    /// A file that only its owner may read (mode 0600 or stricter).
    File(PathBuf),
    /// A credential that the service manager hands over (systemd `LoadCredential=`), by name.
    Credential(String),
    /// A program with its arguments that writes the secret to its standard output. For age identities only.
    Command(Vec<String>),
}

/// Why a secret could not be read or written. Never carries the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file could not be used.
    #[error("cannot use {path}: {kind}")]
    File {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        kind: io::ErrorKind,
    },
    /// Others than the owner may read or write the file.
    #[error("{path} has mode {mode:04o}; it must be readable by its owner only (chmod 600)")]
    TooOpen {
        /// The path.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The service manager gave no credentials, or the name is no file name.
    #[error("this process was given no credential of that name (systemd: LoadCredential=)")]
    Credential,
    /// Only age identities come from commands.
    #[error("this secret comes from a file or a credential, not from a command")]
    Command,
    /// Not the text that was expected.
    #[error("{0} does not hold {1}")]
    Content(PathBuf, &'static str),
}

/// No secret of ours is longer.
const LONGEST: u64 = 16 * 1024;

impl SecretRef {
    /// The same place, with a relative path counted from a folder.
    #[must_use]
    pub fn counted_from(self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(folder.join(path)),
            other => other,
        }
    }

    /// The place as the vault reads age identities from it.
    #[must_use]
    pub fn identity(&self) -> IdentitySource {
        match self {
            Self::File(path) => IdentitySource::File(path.clone()),
            Self::Credential(name) => IdentitySource::Credential(name.clone()),
            Self::Command(words) => IdentitySource::Command(words.clone()),
        }
    }

    /// The secret as one line of text.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn line(&self) -> Result<Zeroizing<String>, SecretError> {
        let (path, is_ours) = self.path()?;
        let fail = |error: &io::Error| SecretError::File { path: path.clone(), kind: error.kind() };
        let file = File::open(&path).map_err(|error| fail(&error))?;
        if is_ours {
            // The permissions of the opened file, not of the path: what is checked is what is read.
            let mode = file.metadata().map_err(|error| fail(&error))?.permissions().mode() & 0o7777;
            if mode & 0o077 != 0 {
                return Err(SecretError::TooOpen { path, mode });
            }
        }
        let mut text = Zeroizing::new(String::new());
        file.take(LONGEST).read_to_string(&mut text).map_err(|error| fail(&error))?;
        Ok(Zeroizing::new(text.trim().to_owned()))
    }

    /// The secret as 32 bytes, written in Base64.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn seed(&self) -> Result<Zeroizing<[u8; 32]>, SecretError> {
        let line = self.line()?;
        let bytes = STANDARD.decode(line.as_bytes()).map(Zeroizing::new).ok();
        let seed = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
        seed.map(Zeroizing::new).ok_or_else(|| {
            SecretError::Content(self.path().map(|(path, _)| path).unwrap_or_default(), "32 bytes in Base64")
        })
    }

    /// The file behind the place, and whether its mode is ours to judge: a credentials directory is guarded by the service manager.
    fn path(&self) -> Result<(PathBuf, bool), SecretError> {
        match self {
            Self::File(path) => Ok((path.clone(), true)),
            Self::Credential(name) => {
                let is_name = !name.is_empty() && !name.starts_with('.') && !name.contains('/');
                let folder =
                    std::env::var_os("CREDENTIALS_DIRECTORY").filter(|_| is_name).ok_or(SecretError::Credential)?;
                Ok((Path::new(&folder).join(name), false))
            }
            Self::Command(_) => Err(SecretError::Command),
        }
    }
}

/// A new seed in a new file with mode 0600, on disk before this returns. Never overwrites.
///
/// # Errors
/// [`SecretError::File`].
pub fn write_seed(path: &Path, entropy: &dyn Entropy) -> Result<(), SecretError> {
    let mut seed = Zeroizing::new([0; 32]);
    entropy.fill(seed.as_mut_slice());
    let text = Zeroizing::new(STANDARD.encode(seed.as_slice()) + "\n");
    private_file(path, text.as_bytes()).map_err(|error| SecretError::File { path: path.to_owned(), kind: error.kind() })
}

/// A new file that only its owner may read, on disk before this returns.
///
/// # Errors
/// When it exists already or cannot be written.
pub fn private_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A folder that only its owner may enter, made when needed.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions};

    use vocabulary::SeededEntropy;

    use super::*;

    #[test]
    fn a_seed_is_written_for_its_owner_alone_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.seed");
        write_seed(&path, &SeededEntropy::new(1)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        let place = SecretRef::File("log.seed".into()).counted_from(folder.path());
        assert_ne!(*place.seed().unwrap(), [0; 32]);
        assert!(write_seed(&path, &SeededEntropy::new(2)).is_err(), "an existing seed is never overwritten");
    }

    #[test]
    fn a_secret_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("address");
        private_file(&path, b"postgres://samlad@db/samlad\n").unwrap();
        let place = SecretRef::File(path.clone());
        assert_eq!(place.line().unwrap().as_str(), "postgres://samlad@db/samlad");
        assert!(matches!(place.seed(), Err(SecretError::Content(..))));
        set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(place.line(), Err(SecretError::TooOpen { mode: 0o640, .. })));
        assert!(matches!(SecretRef::Command(vec!["cat".into()]).line(), Err(SecretError::Command)));
    }
}
