//! A running transaction on either database: the one place where SQL meets the drivers.

use sqlx::{Postgres, Sqlite, Transaction as Driver};

use crate::value::{bind_postgres, bind_sqlite};
use crate::{Row, StoreError, Value};

/// A transaction. Dropped without a commit, it rolls back.
///
/// PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and calls it a success; SQLite rolls back on its own after some errors.
/// So a statement that failed, or was cancelled half-way, spoils the transaction until a savepoint takes it back: it can no longer commit.
pub(crate) struct Transaction {
    engine: Engine,
    spoilt: bool,
}

enum Engine {
    Sqlite(Driver<'static, Sqlite>),
    Postgres(Driver<'static, Postgres>),
}

impl From<Driver<'static, Sqlite>> for Transaction {
    fn from(tx: Driver<'static, Sqlite>) -> Self {
        Self { engine: Engine::Sqlite(tx), spoilt: false }
    }
}

impl From<Driver<'static, Postgres>> for Transaction {
    fn from(tx: Driver<'static, Postgres>) -> Self {
        Self { engine: Engine::Postgres(tx), spoilt: false }
    }
}

impl Transaction {
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Runs a statement; the number of rows it changed.
    pub(crate) async fn execute(&mut self, sql: &'static str, args: &[Value]) -> Result<u64, StoreError> {
        self.begin_step()?;
        let changed = match &mut self.engine {
            Engine::Sqlite(tx) => bind_sqlite(sqlx::query(sql), args).execute(&mut **tx).await?.rows_affected(),
            Engine::Postgres(tx) => bind_postgres(sqlx::query(sql), args).execute(&mut **tx).await?.rows_affected(),
        };
        self.spoilt = false;
        Ok(changed)
    }

    /// All rows of a SELECT.
    pub(crate) async fn fetch(&mut self, sql: &'static str, args: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.begin_step()?;
        let rows = match &mut self.engine {
            Engine::Sqlite(tx) => {
                let rows = bind_sqlite(sqlx::query(sql), args).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::from).collect()
            }
            Engine::Postgres(tx) => {
                let rows = bind_postgres(sqlx::query(sql), args).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::from).collect()
            }
        };
        self.spoilt = false;
        Ok(rows)
    }

    /// The first row of a SELECT.
    pub(crate) async fn fetch_optional(
        &mut self,
        sql: &'static str,
        args: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        self.begin_step()?;
        let row = match &mut self.engine {
            Engine::Sqlite(tx) => bind_sqlite(sqlx::query(sql), args).fetch_optional(&mut **tx).await?.map(Row::from),
            Engine::Postgres(tx) => {
                bind_postgres(sqlx::query(sql), args).fetch_optional(&mut **tx).await?.map(Row::from)
            }
        };
        self.spoilt = false;
        Ok(row)
    }

    /// Takes back everything since the savepoint, failed statements included.
    pub(crate) async fn rollback_to_savepoint(&mut self) -> Result<(), StoreError> {
        self.spoilt = false;
        self.execute(ROLLBACK_TO, &[]).await?;
        self.execute(RELEASE, &[]).await?;
        Ok(())
    }

    pub(crate) async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.execute(SAVEPOINT, &[]).await.map(drop)
    }

    pub(crate) async fn release_savepoint(&mut self) -> Result<(), StoreError> {
        self.execute(RELEASE, &[]).await.map(drop)
    }

    /// Commits, unless a statement failed: then nothing of it may be kept.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        if self.spoilt {
            self.rollback().await?;
            return Err(StoreError::Spoilt);
        }
        match self.engine {
            Engine::Sqlite(tx) => tx.commit().await.map_err(StoreError::from),
            Engine::Postgres(tx) => tx.commit().await.map_err(|error| match StoreError::from(error) {
                // The server may have committed before the answer was lost.
                StoreError::Unavailable(code) => StoreError::CommitUnknown(code),
                other => other,
            }),
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self.engine {
            Engine::Sqlite(tx) => tx.rollback().await?,
            Engine::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Counts as spoilt until the answer is there.
    fn begin_step(&mut self) -> Result<(), StoreError> {
        if core::mem::replace(&mut self.spoilt, true) { Err(StoreError::Spoilt) } else { Ok(()) }
    }
}

const SAVEPOINT: &str = "SAVEPOINT unit";
const ROLLBACK_TO: &str = "ROLLBACK TO SAVEPOINT unit";
const RELEASE: &str = "RELEASE SAVEPOINT unit";
