//! Sign-in links and sessions. Tokens are stored as digests; both tables are looked up before an authority is known.

use vocabulary::{AuthorityId, Language, Roles, SessionId, Strength, Timestamp, UserId};

use crate::{Expect, Refusal, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT_LINK = "INSERT INTO sign_in_link (token_digest, authority_id, user_id, kind, expires_at) VALUES ($1, $2, $3, $4, $5)";
    USE_LINK = "UPDATE sign_in_link SET used_at = $2 WHERE token_digest = $1 AND used_at IS NULL AND expires_at > $2";
    LINK = "SELECT authority_id, user_id, kind, expires_at, used_at FROM sign_in_link WHERE token_digest = $1";
    INSERT_SESSION = "INSERT INTO session (token_digest, session_id, authority_id, user_id, strength, language, is_bearer, created_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SESSION = "SELECT s.session_id, s.authority_id, s.user_id, s.strength, s.language, s.is_bearer, s.created_at, s.seen_at, s.ends_at FROM session s WHERE s.token_digest = $1";
    SEE = "UPDATE session SET seen_at = $2 WHERE token_digest = $1 AND seen_at < $2";
    END_LINKS = "UPDATE sign_in_link SET used_at = $3 WHERE authority_id = $1 AND user_id = $2 AND kind = $4 AND used_at IS NULL";
    END = "DELETE FROM session WHERE session_id = $1";
    END_ALL = "DELETE FROM session WHERE authority_id = $1 AND user_id = $2";
    SWEEP = "DELETE FROM session WHERE ends_at < $1 OR (is_bearer = $3 AND seen_at < $2)";
    WHO = "SELECT u.unit_id, u.name, u.roles, n.name FROM app_user u JOIN unit n ON n.authority_id = u.authority_id AND n.unit_id = u.unit_id WHERE u.authority_id = $1 AND u.user_id = $2 AND u.is_active = $3";
}

/// A sign-in link.
pub struct LinkRow {
    /// The authority of the mandate.
    pub authority: AuthorityId,
    /// The user.
    pub user: UserId,
    /// `demo` (may be used again and again; exists only in the demo) or `enrol` (once).
    pub kind: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// A session.
pub struct SessionRow {
    /// Random id; the token itself is known to the client alone.
    pub id: SessionId,
    /// The authority of the mandate.
    pub authority: AuthorityId,
    /// The user.
    pub user: UserId,
    /// How the user signed in.
    pub strength: Strength,
    /// Language of the interface.
    pub language: Language,
    /// Whether the token is an API bearer token; otherwise it is a cookie.
    pub is_bearer: bool,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// Last request, to the minute.
    pub seen_at: Timestamp,
    /// The absolute end.
    pub ends_at: Timestamp,
}

/// The user behind a session, as the header of each page needs it.
pub struct WhoRow {
    /// The unit.
    pub unit: vocabulary::UnitId,
    /// Name.
    pub name: String,
    /// Roles in force now.
    pub roles: Roles,
    /// Name of the unit.
    pub unit_name: String,
}

/// A new link.
pub fn insert_link(digest: [u8; 32], row: &LinkRow) -> Statement {
    Statement {
        sql: INSERT_LINK,
        args: args![digest.to_vec(), row.authority, row.user, row.kind.as_str(), row.expires_at],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Uses up a link; used or expired it is refused.
pub fn use_link(digest: [u8; 32], at: Timestamp) -> Statement {
    Statement { sql: USE_LINK, args: args![digest.to_vec(), at], expect: Expect::One(Refusal::Used) }
}

/// Ends the links of a user that were not used yet.
pub fn end_links(authority: AuthorityId, user: UserId, at: Timestamp) -> Statement {
    Statement { sql: END_LINKS, args: args![authority, user, at, "enrol"], expect: Expect::Any }
}

/// A new session.
pub fn insert_session(digest: [u8; 32], row: &SessionRow) -> Statement {
    Statement {
        sql: INSERT_SESSION,
        args: args![
            digest.to_vec(),
            row.id,
            row.authority,
            row.user,
            row.strength.code(),
            row.language.code(),
            row.is_bearer,
            row.created_at,
            row.seen_at,
            row.ends_at,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// The session was used; written at most once a minute.
pub fn see(digest: [u8; 32], at: Timestamp) -> Statement {
    Statement { sql: SEE, args: args![digest.to_vec(), at], expect: Expect::Any }
}

/// Ends one session.
pub fn end(id: SessionId) -> Statement {
    Statement { sql: END, args: args![id], expect: Expect::Any }
}

/// Ends every session of a user.
pub fn end_all(authority: AuthorityId, user: UserId) -> Statement {
    Statement { sql: END_ALL, args: args![authority, user], expect: Expect::Any }
}

/// Removes sessions that are over.
pub fn sweep(now: Timestamp, idle_before: Timestamp) -> Statement {
    Statement { sql: SWEEP, args: args![now, idle_before, false], expect: Expect::Any }
}

/// A link by the digest of its token.
pub async fn link(snapshot: &mut Snapshot, digest: [u8; 32]) -> Result<Option<LinkRow>, StoreError> {
    let row = snapshot.fetch_optional(LINK, args![digest.to_vec()]).await?;
    row.map(|row| {
        Ok(LinkRow {
            authority: row.id(0)?,
            user: row.id(1)?,
            kind: row.text(2)?,
            expires_at: row.at(3)?,
            used_at: row.opt_at(4)?,
        })
    })
    .transpose()
}

/// A session by the digest of its token.
pub async fn session(snapshot: &mut Snapshot, digest: [u8; 32]) -> Result<Option<SessionRow>, StoreError> {
    let row = snapshot.fetch_optional(SESSION, args![digest.to_vec()]).await?;
    row.map(|row| {
        Ok(SessionRow {
            id: row.id(0)?,
            authority: row.id(1)?,
            user: row.id(2)?,
            strength: row.code(3)?,
            language: row.code(4)?,
            is_bearer: row.flag(5)?,
            created_at: row.at(6)?,
            seen_at: row.at(7)?,
            ends_at: row.at(8)?,
        })
    })
    .transpose()
}

/// The active user behind a session; none when the mandate has ended.
pub async fn who(snapshot: &mut Snapshot, authority: AuthorityId, user: UserId) -> Result<Option<WhoRow>, StoreError> {
    let row = snapshot.fetch_optional(WHO, args![authority, user, true]).await?;
    row.map(|row| {
        let roles = u16::try_from(row.int(2)?).ok().and_then(Roles::from_bits);
        Ok(WhoRow {
            unit: row.id(0)?,
            name: row.text(1)?,
            roles: roles.ok_or(StoreError::Shape { column: 2, wanted: "known roles" })?,
            unit_name: row.text(3)?,
        })
    })
    .transpose()
}
