//! Corrections of what was released, as the sender keeps them: who was told when is the release's; when the recipient answered stands here.

use uuid::Uuid;
use vocabulary::{AuthorityId, ReleaseId, Timestamp};

use crate::{Expect, Refusal, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO release_correction (authority_id, correction_id, release_id, item_position, told_at) VALUES ($1, $2, $3, $4, $5)";
    // One answer is for one notice: the oldest of that item that waits.
    ACKNOWLEDGE = "UPDATE release_correction SET acknowledged_at = $4 WHERE authority_id = $1 AND correction_id = (SELECT c.correction_id FROM release_correction c WHERE c.authority_id = $1 AND c.release_id = $2 AND c.item_position = $3 AND c.acknowledged_at IS NULL ORDER BY c.told_at, c.correction_id LIMIT 1)";
    OF_RELEASE = "SELECT item_position, told_at, acknowledged_at FROM release_correction WHERE authority_id = $1 AND release_id = $2 ORDER BY told_at, correction_id LIMIT 200";
}

/// A notice of a correction and its answer.
#[derive(Clone, Debug)]
pub struct CorrectedRow {
    /// The place in the release.
    pub position: i64,
    /// When the recipient was told.
    pub told_at: Timestamp,
    /// When it answered that it has been read.
    pub acknowledged_at: Option<Timestamp>,
}

/// The recipient is told.
pub fn insert(authority: AuthorityId, id: Uuid, release: ReleaseId, position: i64, at: Timestamp) -> Statement {
    Statement {
        sql: INSERT,
        args: args![authority, id, release, position, at],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// The recipient has answered. An answer to nothing changes nothing.
pub fn acknowledge(authority: AuthorityId, release: ReleaseId, position: i64, at: Timestamp) -> Statement {
    Statement { sql: ACKNOWLEDGE, args: args![authority, release, position, at], expect: Expect::Any }
}

/// The notices of a release, oldest first.
pub async fn of_release(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    release: ReleaseId,
) -> Result<Vec<CorrectedRow>, StoreError> {
    let rows = snapshot.fetch(OF_RELEASE, args![authority, release]).await?;
    rows.iter()
        .map(|row| Ok(CorrectedRow { position: row.int(0)?, told_at: row.at(1)?, acknowledged_at: row.opt_at(2)? }))
        .collect()
}
