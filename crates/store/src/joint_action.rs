//! Joint actions: each party has a row of its own. The proposer's holds the text, the receiver's points at its received item.

use uuid::Uuid;
use vocabulary::{
    AuthorityId, JointActionId, JointFileId, JointRef, ReceivedItemId, ReleaseId, Sealed, Timestamp, UserId,
};

use crate::joint_file::{ListQuery, cell, joined, without_conflict};
use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO joint_action (authority_id, joint_action_id, joint_file_id, action_ref, is_own, received_item_id, release_id, text_version, own_status, peer_answer, peer_status, responsible_id, due_on, follow_up_on, body_sealed, created_at, created_by, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)";
    UPDATE = "UPDATE joint_action SET received_item_id = $3, release_id = $4, text_version = $5, own_status = $6, peer_answer = $7, peer_status = $8, responsible_id = $9, due_on = $10, follow_up_on = $11, body_sealed = $12, version = version + 1 WHERE authority_id = $1 AND joint_action_id = $2 AND version = $13";
    INSERT_EVENT = "INSERT INTO joint_action_event (authority_id, event_id, joint_action_id, kind, is_own, text_version, value, at, by_user, note_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    BY_ID = "SELECT a.joint_action_id, a.joint_file_id, a.action_ref, a.is_own, a.received_item_id, a.release_id, a.text_version, a.own_status, a.peer_answer, a.peer_status, a.responsible_id, a.due_on, a.follow_up_on, a.body_sealed, a.created_at, a.created_by, a.version, u.name FROM joint_action a LEFT JOIN app_user u ON u.authority_id = a.authority_id AND u.user_id = a.responsible_id WHERE a.authority_id = $1 AND a.joint_action_id = $2";
    BY_REF = "SELECT a.joint_action_id, a.joint_file_id, a.action_ref, a.is_own, a.received_item_id, a.release_id, a.text_version, a.own_status, a.peer_answer, a.peer_status, a.responsible_id, a.due_on, a.follow_up_on, a.body_sealed, a.created_at, a.created_by, a.version, u.name FROM joint_action a LEFT JOIN app_user u ON u.authority_id = a.authority_id AND u.user_id = a.responsible_id WHERE a.authority_id = $1 AND a.action_ref = $2";
    OF_FILE = "SELECT a.joint_action_id, a.joint_file_id, a.action_ref, a.is_own, a.received_item_id, a.release_id, a.text_version, a.own_status, a.peer_answer, a.peer_status, a.responsible_id, a.due_on, a.follow_up_on, a.body_sealed, a.created_at, a.created_by, a.version, u.name FROM joint_action a LEFT JOIN app_user u ON u.authority_id = a.authority_id AND u.user_id = a.responsible_id WHERE a.authority_id = $1 AND a.joint_file_id = $2 ORDER BY COALESCE(a.due_on, a.follow_up_on, '9999-12-31'), a.created_at LIMIT 300";
    // What waits in the files inside the caller's scope: proposals to answer, and own parts whose day has come.
    DUE = concat!("SELECT joint_action_id, joint_file_id, action_ref, is_own, received_item_id, release_id, text_version, own_status, peer_answer, peer_status, responsible_id, due_on, follow_up_on, body_sealed, created_at, created_by, version, responsible_name, joint_ref, received_sealed FROM (SELECT a.joint_action_id, a.joint_file_id, a.action_ref, a.is_own, a.received_item_id, a.release_id, a.text_version, a.own_status, a.peer_answer, a.peer_status, a.responsible_id, a.due_on, a.follow_up_on, a.body_sealed, a.created_at, a.created_by, a.version, u.name AS responsible_name, j.joint_ref, CASE WHEN r.state IN ('received', 'filed') THEN r.body_sealed ELSE NULL END AS received_sealed, ", cell!(), " AS cell FROM joint_action a JOIN joint_file j ON j.authority_id = a.authority_id AND j.joint_file_id = a.joint_file_id LEFT JOIN received_item r ON r.authority_id = a.authority_id AND r.received_item_id = a.received_item_id LEFT JOIN app_user u ON u.authority_id = a.authority_id AND u.user_id = a.responsible_id ", joined!(), " WHERE a.authority_id = $1 AND j.closed_at IS NULL AND ((NOT a.is_own AND a.own_status = 'proposed') OR (a.own_status IN ('accepted', 'ongoing', 'paused') AND (a.due_on <= $8 OR a.follow_up_on <= $8))) AND ", without_conflict!(), ") AS seen WHERE (CAST($5 AS BIGINT) >> CAST(cell AS INTEGER)) & 1 = 1 ORDER BY COALESCE(due_on, follow_up_on, '0000-00-00'), created_at, joint_action_id LIMIT 100");
    EVENTS = "SELECT e.event_id, e.kind, e.is_own, e.text_version, e.value, e.at, e.by_user, e.note_sealed, u.name FROM joint_action_event e LEFT JOIN app_user u ON u.authority_id = e.authority_id AND u.user_id = e.by_user WHERE e.authority_id = $1 AND e.joint_action_id = $2 ORDER BY e.at, e.event_id LIMIT 500";
}

/// A party's own row of a joint action.
pub struct JointActionRow {
    /// Random id, the own side's.
    pub id: JointActionId,
    /// The own joint file.
    pub joint_file: JointFileId,
    /// What both sides call it.
    pub action_ref: Uuid,
    /// Whether this authority proposed it and owns its text.
    pub is_own: bool,
    /// The received item that holds the text, at the receiver.
    pub received_item: Option<ReceivedItemId>,
    /// The own release under which messages leave.
    pub release: Option<ReleaseId>,
    /// Version of the text.
    pub text_version: i64,
    /// Where the own part stands.
    pub own_status: String,
    /// The other side's answer: `pending`, `accepted`, `declined`; at the receiver `proposed`.
    pub peer_answer: String,
    /// What the other side told of its part.
    pub peer_status: Option<String>,
    /// Who answers for the own part.
    pub responsible: Option<UserId>,
    /// Last day of the own part, ISO date.
    pub due_on: Option<String>,
    /// Next follow-up, ISO date.
    pub follow_up_on: Option<String>,
    /// The proposer's text, sealed under the joint file's key; none at the receiver.
    pub body: Option<Sealed<()>>,
    /// When made or received.
    pub created_at: Timestamp,
    /// By whom, at the proposer.
    pub created_by: Option<UserId>,
    /// Row version.
    pub version: i64,
    /// Name of who answers for the own part.
    pub responsible_name: Option<String>,
}

/// An action that waits for somebody on the own side.
pub struct DueAction {
    /// The action.
    pub action: JointActionRow,
    /// The reference of its joint file.
    pub joint_ref: JointRef,
    /// The received item that holds the text, while its basis stands.
    pub received: Option<Sealed<()>>,
}

/// One thing that happened with an action.
pub struct JointActionEventRow {
    /// Random id.
    pub id: Uuid,
    /// `proposed`, `amended`, `reply`, `status`, `due_on`, `outcome`, `told`, `not_told`.
    pub kind: String,
    /// Own, or told by the other side.
    pub is_own: bool,
    /// The text version that it is about.
    pub text_version: i64,
    /// A code or a date, never free text.
    pub value: Option<String>,
    /// When.
    pub at: Timestamp,
    /// By whom, on the own side.
    pub by: Option<UserId>,
    /// Reason or outcome text, sealed under the joint file's key; never leaves by itself.
    pub note: Option<Sealed<()>>,
    /// Name of who did it, on the own side.
    pub author: Option<String>,
}

fn action(row: &Row) -> Result<JointActionRow, StoreError> {
    Ok(JointActionRow {
        id: row.id(0)?,
        joint_file: row.id(1)?,
        action_ref: row.uuid(2)?,
        is_own: row.flag(3)?,
        received_item: row.opt_id(4)?,
        release: row.opt_id(5)?,
        text_version: row.int(6)?,
        own_status: row.text(7)?,
        peer_answer: row.text(8)?,
        peer_status: row.opt_text(9)?,
        responsible: row.opt_id(10)?,
        due_on: row.opt_text(11)?,
        follow_up_on: row.opt_text(12)?,
        body: row.opt_sealed(13)?,
        created_at: row.at(14)?,
        created_by: row.opt_id(15)?,
        version: row.int(16)?,
        responsible_name: row.opt_text(17)?,
    })
}

/// A new action, proposed or received.
pub fn insert(authority: AuthorityId, row: &JointActionRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.joint_file,
            row.action_ref,
            row.is_own,
            row.received_item,
            row.release,
            row.text_version,
            row.own_status.as_str(),
            row.peer_answer.as_str(),
            row.peer_status.as_deref(),
            row.responsible,
            row.due_on.as_deref(),
            row.follow_up_on.as_deref(),
            row.body.as_ref(),
            row.created_at,
            row.created_by,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Writes everything that may change; refused as stale when somebody was faster.
pub fn update(authority: AuthorityId, row: &JointActionRow) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![
            authority,
            row.id,
            row.received_item,
            row.release,
            row.text_version,
            row.own_status.as_str(),
            row.peer_answer.as_str(),
            row.peer_status.as_deref(),
            row.responsible,
            row.due_on.as_deref(),
            row.follow_up_on.as_deref(),
            row.body.as_ref(),
            row.version,
        ],
        expect: Expect::One(Refusal::Stale),
    }
}

/// One step in an action's life.
pub fn insert_event(authority: AuthorityId, action: JointActionId, row: &JointActionEventRow) -> Statement {
    Statement {
        sql: INSERT_EVENT,
        args: args![
            authority,
            row.id,
            action,
            row.kind.as_str(),
            row.is_own,
            row.text_version,
            row.value.as_deref(),
            row.at,
            row.by,
            row.note.as_ref(),
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// An action by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: JointActionId,
) -> Result<Option<JointActionRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(action).transpose()
}

/// The own row of an action that both sides know by a reference.
pub async fn by_ref(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    action_ref: Uuid,
) -> Result<Option<JointActionRow>, StoreError> {
    snapshot.fetch_optional(BY_REF, args![authority, action_ref]).await?.as_ref().map(action).transpose()
}

/// The actions of a joint file, by what is due first.
pub async fn of_file(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    joint_file: JointFileId,
) -> Result<Vec<JointActionRow>, StoreError> {
    snapshot.fetch(OF_FILE, args![authority, joint_file]).await?.iter().map(action).collect()
}

/// What waits in the files inside the caller's scope; `query.today` is the last day that counts as due.
pub async fn due(snapshot: &mut Snapshot, query: &ListQuery) -> Result<Vec<DueAction>, StoreError> {
    let args = args![
        query.authority,
        query.user,
        query.unit,
        i64::from(query.leads),
        query.mask,
        query.month,
        query.now,
        query.today.as_str(),
    ];
    let rows = snapshot.fetch(DUE, args).await?;
    rows.iter()
        .map(|row| Ok(DueAction { action: action(row)?, joint_ref: row.id(18)?, received: row.opt_sealed(19)? }))
        .collect()
}

/// What happened with an action, oldest first.
pub async fn events(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: JointActionId,
) -> Result<Vec<JointActionEventRow>, StoreError> {
    let rows = snapshot.fetch(EVENTS, args![authority, id]).await?;
    rows.iter()
        .map(|row| {
            Ok(JointActionEventRow {
                id: row.uuid(0)?,
                kind: row.text(1)?,
                is_own: row.flag(2)?,
                text_version: row.int(3)?,
                value: row.opt_text(4)?,
                at: row.at(5)?,
                by: row.opt_id(6)?,
                note: row.opt_sealed(7)?,
                author: row.opt_text(8)?,
            })
        })
        .collect()
}
