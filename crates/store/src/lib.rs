//! The store: SQL on SQLite and PostgreSQL with one text, snapshots for reading, units of work for writing, one file per noun.
//!
//! What it is: pools, read-only [`Snapshot`]s bound to one authority, [`Work`] as data, the key store beside the main database, and the
//! database's side of the access log (`Ledger`). What it is not: nothing is decided here, nothing is sealed or opened; sensitive values
//! arrive and leave as [`vocabulary::Sealed`]. `identity` and `case-registry` call it; the binary opens it.

mod error;
mod row;
mod session;
mod snapshot;
pub mod sql;
mod statement;
mod value;
mod work;

pub use error::{Code, StoreError};
pub use row::Row;
pub use snapshot::Snapshot;
pub use statement::{Expect, Refusal, Statement};
pub use value::{Bind, Value};
pub use work::Work;
