//! Signing in and out: in the log before a token leaves.

use identity::{Identity, IdentityError, Token};
use rbac_policy::{Facts, Target};
use store::Work;
use vocabulary::{
    Caller, Language, Purpose, RequestId, SessionId, Timestamp,
    action::{SignIn, SignOut},
};

use crate::{Answer, Registry, RegistryError};

/// A session that has begun.
pub struct Started {
    /// The client's secret; shown once.
    pub token: Token,
    /// Random id.
    pub session: SessionId,
    /// Who signed in.
    pub caller: Caller,
}

impl Registry {
    /// Starts a session from a sign-in link.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a link that is unknown, used or expired, or whose mandate has ended: the three are not told apart.
    pub async fn start_session(
        &self,
        identity: &Identity,
        link: &str,
        is_bearer: bool,
        language: Language,
        request: RequestId,
    ) -> Result<Answer<Started>, RegistryError> {
        let redeemed = identity.redeem(link).await?;
        let caller =
            identity.caller_for(redeemed.authority, redeemed.user, redeemed.strength, language, request).await?;
        let session = identity.new_session(&caller, is_bearer);
        let facts = Facts::own_desk(Purpose::Administration, Target::record("session", session.id.0));
        let permit = self.allow::<SignIn>(&caller, facts).await?;
        let work = Work::new(caller.authority).named("start_session").then_all(redeemed.uses).then(session.insert);
        let entry = self.commit(permit, work).await?.entry();
        Ok(Answer { view: Started { token: session.token, session: session.id, caller }, entry })
    }

    /// Ends a session at once.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] when the log cannot be written.
    pub async fn end_session(&self, caller: &Caller, session: SessionId) -> Result<Answer<()>, RegistryError> {
        let facts = Facts::own_desk(Purpose::Administration, Target::record("session", session.0));
        let permit = self.allow::<SignOut>(caller, facts).await?;
        let work = Work::new(caller.authority).named("end_session").then(store::sign_in::end(session));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// Removes sessions that are over. Nothing personal is read or shown: no entry.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub async fn sweep_sessions(
        &self,
        authority: vocabulary::AuthorityId,
        idle_before: Timestamp,
    ) -> Result<(), RegistryError> {
        let work =
            Work::new(authority).named("sweep_sessions").then(store::sign_in::sweep(self.clock.now(), idle_before));
        self.store.write(&work).await.map_err(|error| {
            tracing::error!(%error, "sessions cannot be swept");
            RegistryError::Unavailable
        })
    }
}

impl From<IdentityError> for RegistryError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Unknown => Self::NotFound,
            IdentityError::Unavailable => Self::Unavailable,
        }
    }
}
