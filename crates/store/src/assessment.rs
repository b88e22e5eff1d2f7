//! Assessment positions: the own ones with their sealed reasons, and what the other side told of theirs (limb and review date only).

use vocabulary::{AuthorityId, JointFileId, PositionId, Sealed, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO assessment_position (authority_id, position_id, joint_file_id, holder_id, limb, stands, taken_at, taken_by, review_on, ended_at, body_sealed, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)";
    // A party has one position at a time: a new one ends what stood before.
    END_OF_HOLDER = "UPDATE assessment_position SET ended_at = $4, version = version + 1 WHERE authority_id = $1 AND joint_file_id = $2 AND holder_id = $3 AND ended_at IS NULL";
    END = "UPDATE assessment_position SET ended_at = $3, version = version + 1 WHERE authority_id = $1 AND position_id = $2 AND ended_at IS NULL";
    END_TOLD = "UPDATE assessment_position SET ended_at = COALESCE(ended_at, $3), version = version + 1 WHERE authority_id = $1 AND position_id = $2 AND holder_id <> $1";
    FORGET_TOLD = "UPDATE assessment_position SET stands = FALSE, ended_at = COALESCE(ended_at, $3), version = version + 1 WHERE authority_id = $1 AND position_id = $2 AND holder_id <> $1";
    OF_FILE = "SELECT p.position_id, p.joint_file_id, p.holder_id, p.limb, p.stands, p.taken_at, p.taken_by, p.review_on, p.ended_at, p.body_sealed, p.version, u.name FROM assessment_position p LEFT JOIN app_user u ON u.authority_id = p.authority_id AND u.user_id = p.taken_by WHERE p.authority_id = $1 AND p.joint_file_id = $2 ORDER BY p.taken_at DESC, p.position_id LIMIT 200";
    RUNNING = "SELECT p.position_id, p.joint_file_id, p.holder_id, p.limb, p.stands, p.taken_at, p.taken_by, p.review_on, p.ended_at, p.body_sealed, p.version, u.name FROM assessment_position p LEFT JOIN app_user u ON u.authority_id = p.authority_id AND u.user_id = p.taken_by WHERE p.authority_id = $1 AND p.holder_id = $1 AND p.ended_at IS NULL AND (p.review_on < $2 OR p.limb = 'limb_b') ORDER BY p.review_on LIMIT 1000";
}

/// A position's row.
pub struct PositionRow {
    /// Random id.
    pub id: PositionId,
    /// The own joint file.
    pub joint_file: JointFileId,
    /// Whose position: the own authority, or the other side.
    pub holder: AuthorityId,
    /// `limb_a` or `limb_b`.
    pub limb: String,
    /// Yes or no.
    pub stands: bool,
    /// When taken.
    pub taken_at: Timestamp,
    /// By whom; none for the other side's.
    pub taken_by: Option<UserId>,
    /// Review date, ISO date: at most six months ahead.
    pub review_on: String,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Grounds and reasons, sealed under the joint file's key; none for the other side's.
    pub body: Option<Sealed<()>>,
    /// Row version.
    pub version: i64,
    /// Name of whoever took it, on the own side.
    pub author: Option<String>,
}

fn position(row: &Row) -> Result<PositionRow, StoreError> {
    Ok(PositionRow {
        id: row.id(0)?,
        joint_file: row.id(1)?,
        holder: row.id(2)?,
        limb: row.text(3)?,
        stands: row.flag(4)?,
        taken_at: row.at(5)?,
        taken_by: row.opt_id(6)?,
        review_on: row.text(7)?,
        ended_at: row.opt_at(8)?,
        body: row.opt_sealed(9)?,
        version: row.int(10)?,
        author: row.opt_text(11)?,
    })
}

/// A new position.
pub fn insert(authority: AuthorityId, row: &PositionRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.joint_file,
            row.holder,
            row.limb.as_str(),
            row.stands,
            row.taken_at,
            row.taken_by,
            row.review_on.as_str(),
            row.ended_at,
            row.body.as_ref(),
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Ends whatever position a party has in this file: a new one takes its place, or it has lapsed.
pub fn end_of_holder(authority: AuthorityId, joint_file: JointFileId, holder: AuthorityId, at: Timestamp) -> Statement {
    Statement::new(END_OF_HOLDER, args![authority, joint_file, holder, at])
}

/// Ends one position.
pub fn end(authority: AuthorityId, id: PositionId, at: Timestamp) -> Statement {
    Statement { sql: END, args: args![authority, id, at], expect: Expect::One(Refusal::Stale) }
}

/// The basis on which the other side's position was told has ended.
pub fn end_told(authority: AuthorityId, id: PositionId, at: Timestamp) -> Statement {
    Statement::new(END_TOLD, args![authority, id, at])
}

/// The document in which the other side's position was told is erased, and the answer with it.
pub fn forget_told(authority: AuthorityId, id: PositionId, at: Timestamp) -> Statement {
    Statement::new(FORGET_TOLD, args![authority, id, at])
}

/// Every position known here in a joint file, newest first.
pub async fn of_file(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    joint_file: JointFileId,
) -> Result<Vec<PositionRow>, StoreError> {
    snapshot.fetch(OF_FILE, args![authority, joint_file]).await?.iter().map(position).collect()
}

/// Own positions that have not ended and that may have lapsed: past their review, or resting on limb B (under 21).
pub async fn running(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    today: &str,
) -> Result<Vec<PositionRow>, StoreError> {
    snapshot.fetch(RUNNING, args![authority, today]).await?.iter().map(position).collect()
}
