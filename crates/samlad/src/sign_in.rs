//! The port of the pages and the API to `identity`: who sent this request.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{PoisonError, RwLock};

use identity::{Identity, IdentityError};
use store::{Store, StoreError};
use vocabulary::{AuthorityId, AuthorityKind, RequestId};
use web::sign_in::{Credential, Presence, SignIn, SignInError, SignedIn};

/// Recognises sessions. Names of authorities are remembered: they change less often than a process lives.
pub struct Doorkeeper {
    identity: Identity,
    store: Store,
    names: RwLock<HashMap<AuthorityId, (String, AuthorityKind)>>,
}

impl Doorkeeper {
    /// Over an instance's sessions.
    #[must_use]
    pub fn new(identity: Identity, store: Store) -> Self {
        Self { identity, store, names: RwLock::default() }
    }

    async fn recognise(&self, credential: Credential, request: RequestId) -> Result<SignedIn, SignInError> {
        let (secret, is_bearer) = match &credential {
            Credential::Cookie(secret) => (secret, false),
            Credential::Bearer(secret) => (secret, true),
        };
        let who = self.identity.recognise(secret.reveal(), is_bearer, request).await.map_err(|error| match error {
            IdentityError::Unknown => SignInError::Unknown,
            IdentityError::Unavailable => SignInError::Unavailable,
        })?;
        let (authority, authority_kind) = self.name(who.caller.authority).await?;
        let presence = Presence {
            name: who.name,
            authority,
            authority_kind,
            unit: who.unit_name,
            idle_seconds: who.idle_seconds.and_then(|seconds| u32::try_from(seconds).ok()),
        };
        Ok(SignedIn { caller: who.caller, session: who.session, presence, policy_epoch: who.policy_epoch })
    }

    async fn name(&self, authority: AuthorityId) -> Result<(String, AuthorityKind), SignInError> {
        let known = |names: &HashMap<_, _>| names.get(&authority).cloned();
        if let Some(name) = known(&self.names.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(name);
        }
        let names = self.directory().await.map_err(|error| {
            tracing::error!(%error, "the directory cannot be read");
            SignInError::Unavailable
        })?;
        let name = known(&names).ok_or(SignInError::Unknown)?;
        *self.names.write().unwrap_or_else(PoisonError::into_inner) = names;
        Ok(name)
    }

    async fn directory(&self) -> Result<HashMap<AuthorityId, (String, AuthorityKind)>, StoreError> {
        let mut snapshot = self.store.system().await?;
        let rows = store::directory::authorities(&mut snapshot).await?;
        snapshot.close().await?;
        Ok(rows.into_iter().map(|row| (row.id, (row.name, row.kind))).collect())
    }
}

impl SignIn for Doorkeeper {
    fn caller(
        &self,
        credential: Credential,
        request: RequestId,
    ) -> Pin<Box<dyn Future<Output = Result<SignedIn, SignInError>> + Send + '_>> {
        Box::pin(self.recognise(credential, request))
    }
}
