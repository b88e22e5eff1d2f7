//! Retention of the log: entries whose term has ended are deleted, in whole bundles of 256, by a role that may do nothing else. Tiles and head stay, so
//! that every proof that was ever given still holds.
//!
//! The database itself keeps the rules: what is pruned moves only to a place that a `log.prune` entry of the log names, and only what lies below it can
//! be deleted. On PostgreSQL the application may do neither; SQLite has no roles, and there the two triggers are what stands in the way.

use sqlx::{ConnectOptions as _, Connection as _};
use vocabulary::AuthorityId;

use crate::db::Db;
use crate::postgres;
use crate::transaction::Transaction;
use crate::{Store, StoreError, args, sql};

sql! {
    MOVE = "UPDATE log_head SET pruned = $2 WHERE authority_id = $1 AND pruned < $2 AND size >= $2";
    DELETE = "DELETE FROM log_entry WHERE authority_id = $1 AND leaf_index >= $2 AND leaf_index < $3";
    LOWEST = "SELECT MIN(leaf_index) FROM log_entry WHERE authority_id = $1 AND leaf_index IS NOT NULL";
}

/// Entries deleted in one transaction: ten bundles, so that nobody waits long.
const STEP: i64 = 10 * 256;

impl Store {
    /// Deletes the entries of a log below a place, with their openings and index rows; how many. What an earlier, interrupted run left is deleted too.
    ///
    /// `address` is for PostgreSQL: somebody who may act as `samlad_retention`, which the service itself should not.
    ///
    /// # Errors
    /// [`StoreError::Denied`] when the role may not, or when no `log.prune` entry names this place.
    pub async fn prune_log(
        &self,
        authority: AuthorityId,
        below: u64,
        address: Option<&str>,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<u64, StoreError> {
        let below = i64::try_from(below).map_err(|_| StoreError::Shape { column: 0, wanted: "a number below 2^63" })?;
        let retention = Retention::of(self, address).await?;
        let mut transaction = retention.begin(self, authority).await?;
        transaction.execute(MOVE, &args![authority, below]).await?;
        let lowest = transaction.fetch_optional(LOWEST, &args![authority]).await?;
        let lowest = lowest.map(|row| row.opt_int(0)).transpose()?.flatten().unwrap_or(below);
        transaction.commit().await?;
        let all = u64::try_from((below - lowest).max(0)).unwrap_or(0);
        let mut done = 0;
        for from in (lowest..below).step_by(usize::try_from(STEP).unwrap_or(1)) {
            let mut transaction = retention.begin(self, authority).await?;
            done += transaction.execute(DELETE, &args![authority, from, below.min(from + STEP)]).await?;
            transaction.commit().await?;
            progress(done, all);
        }
        retention.close().await;
        Ok(done)
    }
}

/// The way to the database as the one who may prune.
enum Retention {
    Embedded,
    Server(sqlx::PgPool),
}

impl Retention {
    async fn of(store: &Store, address: Option<&str>) -> Result<Self, StoreError> {
        let Db::Postgres(db) = store.db() else { return Ok(Self::Embedded) };
        let options = address.map_or_else(|| Ok(db.options.clone()), postgres::options)?;
        // Asked once, before anything is begun: whether this login may act as the role at all.
        let mut connection = options.connect().await?;
        sqlx::raw_sql("SET ROLE samlad_retention").execute(&mut connection).await?;
        connection.close().await?;
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1).after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::raw_sql("SET search_path = public; SET client_min_messages = error; SET lock_timeout = '30s'; SET ROLE samlad_retention")
                    .execute(connection)
                    .await
                    .map(drop)
            })
        });
        Ok(Self::Server(pool.connect_with(options).await?))
    }

    async fn begin(&self, store: &Store, authority: AuthorityId) -> Result<Transaction, StoreError> {
        match self {
            Self::Embedded => store.db().begin().await,
            Self::Server(pool) => {
                let mut transaction = pool.begin().await?.into();
                postgres::bind_authority(&mut transaction, authority).await?;
                Ok(transaction)
            }
        }
    }

    async fn close(self) {
        if let Self::Server(pool) = self {
            pool.close().await;
        }
    }
}
