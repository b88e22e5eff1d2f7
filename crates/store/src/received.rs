//! Received items (mottagna handlingar): copies that other authorities released, the recipient's own documents from arrival.

use uuid::Uuid;
use vocabulary::{
    AuthorityId, CaseId, JointFileId, LogSubjectId, ParcelId, ReceivedItemId, ReleaseId, Sealed, Timestamp, UnitId,
    UserId,
};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

macro_rules! columns {
    () => {
        "r.received_item_id, r.from_authority, r.parcel_id, r.release_ref, r.joint_file_id, r.case_id, r.kind, r.basis_code, r.basis_version, r.channel, r.sent_at, r.received_at, r.state, r.respond_on, r.filed_at, r.filed_by, r.filed_sealed, r.lapsed_at, r.lapse_reason, r.review_on, r.decided_at, r.decided_by, r.kept_until, r.body_sealed, r.decision_sealed, r.version, (SELECT COUNT(*) FROM received_correction k WHERE k.authority_id = r.authority_id AND k.received_item_id = r.received_item_id AND k.acknowledged_at IS NULL) AS to_acknowledge, r.unit_id, r.clock"
    };
}

macro_rules! select {
    ($where:literal) => {
        concat!("SELECT ", columns!(), " FROM received_item r WHERE r.authority_id = $1 AND ", $where)
    };
}

// Cut by the caller's scope. What hangs on no own case or joint file yet lies in the inbox of those who take documents in ($8), in the unit that it is
// addressed to, or in every unit when it is addressed to none: they count as its officers.
macro_rules! list {
    ($state:literal) => {
        concat!("SELECT * FROM (SELECT ", columns!(), ", n.log_subject_id, (CASE WHEN m.kind = 'assigned' OR g.kind = 'assigned' THEN 0 WHEN m.kind = 'cover' OR g.kind = 'cover' THEN 12 WHEN c.case_id IS NULL AND j.joint_file_id IS NULL AND $8 = 1 AND (r.unit_id IS NULL OR r.unit_id = $3) THEN 0 WHEN COALESCE(c.unit_id, j.unit_id) = $3 AND $4 = 1 THEN 24 WHEN m.kind = 'group' OR g.kind = 'group' THEN 36 ELSE 48 END) + (CASE WHEN COALESCE(n.protection, 'none') = 'none' AND COALESCE(j.protection, 'none') = 'none' THEN 0 ELSE 4 END) + (CASE WHEN n.turns_18_month IS NULL THEN 3 WHEN $6 < n.turns_18_month THEN 0 WHEN $6 = n.turns_18_month THEN 3 WHEN $6 < n.turns_21_month THEN 1 WHEN $6 = n.turns_21_month THEN 3 ELSE 2 END) AS cell FROM received_item r LEFT JOIN joint_file j ON j.authority_id = r.authority_id AND j.joint_file_id = r.joint_file_id LEFT JOIN case_file c ON c.authority_id = r.authority_id AND c.case_id = COALESCE(r.case_id, j.case_id) LEFT JOIN person n ON n.authority_id = c.authority_id AND n.person_id = c.person_id LEFT JOIN case_member m ON m.authority_id = c.authority_id AND m.case_id = c.case_id AND m.user_id = $2 AND m.from_at <= $7 AND (m.until_at IS NULL OR m.until_at > $7) LEFT JOIN joint_member g ON g.authority_id = j.authority_id AND g.joint_file_id = j.joint_file_id AND g.user_id = $2 AND g.from_at <= $7 AND (g.until_at IS NULL OR g.until_at > $7) WHERE r.authority_id = $1", $state, " AND NOT EXISTS (SELECT 1 FROM conflict_of_interest x WHERE x.authority_id = c.authority_id AND x.user_id = $2 AND x.person_id = c.person_id)) AS seen WHERE (CAST($5 AS BIGINT) >> CAST(cell AS INTEGER)) & 1 = 1 ORDER BY CASE WHEN clock IS NOT NULL THEN 0 WHEN state = 'lapsed' THEN 1 WHEN state = 'received' THEN 2 ELSE 3 END, CASE WHEN clock IS NOT NULL THEN respond_on END, received_at DESC, received_item_id LIMIT $9 OFFSET $10")
    };
}

sql! {
    INSERT = "INSERT INTO received_item (authority_id, received_item_id, from_authority, parcel_id, release_ref, joint_file_id, case_id, unit_id, kind, basis_code, basis_version, channel, sent_at, received_at, state, respond_on, clock, body_sealed, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'received', $15, $16, $17, 1)";
    FILE = "UPDATE received_item SET state = CASE WHEN state = 'received' THEN 'filed' ELSE state END, case_id = $3, filed_at = $4, filed_by = $5, filed_sealed = $6, version = version + 1 WHERE authority_id = $1 AND received_item_id = $2 AND version = $7 AND state IN ('received', 'kept') AND filed_at IS NULL";
    // A concern report is the board's own incoming document: that its sender takes it back is noted, and it stands.
    LAPSE = "UPDATE received_item SET state = CASE WHEN kind = 'concern_report' THEN state ELSE 'lapsed' END, lapsed_at = $4, lapse_reason = $5, review_on = CASE WHEN kind = 'concern_report' THEN NULL ELSE $6 END, version = version + 1 WHERE authority_id = $1 AND from_authority = $2 AND release_ref = $3 AND state IN ('received', 'filed')";
    SET_CLOCK = "UPDATE received_item SET clock = $3, respond_on = $4, version = version + 1 WHERE authority_id = $1 AND received_item_id = $2 AND version = $5 AND clock IS NOT NULL";
    KEEP = "UPDATE received_item SET state = 'kept', decided_at = $3, decided_by = $4, kept_until = $5, decision_sealed = $6, version = version + 1 WHERE authority_id = $1 AND received_item_id = $2 AND version = $7 AND state = 'lapsed'";
    ERASE = "UPDATE received_item SET state = 'erased', body_sealed = NULL, filed_sealed = NULL, decided_at = $3, decided_by = $4, decision_sealed = $5, version = version + 1 WHERE authority_id = $1 AND received_item_id = $2 AND version = $6 AND state = 'lapsed'";
    ERASE_CORRECTIONS = "DELETE FROM received_correction WHERE authority_id = $1 AND received_item_id = $2";
    END_KEEPING = "UPDATE received_item SET state = 'lapsed', lapsed_at = $3, lapse_reason = $4, review_on = $5, version = version + 1 WHERE authority_id = $1 AND received_item_id = $2 AND version = $6 AND state = 'kept'";
    ATTACH = "UPDATE received_item SET joint_file_id = $3 WHERE authority_id = $1 AND received_item_id = $2 AND joint_file_id IS NULL";
    INSERT_CORRECTION = "INSERT INTO received_correction (authority_id, correction_id, received_item_id, item_position, arrived_at, text_sealed) VALUES ($1, $2, $3, $4, $5, $6)";
    ACKNOWLEDGE = "UPDATE received_correction SET acknowledged_at = $3, acknowledged_by = $4 WHERE authority_id = $1 AND correction_id = $2 AND acknowledged_at IS NULL";
    CORRECTIONS = "SELECT correction_id, received_item_id, item_position, arrived_at, text_sealed, acknowledged_at, acknowledged_by FROM received_correction WHERE authority_id = $1 AND received_item_id = $2 ORDER BY arrived_at LIMIT 200";
    CORRECTION = "SELECT correction_id, received_item_id, item_position, arrived_at, text_sealed, acknowledged_at, acknowledged_by FROM received_correction WHERE authority_id = $1 AND correction_id = $2";
    BY_ID = select!("r.received_item_id = $2");
    OF_RELEASE = select!("r.from_authority = $2 AND r.release_ref = $3 ORDER BY r.received_at LIMIT 20");
    // The joint view: what the sender's basis still carries. A lapsed copy is not here, not even when it is kept on an own ground.
    OF_JOINT_FILE = select!("r.joint_file_id = $2 AND r.state IN ('received', 'filed') ORDER BY r.received_at DESC LIMIT 200");
    LAPSED_OF_JOINT_FILE = select!("r.joint_file_id = $2 AND r.state IN ('lapsed', 'kept', 'erased') ORDER BY r.received_at DESC LIMIT 200");
    OF_CASE = select!("r.case_id = $2 ORDER BY r.received_at DESC LIMIT 200");
    KEPT_TOO_LONG = select!("r.state = 'kept' AND r.kept_until < $2 ORDER BY r.kept_until LIMIT 200");
    LIST = list!("");
    LIST_STATE = list!(" AND r.state = $11");
}

/// A received item's row.
pub struct ReceivedRow {
    /// Random id, the recipient's own.
    pub id: ReceivedItemId,
    /// Who released it.
    pub from: AuthorityId,
    /// The parcel it came in.
    pub parcel: ParcelId,
    /// The sender's reference of the release.
    pub release_ref: ReleaseId,
    /// The own joint file it belongs to.
    pub joint_file: Option<JointFileId>,
    /// The own case it was added to.
    pub case: Option<CaseId>,
    /// The unit that it is addressed to; none: any.
    pub unit: Option<UnitId>,
    /// `release`, `concern_report`, `answer`, `nomination`, `proposal`.
    pub kind: String,
    /// Code of the sender's legal basis.
    pub basis_code: String,
    /// Its version.
    pub basis_version: i64,
    /// `system`, `meeting`, `phone`, `letter`.
    pub channel: String,
    /// When the parcel was sent.
    pub sent_at: Timestamp,
    /// When it arrived.
    pub received_at: Timestamp,
    /// `received`, `filed`, `lapsed`, `kept`, `erased`.
    pub state: String,
    /// By when an answer or assessment is due, ISO date.
    pub respond_on: Option<String>,
    /// The statutory clock of a concern report that runs to that day: `protection`, `preliminary`, `inquiry`.
    pub clock: Option<String>,
    /// When added to the personal file.
    pub filed_at: Option<Timestamp>,
    /// By whom.
    pub filed_by: Option<UserId>,
    /// Why, sealed under the item's key.
    pub filed: Option<Sealed<()>>,
    /// When the sender's basis ended.
    pub lapsed_at: Option<Timestamp>,
    /// Why it ended.
    pub lapse_reason: Option<String>,
    /// By when the own side decides on the lapsed copy, ISO date.
    pub review_on: Option<String>,
    /// When that was decided.
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by: Option<UserId>,
    /// Until when it is kept on an own ground, ISO date.
    pub kept_until: Option<String>,
    /// The copy, sealed under the item's own key; none once erased.
    pub body: Option<Sealed<()>>,
    /// The decision on the lapsed copy, sealed under a key that outlives the copy.
    pub decision: Option<Sealed<()>>,
    /// Row version.
    pub version: i64,
    /// Corrections that nobody has acknowledged yet.
    pub to_acknowledge: i64,
}

impl ReceivedRow {
    /// Whether the sender's basis carries it as far as has been told: it is in the joint view.
    pub fn stands(&self) -> bool {
        matches!(self.state.as_str(), "received" | "filed")
    }

    /// Whether it can go out of use with the sender's basis. A concern report is the board's own incoming document (SoL 19 kap. 1 §) and cannot.
    pub fn can_lapse(&self) -> bool {
        self.stands() && self.kind != "concern_report"
    }
}

/// A received item in a list.
pub struct ListedReceived {
    /// The item.
    pub item: ReceivedRow,
    /// The log's name for the person, where an own case says who it is.
    pub subject: Option<LogSubjectId>,
}

/// A correction's row.
pub struct CorrectionRow {
    /// Random id.
    pub id: Uuid,
    /// What it corrects.
    pub item: ReceivedItemId,
    /// The place in the release.
    pub position: i64,
    /// When it arrived.
    pub arrived_at: Timestamp,
    /// What is right, sealed under the item's key; empty when the sender may no longer say it.
    pub text: Sealed<()>,
    /// When somebody acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
    /// Who.
    pub acknowledged_by: Option<UserId>,
}

/// What a list of received items is bound to.
pub struct ListQuery<'a> {
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
    /// Whether the caller takes documents in.
    pub reception: bool,
    /// Only this state.
    pub state: Option<&'a str>,
    /// At most this many rows, 101 at the most.
    pub limit: i64,
    /// Rows to pass over.
    pub offset: i64,
}

fn received(row: &Row) -> Result<ReceivedRow, StoreError> {
    Ok(ReceivedRow {
        id: row.id(0)?,
        from: row.id(1)?,
        parcel: row.id(2)?,
        release_ref: row.id(3)?,
        joint_file: row.opt_id(4)?,
        case: row.opt_id(5)?,
        kind: row.text(6)?,
        basis_code: row.text(7)?,
        basis_version: row.int(8)?,
        channel: row.text(9)?,
        sent_at: row.at(10)?,
        received_at: row.at(11)?,
        state: row.text(12)?,
        respond_on: row.opt_text(13)?,
        filed_at: row.opt_at(14)?,
        filed_by: row.opt_id(15)?,
        filed: row.opt_sealed(16)?,
        lapsed_at: row.opt_at(17)?,
        lapse_reason: row.opt_text(18)?,
        review_on: row.opt_text(19)?,
        decided_at: row.opt_at(20)?,
        decided_by: row.opt_id(21)?,
        kept_until: row.opt_text(22)?,
        body: row.opt_sealed(23)?,
        decision: row.opt_sealed(24)?,
        version: row.int(25)?,
        to_acknowledge: row.int(26)?,
        unit: row.opt_id(27)?,
        clock: row.opt_text(28)?,
    })
}

fn correction(row: &Row) -> Result<CorrectionRow, StoreError> {
    Ok(CorrectionRow {
        id: row.uuid(0)?,
        item: row.id(1)?,
        position: row.int(2)?,
        arrived_at: row.at(3)?,
        text: row.sealed(4)?,
        acknowledged_at: row.opt_at(5)?,
        acknowledged_by: row.opt_id(6)?,
    })
}

/// A copy that has arrived.
pub fn insert(authority: AuthorityId, row: &ReceivedRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.from,
            row.parcel,
            row.release_ref,
            row.joint_file,
            row.case,
            row.unit,
            row.kind.as_str(),
            row.basis_code.as_str(),
            row.basis_version,
            row.channel.as_str(),
            row.sent_at,
            row.received_at,
            row.respond_on.as_deref(),
            row.clock.as_deref(),
            row.body.as_ref(),
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Adds a copy to the personal file of an own case.
pub fn file(
    authority: AuthorityId,
    id: ReceivedItemId,
    case: CaseId,
    at: Timestamp,
    by: UserId,
    reason: &Sealed<()>,
    version: i64,
) -> Statement {
    Statement {
        sql: FILE,
        args: args![authority, id, case, at, by, reason, version],
        expect: Expect::One(Refusal::Stale),
    }
}

/// The sender's basis ended: every copy of that release leaves the joint view and waits for a decision.
pub fn lapse(
    authority: AuthorityId,
    from: AuthorityId,
    release: ReleaseId,
    at: Timestamp,
    reason: &str,
    review_on: &str,
) -> Statement {
    Statement::new(LAPSE, args![authority, from, release, at, reason, review_on])
}

/// The clock that runs on a concern report after a step of its assessment; none when nothing is left to assess.
pub fn set_clock(
    authority: AuthorityId,
    id: ReceivedItemId,
    clock: Option<&str>,
    due: Option<&str>,
    version: i64,
) -> Statement {
    Statement { sql: SET_CLOCK, args: args![authority, id, clock, due, version], expect: Expect::One(Refusal::Stale) }
}

/// Keeps a lapsed copy on an own ground.
pub fn keep(
    authority: AuthorityId,
    id: ReceivedItemId,
    at: Timestamp,
    by: UserId,
    until: &str,
    decision: &Sealed<()>,
    version: i64,
) -> Statement {
    Statement {
        sql: KEEP,
        args: args![authority, id, at, by, until, decision, version],
        expect: Expect::One(Refusal::Stale),
    }
}

/// Erases a lapsed copy and what was corrected in it; the row stays, so that records officer and auditor find that it existed.
pub fn erase(
    authority: AuthorityId,
    id: ReceivedItemId,
    at: Timestamp,
    by: UserId,
    decision: &Sealed<()>,
    version: i64,
) -> [Statement; 2] {
    let erase = Statement {
        sql: ERASE,
        args: args![authority, id, at, by, decision, version],
        expect: Expect::One(Refusal::Stale),
    };
    [erase, Statement::new(ERASE_CORRECTIONS, args![authority, id])]
}

/// The time for which a copy was kept is over: it waits for a decision again.
pub fn end_keeping(authority: AuthorityId, row: &ReceivedRow, at: Timestamp, review_on: &str) -> Statement {
    Statement {
        sql: END_KEEPING,
        args: args![authority, row.id, at, "kept_until_passed", review_on, row.version],
        expect: Expect::One(Refusal::Stale),
    }
}

/// Hangs a copy on an own joint file.
pub fn attach(authority: AuthorityId, id: ReceivedItemId, joint_file: JointFileId) -> Statement {
    Statement::new(ATTACH, args![authority, id, joint_file])
}

/// A correction that has arrived.
pub fn insert_correction(authority: AuthorityId, row: &CorrectionRow) -> Statement {
    Statement {
        sql: INSERT_CORRECTION,
        args: args![authority, row.id, row.item, row.position, row.arrived_at, &row.text],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Somebody has taken note of a correction.
pub fn acknowledge(authority: AuthorityId, id: Uuid, at: Timestamp, by: UserId) -> Statement {
    Statement { sql: ACKNOWLEDGE, args: args![authority, id, at, by], expect: Expect::One(Refusal::Stale) }
}

async fn many(
    snapshot: &mut Snapshot,
    sql: &'static str,
    args: Vec<crate::Value>,
) -> Result<Vec<ReceivedRow>, StoreError> {
    snapshot.fetch(sql, args).await?.iter().map(received).collect()
}

/// A received item by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: ReceivedItemId,
) -> Result<Option<ReceivedRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(received).transpose()
}

/// What arrived by a release.
pub async fn of_release(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    from: AuthorityId,
    release: ReleaseId,
) -> Result<Vec<ReceivedRow>, StoreError> {
    many(snapshot, OF_RELEASE, args![authority, from, release]).await
}

/// What a joint file shows: copies whose basis stands.
pub async fn of_joint_file(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    joint_file: JointFileId,
) -> Result<Vec<ReceivedRow>, StoreError> {
    many(snapshot, OF_JOINT_FILE, args![authority, joint_file]).await
}

/// Copies that have left a joint file's view: that they exist, and why they left.
pub async fn lapsed_of_joint_file(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    joint_file: JointFileId,
) -> Result<Vec<ReceivedRow>, StoreError> {
    many(snapshot, LAPSED_OF_JOINT_FILE, args![authority, joint_file]).await
}

/// What was added to a case's personal file.
pub async fn of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<ReceivedRow>, StoreError> {
    many(snapshot, OF_CASE, args![authority, case]).await
}

/// Copies whose own ground has run out.
pub async fn kept_too_long(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    today: &str,
) -> Result<Vec<ReceivedRow>, StoreError> {
    many(snapshot, KEPT_TOO_LONG, args![authority, today]).await
}

/// The corrections of an item, oldest first.
pub async fn corrections(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: ReceivedItemId,
) -> Result<Vec<CorrectionRow>, StoreError> {
    snapshot.fetch(CORRECTIONS, args![authority, id]).await?.iter().map(correction).collect()
}

/// A correction by id.
pub async fn correction_by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: Uuid,
) -> Result<Option<CorrectionRow>, StoreError> {
    snapshot.fetch_optional(CORRECTION, args![authority, id]).await?.as_ref().map(correction).transpose()
}

/// The received items inside the caller's scope: reports whose clock runs first, then lapsed copies that wait for a decision, then what is in no case, newest first.
pub async fn list(snapshot: &mut Snapshot, query: &ListQuery<'_>) -> Result<Vec<ListedReceived>, StoreError> {
    let mut args = args![
        query.authority,
        query.user,
        query.unit,
        i64::from(query.leads),
        query.mask,
        query.month,
        query.now,
        i64::from(query.reception),
        query.limit.clamp(1, 101),
        query.offset.max(0),
    ];
    let sql = match query.state {
        None => LIST,
        Some(state) => {
            args.extend(args![state]);
            LIST_STATE
        }
    };
    let rows = snapshot.fetch(sql, args).await?;
    rows.iter().map(|row| Ok(ListedReceived { item: received(row)?, subject: row.opt_id(29)? })).collect()
}
