//! One database of either kind.

use vocabulary::AuthorityId;

use crate::StoreError;
use crate::postgres::PostgresDb;
use crate::sqlite::SqliteDb;
use crate::transaction::Transaction;

/// The two engines. Everything above this speaks one SQL text.
pub(crate) enum Db {
    Sqlite(SqliteDb),
    Postgres(Box<PostgresDb>),
}

impl Db {
    /// A transaction that may write. On SQLite it holds the only write lock from here on.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        match self {
            Self::Sqlite(db) => db.begin().await,
            Self::Postgres(db) => db.begin().await,
        }
    }

    /// A read-only transaction; without an authority it cannot touch any tenant's rows on PostgreSQL.
    pub(crate) async fn read(&self, authority: Option<AuthorityId>) -> Result<Transaction, StoreError> {
        match self {
            Self::Sqlite(db) => db.read().await,
            Self::Postgres(db) => db.read(authority).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(db) => db.close().await,
            Self::Postgres(db) => db.close().await,
        }
    }
}
