//! One read-only transaction: everything a decision rests on and the sealed record are read at one instant.

use crate::transaction::Transaction;
use crate::{Row, StoreError, Value};

/// A read-only view of the database at one instant. Close it before the log is awaited; dropping it closes it too.
pub struct Snapshot {
    transaction: Transaction,
}

impl Snapshot {
    pub(crate) const fn over(transaction: Transaction) -> Self {
        Self { transaction }
    }

    /// All rows of a SELECT. Lists are limited in the SQL itself; nothing streams from a cursor.
    pub async fn fetch(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.transaction.fetch(sql, &args).await
    }

    /// The first row of a SELECT, if there is one.
    pub async fn fetch_optional(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        self.transaction.fetch_optional(sql, &args).await
    }

    /// Whether a SELECT finds a row.
    pub async fn exists(&mut self, sql: &'static str, args: Vec<Value>) -> Result<bool, StoreError> {
        Ok(self.fetch_optional(sql, args).await?.is_some())
    }

    /// Ends the transaction and gives the connection back.
    pub async fn close(self) -> Result<(), StoreError> {
        self.transaction.rollback().await
    }
}
