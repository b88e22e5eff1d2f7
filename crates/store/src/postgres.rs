//! One PostgreSQL database, used as the role that may do least.

use core::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};
use tokio::sync::Mutex;
use vocabulary::AuthorityId;

use crate::settings::{StoreOptions, refuse_unless};
use crate::transaction::Transaction;
use crate::{StoreError, args};

/// A database with its connections.
pub(crate) struct PostgresDb {
    pub(crate) pool: PgPool,
    pub(crate) options: PgConnectOptions,
    /// The connection that holds or asks for the sequencer's lock, with the epoch it got.
    pub(crate) lead: Mutex<Option<(PgConnection, Option<i64>)>>,
}

/// Where unqualified names are looked up.
#[derive(Clone, Copy)]
pub(crate) enum Schema {
    Records,
    Keys,
}

const RECORDS: &str = "SET search_path = public; SET ROLE samlad_app";
const KEYS: &str = "SET search_path = samlad_keys; SET ROLE samlad_app";

const TRY_LEAD: &str = "SELECT pg_try_advisory_lock(7310579861)";
const NEXT_EPOCH: &str = "UPDATE log_leader SET epoch = epoch + 1 WHERE one = 1 RETURNING epoch";
const KEYS_OWNER: &str = "SET search_path = samlad_keys; SET ROLE samlad_owner; SET client_min_messages = error";
const LEADER: &str =
    "SET search_path = public; SET ROLE samlad_sequencer; SET lock_timeout = '5s'; SET client_min_messages = error";

/// Rolls back what the server would otherwise keep open for a process that is gone, and keeps the commit's promise.
const LIMITS: &str = "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false), \
    set_config('idle_in_transaction_session_timeout', $3, false), set_config('client_min_messages', 'error', false), \
    set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)";
const DURABLE: &str = "SELECT current_setting('synchronous_commit') IN ('on', 'remote_apply'), current_user = 'samlad_app', \
    current_setting('server_version_num')::int >= 140000";

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const BIND_AUTHORITY: &str = "SELECT set_config('app.authority', $1, true)";
/// In one answer, because every request asks for it.
const BIND_AND_EPOCH: &str =
    "SELECT set_config('app.authority', $1, true), COALESCE((SELECT p.epoch FROM policy_state p WHERE p.one = 1), 0)";
const AS_SEQUENCER: &str = "SET LOCAL ROLE samlad_sequencer";
const AS_APPLICATION: &str = "SET LOCAL ROLE samlad_app";

/// The address as options. Nothing of a bad address is repeated: it may hold a password.
pub(crate) fn options(address: &str) -> Result<PgConnectOptions, StoreError> {
    PgConnectOptions::from_str(address)
        .map(|options| options.application_name("samlad").statement_cache_capacity(512).disable_statement_logging())
        .map_err(|_| StoreError::Address("expected postgres://USER@HOST:PORT/DATABASE"))
}

impl PostgresDb {
    pub(crate) async fn open(
        connect: PgConnectOptions,
        schema: Schema,
        options: &StoreOptions,
    ) -> Result<Self, StoreError> {
        let (statement, patience) = (options.statement_limit, options.patience);
        let pool = PgPoolOptions::new()
            .max_connections(options.connections.max(1) * 3)
            .acquire_timeout(patience.max(Duration::from_secs(1)) * 2)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    let millis = |limit: Duration| limit.as_millis().to_string();
                    sqlx::query(LIMITS)
                        .persistent(false)
                        .bind(millis(statement))
                        .bind(millis(patience))
                        .bind(millis(statement * 3))
                        .execute(&mut *connection)
                        .await?;
                    let scope = match schema {
                        Schema::Records => RECORDS,
                        Schema::Keys => KEYS,
                    };
                    sqlx::raw_sql(scope).execute(&mut *connection).await?;
                    let holds: (bool, bool, bool) =
                        sqlx::query_as(DURABLE).persistent(false).fetch_one(&mut *connection).await?;
                    refuse_unless(holds.0, "synchronous_commit = on")
                        .and(refuse_unless(holds.1, "role = samlad_app"))
                        .and(refuse_unless(holds.2, "PostgreSQL >= 14"))
                        .map_err(|error| sqlx::Error::Configuration(Box::new(error)))
                })
            })
            .connect_with(connect.clone())
            .await?;
        Ok(Self { pool, options: connect, lead: Mutex::new(None) })
    }

    /// A transaction that may write, with no authority bound yet: touching a tenant's table now raises.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(self.pool.begin().await?.into())
    }

    /// A read-only transaction at one instant.
    pub(crate) async fn read(&self, authority: Option<AuthorityId>) -> Result<Transaction, StoreError> {
        let mut transaction = self.pool.begin_with(SNAPSHOT).await?.into();
        if let Some(authority) = authority {
            bind_authority(&mut transaction, authority).await?;
        }
        Ok(transaction)
    }

    /// A read-only transaction at one instant, with the epoch of the access policy that is in force at it.
    pub(crate) async fn read_with_epoch(&self, authority: AuthorityId) -> Result<(Transaction, i64), StoreError> {
        let mut transaction: Transaction = self.pool.begin_with(SNAPSHOT).await?.into();
        let row = transaction.fetch_optional(BIND_AND_EPOCH, &args![authority.to_string()]).await?;
        let epoch = row.map_or(Ok(0), |row| row.int(1))?;
        Ok((transaction, epoch))
    }

    /// The sequencer's lead: an advisory lock on a connection of its own, and an epoch that no earlier leader had. The lock ends with the
    /// connection; the epoch fences a leader that has lost it and does not know yet. Who does not lead keeps its connection to ask again.
    pub(crate) async fn lead(&self) -> Result<Option<i64>, StoreError> {
        let mut lead = self.lead.lock().await;
        // Taken out for as long as the question is open: a cancelled or failed one closes the connection and with it gives up the lock.
        let (mut connection, epoch) = match lead.take() {
            Some(known) => known,
            None => (self.lead_connection().await?, None),
        };
        if let Some(epoch) = epoch {
            // A connection that still answers still holds its lock.
            connection.ping().await?;
            *lead = Some((connection, Some(epoch)));
            return Ok(Some(epoch));
        }
        let (leads,): (bool,) = sqlx::query_as(TRY_LEAD).fetch_one(&mut connection).await?;
        let epoch = if leads {
            Some(sqlx::query_as::<_, (i64,)>(NEXT_EPOCH).fetch_one(&mut connection).await?.0)
        } else {
            None
        };
        *lead = Some((connection, epoch));
        Ok(epoch)
    }

    async fn lead_connection(&self) -> Result<PgConnection, StoreError> {
        let mut connection = self.options.clone().connect().await?;
        sqlx::raw_sql(LEADER).execute(&mut connection).await?;
        Ok(connection)
    }

    pub(crate) async fn close(&self) {
        if let Some((connection, _)) = self.lead.lock().await.take() {
            // The server frees the lock when the connection ends, politely or not.
            connection.close().await.ok();
        }
        self.pool.close().await;
    }
}

/// Says whose rows the transaction may touch, until it ends.
pub(crate) async fn bind_authority(transaction: &mut Transaction, authority: AuthorityId) -> Result<(), StoreError> {
    transaction.fetch(BIND_AUTHORITY, &args![authority.to_string()]).await.map(drop)
}

/// The rest of the transaction acts as the sequencer: every log, but only indexes, tiles and heads.
pub(crate) async fn act_as_sequencer(transaction: &mut Transaction) -> Result<(), StoreError> {
    transaction.execute(AS_SEQUENCER, &[]).await.map(drop)
}

/// The rest of the transaction acts as the application again.
pub(crate) async fn act_as_application(transaction: &mut Transaction) -> Result<(), StoreError> {
    transaction.execute(AS_APPLICATION, &[]).await.map(drop)
}

const OLDEST_READER: &str = "SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() \
    AND age(backend_xmin) > 0) AND NOT EXISTS (SELECT 1 FROM pg_prepared_xacts) \
    AND NOT EXISTS (SELECT 1 FROM pg_replication_slots WHERE xmin IS NOT NULL)";

impl PostgresDb {
    /// Vacuums the key table; false when an older snapshot kept a row version alive.
    pub(crate) async fn vacuum_keys(&self) -> Result<bool, StoreError> {
        let mut connection = self.options.clone().connect().await?;
        // Asked as whoever signed in: another role would not see these sessions' snapshots.
        let (alone,): (bool,) = sqlx::query_as(OLDEST_READER).fetch_one(&mut connection).await?;
        sqlx::raw_sql(KEYS_OWNER).execute(&mut connection).await?;
        sqlx::raw_sql("VACUUM data_key").execute(&mut connection).await?;
        connection.close().await?;
        Ok(alone)
    }
}
