//! One SQLite database: one connection that writes, a pool that only reads.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;

use crate::settings::{self, StoreOptions};
use crate::transaction::Transaction;
use crate::{Code, StoreError};

/// A database file with its connections.
pub(crate) struct SqliteDb {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    pub(crate) path: PathBuf,
}

/// The two files of a `sqlite:` address: a folder holds `samlad.db` and `keys.db`; a file has its `keys.db` beside it.
pub(crate) fn files(address: &str) -> Result<(PathBuf, PathBuf), StoreError> {
    let path = address.strip_prefix("sqlite:").ok_or(StoreError::Address(SQLITE_ADDRESS))?;
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.starts_with(":memory:") || path.contains('?') {
        return Err(StoreError::Address(SQLITE_ADDRESS));
    }
    let given = Path::new(path);
    let is_folder = given.is_dir() || path.ends_with('/') || (given.extension().is_none() && !given.is_file());
    if is_folder {
        return Ok((given.join("samlad.db"), given.join("keys.db")));
    }
    let folder = given.parent().unwrap_or_else(|| Path::new(""));
    if given.file_name().is_some_and(|name| name == "keys.db") {
        return Err(StoreError::Address("the main database cannot be called keys.db"));
    }
    Ok((given.to_owned(), folder.join("keys.db")))
}

const SQLITE_ADDRESS: &str = "expected sqlite:FOLDER or sqlite:FILE, such as sqlite:/var/lib/samlad";

impl SqliteDb {
    /// The writing connection first: it makes the file and its journal, which readers cannot.
    pub(crate) async fn open_writer(path: &Path, options: &StoreOptions) -> Result<SqlitePool, StoreError> {
        create_private(path)?;
        let pool = pool(1, options).connect_with(settings::sqlite_writer(path, options)).await?;
        let mut connection = pool.acquire().await?;
        settings::assert_sqlite(&mut connection).await?;
        Ok(pool)
    }

    /// Adds the readers.
    pub(crate) async fn with_readers(
        writer: SqlitePool,
        path: PathBuf,
        options: &StoreOptions,
    ) -> Result<Self, StoreError> {
        let reading = settings::sqlite(&path, options).read_only(true);
        let readers = pool(options.connections.max(1), options).connect_with(reading).await?;
        let mut connection = readers.acquire().await?;
        settings::assert_sqlite(&mut connection).await?;
        drop(connection);
        Ok(Self { writer, readers, path })
    }

    /// The only write lock from here on.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?.into())
    }

    /// A read-only transaction.
    pub(crate) async fn read(&self) -> Result<Transaction, StoreError> {
        Ok(self.readers.begin_with("BEGIN").await?.into())
    }

    /// Moves the WAL into the database and empties it. False: a reader still needs what lies in it (the pragma then answers `busy = 1` and
    /// raises no error).
    pub(crate) async fn checkpoint(&self) -> Result<bool, StoreError> {
        let mut connection = self.writer.acquire().await?;
        let row: (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await?;
        Ok(row.0 == 0)
    }

    /// Readers first: the last connection that closes cleans the WAL up, and that must be one that may write.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn pool(connections: u32, options: &StoreOptions) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(options.patience.max(Duration::from_secs(1)) * 2)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                settings::assert_sqlite(connection).await.map_err(|error| sqlx::Error::Configuration(Box::new(error)))
            })
        })
}

/// Makes the file readable by its owner only; SQLite gives the WAL the same mode.
fn create_private(path: &Path) -> Result<(), StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut open = fs::OpenOptions::new();
    open.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open.open(path).map(drop).map_err(StoreError::from)
}

/// Copies a database into a new private file beside it: consistent, without free pages.
pub(crate) async fn copy_beside(writer: &SqlitePool, path: &Path, suffix: &str) -> Result<PathBuf, StoreError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for attempt in 0..1000 {
        let copy = path.with_file_name(format!(
            "{name}.{suffix}{}",
            if attempt == 0 { String::new() } else { format!("-{attempt}") }
        ));
        if copy.exists() {
            continue;
        }
        create_private(&copy)?;
        sqlx::query("VACUUM INTO $1").bind(copy.to_string_lossy().into_owned()).execute(writer).await?;
        fs::File::open(&copy)?.sync_all()?;
        return Ok(copy);
    }
    Err(StoreError::Unavailable(Code::Client("too many backups beside the database")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_lie_beside_the_records() {
        assert_eq!(
            files("sqlite:/nowhere/data").unwrap(),
            ("/nowhere/data/samlad.db".into(), "/nowhere/data/keys.db".into())
        );
        assert_eq!(files("sqlite:/nowhere/s.db").unwrap(), ("/nowhere/s.db".into(), "/nowhere/keys.db".into()));
        assert_eq!(files("sqlite:///nowhere/s.db").unwrap().0, PathBuf::from("/nowhere/s.db"));
        assert_eq!(files("sqlite:s.db").unwrap(), ("s.db".into(), "keys.db".into()));
        for bad in ["sqlite:", "sqlite::memory:", "sqlite:/nowhere/keys.db", "sqlite:a.db?mode=ro", "mysql://x"] {
            assert!(files(bad).is_err(), "{bad}");
        }
    }
}
