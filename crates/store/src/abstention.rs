//! Abstentions (beslut att avstå): kept like releases, because not releasing is a decision too.

use vocabulary::{AbstentionId, AuthorityId, CaseId, JointFileId, Sealed, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO abstention (authority_id, abstention_id, case_id, joint_file_id, recipient_id, basis_code, decided_at, decided_by, body_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_ID = "SELECT a.abstention_id, a.case_id, a.joint_file_id, a.recipient_id, a.basis_code, a.decided_at, a.decided_by, a.body_sealed, u.name FROM abstention a JOIN app_user u ON u.authority_id = a.authority_id AND u.user_id = a.decided_by WHERE a.authority_id = $1 AND a.abstention_id = $2";
    OF_CASE = "SELECT a.abstention_id, a.case_id, a.joint_file_id, a.recipient_id, a.basis_code, a.decided_at, a.decided_by, a.body_sealed, u.name FROM abstention a JOIN app_user u ON u.authority_id = a.authority_id AND u.user_id = a.decided_by WHERE a.authority_id = $1 AND a.case_id = $2 ORDER BY a.decided_at DESC LIMIT 100";
}

/// An abstention's row.
pub struct AbstentionRow {
    /// Random id.
    pub id: AbstentionId,
    /// In which case.
    pub case: Option<CaseId>,
    /// In which own joint file.
    pub joint_file: Option<JointFileId>,
    /// Toward whom.
    pub recipient: AuthorityId,
    /// The basis that was tried, if any.
    pub basis_code: Option<String>,
    /// When decided.
    pub decided_at: Timestamp,
    /// By whom.
    pub decided_by: UserId,
    /// Items and reasons, sealed under the case's key.
    pub body: Sealed<()>,
    /// Name of the decision-maker.
    pub decided_by_name: String,
}

fn abstention(row: &Row) -> Result<AbstentionRow, StoreError> {
    Ok(AbstentionRow {
        id: row.id(0)?,
        case: row.opt_id(1)?,
        joint_file: row.opt_id(2)?,
        recipient: row.id(3)?,
        basis_code: row.opt_text(4)?,
        decided_at: row.at(5)?,
        decided_by: row.id(6)?,
        body: row.sealed(7)?,
        decided_by_name: row.text(8)?,
    })
}

/// A new abstention.
pub fn insert(authority: AuthorityId, row: &AbstentionRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.case,
            row.joint_file,
            row.recipient,
            row.basis_code.as_deref(),
            row.decided_at,
            row.decided_by,
            &row.body,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// An abstention by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: AbstentionId,
) -> Result<Option<AbstentionRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(abstention).transpose()
}

/// The abstentions in a case, newest first.
pub async fn of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<AbstentionRow>, StoreError> {
    snapshot.fetch(OF_CASE, args![authority, case]).await?.iter().map(abstention).collect()
}
