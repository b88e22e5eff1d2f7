//! Keys for subjects, and the opening of what a recorded permit covers.

use std::{
    collections::{BTreeSet, HashMap},
    pin::Pin,
    sync::Arc,
};

use audit_log::Recorded;
use field_vault::{DataKey, DataKeyRow, KeySubject, Place, Vault};
use rbac_policy::Permit;
use serde::{Serialize, de::DeserializeOwned};
use store::StoredKey;
use vocabulary::{AuthorityId, KeyId, Opens, Sealed};

use crate::{Registry, RegistryError};

/// Opens sealed fields under one recorded permit. Keys are fetched before, so that opening itself waits for nothing.
pub(crate) struct Opener<'a, 'r, A: Opens> {
    vault: &'a Vault,
    recorded: &'a Recorded<Permit<'r, A>>,
    keys: HashMap<KeyId, Arc<DataKey>>,
}

impl<A: Opens> Opener<'_, '_, A> {
    /// Opens one field, if the permit covers the place's item.
    pub(crate) fn open<T: DeserializeOwned, S>(&self, place: Place, sealed: &Sealed<S>) -> Result<T, RegistryError> {
        let key = Vault::kid_of(sealed)
            .and_then(|kid| self.keys.get(&kid))
            .ok_or(RegistryError::Internal("a field names a key that is not there"))?;
        let sealed = Sealed::<T>::from_stored(sealed.as_stored().to_vec());
        self.vault.open(key, &place, &sealed, self.recorded).map_err(|error| {
            tracing::error!(%error, table = place.table, column = place.column, "a field could not be opened");
            RegistryError::Internal("a field could not be opened")
        })
    }

    /// Whether the permit covers an item: items that it does not cover are absent from the view.
    pub(crate) fn covers(&self, id: impl Into<uuid::Uuid>) -> bool {
        self.recorded.what().covers(id.into())
    }
}

impl Registry {
    /// An opener with the keys that these fields name. Not an `async fn`: the fields are read at once and do not live on in the future.
    pub(crate) fn opener<'a, 'r, A: Opens>(
        &'a self,
        recorded: &'a Recorded<Permit<'r, A>>,
        authority: AuthorityId,
        fields: impl IntoIterator<Item = Option<KeyId>>,
    ) -> Pin<Box<dyn Future<Output = Result<Opener<'a, 'r, A>, RegistryError>> + Send + 'a>>
    where
        'r: 'a,
    {
        let kids: BTreeSet<KeyId> = fields.into_iter().flatten().collect();
        Box::pin(async move {
            let mut keys = HashMap::with_capacity(kids.len());
            for kid in kids {
                if let Some(key) = self.key(authority, kid).await? {
                    keys.insert(kid, key);
                }
            }
            Ok(Opener { vault: &self.vault, recorded, keys })
        })
    }

    /// A data key by its id; none when it was destroyed or never was.
    pub(crate) async fn key(&self, authority: AuthorityId, kid: KeyId) -> Result<Option<Arc<DataKey>>, RegistryError> {
        if let Some(key) = self.vault.cached(authority, kid) {
            return Ok(Some(key));
        }
        match self.store.keys().data_key(authority, kid).await? {
            None => Ok(None),
            Some(stored) => Ok(Some(self.vault.unlock(&key_row(stored)?)?)),
        }
    }

    /// The newest data key of a subject, made when there is none. The key row is durable before anything is sealed under it.
    pub(crate) async fn key_for(
        &self,
        authority: AuthorityId,
        subject: KeySubject,
    ) -> Result<Arc<DataKey>, RegistryError> {
        if let Some(key) = self.remembered_key(authority, subject).and_then(|kid| self.vault.cached(authority, kid)) {
            return Ok(key);
        }
        let key = self.newest_or_new(authority, subject).await?;
        self.remember_key(authority, subject, key.kid());
        Ok(key)
    }

    async fn newest_or_new(&self, authority: AuthorityId, subject: KeySubject) -> Result<Arc<DataKey>, RegistryError> {
        let (kind, id, year) = subject.parts();
        if let Some(stored) = self.store.keys().newest(authority, kind, id, year).await? {
            return Ok(self.vault.unlock(&key_row(stored)?)?);
        }
        let (row, key) = self.vault.create_data_key(authority, subject, 1)?;
        if self.store.keys().put_data_key(&stored_key(&row)).await? {
            return Ok(key);
        }
        // Somebody else made the key at the same moment: theirs stands.
        self.vault.evict(row.kid);
        let stored = self
            .store
            .keys()
            .newest(authority, kind, id, year)
            .await?
            .ok_or(RegistryError::Internal("a key vanished"))?;
        Ok(self.vault.unlock(&key_row(stored)?)?)
    }

    /// Seals a value under a key.
    pub(crate) fn seal<T: Serialize, S>(
        &self,
        key: &DataKey,
        place: Place,
        plain: &T,
    ) -> Result<Sealed<S>, RegistryError> {
        let sealed = self.vault.seal(key, &place, plain)?;
        Ok(Sealed::from_stored(sealed.as_stored().to_vec()))
    }
}

fn key_row(stored: StoredKey) -> Result<DataKeyRow, RegistryError> {
    let subject = KeySubject::from_parts(&stored.subject_kind, stored.subject_id, stored.year)?;
    Ok(DataKeyRow {
        kid: stored.kid,
        authority: stored.authority,
        subject,
        generation: stored.generation,
        wrapped: stored.wrapped,
        created: stored.created,
    })
}

fn stored_key(row: &DataKeyRow) -> StoredKey {
    let (kind, id, year) = row.subject.parts();
    StoredKey {
        kid: row.kid,
        authority: row.authority,
        subject_kind: kind.to_owned(),
        subject_id: id,
        year,
        generation: row.generation,
        wrapped: row.wrapped.clone(),
        created: row.created,
    }
}

impl From<store::StoreError> for RegistryError {
    fn from(error: store::StoreError) -> Self {
        if error == store::StoreError::PolicyMoved {
            tracing::info!("the policy changed while something was being decided: it is to be asked again");
            return Self::Unavailable;
        }
        tracing::error!(%error, "the store failed");
        Self::Unavailable
    }
}

impl From<field_vault::VaultError> for RegistryError {
    fn from(error: field_vault::VaultError) -> Self {
        tracing::error!(%error, "the vault refused");
        Self::Internal("the vault refused")
    }
}
