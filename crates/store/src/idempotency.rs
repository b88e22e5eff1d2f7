//! Idempotency keys of creates: digests of key and request, and which row they made. Never the body.

use vocabulary::{AuthorityId, Idempotency, Timestamp, UserId};

use crate::{Expect, Refusal, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO idempotency (authority_id, user_id, key_digest, request_digest, resource_kind, resource_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "SELECT request_digest, resource_kind, resource_id FROM idempotency WHERE authority_id = $1 AND user_id = $2 AND key_digest = $3";
    SWEEP = "DELETE FROM idempotency WHERE authority_id = $1 AND created_at < $2";
}

/// What a key made before.
pub struct Made {
    /// Digest of the request that it was sent with.
    pub request: [u8; 32],
    /// The noun.
    pub kind: String,
    /// The row.
    pub id: uuid::Uuid,
}

/// Keeps a key with the row that it makes; a key in use is [`Refusal::Used`] only by way of the unique key: [`Refusal::Duplicate`].
pub fn insert(
    authority: AuthorityId,
    user: UserId,
    key: &Idempotency,
    kind: &str,
    id: uuid::Uuid,
    at: Timestamp,
) -> Statement {
    Statement {
        sql: INSERT,
        args: args![authority, user, key.key.to_vec(), key.request.to_vec(), kind, id, at],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Forgets keys older than an instant.
pub fn sweep(authority: AuthorityId, before: Timestamp) -> Statement {
    Statement { sql: SWEEP, args: args![authority, before], expect: Expect::Any }
}

/// What a user's key made before.
pub async fn find(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    user: UserId,
    key: [u8; 32],
) -> Result<Option<Made>, StoreError> {
    let row = snapshot.fetch_optional(FIND, args![authority, user, key.to_vec()]).await?;
    row.map(|row| Ok(Made { request: row.array(0)?, kind: row.text(1)?, id: row.uuid(2)? })).transpose()
}
