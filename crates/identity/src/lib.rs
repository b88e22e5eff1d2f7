//! Who is asking: sessions and sign-in links. Authentication only.
//!
//! What it is: tokens that are random, shown once and stored as digests; sessions with an idle and an absolute end; the only maker of a [`Caller`](vocabulary::Caller) for a
//! person. What it is not: it decides nothing about what a caller may do (the policy does), and it takes roles from the mandate's row, never from a token.
//! `web` calls [`Identity::recognise`] for each request; `case-registry` starts and ends sessions, so that each is in the access log first.

mod error;
mod link;
mod session;
mod token;

pub use error::IdentityError;
pub use link::{LinkKind, Redeemed};
pub use session::{Identity, NewSession, Recognised, SessionLimits};
pub use token::Token;
