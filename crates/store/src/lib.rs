//! The store: SQL on SQLite and PostgreSQL with one text, snapshots for reading, units of work for writing, one file per noun.
//!
//! What it is: pools, read-only [`Snapshot`]s bound to one authority, [`Work`] as data, the key store beside the main database, and the
//! database's side of the access log (`Ledger`). What it is not: nothing is decided here, nothing is sealed or opened; sensitive values
//! arrive and leave as [`vocabulary::Sealed`]. `identity` and `case-registry` call it; the binary opens it.

pub mod abstention;
pub mod access_request;
pub mod assessment;
pub mod case;
pub mod concern_step;
pub mod consent;
mod db;
pub mod delegation;
pub mod directory;
mod error;
pub mod figures;
pub mod form_draft;
pub mod idempotency;
pub mod info_request;
pub mod joint_action;
pub mod joint_entry;
pub mod joint_file;
mod keys;
mod ledger;
mod ledger_sql;
pub mod log;
pub mod measure;
pub mod migrate;
pub mod note;
pub mod parcel;
pub mod person;
pub mod policy;
mod postgres;
pub mod received;
pub mod release;
pub mod release_draft;
mod retention;
pub mod rls;
mod row;
mod settings;
pub mod sign_in;
mod snapshot;
pub mod sql;
mod sqlite;
mod statement;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod transaction;
mod value;
mod work;
mod writer;

pub use error::{Code, StoreError};
pub use keys::{KeyStore, Settled, StoredAuthorityKey, StoredKey};
pub use ledger::Tx;
pub use row::Row;
pub use settings::StoreOptions;
pub use snapshot::Snapshot;
pub use statement::{Expect, Refusal, Statement};
pub use store::{Backend, Store};
pub use value::{Bind, Value};
pub use work::Work;
pub use writer::WriteError;
