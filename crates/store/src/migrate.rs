//! Migrations: embedded, the same numbers and names for both databases, applied at start unless told otherwise.

use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqlitePool};

use crate::settings::StoreOptions;
use crate::{StoreError, sqlite};

const KEYS_TABLE: &str = "samlad_keys._sqlx_migrations";

/// Migrations of the main database on SQLite.
pub fn records_sqlite() -> Migrator {
    sqlx::migrate!("../../migrations/sqlite")
}

/// Migrations of the main database on PostgreSQL.
pub fn records_postgres() -> Migrator {
    sqlx::migrate!("../../migrations/postgres")
}

/// Migrations of the key store on SQLite.
pub fn keys_sqlite() -> Migrator {
    sqlx::migrate!("../../migrations/keys/sqlite")
}

/// Migrations of the key store on PostgreSQL: they have a schema and a bookkeeping table of their own.
pub fn keys_postgres() -> Migrator {
    let mut migrator = sqlx::migrate!("../../migrations/keys/postgres");
    migrator.create_schema("samlad_keys");
    migrator.dangerous_set_table_name(KEYS_TABLE);
    migrator
}

/// What is to be kept of a database before it is migrated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The copy stays beside it.
    Copy,
    /// The copy goes when the migration succeeded: a destroyed key must not live on in it.
    CopyUntilDone,
}

/// Brings a SQLite database to this program's schema.
pub(crate) async fn sqlite(
    writer: &SqlitePool,
    path: &Path,
    migrator: &Migrator,
    keep: Keep,
    options: &StoreOptions,
) -> Result<(), StoreError> {
    let has_history =
        sqlx::query("SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations'").fetch_optional(writer).await?;
    let found = match has_history {
        Some(_) => {
            sqlx::query_as::<_, (i64,)>("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations")
                .fetch_one(writer)
                .await?
                .0
        }
        None => 0,
    };
    if !must_migrate(found, migrator, options)? {
        return Ok(());
    }
    let copy: Option<PathBuf> = if found > 0 && options.backup {
        Some(sqlite::copy_beside(writer, path, &format!("before-{:04}", newest(migrator))).await?)
    } else {
        None
    };
    migrator.run_direct(None, &mut *writer.acquire().await?, false).await?;
    if let (Some(copy), Keep::CopyUntilDone) = (copy, keep) {
        std::fs::remove_file(copy)?;
    }
    Ok(())
}

/// Brings a PostgreSQL database to this program's schema. Acts as whoever signed in: a superuser, or a member of `samlad_owner`.
pub(crate) async fn postgres(
    connect: &PgConnectOptions,
    migrator: &Migrator,
    options: &StoreOptions,
) -> Result<(), StoreError> {
    let mut connection = connect.clone().connect().await?;
    sqlx::raw_sql("SET search_path = public; SET client_min_messages = error; SET lock_timeout = '30s'")
        .execute(&mut connection)
        .await?;
    let found = version(&mut connection, migrator).await?;
    if must_migrate(found, migrator, options)? {
        migrator.run_direct(None, &mut connection, false).await?;
    }
    connection.close().await?;
    Ok(())
}

async fn version(connection: &mut PgConnection, migrator: &Migrator) -> Result<i64, StoreError> {
    let table: &str = &migrator.table_name;
    let (exists,): (bool,) =
        sqlx::query_as("SELECT to_regclass($1) IS NOT NULL").bind(table).fetch_one(&mut *connection).await?;
    if !exists {
        return Ok(0);
    }
    let newest = if table == KEYS_TABLE {
        "SELECT COALESCE(MAX(version), 0) FROM samlad_keys._sqlx_migrations"
    } else {
        "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations"
    };
    Ok(sqlx::query_as::<_, (i64,)>(newest).fetch_one(connection).await?.0)
}

/// A schema that a newer program made is refused, whatever the options say: this program does not know what it means.
fn must_migrate(found: i64, migrator: &Migrator, options: &StoreOptions) -> Result<bool, StoreError> {
    let known = newest(migrator);
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    if found < known && !options.migrate {
        return Err(StoreError::OlderSchema { found, known });
    }
    // Equal versions still run: the migrator compares the text of what was applied.
    Ok(options.migrate)
}

fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}
