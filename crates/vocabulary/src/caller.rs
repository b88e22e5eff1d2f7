//! Who is asking. Made by `identity` from a session, by the binary for named service callers, and by nobody else.

use crate::{AuthorityId, Language, RequestId, Role, Roles, UnitId, UserId};

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
}

impl Caller {
    /// Whether the mandate has this role.
    #[must_use]
    pub const fn has(&self, role: Role) -> bool {
        self.roles.has(role)
    }
}
