//! Settings that durability and secrecy depend on: set on every connection, and then asked for, because a setting that was silently
//! ignored looks exactly like one that holds.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Row as _};

use crate::StoreError;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Address of the key store on PostgreSQL; without it, the schema `samlad_keys` of the same database. SQLite: always `keys.db` beside it.
    pub keys_database: Option<String>,
    /// Connections for reading. PostgreSQL: three times as many in all, for units of work and the sequencer too.
    pub connections: u32,
    /// How long to wait for a lock or a free connection.
    pub patience: Duration,
    /// How long one statement may take (PostgreSQL).
    pub statement_limit: Duration,
    /// Apply missing migrations; otherwise an older schema is refused.
    pub migrate: bool,
    /// Copy a SQLite database that is not empty before it is migrated.
    pub backup: bool,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            keys_database: None,
            connections: 8,
            patience: Duration::from_secs(5),
            statement_limit: Duration::from_secs(10),
            migrate: true,
            backup: true,
        }
    }
}

/// SQLite before 3.51.3 can lose committed transactions when the WAL is reset (<https://www.sqlite.org/wal.html>, "the WAL-reset bug").
const SQLITE_AT_LEAST: (u32, u32, u32) = (3, 51, 3);

const SQLITE_SETTINGS: &str = "SELECT sqlite_version(), (SELECT journal_mode FROM pragma_journal_mode), \
    (SELECT synchronous FROM pragma_synchronous), (SELECT foreign_keys FROM pragma_foreign_keys), \
    (SELECT secure_delete FROM pragma_secure_delete)";

/// What every SQLite connection of ours is opened with.
pub(crate) fn sqlite(path: &std::path::Path, options: &StoreOptions) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(options.patience)
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("cache_size", "-4000")
        .statement_cache_capacity(512)
        .disable_statement_logging()
}

/// The writer also decides the journal: a reader cannot change it.
pub(crate) fn sqlite_writer(path: &std::path::Path, options: &StoreOptions) -> SqliteConnectOptions {
    sqlite(path, options).journal_mode(SqliteJournalMode::Wal).create_if_missing(true).pragma("cache_size", "-16000")
}

/// Asks a new connection whether its settings hold.
pub(crate) async fn assert_sqlite(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let row = sqlx::query(SQLITE_SETTINGS).fetch_one(connection).await?;
    let version: String = row.try_get(0).map_err(StoreError::from)?;
    let journal: String = row.try_get(1).map_err(StoreError::from)?;
    let number = |i: usize| row.try_get::<i64, _>(i).map_err(StoreError::from);
    refuse_unless(is_sound(&version), "sqlite_version >= 3.51.3")?;
    refuse_unless(journal.eq_ignore_ascii_case("wal"), "journal_mode = WAL")?;
    refuse_unless(number(2)? == 2, "synchronous = FULL")?;
    refuse_unless(number(3)? == 1, "foreign_keys = ON")?;
    refuse_unless(number(4)? == 1, "secure_delete = ON")
}

/// Refuses with the setting's name.
pub(crate) fn refuse_unless(holds: bool, setting: &'static str) -> Result<(), StoreError> {
    if holds { Ok(()) } else { Err(StoreError::Setting(setting)) }
}

fn is_sound(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= SQLITE_AT_LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_whose_commits_may_be_lost_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let good = sqlite_writer(&path, &StoreOptions::default());
        assert_eq!(assert_sqlite(&mut good.clone().connect().await.unwrap()).await, Ok(()));
        for (bad, setting) in [
            (good.clone().synchronous(SqliteSynchronous::Normal), "synchronous = FULL"),
            (good.clone().foreign_keys(false), "foreign_keys = ON"),
            (good.clone().pragma("secure_delete", "OFF"), "secure_delete = ON"),
            (good.clone().journal_mode(SqliteJournalMode::Delete), "journal_mode = WAL"),
        ] {
            let mut connection = bad.connect().await.unwrap();
            assert_eq!(assert_sqlite(&mut connection).await, Err(StoreError::Setting(setting)));
        }
    }

    #[test]
    fn a_sqlite_that_may_lose_commits_is_refused() {
        for (version, sound) in
            [("3.51.3", true), ("3.52.0", true), ("4.0.0", true), ("3.51.2", false), ("3.9.9", false), ("", false)]
        {
            assert_eq!(is_sound(version), sound, "{version}");
        }
    }
}
