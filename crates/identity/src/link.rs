//! Sign-in links: reusable ones in the demo, one-time ones for enrolment.

use store::{
    Statement,
    sign_in::{self, LinkRow},
};
use vocabulary::{AuthorityId, Strength, Timestamp, UserId};

use crate::{Identity, IdentityError, Token};

vocabulary::closed_list! {
    /// What a link is good for.
    pub enum LinkKind {
        /// Reusable; exists only in the demo.
        Demo = "demo",
        /// Once, for somebody's first sign-in.
        Enrol = "enrol",
    }
}

/// A link that may be used now.
pub struct Redeemed {
    /// The authority of the mandate.
    pub authority: AuthorityId,
    /// The user.
    pub user: UserId,
    /// How strong a sign-in by this link is.
    pub strength: Strength,
    /// Uses the link up, in the transaction that starts the session; none for a reusable one.
    pub uses: Option<Statement>,
}

impl Identity {
    /// A new link with its token: the row is to be stored, the token shown once.
    pub fn new_link(
        &self,
        authority: AuthorityId,
        user: UserId,
        kind: LinkKind,
        expires_at: Timestamp,
    ) -> (Token, Statement) {
        let token = Token::random(self.entropy());
        let row = LinkRow { authority, user, kind: kind.code().to_owned(), expires_at, used_at: None };
        let statement = sign_in::insert_link(token.digest(), &row);
        (token, statement)
    }

    /// What a link's token is good for now.
    ///
    /// # Errors
    /// [`IdentityError::Unknown`] for an unknown, used or expired one, and for a demo link outside a demo.
    pub async fn redeem(&self, token: &str) -> Result<Redeemed, IdentityError> {
        let digest = Token::digest_of(token);
        let now = self.clock().now();
        let mut snapshot = self.store().system().await?;
        let link = sign_in::link(&mut snapshot, digest).await?;
        snapshot.close().await?;
        let link = link.filter(|link| link.expires_at > now).ok_or(IdentityError::Unknown)?;
        match link.kind.parse::<LinkKind>() {
            Ok(LinkKind::Demo) if self.is_demo() => {
                Ok(Redeemed { authority: link.authority, user: link.user, strength: Strength::Demo, uses: None })
            }
            Ok(LinkKind::Enrol) if link.used_at.is_none() => Ok(Redeemed {
                authority: link.authority,
                user: link.user,
                strength: Strength::OneTimeLink,
                uses: Some(sign_in::use_link(digest, now)),
            }),
            _ => Err(IdentityError::Unknown),
        }
    }
}
