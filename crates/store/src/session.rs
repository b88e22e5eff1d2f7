//! A running transaction on either database: the one place where SQL meets the drivers.

use sqlx::{Postgres, Sqlite, Transaction};

use crate::value::{bind_postgres, bind_sqlite};
use crate::{Row, StoreError, Value};

/// A transaction. Dropped without a commit, it rolls back.
pub(crate) enum Session {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Session {
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        args: &[Value],
    ) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => bind_sqlite(sqlx::query(sql), args)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            Self::Postgres(tx) => bind_postgres(sqlx::query(sql), args)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        })
    }

    pub(crate) async fn fetch(
        &mut self,
        sql: &'static str,
        args: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let rows = bind_sqlite(sqlx::query(sql), args)
                    .fetch_all(&mut **tx)
                    .await?;
                rows.into_iter().map(Row::from).collect()
            }
            Self::Postgres(tx) => {
                let rows = bind_postgres(sqlx::query(sql), args)
                    .fetch_all(&mut **tx)
                    .await?;
                rows.into_iter().map(Row::from).collect()
            }
        })
    }

    pub(crate) async fn fetch_optional(
        &mut self,
        sql: &'static str,
        args: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => bind_sqlite(sqlx::query(sql), args)
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::from),
            Self::Postgres(tx) => bind_postgres(sqlx::query(sql), args)
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::from),
        })
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
