//! Who is at the door. `identity` answers; this crate only carries the credential to it and never mixes the two kinds.

use core::fmt;

use futures_util::future::BoxFuture;
use vocabulary::{AuthorityKind, Caller, RequestId, SessionId};
use zeroize::Zeroizing;

/// A secret that a client sent. Never printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps what a client sent.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The secret itself, for `identity` to hash and look up.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

/// What a request carries to prove who sends it: a cookie on pages, a bearer token on the API, never the one in place of the other.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The session cookie of a browser.
    Cookie(Secret),
    /// The bearer token of an API client.
    Bearer(Secret),
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Data for the use cases.
    pub caller: Caller,
    /// What the page header shows.
    pub presence: Presence,
    /// The session, so that it can be ended.
    pub session: SessionId,
    /// Epoch of the access policy that was in force when the session was read: the whole request is decided with that one.
    pub policy_epoch: i64,
}

/// Who the page header says is signed in. The reader's own name only; no person of any case.
#[derive(Clone, Debug)]
pub struct Presence {
    /// The user's own name.
    pub name: String,
    /// The authority, for example `Socialnämnden i Mellerud`.
    pub authority: String,
    /// Its kind.
    pub authority_kind: AuthorityKind,
    /// The unit of the mandate.
    pub unit: String,
    /// Seconds without a request after which the session ends; the page warns two minutes before.
    pub idle_seconds: Option<u32>,
}

/// Why nobody could be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Unknown, expired and revoked are not told apart.
    #[error("not signed in")]
    Unknown,
    /// Too many attempts.
    #[error("too many attempts; try again in {retry_after} seconds")]
    Throttled {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// Sessions cannot be read at the moment.
    #[error("sessions cannot be read at the moment")]
    Unavailable,
}

/// The port to `identity`.
pub trait SignIn: Send + Sync + 'static {
    /// Recognises who sent a request. A cookie is never accepted as a bearer token, nor the other way round.
    fn caller(&self, credential: Credential, request: RequestId) -> BoxFuture<'_, Result<SignedIn, SignInError>>;
}
