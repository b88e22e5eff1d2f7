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

    /// As [`read`](Self::read), with the epoch of the access policy that is in force in it.
    pub(crate) async fn read_with_epoch(&self, authority: AuthorityId) -> Result<(Transaction, i64), StoreError> {
        match self {
            Self::Sqlite(db) => {
                let mut transaction = db.read().await?;
                let row = transaction.fetch_optional(crate::policy::EPOCH, &[]).await?;
                let epoch = row.map_or(Ok(0), |row| row.int(0))?;
                Ok((transaction, epoch))
            }
            Self::Postgres(db) => db.read_with_epoch(authority).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(db) => db.close().await,
            Self::Postgres(db) => db.close().await,
        }
    }
}
