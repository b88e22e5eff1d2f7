//! One row, read by position on both engines.

use core::str::FromStr;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};
use uuid::Uuid;
use vocabulary::{Sealed, Timestamp};

use crate::StoreError;

/// A row. Columns are read by position, from 0, in the order of the SELECT list.
pub struct Row(Engine);

enum Engine {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self(Engine::Sqlite(row))
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self(Engine::Postgres(row))
    }
}

macro_rules! get {
    ($self:ident, $i:ident, $type:ty, $wanted:literal) => {
        match &$self.0 {
            Engine::Sqlite(row) => row.try_get::<Option<$type>, _>($i),
            Engine::Postgres(row) => row.try_get::<Option<$type>, _>($i),
        }
        .map_err(|_| StoreError::Shape { column: $i, wanted: $wanted })
    };
}

fn present<T>(value: Option<T>, column: usize, wanted: &'static str) -> Result<T, StoreError> {
    value.ok_or(StoreError::Shape { column, wanted })
}

impl Row {
    /// How many columns the row has.
    pub fn len(&self) -> usize {
        match &self.0 {
            Engine::Sqlite(row) => row.len(),
            Engine::Postgres(row) => row.len(),
        }
    }

    /// Whether the row has no columns.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An id that may be NULL.
    pub fn opt_uuid(&self, i: usize) -> Result<Option<Uuid>, StoreError> {
        get!(self, i, Uuid, "an id")
    }

    /// An id.
    pub fn uuid(&self, i: usize) -> Result<Uuid, StoreError> {
        present(self.opt_uuid(i)?, i, "an id")
    }

    /// An id of a noun.
    pub fn id<T: From<Uuid>>(&self, i: usize) -> Result<T, StoreError> {
        self.uuid(i).map(T::from)
    }

    /// An id of a noun that may be NULL.
    pub fn opt_id<T: From<Uuid>>(&self, i: usize) -> Result<Option<T>, StoreError> {
        Ok(self.opt_uuid(i)?.map(T::from))
    }

    /// Text that may be NULL.
    pub fn opt_text(&self, i: usize) -> Result<Option<String>, StoreError> {
        get!(self, i, String, "text")
    }

    /// Text.
    pub fn text(&self, i: usize) -> Result<String, StoreError> {
        present(self.opt_text(i)?, i, "text")
    }

    /// A value of a closed list, stored by its code.
    pub fn code<T: FromStr>(&self, i: usize) -> Result<T, StoreError> {
        present(self.opt_code(i)?, i, "a code of a closed list")
    }

    /// A value of a closed list that may be NULL.
    pub fn opt_code<T: FromStr>(&self, i: usize) -> Result<Option<T>, StoreError> {
        self.opt_text(i)?
            .map(|code| code.parse().map_err(|_| StoreError::Shape { column: i, wanted: "a code of a closed list" }))
            .transpose()
    }

    /// An integer that may be NULL.
    pub fn opt_int(&self, i: usize) -> Result<Option<i64>, StoreError> {
        match &self.0 {
            Engine::Sqlite(row) => row.try_get::<Option<i64>, _>(i),
            // Constants and some functions of PostgreSQL are narrower than a column of ours ever is.
            Engine::Postgres(row) => {
                match row.try_get_raw(i).map(|value| value.type_info().name().to_owned()).as_deref() {
                    Ok("INT4") => row.try_get::<Option<i32>, _>(i).map(|it| it.map(i64::from)),
                    Ok("INT2") => row.try_get::<Option<i16>, _>(i).map(|it| it.map(i64::from)),
                    _ => row.try_get::<Option<i64>, _>(i),
                }
            }
        }
        .map_err(|_| StoreError::Shape { column: i, wanted: "an integer" })
    }

    /// An integer.
    pub fn int(&self, i: usize) -> Result<i64, StoreError> {
        present(self.opt_int(i)?, i, "an integer")
    }

    /// An instant.
    pub fn at(&self, i: usize) -> Result<Timestamp, StoreError> {
        self.int(i).map(Timestamp::from_micros)
    }

    /// An instant that may be NULL.
    pub fn opt_at(&self, i: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(i)?.map(Timestamp::from_micros))
    }

    /// Bytes that may be NULL.
    pub fn opt_bytes(&self, i: usize) -> Result<Option<Vec<u8>>, StoreError> {
        get!(self, i, Vec<u8>, "bytes")
    }

    /// Bytes.
    pub fn bytes(&self, i: usize) -> Result<Vec<u8>, StoreError> {
        present(self.opt_bytes(i)?, i, "bytes")
    }

    /// Bytes of a fixed length: a digest or a short key.
    pub fn array<const N: usize>(&self, i: usize) -> Result<[u8; N], StoreError> {
        self.bytes(i)?.try_into().map_err(|_| StoreError::Shape { column: i, wanted: "bytes of the right length" })
    }

    /// A sealed field.
    pub fn sealed<T>(&self, i: usize) -> Result<Sealed<T>, StoreError> {
        self.bytes(i).map(Sealed::from_stored)
    }

    /// A sealed field that may be NULL.
    pub fn opt_sealed<T>(&self, i: usize) -> Result<Option<Sealed<T>>, StoreError> {
        Ok(self.opt_bytes(i)?.map(Sealed::from_stored))
    }

    /// Yes or no; NULL is an error.
    pub fn flag(&self, i: usize) -> Result<bool, StoreError> {
        present(get!(self, i, bool, "a flag")?, i, "a flag")
    }
}
