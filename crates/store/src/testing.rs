//! Scratch databases for tests: a folder for SQLite, a clone of a migrated template for PostgreSQL.

use std::sync::LazyLock;

use tokio::sync::Mutex;
use vocabulary::{AuthorityId, Entropy as _, SystemEntropy};

use crate::db::Db;
use crate::sql::Sql;
use crate::{Store, StoreError, StoreOptions, Value, migrate, postgres};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, SqlStr, Statement as _, TypeInfo as _};

/// Where tests look for a superuser's address; unset means that only SQLite is tested.
pub const POSTGRES_VARIABLE: &str = "SAMLAD_TEST_POSTGRES";

/// The superuser's address, or a line that says that this half was skipped.
#[must_use]
pub fn postgres_or_skipped() -> Option<String> {
    let address = std::env::var(POSTGRES_VARIABLE).ok();
    if address.is_none() {
        // Straight to the stream: what goes through `eprintln!` is kept back from a test that passes.
        static SAID: std::sync::Once = std::sync::Once::new();
        SAID.call_once(|| {
            let line = b"SKIPPED: PostgreSQL (set SAMLAD_TEST_POSTGRES or run cargo xtask test)\n";
            std::io::Write::write_all(&mut std::io::stderr(), line).ok();
        });
    }
    address
}

/// A PostgreSQL database of one test's own, dropped with this value.
pub struct Scratch {
    url: String,
    superuser: String,
    name: String,
}

impl Scratch {
    /// A migrated database, cloned from a template that the first test of a run makes.
    pub async fn migrated(superuser: &str) -> Result<Self, StoreError> {
        static TEMPLATE: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);
        let template = template_name();
        let _one_at_a_time = TEMPLATE.lock().await;
        let mut connection = postgres::options(superuser)?.connect().await?;
        // Other test binaries build the same template; and a template cannot be copied while somebody is connected to it.
        sqlx::query("SELECT pg_advisory_lock(7310579862)").execute(&mut connection).await?;
        let exists = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1")
            .bind(&template)
            .fetch_optional(&mut connection)
            .await?;
        if exists.is_none() {
            let half = format!("{template}_half");
            run(&mut connection, format!("DROP DATABASE IF EXISTS {half} WITH (FORCE)")).await?;
            run(&mut connection, format!("CREATE DATABASE {half} TEMPLATE template0")).await?;
            let options = postgres::options(superuser)?.database(&half);
            migrate::postgres(&options, &migrate::records_postgres(), &StoreOptions::default()).await?;
            migrate::postgres(&options, &migrate::keys_postgres(), &StoreOptions::default()).await?;
            run(&mut connection, format!("ALTER DATABASE {half} RENAME TO {template}")).await?;
        }
        let scratch = Self::create(&mut connection, superuser, &template).await;
        connection.close().await?;
        scratch
    }

    /// An empty database, to be migrated by whoever opens it.
    pub async fn empty(superuser: &str) -> Result<Self, StoreError> {
        let mut connection = postgres::options(superuser)?.connect().await?;
        let scratch = Self::create(&mut connection, superuser, "template0").await;
        connection.close().await?;
        scratch
    }

    async fn create(connection: &mut PgConnection, superuser: &str, template: &str) -> Result<Self, StoreError> {
        let name = format!("samlad_test_{}", SystemEntropy.id().simple());
        run(connection, format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        let url = with_database(superuser, &name)?;
        Ok(Self { url, superuser: superuser.to_owned(), name })
    }

    /// Address of the database, with the superuser's rights: the store itself steps down to its own role.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Scratch {
    /// Drops the database on a thread of its own: a destructor cannot wait inside a runtime.
    fn drop(&mut self) {
        let (superuser, name) = (self.superuser.clone(), self.name.clone());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let mut connection = postgres::options(&superuser).ok()?.connect().await.ok()?;
                run(&mut connection, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.ok()
            })
        });
        // What could not be dropped goes with the cluster.
        thread.join().ok();
    }
}

/// Runs a statement with the rights of the database's owner: what an attacker with the disk, or a careless operator, could do.
pub async fn tamper(store: &Store, sql: &'static str) -> Result<u64, StoreError> {
    Ok(match store.db() {
        Db::Sqlite(db) => sqlx::raw_sql(sql).execute(&db.writer).await?.rows_affected(),
        Db::Postgres(db) => {
            let mut connection = db.options.clone().connect().await?;
            let changed = sqlx::raw_sql(sql).execute(&mut connection).await?.rows_affected();
            connection.close().await?;
            changed
        }
    })
}

/// How many columns a registered constant gives, by asking the database to prepare it.
pub async fn columns(store: &Store, sql: Sql) -> Result<usize, StoreError> {
    Ok(match database_of(store, sql) {
        Db::Sqlite(db) => db.readers.acquire().await?.prepare(SqlStr::from_static(sql.text)).await?.columns().len(),
        Db::Postgres(db) => db.pool.acquire().await?.prepare(SqlStr::from_static(sql.text)).await?.columns().len(),
    })
}

/// The plan of a registered constant, as the role that runs it: fails when that role may not. Every value is NULL.
pub async fn plan(store: &Store, authority: AuthorityId, sql: Sql) -> Result<String, StoreError> {
    let database = database_of(store, sql);
    let mut transaction = database.read(Some(authority)).await?;
    let Db::Postgres(db) = database else {
        let text: &'static str = format!("EXPLAIN QUERY PLAN {}", sql.text).leak();
        let rows = transaction.fetch(text, &[]).await?;
        return Ok(rows.iter().map(|row| row.text(3)).collect::<Result<Vec<_>, _>>()?.join("; "));
    };
    // Entries are the application's; the tree is the sequencer's.
    if sql.name.contains("::ledger_sql::") && !sql.name.contains("::LEA") {
        postgres::act_as_sequencer(&mut transaction).await?;
    }
    if sql.name.contains("::retention::") {
        transaction.execute("SET LOCAL ROLE samlad_retention", &[]).await?;
    }
    let prepared = db.pool.acquire().await?.prepare(SqlStr::from_static(sql.text)).await?;
    let kinds = match prepared.parameters() {
        Some(sqlx::Either::Left(kinds)) => kinds,
        _ => &[],
    };
    let args: Vec<Value> = kinds
        .iter()
        .map(|kind| match kind.name() {
            "UUID" => Value::Uuid(None),
            "BYTEA" => Value::Bytes(None),
            "INT8" | "INT4" | "INT2" => Value::Int(None),
            "BOOL" => Value::Flag(false),
            _ => Value::Text(None),
        })
        .collect();
    let text: &'static str = format!("EXPLAIN {}", sql.text).leak();
    let rows = transaction.fetch(text, &args).await?;
    Ok(rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?.join("; "))
}

/// Rows of any SELECT with the rights of the database's owner, as text.
pub async fn look(store: &Store, sql: &'static str) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = match store.db() {
        Db::Sqlite(db) => sqlx::query_as(sql).fetch_all(&db.writer).await?,
        Db::Postgres(db) => {
            let mut connection = db.options.clone().connect().await?;
            let rows = sqlx::query_as(sql).fetch_all(&mut connection).await?;
            connection.close().await?;
            rows
        }
    };
    Ok(rows.into_iter().map(|row| row.0).collect())
}

fn database_of(store: &Store, sql: Sql) -> &Db {
    if sql.name.contains("::keys::") { store.keys().db() } else { store.db() }
}

/// A name that changes with the text of any migration.
fn template_name() -> String {
    // FNV-1a: stable across processes, and nobody's secret depends on it.
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for migration in migrate::records_postgres().iter().chain(migrate::keys_postgres().iter()) {
        for byte in migration.checksum.iter() {
            digest = (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("samlad_template_{digest:016x}")
}

fn with_database(address: &str, name: &str) -> Result<String, StoreError> {
    let (main, query) = address.split_once('?').map_or((address, None), |(main, query)| (main, Some(query)));
    let after_scheme = main.find("://").map_or(0, |at| at + 3);
    let host_end = main.get(after_scheme..).and_then(|rest| rest.find('/')).map_or(main.len(), |at| after_scheme + at);
    let host = main.get(..host_end).ok_or(StoreError::Address("expected postgres://USER@HOST:PORT/DATABASE"))?;
    Ok(query.map_or_else(|| format!("{host}/{name}"), |query| format!("{host}/{name}?{query}")))
}

/// Names of databases cannot be bound. They are made above from a fixed word and hexadecimal digits.
async fn run(connection: &mut PgConnection, sql: String) -> Result<(), StoreError> {
    let sql: &'static str = sql.leak();
    sqlx::raw_sql(sql).execute(connection).await?;
    Ok(())
}
