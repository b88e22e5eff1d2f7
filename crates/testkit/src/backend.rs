//! On which databases a test runs.

use anyhow::Result;
use store::testing::{Scratch, postgres_or_skipped};

/// A database for one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Embedded, in a folder that ends with the test.
    Sqlite,
    /// A fresh database of the server at this superuser's address, dropped with the test.
    Postgres(String),
}

/// Narrows every test to one kind of database: `sqlite` or `postgres`.
const ONLY: &str = "SAMLAD_TEST_DATABASE";

/// The databases of this run: SQLite, and PostgreSQL where `SAMLAD_TEST_POSTGRES` names a server; only one of them where `SAMLAD_TEST_DATABASE` says so.
#[must_use]
pub fn backends() -> Vec<Backend> {
    let only = std::env::var(ONLY).ok();
    let wants = |kind: &str| only.as_deref().is_none_or(|only| only == kind);
    let sqlite = wants("sqlite").then_some(Backend::Sqlite);
    let postgres = if wants("postgres") { postgres_or_skipped().map(Backend::Postgres) } else { None };
    sqlite.into_iter().chain(postgres).collect()
}

impl Backend {
    /// A fresh database; none where the demo makes its own.
    pub(crate) async fn scratch(&self) -> Result<Option<Scratch>> {
        match self {
            Self::Sqlite => Ok(None),
            Self::Postgres(superuser) => Ok(Some(Scratch::migrated(superuser).await?)),
        }
    }
}

impl core::fmt::Display for Backend {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        })
    }
}
