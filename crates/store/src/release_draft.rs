//! Drafts of releases: what the wizard keeps between its pages, sealed, owned by its author.

use vocabulary::{AuthorityId, CaseId, JointFileId, JointRef, LogSubjectId, ReleaseDraftId, Sealed, Timestamp, UserId};

use crate::release::ListQuery;
use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO release_draft (authority_id, draft_id, case_id, joint_file_id, author_id, body_sealed, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1)";
    UPDATE = "UPDATE release_draft SET body_sealed = $3, updated_at = $4, awaits_lead = $6, version = version + 1 WHERE authority_id = $1 AND draft_id = $2 AND version = $5";
    DELETE = "DELETE FROM release_draft WHERE authority_id = $1 AND draft_id = $2 AND version = $3";
    BY_ID = "SELECT draft_id, case_id, joint_file_id, author_id, body_sealed, created_at, updated_at, version FROM release_draft WHERE authority_id = $1 AND draft_id = $2";
    OF_CASE = "SELECT draft_id, case_id, joint_file_id, author_id, body_sealed, created_at, updated_at, version FROM release_draft WHERE authority_id = $1 AND case_id = $2 ORDER BY updated_at DESC LIMIT 50";
    // Cut by the caller's scope like the list of releases: the drafts of colleagues that wait for the lead, those that have waited longest first.
    AWAITING = "SELECT * FROM (SELECT d.draft_id, u.name, d.updated_at, (SELECT j.joint_ref FROM joint_file j WHERE j.authority_id = d.authority_id AND j.joint_file_id = d.joint_file_id) AS joint_ref, n.log_subject_id, (CASE WHEN m.kind = 'assigned' THEN 0 WHEN m.kind = 'cover' THEN 12 WHEN c.unit_id = $3 THEN CASE WHEN $4 = 1 THEN 24 ELSE 48 END WHEN m.kind = 'group' THEN 36 ELSE 48 END) + (CASE WHEN n.protection = 'none' THEN 0 ELSE 4 END) + (CASE WHEN n.turns_18_month IS NULL THEN 3 WHEN $6 < n.turns_18_month THEN 0 WHEN $6 = n.turns_18_month THEN 3 WHEN $6 < n.turns_21_month THEN 1 WHEN $6 = n.turns_21_month THEN 3 ELSE 2 END) AS cell FROM release_draft d JOIN app_user u ON u.authority_id = d.authority_id AND u.user_id = d.author_id JOIN case_file c ON c.authority_id = d.authority_id AND c.case_id = d.case_id JOIN person n ON n.authority_id = c.authority_id AND n.person_id = c.person_id LEFT JOIN case_member m ON m.authority_id = c.authority_id AND m.case_id = c.case_id AND m.user_id = $2 AND m.from_at <= $7 AND (m.until_at IS NULL OR m.until_at > $7) WHERE d.authority_id = $1 AND d.awaits_lead AND d.author_id <> $2 AND NOT EXISTS (SELECT 1 FROM conflict_of_interest x WHERE x.authority_id = c.authority_id AND x.user_id = $2 AND x.person_id = c.person_id)) AS seen WHERE (CAST($5 AS BIGINT) >> CAST(cell AS INTEGER)) & 1 = 1 ORDER BY updated_at, draft_id LIMIT $8 OFFSET $9";
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

/// A colleague's draft that waits for the lead.
pub struct AwaitingRow {
    /// The draft.
    pub id: ReleaseDraftId,
    /// Who wrote it.
    pub author: String,
    /// When last saved.
    pub updated_at: Timestamp,
    /// What joins its joint file to the other side's.
    pub joint_ref: Option<JointRef>,
    /// The log's name for the person.
    pub subject: LogSubjectId,
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

/// Saves a draft; whether it waits for the lead is told anew each time.
pub fn update(authority: AuthorityId, row: &DraftRow, awaits_lead: bool) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![authority, row.id, &row.body, row.updated_at, row.version, awaits_lead],
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

/// The drafts of colleagues that wait for the lead, inside a scope.
pub async fn awaiting(snapshot: &mut Snapshot, query: &ListQuery) -> Result<Vec<AwaitingRow>, StoreError> {
    let args = query.args();
    let one = |row: &Row| {
        Ok(AwaitingRow {
            id: row.id(0)?,
            author: row.text(1)?,
            updated_at: row.at(2)?,
            joint_ref: row.opt_id(3)?,
            subject: row.id(4)?,
        })
    };
    snapshot.fetch(AWAITING, args).await?.iter().map(one).collect()
}
