//! Drafts of releases: what the wizard keeps between its pages, sealed, owned by its author.

use vocabulary::{AuthorityId, CaseId, JointFileId, ReleaseDraftId, Sealed, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO release_draft (authority_id, draft_id, case_id, joint_file_id, author_id, body_sealed, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1)";
    UPDATE = "UPDATE release_draft SET body_sealed = $3, updated_at = $4, version = version + 1 WHERE authority_id = $1 AND draft_id = $2 AND version = $5";
    DELETE = "DELETE FROM release_draft WHERE authority_id = $1 AND draft_id = $2 AND version = $3";
    BY_ID = "SELECT draft_id, case_id, joint_file_id, author_id, body_sealed, created_at, updated_at, version FROM release_draft WHERE authority_id = $1 AND draft_id = $2";
    OF_CASE = "SELECT draft_id, case_id, joint_file_id, author_id, body_sealed, created_at, updated_at, version FROM release_draft WHERE authority_id = $1 AND case_id = $2 ORDER BY updated_at DESC LIMIT 50";
}

/// A draft's row.
pub struct DraftRow {
    /// Random id.
    pub id: ReleaseDraftId,
    /// Out of which case.
    pub case: Option<CaseId>,
    /// In which own joint file.
    pub joint_file: Option<JointFileId>,
    /// Who writes it.
    pub author: UserId,
    /// What has been chosen so far, sealed under the case's key.
    pub body: Sealed<()>,
    /// When begun.
    pub created_at: Timestamp,
    /// When last saved.
    pub updated_at: Timestamp,
    /// Row version.
    pub version: i64,
}

fn draft(row: &Row) -> Result<DraftRow, StoreError> {
    Ok(DraftRow {
        id: row.id(0)?,
        case: row.opt_id(1)?,
        joint_file: row.opt_id(2)?,
        author: row.id(3)?,
        body: row.sealed(4)?,
        created_at: row.at(5)?,
        updated_at: row.at(6)?,
        version: row.int(7)?,
    })
}

/// A new draft.
pub fn insert(authority: AuthorityId, row: &DraftRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![authority, row.id, row.case, row.joint_file, row.author, &row.body, row.created_at],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Saves a draft.
pub fn update(authority: AuthorityId, row: &DraftRow) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![authority, row.id, &row.body, row.updated_at, row.version],
        expect: Expect::One(Refusal::Stale),
    }
}

/// Ends a draft: decided, abstained from or thrown away.
pub fn delete(authority: AuthorityId, id: ReleaseDraftId, version: i64) -> Statement {
    Statement { sql: DELETE, args: args![authority, id, version], expect: Expect::One(Refusal::Stale) }
}

/// A draft by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: ReleaseDraftId,
) -> Result<Option<DraftRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(draft).transpose()
}

/// The drafts on a case, last saved first.
pub async fn of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<DraftRow>, StoreError> {
    snapshot.fetch(OF_CASE, args![authority, case]).await?.iter().map(draft).collect()
}
