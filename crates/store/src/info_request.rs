//! Requests for information, asked and received: each side keeps a row of its own and tracks the answer.

use uuid::Uuid;
use vocabulary::{AuthorityId, CaseId, InfoRequestId, JointFileId, Sealed, Timestamp};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO info_request (authority_id, info_request_id, request_ref, joint_file_id, case_id, peer_id, is_own, state, asked_at, answer_by, answered_at, body_sealed, answer_sealed, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)";
    UPDATE = "UPDATE info_request SET state = $3, answered_at = $4, answer_sealed = $5, case_id = $6, version = version + 1 WHERE authority_id = $1 AND info_request_id = $2 AND version = $7";
    // Sent by the courier's copy: an answer that came as a release marks the request.
    MARK = "UPDATE info_request SET state = $3, answered_at = $4, version = version + 1 WHERE authority_id = $1 AND request_ref = $2 AND is_own";
    FORGET = "UPDATE info_request SET body_sealed = $3, version = version + 1 WHERE authority_id = $1 AND info_request_id = $2 AND NOT is_own";
    BY_ID = "SELECT info_request_id, request_ref, joint_file_id, case_id, peer_id, is_own, state, asked_at, answer_by, answered_at, body_sealed, answer_sealed, version FROM info_request WHERE authority_id = $1 AND info_request_id = $2";
    BY_REF = "SELECT info_request_id, request_ref, joint_file_id, case_id, peer_id, is_own, state, asked_at, answer_by, answered_at, body_sealed, answer_sealed, version FROM info_request WHERE authority_id = $1 AND request_ref = $2 AND is_own = $3";
    OF_FILE = "SELECT info_request_id, request_ref, joint_file_id, case_id, peer_id, is_own, state, asked_at, answer_by, answered_at, body_sealed, answer_sealed, version FROM info_request WHERE authority_id = $1 AND joint_file_id = $2 ORDER BY asked_at DESC LIMIT 200";
    OF_CASE = "SELECT info_request_id, request_ref, joint_file_id, case_id, peer_id, is_own, state, asked_at, answer_by, answered_at, body_sealed, answer_sealed, version FROM info_request WHERE authority_id = $1 AND case_id = $2 ORDER BY asked_at DESC LIMIT 200";
}

/// A request's row, the own side's.
pub struct InfoRequestRow {
    /// Random id, the own side's.
    pub id: InfoRequestId,
    /// What both sides call it.
    pub request_ref: Uuid,
    /// The own joint file.
    pub joint_file: Option<JointFileId>,
    /// The own case.
    pub case: Option<CaseId>,
    /// The other authority.
    pub peer: AuthorityId,
    /// Whether this authority asked.
    pub is_own: bool,
    /// `sent`, `waiting`, `partly`, `answered`, `refused`.
    pub state: String,
    /// When asked, or when the question arrived.
    pub asked_at: Timestamp,
    /// When an answer is wished for, ISO date.
    pub answer_by: Option<String>,
    /// When answered.
    pub answered_at: Option<Timestamp>,
    /// Question and need, sealed under the joint file's key (or the case's where there is none).
    pub body: Sealed<()>,
    /// The answer as far as it is known here: what was said, and on the own side the reasons.
    pub answer: Option<Sealed<()>>,
    /// Row version.
    pub version: i64,
}

fn request(row: &Row) -> Result<InfoRequestRow, StoreError> {
    Ok(InfoRequestRow {
        id: row.id(0)?,
        request_ref: row.uuid(1)?,
        joint_file: row.opt_id(2)?,
        case: row.opt_id(3)?,
        peer: row.id(4)?,
        is_own: row.flag(5)?,
        state: row.text(6)?,
        asked_at: row.at(7)?,
        answer_by: row.opt_text(8)?,
        answered_at: row.opt_at(9)?,
        body: row.sealed(10)?,
        answer: row.opt_sealed(11)?,
        version: row.int(12)?,
    })
}

/// A new request, asked or received.
pub fn insert(authority: AuthorityId, row: &InfoRequestRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.request_ref,
            row.joint_file,
            row.case,
            row.peer,
            row.is_own,
            row.state.as_str(),
            row.asked_at,
            row.answer_by.as_deref(),
            row.answered_at,
            &row.body,
            row.answer.as_ref(),
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Writes state and answer; refused as stale when somebody was faster.
pub fn update(authority: AuthorityId, row: &InfoRequestRow) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![authority, row.id, row.state.as_str(), row.answered_at, row.answer.as_ref(), row.case, row.version,],
        expect: Expect::One(Refusal::Stale),
    }
}

/// The document that a question came in is erased: the row keeps none of its words.
pub fn forget_question(authority: AuthorityId, id: InfoRequestId, body: &Sealed<()>) -> Statement {
    Statement::new(FORGET, args![authority, id, body])
}

/// An answer arrived for a request of one's own; the answer itself is a received item.
pub fn mark_answered(authority: AuthorityId, request_ref: Uuid, is_whole: bool, at: Timestamp) -> Statement {
    let state = if is_whole { "answered" } else { "partly" };
    Statement::new(MARK, args![authority, request_ref, state, at])
}

/// A request by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: InfoRequestId,
) -> Result<Option<InfoRequestRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(request).transpose()
}

/// The own row of a request that both sides know by a reference: the one that was asked, or the one that was received.
pub async fn by_ref(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    request_ref: Uuid,
    is_own: bool,
) -> Result<Option<InfoRequestRow>, StoreError> {
    snapshot.fetch_optional(BY_REF, args![authority, request_ref, is_own]).await?.as_ref().map(request).transpose()
}

/// The requests in a joint file, newest first.
pub async fn of_file(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    joint_file: JointFileId,
) -> Result<Vec<InfoRequestRow>, StoreError> {
    snapshot.fetch(OF_FILE, args![authority, joint_file]).await?.iter().map(request).collect()
}

/// The requests in a case, newest first.
pub async fn of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<InfoRequestRow>, StoreError> {
    snapshot.fetch(OF_CASE, args![authority, case]).await?.iter().map(request).collect()
}
