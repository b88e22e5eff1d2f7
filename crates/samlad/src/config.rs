//! The configuration of an instance: one TOML file. Unknown keys are refused; secrets stand in it only as references to where they lie.

mod template;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use vocabulary::AuthorityId;

use crate::secret::{SecretError, SecretRef};

pub use template::{NewAuthority, NewInstance};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the instance appears to the outside.
    pub instance: InstanceConfig,
    /// Where records and keys lie.
    pub database: DatabaseConfig,
    /// The access log.
    pub log: LogConfig,
    /// How long people stay signed in.
    #[serde(default)]
    pub sessions: SessionConfig,
    /// The access policy.
    #[serde(default)]
    pub policy: PolicyConfig,
    /// What people are writing.
    #[serde(default)]
    pub drafts: DraftConfig,
    /// The authorities whose records live here.
    pub authority: Vec<AuthorityConfig>,
}

/// How the instance appears to the outside.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceConfig {
    /// Host name that the logs' origins begin with. It never changes.
    pub host: String,
    /// Name of the municipality or group of authorities, for the page header.
    pub place: String,
    /// Where to listen. TLS ends in front of this program.
    pub listen: SocketAddr,
    /// The address that people and other instances use, for example `https://samlad.mellerud.example`.
    pub base_url: String,
    /// Whom to turn to when the pages cannot be used, for the accessibility statement.
    pub accessibility_contact: String,
}

/// Where records and keys lie.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite:FOLDER`. An address with a password stands in `address` instead.
    pub url: Option<String>,
    /// Where the address of the database stands, when it holds a password.
    pub address: Option<SecretRef>,
    /// The same for the key store; PostgreSQL only. Without it, the schema `samlad_keys` of the same database.
    pub keys_address: Option<SecretRef>,
    /// Where the address stands of somebody who may act as `samlad_retention`, for `samlad audit prune` alone; PostgreSQL only. The service's own login
    /// should not be able to.
    pub retention_address: Option<SecretRef>,
    /// Connections for reading (SQLite) or in all (PostgreSQL).
    #[serde(default = "connections")]
    pub connections: u32,
}

const fn connections() -> u32 {
    8
}

/// The access log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Folder for the last signed checkpoints: on another medium than the database, and not writable by the database's owner.
    pub checkpoints: PathBuf,
    /// Seconds between two signatures of a log that has grown.
    #[serde(default = "sign_every")]
    pub sign_every_seconds: u32,
    /// How many years an entry is kept at least; `samlad audit prune` refuses younger ones.
    #[serde(default = "retention_years")]
    pub retention_years: u16,
}

const fn sign_every() -> u32 {
    5
}

const fn retention_years() -> u16 {
    10
}

/// How long people stay signed in.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionConfig {
    /// Minutes without a request after which a session ends.
    pub idle_minutes: u16,
    /// Hours after which every session ends.
    pub absolute_hours: u16,
    /// Minutes after a sign-in during which it counts as just confirmed: releases and changes of users ask for that.
    pub fresh_minutes: u16,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_hours: 10, fresh_minutes: 15 }
    }
}

/// The access policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConfig {
    /// Folder with `model.conf`, `policy.csv`, `vocabulary.toml`, `invariants.toml` and `tests/`. Read at the first start, on SIGHUP, and when an
    /// administrator asks; what it says waits for the administrators. Without it, the policy that the program brings.
    pub folder: Option<PathBuf>,
}

/// What people are writing.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DraftConfig {
    /// Days after which a draft that nobody went on with is erased.
    pub kept_days: u16,
}

impl Default for DraftConfig {
    fn default() -> Self {
        Self { kept_days: 14 }
    }
}

/// An authority whose records live here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityConfig {
    /// Its id; `samlad init` drew it.
    pub id: AuthorityId,
    /// Its name, for whoever reads this file.
    pub name: String,
    /// Its root identity (age).
    pub root: SecretRef,
    /// The public part of its recovery identity (`age1...`).
    pub recovery: String,
    /// The seed of the key that signs its log.
    pub log_seed: SecretRef,
}

/// Why a configuration is not usable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read {path}: {kind}")]
    File {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        kind: std::io::ErrorKind,
    },
    /// Not TOML, an unknown key, or a value of the wrong kind.
    #[error("{path}: {source}")]
    Text {
        /// The path.
        path: PathBuf,
        /// What is wrong, with its line.
        source: Box<toml::de::Error>,
    },
    /// A value that cannot be.
    #[error("{path}: {what}")]
    Value {
        /// The path.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// A secret that a place should hold.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl Config {
    /// Reads a file. Relative paths in it are counted from its folder.
    ///
    /// # Errors
    /// [`ConfigError`] says where.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::File { path: path.to_owned(), kind: error.kind() })?;
        Self::parse(&text, path)
    }

    /// Reads the text of a file that lies at `path`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)
            .map_err(|source| ConfigError::Text { path: path.to_owned(), source: Box::new(source) })?;
        if let Some(what) = config.fault() {
            return Err(ConfigError::Value { path: path.to_owned(), what });
        }
        Ok(config.counted_from(path.parent().unwrap_or_else(|| Path::new(""))))
    }

    fn fault(&self) -> Option<&'static str> {
        let database = &self.database;
        let faults = [
            (self.authority.is_empty(), "there is no [[authority]]: run `samlad init`"),
            (database.url.is_some() == database.address.is_some(), "[database] has either `url` or `address`"),
            (
                database.url.as_deref().is_some_and(|url| !url.starts_with("sqlite:")),
                "[database] url is for sqlite:FOLDER; an address with a password stands in a file that `address` names",
            ),
            (
                !is_base_url(&self.instance.base_url),
                "[instance] base_url is https://HOST without a path (http only for a loopback address)",
            ),
            (self.instance.host.trim().is_empty(), "[instance] host is empty"),
            (
                self.sessions.idle_minutes == 0 || self.sessions.absolute_hours == 0,
                "[sessions] would end before they begin",
            ),
            (self.drafts.kept_days == 0, "[drafts] would be erased before they are kept"),
            (self.log.sign_every_seconds == 0, "[log] sign_every_seconds is at least 1"),
            (self.log.retention_years == 0, "[log] retention_years is at least 1"),
        ];
        faults.into_iter().find_map(|(is_wrong, what)| is_wrong.then_some(what))
    }

    fn counted_from(self, folder: &Path) -> Self {
        let database = DatabaseConfig {
            url: self.database.url.map(|url| match url.strip_prefix("sqlite:") {
                Some(path) => format!("sqlite:{}", folder.join(path).display()),
                None => url,
            }),
            address: self.database.address.map(|place| place.counted_from(folder)),
            keys_address: self.database.keys_address.map(|place| place.counted_from(folder)),
            retention_address: self.database.retention_address.map(|place| place.counted_from(folder)),
            ..self.database
        };
        let authority = self.authority.into_iter().map(|authority| AuthorityConfig {
            root: authority.root.counted_from(folder),
            log_seed: authority.log_seed.counted_from(folder),
            ..authority
        });
        let log = LogConfig { checkpoints: folder.join(&self.log.checkpoints), ..self.log };
        let policy = PolicyConfig { folder: self.policy.folder.map(|path| folder.join(path)) };
        Self { database, log, policy, authority: authority.collect(), ..self }
    }

    /// Whether browsers reach this instance over TLS; cookies are then `Secure`.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.instance.base_url.starts_with("https://")
    }
}

/// `https://HOST[:PORT]`, or `http://` to the own machine.
fn is_base_url(url: &str) -> bool {
    let (rest, is_plain) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) => (rest, true),
        (None, None) => return false,
    };
    let is_loopback = rest.starts_with("127.0.0.1:") || rest.starts_with("localhost:") || rest.starts_with("[::1]:");
    !rest.is_empty() && !rest.contains(['/', '?', '#', '@']) && (!is_plain || is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
        [instance]
        host = "samlad.example"
        place = "Mellerud"
        listen = "127.0.0.1:8080"
        base_url = "https://samlad.example"
        accessibility_contact = "it@example"
        [database]
        url = "sqlite:data"
        [log]
        checkpoints = "/var/lib/samlad-checkpoints"
        [[authority]]
        id = "6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a"
        name = "Socialnämnden"
        root = { file = "keys/social.root" }
        recovery = "age1"
        log_seed = { credential = "log.seed" }
    "#;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("/etc/samlad/samlad.toml"))
    }

    #[test]
    fn paths_are_counted_from_the_files_folder() {
        let config = parse(WHOLE).unwrap();
        assert_eq!(config.database.url.as_deref(), Some("sqlite:/etc/samlad/data"));
        assert_eq!(config.authority[0].root, SecretRef::File("/etc/samlad/keys/social.root".into()));
        assert_eq!(config.log.checkpoints, Path::new("/var/lib/samlad-checkpoints"));
        assert!(config.is_secure());
        assert_eq!(config.policy.folder, None);
        let own = parse(&WHOLE.replace("[log]", "[policy]\nfolder = \"policy\"\n[log]")).unwrap();
        assert_eq!(own.policy.folder.as_deref(), Some(Path::new("/etc/samlad/policy")));
    }

    #[test]
    fn an_unknown_key_and_a_password_in_the_file_are_refused() {
        assert!(matches!(parse(&WHOLE.replace("place =", "plats =")), Err(ConfigError::Text { .. })));
        let with_password = WHOLE.replace("sqlite:data", "postgres://samlad:hemligt@db/samlad");
        assert!(matches!(parse(&with_password), Err(ConfigError::Value { .. })));
        assert!(!parse(&with_password).unwrap_err().to_string().contains("hemligt"));
    }

    #[test]
    fn plain_http_is_for_the_own_machine() {
        for (url, is_fine) in [
            ("https://samlad.example", true),
            ("http://127.0.0.1:8080", true),
            ("http://samlad.example", false),
            ("https://samlad.example/ui", false),
            ("https://a@b", false),
            ("samlad.example", false),
        ] {
            assert_eq!(parse(&WHOLE.replace("https://samlad.example", url)).is_ok(), is_fine, "{url}");
        }
    }
}
