//! What can go wrong, named for what the caller can do about it.
//!
//! A database's own text repeats row contents ("Failing row contains ..."), so it ends here: only the code leaves, never the text.

use core::fmt;

/// A failure of the database. Never holds the database's own text nor a bound value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Others hold what this needs; the same work may succeed when repeated.
    #[error("the database is busy ({0}); repeat the work")]
    Busy(Code),
    /// The database cannot be reached or does not answer in time.
    #[error("the database does not answer ({0}); nothing was stored, try again later")]
    Unavailable(Code),
    /// The answer to a commit was lost: look the entry up before repeating.
    #[error("the answer to a commit was lost ({0}); look up whether it was stored")]
    CommitUnknown(Code),
    /// No room left on the disk.
    #[error("the database has no room left ({0}); make room on its disk")]
    Full(Code),
    /// The database's files are damaged.
    #[error("the database is damaged ({0}); restore it from a backup")]
    Corrupt(Code),
    /// An earlier statement of the same transaction failed: nothing of it was kept.
    #[error("an earlier statement of the transaction failed; nothing of it was stored")]
    Spoilt,
    /// Another access policy is in force than the one that this store was told to read under: decide anew.
    #[error("another access policy is in force than the one that was to decide; decide anew")]
    PolicyMoved,
    /// A unique key exists already.
    #[error("a row with the same key exists already ({0})")]
    Duplicate(Code),
    /// A foreign key, a check or a NOT NULL was violated.
    #[error("the rows contradict each other ({0})")]
    Constraint(Code),
    /// The role may not do this, or no authority was set for the transaction.
    #[error("the database role may not do this ({0})")]
    Denied(Code),
    /// A write in a read-only transaction.
    #[error("this connection only reads ({0})")]
    ReadOnly(Code),
    /// A column does not hold what the code expects: code and schema differ.
    #[error("column {column} does not hold {wanted}")]
    Shape {
        /// Position in the row, from 0.
        column: usize,
        /// The kind that was asked for.
        wanted: &'static str,
    },
    /// The database was written by a newer version of this program.
    #[error("the database has schema version {found}, this program knows {known}; install the newer program")]
    NewerSchema {
        /// Version in the database.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The database lacks migrations and the caller did not want them applied.
    #[error("the database has schema version {found}, this program needs {known}; run `samlad migrate`")]
    OlderSchema {
        /// Version in the database.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// A migration failed or differs from the one that was applied once.
    #[error("the migration of the database failed ({0}); nothing of it was kept")]
    Migration(Code),
    /// A setting that durability or secrecy depends on does not hold.
    #[error("the database setting {0} does not hold; this program refuses to run on it")]
    Setting(&'static str),
    /// The address is not one this program understands.
    #[error("{0}")]
    Address(&'static str),
    /// A file beside the database could not be made or read.
    #[error("a file of the database could not be used: {0}")]
    File(std::io::ErrorKind),
    /// Anything else: a defect in this program.
    #[error("the database refused a statement ({0})")]
    Statement(Code),
}

/// A result code: a PostgreSQL SQLSTATE, a SQLite result code, or a word of ours. Safe to log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// SQLSTATE: five digits or capital letters.
    Postgres([u8; 5]),
    /// An extended result code.
    Sqlite(i32),
    /// No answer from the database; what happened in our own words.
    Client(&'static str),
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(state) => write!(f, "SQLSTATE {}", core::str::from_utf8(state).unwrap_or("?????")),
            Self::Sqlite(code) => write!(f, "SQLite {code}"),
            Self::Client(word) => f.write_str(word),
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StoreError {
    /// Whether the same work may succeed when it is simply repeated.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

/// The one door through which the driver's errors come in.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match error {
            E::Database(database) => {
                if let Some(postgres) = database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
                    return of_postgres(postgres.code());
                }
                let code = database.code().and_then(|code| code.parse().ok()).unwrap_or(0);
                of_sqlite(code)
            }
            E::PoolTimedOut => Self::Unavailable(Code::Client("no free connection")),
            E::PoolClosed => Self::Unavailable(Code::Client("closed")),
            E::WorkerCrashed => Self::Unavailable(Code::Client("worker stopped")),
            E::Io(_) => Self::Unavailable(Code::Client("connection lost")),
            E::Tls(_) => Self::Unavailable(Code::Client("no TLS")),
            E::Protocol(_) => Self::Unavailable(Code::Client("protocol")),
            // Our own refusals of a setting travel through the pool in this variant.
            E::Configuration(inner) if inner.is::<Self>() => {
                inner.downcast::<Self>().map_or(Self::Statement(Code::Client("driver")), |own| *own)
            }
            E::Configuration(_) | E::InvalidArgument(_) => Self::Address("the database address cannot be read"),
            E::RowNotFound => Self::Statement(Code::Client("no row")),
            E::ColumnIndexOutOfBounds { index, .. } => Self::Shape { column: index, wanted: "a column at all" },
            E::Migrate(migration) => Self::from(*migration),
            _ => Self::Statement(Code::Client("driver")),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError as E;
        match error {
            E::Execute(error) | E::ExecuteMigration(error, _) => match Self::from(error) {
                it @ (Self::Busy(_) | Self::Unavailable(_) | Self::Full(_) | Self::Corrupt(_) | Self::Denied(_)) => it,
                Self::Statement(code) | Self::Constraint(code) | Self::Duplicate(code) => Self::Migration(code),
                other => other,
            },
            E::VersionMismatch(_) => Self::Migration(Code::Client("an applied migration has other text")),
            E::Dirty(_) => Self::Migration(Code::Client("a migration stopped half-way")),
            _ => Self::Migration(Code::Client("migrator")),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::File(error.kind())
    }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
fn of_postgres(state: &str) -> StoreError {
    let code = <[u8; 5]>::try_from(state.as_bytes()).map_or(Code::Client("no SQLSTATE"), Code::Postgres);
    match (state, state.get(..2).unwrap_or("")) {
        ("40001" | "40P01" | "55P03", _) => StoreError::Busy(code),
        ("23505", _) => StoreError::Duplicate(code),
        ("25006", _) => StoreError::ReadOnly(code),
        // 42704: `app.authority` was never set on this connection; 22P02: it was, by a transaction that has ended.
        ("42501" | "42704" | "22P02" | "44000", _) => StoreError::Denied(code),
        ("53100", _) => StoreError::Full(code),
        ("57014", _) | (_, "08" | "53" | "57" | "28" | "3D") => StoreError::Unavailable(code),
        (_, "23") => StoreError::Constraint(code),
        (_, "XX" | "58") => StoreError::Corrupt(code),
        _ => StoreError::Statement(code),
    }
}

// https://www.sqlite.org/rescode.html: the low byte is the primary code.
fn of_sqlite(extended: i32) -> StoreError {
    let code = Code::Sqlite(extended);
    match (extended, extended & 0xff) {
        (2067 | 1555 | 2579, _) => StoreError::Duplicate(code),
        (_, 5 | 6) => StoreError::Busy(code),
        (_, 8) => StoreError::ReadOnly(code),
        (_, 10 | 14) => StoreError::Unavailable(code),
        (_, 11 | 26) => StoreError::Corrupt(code),
        (_, 13) => StoreError::Full(code),
        (_, 19) => StoreError::Constraint(code),
        (_, 3 | 23) => StoreError::Denied(code),
        _ => StoreError::Statement(code),
    }
}
