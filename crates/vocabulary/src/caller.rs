//! Who is asking. Made by `identity` from a session, by the binary for named service callers, and by nobody else.

use zeroize::Zeroizing;

use crate::{AuthorityId, FormDraftId, Language, RequestId, Role, Roles, UnitId, UserId};

crate::closed_list! {
    /// How the caller was authenticated.
    pub enum Strength {
        /// A demo sign-in link; exists only in the demo.
        Demo = "demo",
        /// A one-time enrolment link.
        OneTimeLink = "one_time_link",
        /// A passkey or an OIDC sign-in at assurance level 3.
        Strong = "strong",
        /// Strong, and repeated within the last minutes (step-up).
        SteppedUp = "stepped_up",
        /// An API token.
        Token = "token",
        /// The service itself.
        Service = "service",
    }
}

/// The caller of a use case: data, no rights. Rights are what the policy says of it.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The user.
    pub user: UserId,
    /// The one authority that this session's mandate belongs to.
    pub authority: AuthorityId,
    /// The unit of the mandate.
    pub unit: UnitId,
    /// Roles of the mandate.
    pub roles: Roles,
    /// How the caller signed in.
    pub strength: Strength,
    /// Id of the request, for the log and for tracing.
    pub request: RequestId,
    /// Language for texts that the caller will read.
    pub language: Language,
    /// The reason that the caller stated for this request, where one was asked for (protected identity, a lapsed copy). It goes into the log.
    pub reason: Option<StatedReason>,
    /// The client's idempotency key for a create, as digests: kept with the row that it makes.
    pub idempotency: Option<Idempotency>,
    /// The caller's own draft that this request sends: it ends with what the request commits.
    pub sends: Option<FormDraftId>,
}

/// An idempotency key and the request that it was sent with, as digests: neither the key nor the body is ever stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// SHA-256 over address and key.
    pub key: [u8; 32],
    /// SHA-256 over the body.
    pub request: [u8; 32],
}

/// A reason in the caller's own words: may name people, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct StatedReason(Zeroizing<String>);

impl StatedReason {
    /// The longest reason, in characters.
    pub const LONGEST: usize = 500;

    /// A reason that says something; none for blank or too long text.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= Self::LONGEST && !text.chars().any(char::is_control);
        fits.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the log's sealed opening.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for StatedReason {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[sealed]")
    }
}

impl Caller {
    /// Whether the mandate has this role.
    #[must_use]
    pub const fn has(&self, role: Role) -> bool {
        self.roles.has(role)
    }
}
