//! The same create sent twice makes one row. The second time is a fresh, authorised, logged read of what the first one made.

use rbac_policy::{Facts, Target};
use uuid::Uuid;
use vocabulary::{Caller, Purpose, action::ReadHome};

use crate::{Answer, Registry, RegistryError};

impl Registry {
    /// What the caller's idempotency key made before; none for a new key or none at all.
    ///
    /// # Errors
    /// [`RegistryError::KeyReused`] when the key was used with another request.
    pub async fn replayed(&self, caller: &Caller) -> Result<Option<Answer<Uuid>>, RegistryError> {
        let Some(key) = caller.idempotency else { return Ok(None) };
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let made = store::idempotency::find(&mut snapshot, caller.authority, caller.user, key.key).await?;
        snapshot.close().await?;
        let Some(made) = made else { return Ok(None) };
        if made.request != key.request {
            return Err(RegistryError::KeyReused);
        }
        let facts = Facts::own_desk(Purpose::Administration, Target::record("replay", made.id));
        let recorded = self.record(self.allow::<ReadHome>(caller, facts).await?).await?;
        Ok(Some(Answer { view: made.id, entry: recorded.entry() }))
    }
}
