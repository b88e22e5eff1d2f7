//! Reading and writing the text of an age identity: the form that `age-keygen` writes (comment lines and one secret key line).

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use zeroize::Zeroizing;

/// An identity file is a few lines; more than this is not one.
const MAX_FILE: u64 = 16 * 1024;

/// Why a secret identity could not be read or written. Never carries its text.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The file or credential could not be opened, read or created.
    #[error("cannot use the identity file {path}: {kind}")]
    File {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        kind: io::ErrorKind,
    },
    /// Others than the owner may read or write the file.
    #[error("the identity file {path} has mode {mode:04o}; it must be readable by its owner only (chmod 600)")]
    TooOpen {
        /// The path.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The service manager gave this process no credentials directory.
    #[error("this process was given no credentials (systemd: LoadCredential=)")]
    NoCredentials,
    /// The credential's name is not a plain file name.
    #[error("a credential's name is a plain file name")]
    CredentialName,
    /// The command could not be started or failed.
    #[error("the command that hands over the identity failed: {kind}")]
    Command {
        /// What the operating system said; `Other` for a status that is not success.
        kind: io::ErrorKind,
    },
    /// There is not exactly one age X25519 secret key in the text.
    #[error("expected exactly one age X25519 secret key (AGE-SECRET-KEY-1..., as age-keygen writes it)")]
    NotAnIdentity,
}

/// Where a secret identity comes from. Never the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentitySource {
    /// A file with mode 0600 or stricter.
    File(PathBuf),
    /// A credential that the service manager hands over (systemd `LoadCredential=`), by name.
    Credential(String),
    /// A command (program and arguments, no shell) that writes the identity to its standard output: for a password store or an HSM's tool.
    Command(Vec<String>),
}

impl IdentitySource {
    pub(crate) fn read(&self) -> Result<Identity, IdentityError> {
        match self {
            Self::File(path) => from_file(path),
            Self::Credential(name) => {
                from_credential(std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from).as_deref(), name)
            }
            Self::Command(words) => from_command(words),
        }
    }
}

pub(crate) fn from_file(path: &Path) -> Result<Identity, IdentityError> {
    let fail = |error: &io::Error| IdentityError::File { path: path.to_owned(), kind: error.kind() };
    let file = File::open(path).map_err(|error| fail(&error))?;
    // The permissions of the opened file, not of the path: what is checked is what is read.
    let mode = file.metadata().map_err(|error| fail(&error))?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(IdentityError::TooOpen { path: path.to_owned(), mode });
    }
    parse(&read_bounded(file).map_err(|error| fail(&error))?)
}

/// The service manager itself guards the directory (its own mount, readable by the unit alone), with modes of its own choice.
pub(crate) fn from_credential(directory: Option<&Path>, name: &str) -> Result<Identity, IdentityError> {
    let directory = directory.ok_or(IdentityError::NoCredentials)?;
    if name.is_empty() || name.starts_with('.') || name.contains('/') {
        return Err(IdentityError::CredentialName);
    }
    let path = directory.join(name);
    let read = File::open(&path).and_then(read_bounded);
    parse(&read.map_err(|error| IdentityError::File { path, kind: error.kind() })?)
}

pub(crate) fn from_command(words: &[String]) -> Result<Identity, IdentityError> {
    let fail = |kind| IdentityError::Command { kind };
    let (program, arguments) = words.split_first().ok_or(fail(io::ErrorKind::InvalidInput))?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| fail(error.kind()))?;
    let text = child.stdout.take().map_or_else(|| Ok(Zeroizing::default()), read_bounded);
    let status = child.wait().map_err(|error| fail(error.kind()))?;
    if !status.success() {
        return Err(fail(io::ErrorKind::Other));
    }
    parse(&text.map_err(|error| fail(error.kind()))?)
}

/// Writes an identity into a new file with mode 0600, on disk before this returns. Never overwrites: a lost root is lost data.
pub(crate) fn to_file(identity: &Identity, path: &Path) -> Result<(), IdentityError> {
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let secret = identity.to_string();
        let text = Zeroizing::new(format!("# public key: {}\n{}\n", identity.to_public(), secret.expose_secret()));
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| IdentityError::File { path: path.to_owned(), kind: error.kind() })
}

fn read_bounded(from: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::with_capacity(1024));
    from.take(MAX_FILE).read_to_end(&mut text)?;
    Ok(text)
}

fn parse(text: &[u8]) -> Result<Identity, IdentityError> {
    let text = std::str::from_utf8(text).map_err(|_| IdentityError::NotAnIdentity)?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    match (lines.next(), lines.next()) {
        (Some(line), None) => line.parse().map_err(|_| IdentityError::NotAnIdentity),
        _ => Err(IdentityError::NotAnIdentity),
    }
}
