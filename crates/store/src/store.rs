//! The store: one main database and one key store.

use std::sync::Arc;

use vocabulary::AuthorityId;

use crate::db::Db;
use crate::keys::KeyStore;
use crate::migrate::{self, Keep};
use crate::postgres::{self, PostgresDb, Schema};
use crate::sqlite::{self, SqliteDb};
use crate::{Snapshot, StoreError, StoreOptions};

/// The databases of one instance. Cloning is cheap; all clones share the connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    /// Snapshots are given only while the access policy of this epoch is in force.
    policy: Option<i64>,
}

struct Inner {
    db: Db,
    keys: KeyStore,
}

/// Which database a store runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Embedded, one writer.
    Sqlite,
    /// A server, several instances.
    Postgres,
}

impl Store {
    /// Opens (and makes, and migrates) the databases and asserts the settings that durability and secrecy depend on.
    ///
    /// `url` is `sqlite:FOLDER`, `sqlite:FILE` or `postgres://..`.
    ///
    /// # Errors
    /// [`StoreError::Setting`] when a setting does not hold, [`StoreError::NewerSchema`] when a newer program made the database.
    pub async fn open(url: &str, options: StoreOptions) -> Result<Self, StoreError> {
        let inner = if url.starts_with("sqlite:") {
            open_sqlite(url, &options).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, &options).await?
        } else {
            return Err(StoreError::Address(
                "expected sqlite:FOLDER, sqlite:FILE or postgres://USER@HOST:PORT/DATABASE",
            ));
        };
        Ok(Self { inner: Arc::new(inner), policy: None })
    }

    /// The same store for somebody who decides with the policy of an epoch: a [`snapshot`](Self::snapshot) in which another one is in force is refused.
    #[must_use]
    pub fn under_policy(&self, epoch: i64) -> Self {
        Self { inner: Arc::clone(&self.inner), policy: Some(epoch) }
    }

    /// Everything that one authority may see, at one instant.
    ///
    /// # Errors
    /// [`StoreError::PolicyMoved`] when the store was told [`under_policy`](Self::under_policy) and at this instant another one is in force.
    pub async fn snapshot(&self, authority: AuthorityId) -> Result<Snapshot, StoreError> {
        let Some(expected) = self.policy else {
            return Ok(Snapshot::over(self.db().read(Some(authority)).await?));
        };
        let (transaction, epoch) = self.db().read_with_epoch(authority).await?;
        let snapshot = Snapshot::over(transaction);
        if epoch == expected {
            return Ok(snapshot);
        }
        snapshot.close().await?;
        Err(StoreError::PolicyMoved)
    }

    /// The tables that belong to no authority ([`rls::OUTSIDE`](crate::rls::OUTSIDE)), at one instant. On PostgreSQL, every other table raises.
    pub async fn system(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot::over(self.db().read(None).await?))
    }

    /// The key store.
    pub fn keys(&self) -> &KeyStore {
        &self.inner.keys
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match self.db() {
            Db::Sqlite(_) => Backend::Sqlite,
            Db::Postgres(_) => Backend::Postgres,
        }
    }

    /// SQLite: moves the WAL into the database and empties it; false when a reader still needs what lies in it. PostgreSQL: the server does
    /// that on its own; always true.
    pub async fn empty_wal(&self) -> Result<bool, StoreError> {
        match self.db() {
            Db::Sqlite(db) => db.checkpoint().await,
            Db::Postgres(_) => Ok(true),
        }
    }

    /// SQLite: a consistent copy of the main database beside it, readable by its owner only; its path. PostgreSQL: none, `pg_dump` does that.
    pub async fn copy_beside(&self, suffix: &str) -> Result<Option<std::path::PathBuf>, StoreError> {
        match self.db() {
            Db::Sqlite(db) => sqlite::copy_beside(&db.writer, &db.path, suffix).await.map(Some),
            Db::Postgres(_) => Ok(None),
        }
    }

    /// Ends all connections. Work in progress is rolled back.
    pub async fn close(&self) {
        self.inner.db.close().await;
        self.inner.keys.close().await;
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }
}

async fn open_sqlite(url: &str, options: &StoreOptions) -> Result<Inner, StoreError> {
    let (records, keys) = sqlite::files(url)?;
    let keys_writer = SqliteDb::open_writer(&keys, options).await?;
    migrate::sqlite(&keys_writer, &keys, &migrate::keys_sqlite(), Keep::CopyUntilDone, options).await?;
    let writer = SqliteDb::open_writer(&records, options).await?;
    migrate::sqlite(&writer, &records, &migrate::records_sqlite(), Keep::Copy, options).await?;
    Ok(Inner {
        db: Db::Sqlite(SqliteDb::with_readers(writer, records, options).await?),
        keys: KeyStore::over(Db::Sqlite(SqliteDb::with_readers(keys_writer, keys, options).await?)),
    })
}

async fn open_postgres(url: &str, options: &StoreOptions) -> Result<Inner, StoreError> {
    let records = postgres::options(url)?;
    let keys = options.keys_database.as_deref().map_or_else(|| Ok(records.clone()), postgres::options)?;
    migrate::postgres(&records, &migrate::records_postgres(), options).await?;
    migrate::postgres(&keys, &migrate::keys_postgres(), options).await?;
    let few = StoreOptions { connections: 2, ..options.clone() };
    Ok(Inner {
        db: Db::Postgres(Box::new(PostgresDb::open(records, Schema::Records, options).await?)),
        keys: KeyStore::over(Db::Postgres(Box::new(PostgresDb::open(keys, Schema::Keys, &few).await?))),
    })
}
