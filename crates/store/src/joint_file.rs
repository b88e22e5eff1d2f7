//! Joint files: one per party authority, joined to the other side's only by a random reference. And who on the own side works on one.

use vocabulary::{
    AuthorityId, CaseId, JointFileId, JointRef, LogSubjectId, PersonId, Protection, Sealed, Timestamp, UnitId, UserId,
};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

/// The cell of a joint file `j` for the policy's scope: the strongest of the caller's relations to the file and to its case, class, age band. Bound are the
/// caller as $2, the unit as $3, whether the caller leads it as $4, the mask as $5, this month as $6 and now as $7.
macro_rules! cell {
    () => {
        "(CASE WHEN m.kind = 'assigned' OR c.kind = 'assigned' THEN 0 WHEN m.kind = 'cover' OR c.kind = 'cover' THEN 12 WHEN j.unit_id = $3 AND $4 = 1 THEN 24 WHEN m.kind = 'group' OR c.kind = 'group' THEN 36 ELSE 48 END) + (CASE WHEN j.protection = 'none' AND (p.protection IS NULL OR p.protection = 'none') THEN 0 ELSE 4 END) + (CASE WHEN p.turns_18_month IS NULL THEN 3 WHEN $6 < p.turns_18_month THEN 0 WHEN $6 = p.turns_18_month THEN 3 WHEN $6 < p.turns_21_month THEN 1 WHEN $6 = p.turns_21_month THEN 3 ELSE 2 END)"
    };
}

/// What the cell is computed from, beside the joint file itself.
macro_rules! joined {
    () => {
        "LEFT JOIN person p ON p.authority_id = j.authority_id AND p.person_id = j.person_id LEFT JOIN joint_member m ON m.authority_id = j.authority_id AND m.joint_file_id = j.joint_file_id AND m.user_id = $2 AND m.from_at <= $7 AND (m.until_at IS NULL OR m.until_at > $7) LEFT JOIN case_member c ON c.authority_id = j.authority_id AND c.case_id = j.case_id AND c.user_id = $2 AND c.from_at <= $7 AND (c.until_at IS NULL OR c.until_at > $7)"
    };
}

/// Nothing of a person towards whom the caller has a conflict of interest.
macro_rules! without_conflict {
    () => {
        "NOT EXISTS (SELECT 1 FROM conflict_of_interest x WHERE x.authority_id = j.authority_id AND x.user_id = $2 AND x.person_id = j.person_id)"
    };
}

pub(crate) use {cell, joined, without_conflict};

sql! {
    INSERT = "INSERT INTO joint_file (authority_id, joint_file_id, joint_ref, case_id, person_id, peer_id, unit_id, state, protection, is_nominator, opened_at, opened_by, next_follow_up, erase_on, closed_at, closed_reason, body_sealed, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)";
    UPDATE = "UPDATE joint_file SET state = $3, next_follow_up = $4, erase_on = $5, closed_at = $6, closed_reason = $7, version = version + 1 WHERE authority_id = $1 AND joint_file_id = $2 AND version = $8";
    LINK = "UPDATE joint_file SET case_id = $3, person_id = $4, protection = $5, erase_on = NULL, version = version + 1 WHERE authority_id = $1 AND joint_file_id = $2 AND version = $6 AND case_id IS NULL";
    // The other side has let something come: the nomination led somewhere.
    KEEP = "UPDATE joint_file SET erase_on = NULL WHERE authority_id = $1 AND joint_file_id = $2 AND closed_at IS NULL";
    FORGET_NOMINATION = "UPDATE joint_file SET body_sealed = $3 WHERE authority_id = $1 AND joint_file_id = $2 AND NOT is_nominator";
    ASSESSED_WITH = "UPDATE joint_file SET state = 'assessed', erase_on = NULL WHERE authority_id = $1 AND joint_file_id = $2 AND state = 'nominated' AND EXISTS (SELECT 1 FROM assessment_position p WHERE p.authority_id = $1 AND p.joint_file_id = $2 AND p.holder_id = $3 AND p.stands AND p.ended_at IS NULL AND p.review_on >= $4)";
    INSERT_MEMBER = "INSERT INTO joint_member (authority_id, joint_file_id, user_id, kind, from_at, until_at) VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT (authority_id, joint_file_id, user_id) DO UPDATE SET kind = excluded.kind, from_at = excluded.from_at, until_at = excluded.until_at";
    END_MEMBER = "UPDATE joint_member SET until_at = $4 WHERE authority_id = $1 AND joint_file_id = $2 AND user_id = $3 AND (until_at IS NULL OR until_at > $4)";
    BY_ID = "SELECT joint_file_id, joint_ref, case_id, person_id, peer_id, unit_id, state, protection, is_nominator, opened_at, opened_by, next_follow_up, erase_on, closed_at, closed_reason, body_sealed, version FROM joint_file WHERE authority_id = $1 AND joint_file_id = $2 AND state <> 'erased'";
    BY_REF = "SELECT joint_file_id, joint_ref, case_id, person_id, peer_id, unit_id, state, protection, is_nominator, opened_at, opened_by, next_follow_up, erase_on, closed_at, closed_reason, body_sealed, version FROM joint_file WHERE authority_id = $1 AND joint_ref = $2 AND state <> 'erased'";
    KINDS_ABOUT = "SELECT m.kind FROM joint_file j JOIN joint_member m ON m.authority_id = j.authority_id AND m.joint_file_id = j.joint_file_id WHERE j.authority_id = $1 AND j.person_id = $2 AND m.user_id = $3 AND j.state <> 'erased' AND m.from_at <= $4 AND (m.until_at IS NULL OR m.until_at > $4)";
    OF_CASE = "SELECT joint_file_id FROM joint_file WHERE authority_id = $1 AND case_id = $2 ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, opened_at DESC LIMIT 1";
    OPEN_WITH_PEER = "SELECT 1 FROM joint_file WHERE authority_id = $1 AND (case_id = $2 OR person_id = (SELECT c.person_id FROM case_file c WHERE c.authority_id = $1 AND c.case_id = $2)) AND peer_id = $3 AND closed_at IS NULL";
    MEMBERS = "SELECT m.user_id, m.kind, m.from_at, u.name, u.title FROM joint_member m JOIN app_user u ON u.authority_id = m.authority_id AND u.user_id = m.user_id WHERE m.authority_id = $1 AND m.joint_file_id = $2 AND m.from_at <= $3 AND (m.until_at IS NULL OR m.until_at > $3) ORDER BY m.from_at, u.name";
    MEMBERSHIP = "SELECT kind FROM joint_member WHERE authority_id = $1 AND joint_file_id = $2 AND user_id = $3 AND from_at <= $4 AND (until_at IS NULL OR until_at > $4)";
    STALE = "SELECT joint_file_id, joint_ref, case_id, person_id, peer_id, unit_id, state, protection, is_nominator, opened_at, opened_by, next_follow_up, erase_on, closed_at, closed_reason, body_sealed, version FROM joint_file WHERE authority_id = $1 AND erase_on IS NOT NULL AND erase_on <= $2 AND (state = 'nominated' OR closed_reason = 'not_taken_up') ORDER BY erase_on LIMIT 200";
    // Cut by the caller's scope like the list of cases: the strongest of the relations to the file and to its case, class, age band.
    LIST = concat!("SELECT joint_file_id, joint_ref, case_id, person_id, peer_id, unit_id, state, protection, is_nominator, opened_at, opened_by, next_follow_up, erase_on, closed_at, closed_reason, body_sealed, version, identity_sealed, birth_sealed, log_subject_id, relation, open_tasks, overdue_tasks, to_answer, own_stands, peer_stands, asked, to_review, nomination_lapsed FROM (SELECT j.joint_file_id, j.joint_ref, j.case_id, j.person_id, j.peer_id, j.unit_id, j.state, CASE WHEN p.protection IS NULL OR p.protection = 'none' THEN j.protection ELSE p.protection END AS protection, j.is_nominator, j.opened_at, j.opened_by, j.next_follow_up, j.erase_on, j.closed_at, j.closed_reason, j.body_sealed, j.version, p.identity_sealed, p.birth_sealed, p.log_subject_id, CASE WHEN m.kind = 'assigned' OR c.kind = 'assigned' THEN 'assigned' WHEN m.kind = 'cover' OR c.kind = 'cover' THEN 'cover' WHEN m.kind = 'group' OR c.kind = 'group' THEN 'group' ELSE 'lead' END AS relation, (SELECT COUNT(*) FROM joint_action a WHERE a.authority_id = j.authority_id AND a.joint_file_id = j.joint_file_id AND a.own_status IN ('accepted', 'ongoing', 'paused')) AS open_tasks, (SELECT COUNT(*) FROM joint_action a WHERE a.authority_id = j.authority_id AND a.joint_file_id = j.joint_file_id AND a.own_status IN ('accepted', 'ongoing', 'paused') AND (a.due_on < $8 OR a.follow_up_on < $8)) AS overdue_tasks, (SELECT COUNT(*) FROM joint_action a WHERE a.authority_id = j.authority_id AND a.joint_file_id = j.joint_file_id AND NOT a.is_own AND a.own_status = 'proposed' AND EXISTS (SELECT 1 FROM received_item x WHERE x.authority_id = a.authority_id AND x.received_item_id = a.received_item_id AND x.state IN ('received', 'filed'))) AS to_answer, (SELECT COUNT(*) FROM assessment_position s WHERE s.authority_id = j.authority_id AND s.joint_file_id = j.joint_file_id AND s.holder_id = j.authority_id AND s.stands AND s.ended_at IS NULL AND s.review_on >= $8) AS own_stands, (SELECT COUNT(*) FROM assessment_position s WHERE s.authority_id = j.authority_id AND s.joint_file_id = j.joint_file_id AND s.holder_id <> j.authority_id AND s.stands AND s.ended_at IS NULL AND s.review_on >= $8) AS peer_stands, (SELECT COUNT(*) FROM info_request q WHERE q.authority_id = j.authority_id AND q.joint_file_id = j.joint_file_id AND NOT q.is_own AND q.answered_at IS NULL) AS asked, (SELECT COUNT(*) FROM received_item r WHERE r.authority_id = j.authority_id AND r.joint_file_id = j.joint_file_id AND r.state = 'lapsed') AS to_review, (SELECT COUNT(*) FROM received_item r WHERE r.authority_id = j.authority_id AND r.joint_file_id = j.joint_file_id AND r.kind = 'nomination' AND r.state IN ('lapsed', 'kept', 'erased')) AS nomination_lapsed, ", cell!(), " AS cell FROM joint_file j ", joined!(), " WHERE j.authority_id = $1 AND ", without_conflict!(), " AND j.state <> 'erased') AS seen WHERE (CAST($5 AS BIGINT) >> CAST(cell AS INTEGER)) & 1 = 1 ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, COALESCE(next_follow_up, '9999-12-31'), opened_at, joint_file_id LIMIT $9 OFFSET $10");
    // Erasing clears content and identity; the rows themselves go when their keys do (the service's role deletes nothing on PostgreSQL).
    ERASE_EVENTS = "UPDATE joint_action_event SET note_sealed = NULL, value = NULL WHERE authority_id = $1 AND joint_action_id IN (SELECT joint_action_id FROM joint_action WHERE authority_id = $1 AND joint_file_id = $2)";
    ERASE_ACTIONS = "UPDATE joint_action SET body_sealed = NULL, version = version + 1 WHERE authority_id = $1 AND joint_file_id = $2";
    ERASE_POSITIONS = "UPDATE assessment_position SET body_sealed = NULL, stands = FALSE, ended_at = COALESCE(ended_at, $3) WHERE authority_id = $1 AND joint_file_id = $2";
    ERASE_ENTRIES = "UPDATE joint_entry SET body_sealed = $3, withdrawn_at = COALESCE(withdrawn_at, $4) WHERE authority_id = $1 AND joint_file_id = $2";
    ERASE_REQUESTS = "UPDATE info_request SET body_sealed = $3, answer_sealed = NULL, state = 'erased' WHERE authority_id = $1 AND joint_file_id = $2";
    ERASE_MEMBERS = "UPDATE joint_member SET until_at = $3 WHERE authority_id = $1 AND joint_file_id = $2 AND (until_at IS NULL OR until_at > $3)";
    ERASE_RECEIVED = "UPDATE received_item SET body_sealed = NULL, state = 'erased', decided_at = $3, version = version + 1 WHERE authority_id = $1 AND joint_file_id = $2 AND filed_at IS NULL";
    ERASE = "UPDATE joint_file SET state = 'erased', body_sealed = $3, case_id = NULL, person_id = NULL, erase_on = NULL, closed_at = $4, version = version + 1 WHERE authority_id = $1 AND joint_file_id = $2 AND version = $5";
}

/// A joint file's row.
pub struct JointFileRow {
    /// Random id, the own side's.
    pub id: JointFileId,
    /// What joins it to the other side's.
    pub joint_ref: JointRef,
    /// The own open case that it hangs on; none for a nomination that waits.
    pub case: Option<CaseId>,
    /// The own person; none for a nomination that waits.
    pub person: Option<PersonId>,
    /// The other authority.
    pub peer: AuthorityId,
    /// The own unit that handles it.
    pub unit: UnitId,
    /// `nominated`, `assessed`, `active`, `paused`, `follow_up`, `closed`.
    pub state: String,
    /// Protected identity: as known here or as received, whichever is stronger.
    pub protection: Protection,
    /// Whether this authority nominated.
    pub is_nominator: bool,
    /// When opened.
    pub opened_at: Timestamp,
    /// By whom; none when a nomination opened it.
    pub opened_by: Option<UserId>,
    /// Next follow-up, ISO date.
    pub next_follow_up: Option<String>,
    /// When a nomination that led nowhere is erased, ISO date.
    pub erase_on: Option<String>,
    /// When closed.
    pub closed_at: Option<Timestamp>,
    /// Why closed.
    pub closed_reason: Option<String>,
    /// Received identity, goal and the like, sealed under the joint file's key.
    pub body: Sealed<()>,
    /// Row version.
    pub version: i64,
}

/// A joint file in a list.
pub struct ListedJointFile {
    /// The file.
    pub file: JointFileRow,
    /// The own person's sealed identity.
    pub identity: Option<Sealed<()>>,
    /// The own person's sealed birth date.
    pub birth: Option<Sealed<()>>,
    /// The log's name for the own person.
    pub subject: Option<LogSubjectId>,
    /// The caller's relation: `assigned`, `cover`, `lead`, `group`.
    pub relation: String,
    /// Own parts of joint actions that are not done.
    pub open_tasks: i64,
    /// Those of them whose last day or follow-up has passed.
    pub overdue_tasks: i64,
    /// The other side's proposals that wait for an answer.
    pub to_answer: i64,
    /// Whether the own position stands.
    pub own_stands: bool,
    /// Whether the other side's position, as told, stands.
    pub peer_stands: bool,
    /// The other side's requests that wait for an answer.
    pub asked: i64,
    /// Lapsed copies that wait for a decision.
    pub to_review: i64,
    /// Whether the basis of the nomination that opened it has ended: the received identity is no longer shown.
    pub nomination_lapsed: bool,
}

/// Somebody who works on a joint file.
pub struct JointMemberRow {
    /// The user.
    pub user: UserId,
    /// `assigned` or `group`.
    pub kind: String,
    /// From when.
    pub from_at: Timestamp,
    /// The user's name.
    pub name: String,
    /// The user's title.
    pub title: String,
}

/// What a list of joint files is bound to.
#[derive(Clone)]
pub struct ListQuery {
    /// The authority.
    pub authority: AuthorityId,
    /// The caller.
    pub user: UserId,
    /// The caller's unit, for leads.
    pub unit: UnitId,
    /// Whether the caller leads the unit.
    pub leads: bool,
    /// The policy's scope mask.
    pub mask: i64,
    /// This month as years * 12 + month - 1.
    pub month: i64,
    /// Now.
    pub now: Timestamp,
    /// Today, ISO date.
    pub today: String,
    /// At most this many rows, 101 at the most.
    pub limit: i64,
    /// Rows to pass over.
    pub offset: i64,
}

fn file(row: &Row) -> Result<JointFileRow, StoreError> {
    Ok(JointFileRow {
        id: row.id(0)?,
        joint_ref: row.id(1)?,
        case: row.opt_id(2)?,
        person: row.opt_id(3)?,
        peer: row.id(4)?,
        unit: row.id(5)?,
        state: row.text(6)?,
        protection: row.code(7)?,
        is_nominator: row.flag(8)?,
        opened_at: row.at(9)?,
        opened_by: row.opt_id(10)?,
        next_follow_up: row.opt_text(11)?,
        erase_on: row.opt_text(12)?,
        closed_at: row.opt_at(13)?,
        closed_reason: row.opt_text(14)?,
        body: row.sealed(15)?,
        version: row.int(16)?,
    })
}

/// A new joint file.
pub fn insert(authority: AuthorityId, row: &JointFileRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.joint_ref,
            row.case,
            row.person,
            row.peer,
            row.unit,
            row.state.as_str(),
            row.protection,
            row.is_nominator,
            row.opened_at,
            row.opened_by,
            row.next_follow_up.as_deref(),
            row.erase_on.as_deref(),
            row.closed_at,
            row.closed_reason.as_deref(),
            &row.body,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Refuses the unit when the case has an open joint file with this peer.
pub fn none_open_with(authority: AuthorityId, case: CaseId, peer: AuthorityId) -> Statement {
    Statement::new(OPEN_WITH_PEER, args![authority, case, peer]).absent(Refusal::Duplicate)
}

/// Writes state, next follow-up and closing; refused as stale when somebody was faster.
pub fn update(authority: AuthorityId, row: &JointFileRow) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![
            authority,
            row.id,
            row.state.as_str(),
            row.next_follow_up.as_deref(),
            row.erase_on.as_deref(),
            row.closed_at,
            row.closed_reason.as_deref(),
            row.version,
        ],
        expect: Expect::One(Refusal::Stale),
    }
}

/// Hangs a nomination on an own case: from then on nothing is erased by itself.
pub fn link(
    authority: AuthorityId,
    row: &JointFileRow,
    case: CaseId,
    person: PersonId,
    protection: Protection,
) -> Statement {
    Statement {
        sql: LINK,
        args: args![authority, row.id, case, person, protection, row.version],
        expect: Expect::One(Refusal::Stale),
    }
}

/// The other side has let something come: the nomination led somewhere and is not erased by itself.
pub fn keep(authority: AuthorityId, id: JointFileId) -> Statement {
    Statement::new(KEEP, args![authority, id])
}

/// The document that a nomination came in is erased: the file keeps none of its words.
pub fn forget_nomination(authority: AuthorityId, id: JointFileId, body: &Sealed<()>) -> Statement {
    Statement::new(FORGET_NOMINATION, args![authority, id, body])
}

/// The joint assessment stands: a nominated file whose other party holds a standing yes becomes assessed, and is no longer erased by itself.
pub fn assessed_with(authority: AuthorityId, id: JointFileId, holder: AuthorityId, today: &str) -> Statement {
    Statement::new(ASSESSED_WITH, args![authority, id, holder, today])
}

/// Somebody works on the file from now on: `assigned` or `group`.
pub fn insert_member(
    authority: AuthorityId,
    id: JointFileId,
    user: UserId,
    kind: &'static str,
    from: Timestamp,
) -> Statement {
    Statement { sql: INSERT_MEMBER, args: args![authority, id, user, kind, from], expect: Expect::One(Refusal::Stale) }
}

/// Ends somebody's work on the file.
pub fn end_member(authority: AuthorityId, id: JointFileId, user: UserId, at: Timestamp) -> Statement {
    Statement { sql: END_MEMBER, args: args![authority, id, user, at], expect: Expect::One(Refusal::Missing) }
}

/// Erases what a joint file says and of whom, with everything that hangs on it. What was added to the personal file stays there.
pub fn erase(authority: AuthorityId, id: JointFileId, version: i64, at: Timestamp) -> Vec<Statement> {
    let nothing = Vec::<u8>::new;
    vec![
        Statement::new(ERASE_EVENTS, args![authority, id]),
        Statement::new(ERASE_ACTIONS, args![authority, id]),
        Statement::new(ERASE_POSITIONS, args![authority, id, at]),
        Statement::new(ERASE_ENTRIES, args![authority, id, nothing(), at]),
        Statement::new(ERASE_REQUESTS, args![authority, id, nothing()]),
        Statement::new(ERASE_MEMBERS, args![authority, id, at]),
        Statement::new(ERASE_RECEIVED, args![authority, id, at]),
        Statement::new(ERASE, args![authority, id, nothing(), at, version]).one(Refusal::Stale),
    ]
}

/// A joint file by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: JointFileId,
) -> Result<Option<JointFileRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(file).transpose()
}

/// The own joint file behind a reference that both sides know.
pub async fn by_ref(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    joint_ref: JointRef,
) -> Result<Option<JointFileRow>, StoreError> {
    snapshot.fetch_optional(BY_REF, args![authority, joint_ref]).await?.as_ref().map(file).transpose()
}

/// The own joint file on a case: an open one before a closed one.
pub async fn of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Option<JointFileId>, StoreError> {
    snapshot.fetch_optional(OF_CASE, args![authority, case]).await?.map(|row| row.id(0)).transpose()
}

/// What a user is to the joint files about a person: `assigned`, `cover` or `group` for each file that the user works on now.
pub async fn kinds_about(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    person: PersonId,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    snapshot.fetch(KINDS_ABOUT, args![authority, person, user, now]).await?.iter().map(|row| row.text(0)).collect()
}

/// Who on the own side works on it now.
pub async fn members(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: JointFileId,
    now: Timestamp,
) -> Result<Vec<JointMemberRow>, StoreError> {
    let rows = snapshot.fetch(MEMBERS, args![authority, id, now]).await?;
    rows.iter()
        .map(|row| {
            Ok(JointMemberRow {
                user: row.id(0)?,
                kind: row.text(1)?,
                from_at: row.at(2)?,
                name: row.text(3)?,
                title: row.text(4)?,
            })
        })
        .collect()
}

/// What a user is to a joint file now: `assigned`, `group`, or nothing.
pub async fn membership(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: JointFileId,
    user: UserId,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    snapshot.fetch_optional(MEMBERSHIP, args![authority, id, user, now]).await?.map(|row| row.text(0)).transpose()
}

/// Nominations whose short term has ended without leading anywhere.
pub async fn stale(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    today: &str,
) -> Result<Vec<JointFileRow>, StoreError> {
    snapshot.fetch(STALE, args![authority, today]).await?.iter().map(file).collect()
}

/// The joint files inside the caller's scope.
pub async fn list(snapshot: &mut Snapshot, query: &ListQuery) -> Result<Vec<ListedJointFile>, StoreError> {
    let rows = snapshot
        .fetch(
            LIST,
            args![
                query.authority,
                query.user,
                query.unit,
                i64::from(query.leads),
                query.mask,
                query.month,
                query.now,
                query.today.as_str(),
                query.limit.clamp(1, 101),
                query.offset.max(0),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(ListedJointFile {
                file: file(row)?,
                identity: row.opt_sealed(17)?,
                birth: row.opt_sealed(18)?,
                subject: row.opt_id(19)?,
                relation: row.text(20)?,
                open_tasks: row.int(21)?,
                overdue_tasks: row.int(22)?,
                to_answer: row.int(23)?,
                own_stands: row.int(24)? > 0,
                peer_stands: row.int(25)? > 0,
                asked: row.int(26)?,
                to_review: row.int(27)?,
                nomination_lapsed: row.int(28)? > 0,
            })
        })
        .collect()
}
