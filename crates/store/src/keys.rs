//! The key store: wrapped keys only, in a database of its own with backups of its own, because destroying a key must be final.

use uuid::Uuid;
use vocabulary::{AuthorityId, KeyId, Timestamp, WrappedKey};

use crate::db::Db;
use crate::postgres::bind_authority;
use crate::transaction::Transaction;
use crate::{Row, StoreError, Value, args, sql};

sql! {
    PUT_AUTHORITY_KEY = "INSERT INTO authority_key (authority_id, generation, wrap_format, wrapped, mac, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    REWRAP_AUTHORITY_KEY = "UPDATE authority_key SET wrap_format = $3, wrapped = $4, mac = $5 WHERE authority_id = $1 AND generation = $2";
    AUTHORITY_KEYS = "SELECT generation, wrap_format, wrapped, mac, created_at FROM authority_key WHERE authority_id = $1 ORDER BY generation DESC";
    PUT_DATA_KEY = "INSERT INTO data_key (authority_id, id, subject_kind, subject_id, subject_year, generation, wrap_format, wrapped, mac, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    REWRAP_DATA_KEY = "UPDATE data_key SET wrap_format = $3, wrapped = $4, mac = $5 WHERE authority_id = $1 AND id = $2 AND destroyed_at IS NULL";
    DESTROY_DATA_KEY = "UPDATE data_key SET wrapped = NULL, mac = NULL, destroyed_at = $3 WHERE authority_id = $1 AND id = $2 AND destroyed_at IS NULL";
    REMOVE_UNUSED = "DELETE FROM data_key WHERE authority_id = $1 AND id = $2 AND destroyed_at IS NULL";
    DATA_KEY = "SELECT id, subject_kind, subject_id, subject_year, generation, wrap_format, wrapped, mac, created_at FROM data_key WHERE authority_id = $1 AND id = $2 AND destroyed_at IS NULL";
    OF_SUBJECT = "SELECT id, subject_kind, subject_id, subject_year, generation, wrap_format, wrapped, mac, created_at FROM data_key WHERE authority_id = $1 AND subject_kind = $2 AND subject_id = $3 AND subject_year = $4 AND destroyed_at IS NULL ORDER BY generation DESC";
    PAGE = "SELECT id, subject_kind, subject_id, subject_year, generation, wrap_format, wrapped, mac, created_at FROM data_key WHERE authority_id = $1 AND id > $2 AND destroyed_at IS NULL ORDER BY id LIMIT $3";
    DESTROYED_AT = "SELECT destroyed_at FROM data_key WHERE authority_id = $1 AND id = $2";
}

/// A data key's row.
#[derive(Clone)]
pub struct StoredKey {
    /// Whose key.
    pub authority: AuthorityId,
    /// The key's name, computed from the key.
    pub kid: KeyId,
    /// Code of the kind of subject.
    pub subject_kind: String,
    /// The subject; all zero for the authority itself.
    pub subject_id: Uuid,
    /// The log year; 0 for what is not bound to one.
    pub year: i32,
    /// Generation within the subject, from 1.
    pub generation: i64,
    /// The wrapped key.
    pub wrapped: WrappedKey,
    /// When it was made.
    pub created: Timestamp,
}

/// An authority key's row.
#[derive(Clone)]
pub struct StoredAuthorityKey {
    /// Whose key.
    pub authority: AuthorityId,
    /// Generation, from 1.
    pub generation: i64,
    /// The wrapped key.
    pub wrapped: WrappedKey,
    /// When it was made.
    pub created: Timestamp,
}

/// Whether what was destroyed is gone from the key store's own files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Nothing of it is left there.
    Done,
    /// A reader still holds an older state: ask again.
    ReaderHolds,
}

/// The key store. A key row is durable before anything is sealed under it.
pub struct KeyStore {
    db: Db,
}

impl KeyStore {
    pub(crate) const fn over(db: Db) -> Self {
        Self { db }
    }

    /// Stores a new data key; false when this generation of the subject (or this key) exists already, destroyed ones included.
    pub async fn put_data_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        let args = args![
            key.authority,
            key.kid,
            key.subject_kind.as_str(),
            key.subject_id,
            key.year,
            key.generation,
            key.wrapped.wrap_format,
            key.wrapped.wrapped.as_slice(),
            key.wrapped.mac.as_slice(),
            key.created,
        ];
        Ok(self.write(key.authority, PUT_DATA_KEY, &args).await? == 1)
    }

    /// A data key by its name; none when it never was or is destroyed.
    pub async fn data_key(&self, authority: AuthorityId, kid: KeyId) -> Result<Option<StoredKey>, StoreError> {
        self.read(authority, DATA_KEY, &args![authority, kid])
            .await?
            .first()
            .map(|row| data_key(authority, row))
            .transpose()
    }

    /// The newest living data key of a subject.
    pub async fn newest(
        &self,
        authority: AuthorityId,
        kind: &str,
        subject: Uuid,
        year: i32,
    ) -> Result<Option<StoredKey>, StoreError> {
        Ok(self.of_subject(authority, kind, subject, year).await?.into_iter().next())
    }

    /// All living data keys of a subject, newest first.
    pub async fn of_subject(
        &self,
        authority: AuthorityId,
        kind: &str,
        subject: Uuid,
        year: i32,
    ) -> Result<Vec<StoredKey>, StoreError> {
        let rows = self.read(authority, OF_SUBJECT, &args![authority, kind, subject, year]).await?;
        rows.iter().map(|row| data_key(authority, row)).collect()
    }

    /// Living data keys in the order of their names, after one of them: for rotation, which resumes where it stopped.
    pub async fn page(&self, authority: AuthorityId, after: KeyId, limit: u32) -> Result<Vec<StoredKey>, StoreError> {
        let rows = self.read(authority, PAGE, &args![authority, after, limit]).await?;
        rows.iter().map(|row| data_key(authority, row)).collect()
    }

    /// Replaces the wrapping of a living data key (rotation of the authority's key); false when there is none.
    pub async fn rewrap_data_key(
        &self,
        authority: AuthorityId,
        kid: KeyId,
        wrapped: &WrappedKey,
    ) -> Result<bool, StoreError> {
        let args = args![authority, kid, wrapped.wrap_format, wrapped.wrapped.as_slice(), wrapped.mac.as_slice()];
        Ok(self.write(authority, REWRAP_DATA_KEY, &args).await? == 1)
    }

    /// Destroys a data key: what is sealed under it can never be opened again. False when it was not there. [`Self::settle`] completes it.
    pub async fn destroy_data_key(
        &self,
        authority: AuthorityId,
        kid: KeyId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.write(authority, DESTROY_DATA_KEY, &args![authority, kid, at]).await? == 1)
    }

    /// When a data key was destroyed, for the certificate.
    pub async fn destroyed_at(&self, authority: AuthorityId, kid: KeyId) -> Result<Option<Timestamp>, StoreError> {
        match self.read(authority, DESTROYED_AT, &args![authority, kid]).await?.first() {
            Some(row) => row.opt_at(0),
            None => Ok(None),
        }
    }

    /// Removes a key row that nothing was ever sealed under.
    pub async fn remove_unused(&self, authority: AuthorityId, kid: KeyId) -> Result<bool, StoreError> {
        Ok(self.write(authority, REMOVE_UNUSED, &args![authority, kid]).await? == 1)
    }

    /// Stores a new authority key; false when the generation exists already.
    pub async fn put_authority_key(&self, key: &StoredAuthorityKey) -> Result<bool, StoreError> {
        Ok(self.write(key.authority, PUT_AUTHORITY_KEY, &authority_args(key, true)).await? == 1)
    }

    /// Replaces the wrapping of an authority key (rotation of the root).
    pub async fn rewrap_authority_key(&self, key: &StoredAuthorityKey) -> Result<bool, StoreError> {
        Ok(self.write(key.authority, REWRAP_AUTHORITY_KEY, &authority_args(key, false)).await? == 1)
    }

    /// All generations of an authority's key, newest first.
    pub async fn authority_keys(&self, authority: AuthorityId) -> Result<Vec<StoredAuthorityKey>, StoreError> {
        let rows = self.read(authority, AUTHORITY_KEYS, &args![authority]).await?;
        rows.iter()
            .map(|row| {
                Ok(StoredAuthorityKey {
                    authority,
                    generation: row.int(0)?,
                    wrapped: wrapped(row, 1)?,
                    created: row.at(4)?,
                })
            })
            .collect()
    }

    /// Drives destroyed keys out of the key store's files.
    ///
    /// SQLite overwrites what it deletes (`secure_delete`), but an older copy may still stand in the WAL until it is emptied, which a reader
    /// prevents without an error. PostgreSQL: its VACUUM and the retention of its WAL decide; `samlad doctor` reports the bound.
    pub async fn settle(&self) -> Result<Settled, StoreError> {
        match &self.db {
            Db::Sqlite(db) => Ok(if db.checkpoint().await? { Settled::Done } else { Settled::ReaderHolds }),
            Db::Postgres(db) => Ok(if db.vacuum_keys().await? { Settled::Done } else { Settled::ReaderHolds }),
        }
    }

    pub(crate) async fn close(&self) {
        self.db.close().await;
    }

    #[cfg(feature = "testing")]
    pub(crate) const fn db(&self) -> &Db {
        &self.db
    }

    async fn read(&self, authority: AuthorityId, sql: &'static str, args: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut transaction = self.db.read(Some(authority)).await?;
        let rows = transaction.fetch(sql, args).await?;
        transaction.rollback().await?;
        Ok(rows)
    }

    async fn write(&self, authority: AuthorityId, sql: &'static str, args: &[Value]) -> Result<u64, StoreError> {
        let mut transaction: Transaction = self.db.begin().await?;
        if transaction.is_postgres() {
            bind_authority(&mut transaction, authority).await?;
        }
        let changed = transaction.execute(sql, args).await?;
        transaction.commit().await?;
        Ok(changed)
    }
}

fn authority_args(key: &StoredAuthorityKey, with_time: bool) -> Vec<Value> {
    let mut args = args![
        key.authority,
        key.generation,
        key.wrapped.wrap_format,
        key.wrapped.wrapped.as_slice(),
        key.wrapped.mac.as_slice(),
    ];
    if with_time {
        args.push(Value::from(key.created));
    }
    args
}

fn data_key(authority: AuthorityId, row: &Row) -> Result<StoredKey, StoreError> {
    Ok(StoredKey {
        authority,
        kid: row.id(0)?,
        subject_kind: row.text(1)?,
        subject_id: row.uuid(2)?,
        year: i32::try_from(row.int(3)?).map_err(|_| StoreError::Shape { column: 3, wanted: "a year" })?,
        generation: row.int(4)?,
        wrapped: wrapped(row, 5)?,
        created: row.at(8)?,
    })
}

fn wrapped(row: &Row, first: usize) -> Result<WrappedKey, StoreError> {
    Ok(WrappedKey { wrap_format: row.int(first)?, wrapped: row.bytes(first + 1)?, mac: row.bytes(first + 2)? })
}
