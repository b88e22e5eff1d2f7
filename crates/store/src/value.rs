//! One bound value. NULL keeps its type, because PostgreSQL wants to know it and SQLite does not mind.

use core::fmt;

use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use uuid::Uuid;
use vocabulary::{Sealed, Timestamp};

/// A value for one `$n` of a statement. Built by [`args!`](crate::args), never concatenated into SQL.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// An id: `uuid` on PostgreSQL, a 16-byte blob on SQLite.
    Uuid(Option<Uuid>),
    /// Text. What is sensitive never comes here in clear.
    Text(Option<String>),
    /// A 64-bit integer: counts, versions, instants in microseconds UTC.
    Int(Option<i64>),
    /// Bytes: sealed fields, digests.
    Bytes(Option<Vec<u8>>),
    /// Yes or no: `boolean` on PostgreSQL, 0 or 1 on SQLite.
    Flag(bool),
}

/// Says the kind, never the content: what is bound may be personal data.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uuid(_) => "uuid",
            Self::Text(_) => "text",
            Self::Int(_) => "int",
            Self::Bytes(_) => "bytes",
            Self::Flag(_) => "flag",
        })
    }
}

/// What can be bound, and which NULL stands for its absence.
pub trait Bind: Sized {
    /// The value.
    fn bind(self) -> Value;
    /// The typed NULL.
    fn null() -> Value;
}

impl<T: Bind> From<T> for Value {
    fn from(what: T) -> Self {
        what.bind()
    }
}

impl<T: Bind> Bind for Option<T> {
    fn bind(self) -> Value {
        self.map_or_else(T::null, T::bind)
    }
    fn null() -> Value {
        T::null()
    }
}

macro_rules! bind {
    ($($(@($($generics:tt)+))? $type:ty: $kind:ident = $it:ident => $value:expr, or $null:expr;)+) => {$(
        impl $(<$($generics)+>)? Bind for $type {
            fn bind(self) -> Value {
                let $it = self;
                Value::$kind($value)
            }
            fn null() -> Value {
                Value::$kind($null)
            }
        }
    )+};
}

bind! {
    Uuid: Uuid = it => Some(it), or None;
    &Uuid: Uuid = it => Some(*it), or None;
    &str: Text = it => Some(it.to_owned()), or None;
    String: Text = it => Some(it), or None;
    &String: Text = it => Some(it.clone()), or None;
    i64: Int = it => Some(it), or None;
    i32: Int = it => Some(i64::from(it)), or None;
    u32: Int = it => Some(i64::from(it)), or None;
    u16: Int = it => Some(i64::from(it)), or None;
    u8: Int = it => Some(i64::from(it)), or None;
    Timestamp: Int = it => Some(it.micros()), or None;
    Vec<u8>: Bytes = it => Some(it), or None;
    &Vec<u8>: Bytes = it => Some(it.clone()), or None;
    &[u8]: Bytes = it => Some(it.to_vec()), or None;
    @(const N: usize) [u8; N]: Bytes = it => Some(it.to_vec()), or None;
    @(const N: usize) &[u8; N]: Bytes = it => Some(it.to_vec()), or None;
    @(T) &Sealed<T>: Bytes = it => Some(it.as_stored().to_vec()), or None;
    @(T) Sealed<T>: Bytes = it => Some(it.as_stored().to_vec()), or None;
    bool: Flag = it => it, or false;
}

macro_rules! bind_ids {
    ($($name:ident),+ $(,)?) => {$(
        impl Bind for vocabulary::$name {
            fn bind(self) -> Value { Value::Uuid(Some(self.0)) }
            fn null() -> Value { Value::Uuid(None) }
        }
        impl Bind for &vocabulary::$name {
            fn bind(self) -> Value { Value::Uuid(Some(self.0)) }
            fn null() -> Value { Value::Uuid(None) }
        }
    )+};
}

bind_ids! {
    AuthorityId, UnitId, UserId, SessionId, PersonId, LogSubjectId, CaseId, NoteId, ParagraphId, MeasureId, ConsentId, ReleaseId,
    AbstentionId, ReleaseDraftId, FormDraftId, AccessRequestId, ParcelId, ReceivedItemId, JointFileId, JointRef, JointActionId, JointEntryId, PositionId,
    InfoRequestId, EntryId, RequestId, KeyId,
}

macro_rules! bind_codes {
    ($($name:path),+ $(,)?) => {$(
        impl Bind for $name {
            fn bind(self) -> Value { Value::Text(Some(self.code().to_owned())) }
            fn null() -> Value { Value::Text(None) }
        }
    )+};
}

bind_codes! {
    vocabulary::Action, vocabulary::Category, vocabulary::Role, vocabulary::Purpose, vocabulary::purpose::CasePurpose,
    vocabulary::SecrecyClass, vocabulary::Protection, vocabulary::AgeBand, vocabulary::AuthorityKind, vocabulary::Strength,
    vocabulary::Language,
}

/// Binds the values of a statement in the order of `$1, $2, ..`.
///
/// Takes ids, text, integers, instants, bytes, sealed fields, flags, values of `vocabulary`'s closed lists (by code) and an `Option` of any
/// of them (a flag has no NULL).
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { ::std::vec![$($crate::Value::from($value)),*] };
}

macro_rules! bind_all {
    ($(#[$meta:meta])* $name:ident, $database:ty, $arguments:ty) => {
        $(#[$meta])*
        pub(crate) fn $name<'q>(mut query: Query<'q, $database, $arguments>, args: &[Value]) -> Query<'q, $database, $arguments> {
            for value in args {
                query = match value {
                    Value::Uuid(it) => query.bind(*it),
                    Value::Text(it) => query.bind(it.as_deref()),
                    Value::Int(it) => query.bind(*it),
                    Value::Bytes(it) => query.bind(it.as_deref()),
                    Value::Flag(it) => query.bind(*it),
                };
            }
            query
        }
    };
}

bind_all!(bind_sqlite, Sqlite, SqliteArguments);
bind_all!(bind_postgres, Postgres, PgArguments);
