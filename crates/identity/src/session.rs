//! Sessions: recognised on every request from the database, so that a session that ends ends at once.

use std::sync::Arc;

use store::{
    Statement, Store, Work,
    sign_in::{self, SessionRow},
};
use vocabulary::{
    AuthorityId, Caller, Clock, Entropy, Language, RequestId, Role, Roles, SessionId, Strength, Timestamp, UnitId,
    UserId,
};

use crate::{IdentityError, Token};

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Seconds without a request after which a browser session ends.
    pub idle_seconds: i64,
    /// Seconds after which every session ends.
    pub absolute_seconds: i64,
    /// Seconds after a sign-in by a one-time link during which it stands for a repeated sign-in: what asks for one (a release, a change of users) is then
    /// done without another.
    pub fresh_seconds: i64,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle_seconds: 30 * 60, absolute_seconds: 10 * 3600, fresh_seconds: 15 * 60 }
    }
}

/// Authentication over the store. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    limits: SessionLimits,
    is_demo: bool,
}

/// Somebody who was recognised.
pub struct Recognised {
    /// Data for the use cases.
    pub caller: Caller,
    /// The session, so that it can be ended.
    pub session: SessionId,
    /// The user's own name, for the page's header.
    pub name: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Seconds without a request after which the session ends; none for a bearer token.
    pub idle_seconds: Option<i64>,
    /// Epoch of the access policy that was in force when the session was read: what the request is decided with.
    pub policy_epoch: i64,
}

/// A session to be: the row is to be stored, the token given to the client.
pub struct NewSession {
    /// The client's secret.
    pub token: Token,
    /// Random id.
    pub id: SessionId,
    /// Stores it.
    pub insert: Statement,
}

/// A session's use is written at most this often.
const SEEN_EVERY_SECONDS: i64 = 60;

impl Identity {
    /// Authentication over a store.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, limits: SessionLimits) -> Self {
        Self { store, clock, entropy, limits, is_demo: false }
    }

    /// Accepts demo links: called by the demo and by nothing else.
    #[must_use]
    pub fn for_demo(self) -> Self {
        Self { is_demo: true, ..self }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    pub(crate) const fn is_demo(&self) -> bool {
        self.is_demo
    }

    /// A caller for a user who is about to sign in; none when the mandate has ended.
    ///
    /// # Errors
    /// [`IdentityError::Unknown`] for an ended mandate or a service user.
    pub async fn caller_for(
        &self,
        authority: AuthorityId,
        user: UserId,
        strength: Strength,
        language: Language,
        request: RequestId,
    ) -> Result<Caller, IdentityError> {
        let (unit, roles, ..) = self.who(authority, user).await?;
        Ok(Caller {
            user,
            authority,
            unit,
            roles,
            strength,
            request,
            language,
            reason: None,
            idempotency: None,
            sends: None,
        })
    }

    /// A session for a caller, not yet stored.
    #[must_use]
    pub fn new_session(&self, caller: &Caller, is_bearer: bool) -> NewSession {
        let now = self.clock.now();
        let token = Token::random(self.entropy.as_ref());
        let id = SessionId(self.entropy.id());
        let row = SessionRow {
            id,
            authority: caller.authority,
            user: caller.user,
            strength: caller.strength,
            language: caller.language,
            is_bearer,
            created_at: now,
            seen_at: now,
            ends_at: now.plus_seconds(self.limits.absolute_seconds),
        };
        NewSession { insert: sign_in::insert_session(token.digest(), &row), token, id }
    }

    /// Recognises who sent a request. A cookie is never accepted as a bearer token, nor the other way round.
    ///
    /// # Errors
    /// [`IdentityError::Unknown`] whatever the reason; [`IdentityError::Unavailable`] when sessions cannot be read.
    pub async fn recognise(
        &self,
        token: &str,
        is_bearer: bool,
        request: RequestId,
    ) -> Result<Recognised, IdentityError> {
        let digest = Token::digest_of(token);
        let now = self.clock.now();
        let mut snapshot = self.store.system().await?;
        let session = sign_in::session(&mut snapshot, digest).await?;
        let policy_epoch = store::policy::epoch(&mut snapshot).await?;
        snapshot.close().await?;
        let session = session
            .filter(|session| session.is_bearer == is_bearer && self.is_alive(session, now))
            .ok_or(IdentityError::Unknown)?;
        let (unit, roles, name, unit_name) = self.who(session.authority, session.user).await?;
        if !is_bearer && now.micros() - session.seen_at.micros() > SEEN_EVERY_SECONDS * 1_000_000 {
            self.store
                .write(&Work::new(session.authority).named("session_seen").then(sign_in::see(digest, now)))
                .await?;
        }
        let caller = Caller {
            user: session.user,
            authority: session.authority,
            unit,
            roles,
            strength: self.strength_now(&session, now),
            request,
            language: session.language,
            reason: None,
            idempotency: None,
            sends: None,
        };
        let idle_seconds = (!is_bearer).then_some(self.limits.idle_seconds);
        Ok(Recognised { caller, session: session.id, name, unit_name, idle_seconds, policy_epoch })
    }

    fn is_alive(&self, session: &SessionRow, now: Timestamp) -> bool {
        let idle = now.micros() - session.seen_at.micros();
        now < session.ends_at && (session.is_bearer || idle <= self.limits.idle_seconds * 1_000_000)
    }

    /// A sign-in that has just happened is as good as one that was repeated.
    fn strength_now(&self, session: &SessionRow, now: Timestamp) -> Strength {
        let is_fresh = now < session.created_at.plus_seconds(self.limits.fresh_seconds);
        match session.strength {
            Strength::OneTimeLink if is_fresh => Strength::SteppedUp,
            other => other,
        }
    }

    async fn who(
        &self,
        authority: AuthorityId,
        user: UserId,
    ) -> Result<(UnitId, Roles, String, String), IdentityError> {
        let mut snapshot = self.store.snapshot(authority).await?;
        let who = sign_in::who(&mut snapshot, authority, user).await?;
        snapshot.close().await?;
        // A service acts in its own name inside the program; nobody signs in as one.
        let who = who.filter(|who| !who.roles.has(Role::Service)).ok_or(IdentityError::Unknown)?;
        Ok((who.unit, who.roles, who.name, who.unit_name))
    }
}
