//! Decisions to release (utlämnanden): immutable rows that can be marked withdrawn or lapsed, with the items that they name.

use uuid::Uuid;
use vocabulary::{
    AuthorityId, CaseId, ConsentId, JointFileId, JointRef, LogSubjectId, PersonId, ReleaseId, Sealed, Timestamp,
    UnitId, UserId,
};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

macro_rules! columns {
    () => {
        "r.release_id, r.case_id, r.joint_file_id, r.kind, r.recipient_id, r.basis_code, r.basis_version, r.consent_id, r.channel, r.decided_at, r.decided_by, r.follow_fields, r.follow_until, r.body_sealed, r.withdrawn_at, r.withdrawal_sealed, r.lapsed_at, r.lapse_reason, r.version, u.name, u.title, (SELECT COUNT(*) FROM release_item i WHERE i.authority_id = r.authority_id AND i.release_id = r.release_id) AS item_count, (SELECT MIN(p.delivered_at) FROM parcel_out p WHERE p.authority_id = r.authority_id AND p.release_id = r.release_id AND p.kind <> 'notice') AS delivered_at, (SELECT j.joint_ref FROM joint_file j WHERE j.authority_id = r.authority_id AND j.joint_file_id = r.joint_file_id) AS joint_ref"
    };
}

macro_rules! select {
    ($where:literal) => {
        concat!("SELECT ", columns!(), " FROM release_decision r JOIN app_user u ON u.authority_id = r.authority_id AND u.user_id = r.decided_by WHERE r.authority_id = $1 AND ", $where)
    };
}

sql! {
    INSERT = "INSERT INTO release_decision (authority_id, release_id, case_id, joint_file_id, kind, recipient_id, basis_code, basis_version, consent_id, channel, decided_at, decided_by, follow_fields, follow_until, body_sealed, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)";
    INSERT_ITEM = "INSERT INTO release_item (authority_id, release_id, position, item_kind, item_id, item_version) VALUES ($1, $2, $3, $4, $5, $6)";
    WITHDRAW = "UPDATE release_decision SET withdrawn_at = $3, withdrawal_sealed = $4, version = version + 1 WHERE authority_id = $1 AND release_id = $2 AND version = $5 AND withdrawn_at IS NULL";
    LAPSE = "UPDATE release_decision SET lapsed_at = $3, lapse_reason = $4, version = version + 1 WHERE authority_id = $1 AND release_id = $2 AND lapsed_at IS NULL AND withdrawn_at IS NULL";
    PARAGRAPH_IS = "SELECT 1 FROM paragraph WHERE authority_id = $1 AND paragraph_id = $2 AND version = $3";
    MEASURE_IS = "SELECT 1 FROM measure WHERE authority_id = $1 AND measure_id = $2 AND version = $3";
    ENTRY_IS = "SELECT 1 FROM joint_entry WHERE authority_id = $1 AND entry_id = $2 AND version = $3 AND withdrawn_at IS NULL";
    RECEIVED_IS = "SELECT 1 FROM received_item WHERE authority_id = $1 AND received_item_id = $2 AND version = $3 AND body_sealed IS NOT NULL AND state <> 'lapsed'";
    ITEMS = "SELECT position, item_kind, item_id, item_version FROM release_item WHERE authority_id = $1 AND release_id = $2 ORDER BY position";
    BY_ID = select!("r.release_id = $2");
    OF_CASE = select!("r.case_id = $2 ORDER BY r.decided_at DESC LIMIT 200");
    OF_JOINT_FILE = select!("r.joint_file_id = $2 ORDER BY r.decided_at DESC LIMIT 200");
    STANDING_ON_CONSENT = select!("r.consent_id = $2 AND r.withdrawn_at IS NULL AND r.lapsed_at IS NULL ORDER BY r.release_id LIMIT 1000");
    OF_ITEM = select!("EXISTS (SELECT 1 FROM release_item i WHERE i.authority_id = r.authority_id AND i.release_id = r.release_id AND i.item_id = $2) ORDER BY r.decided_at LIMIT 200");
    // The lapse job walks through everything that stands, in the order of the ids.
    STANDING = select!("r.release_id > $2 AND r.withdrawn_at IS NULL AND r.lapsed_at IS NULL ORDER BY r.release_id LIMIT 200");
    EMBARGOED = select!("r.withdrawn_at IS NULL AND r.lapsed_at IS NULL AND EXISTS (SELECT 1 FROM release_item i JOIN joint_entry e ON e.authority_id = i.authority_id AND e.entry_id = i.item_id WHERE i.authority_id = r.authority_id AND i.release_id = r.release_id AND e.withdrawn_at IS NOT NULL) ORDER BY r.release_id LIMIT 200");
    // Cut by the caller's scope like the list of cases.
    LIST = concat!("SELECT * FROM (SELECT ", columns!(), ", n.log_subject_id, n.person_id, CASE WHEN n.protection = 'none' THEN n.identity_sealed END AS identity_sealed, (CASE WHEN m.kind = 'assigned' THEN 0 WHEN m.kind = 'cover' THEN 12 WHEN c.unit_id = $3 THEN CASE WHEN $4 = 1 THEN 24 ELSE 48 END WHEN m.kind = 'group' THEN 36 ELSE 48 END) + (CASE WHEN n.protection = 'none' THEN 0 ELSE 4 END) + (CASE WHEN n.turns_18_month IS NULL THEN 3 WHEN $6 < n.turns_18_month THEN 0 WHEN $6 = n.turns_18_month THEN 3 WHEN $6 < n.turns_21_month THEN 1 WHEN $6 = n.turns_21_month THEN 3 ELSE 2 END) AS cell FROM release_decision r JOIN app_user u ON u.authority_id = r.authority_id AND u.user_id = r.decided_by JOIN case_file c ON c.authority_id = r.authority_id AND c.case_id = r.case_id JOIN person n ON n.authority_id = c.authority_id AND n.person_id = c.person_id LEFT JOIN case_member m ON m.authority_id = c.authority_id AND m.case_id = c.case_id AND m.user_id = $2 AND m.from_at <= $7 AND (m.until_at IS NULL OR m.until_at > $7) WHERE r.authority_id = $1 AND NOT EXISTS (SELECT 1 FROM conflict_of_interest x WHERE x.authority_id = c.authority_id AND x.user_id = $2 AND x.person_id = c.person_id)) AS seen WHERE (CAST($5 AS BIGINT) >> CAST(cell AS INTEGER)) & 1 = 1 ORDER BY decided_at DESC, release_id LIMIT $8 OFFSET $9");
    PERSON_OF = "SELECT c.person_id FROM release_decision r JOIN case_file c ON c.authority_id = r.authority_id AND c.case_id = r.case_id WHERE r.authority_id = $1 AND r.release_id = $2";
}

/// A decision's row.
pub struct ReleaseRow {
    /// Random id; the other side knows the copy by it.
    pub id: ReleaseId,
    /// Out of which case.
    pub case: Option<CaseId>,
    /// In which own joint file.
    pub joint_file: Option<JointFileId>,
    /// What left: `release`, `nomination`, `proposal`, `answer`, `request`, `follow_up`.
    pub kind: String,
    /// The one recipient.
    pub recipient: AuthorityId,
    /// Code of the legal basis.
    pub basis_code: String,
    /// Its version.
    pub basis_version: i64,
    /// The consent that carries it.
    pub consent: Option<ConsentId>,
    /// `system`, `meeting`, `phone`, `letter`.
    pub channel: String,
    /// When decided.
    pub decided_at: Timestamp,
    /// By whom.
    pub decided_by: UserId,
    /// Later fields that may follow, joined by commas.
    pub follow_fields: String,
    /// Until when, ISO date.
    pub follow_until: Option<String>,
    /// Answers, copy and the rest of the decision, sealed.
    pub body: Sealed<()>,
    /// When marked as withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Why, sealed.
    pub withdrawal: Option<Sealed<()>>,
    /// When it lapsed.
    pub lapsed_at: Option<Timestamp>,
    /// Why it lapsed: `turned_21`, `consent_revoked`, `consent_expired`, `basis_ended`, `embargo`.
    pub lapse_reason: Option<String>,
    /// Row version.
    pub version: i64,
    /// Name of the decision-maker; own side only.
    pub decided_by_name: String,
    /// Title of the decision-maker.
    pub decided_by_title: String,
    /// How many items.
    pub item_count: i64,
    /// When the copy was delivered.
    pub delivered_at: Option<Timestamp>,
    /// What joins its joint file to the other side's.
    pub joint_ref: Option<JointRef>,
}

impl ReleaseRow {
    /// Neither withdrawn nor lapsed.
    #[must_use]
    pub const fn stands(&self) -> bool {
        self.withdrawn_at.is_none() && self.lapsed_at.is_none()
    }
}

/// A decision in a list.
pub struct ListedRelease {
    /// The decision.
    pub release: ReleaseRow,
    /// The log's name for the person.
    pub subject: LogSubjectId,
    /// The person.
    pub person: PersonId,
    /// Who that is, sealed; none with protected identity.
    pub identity: Option<Sealed<()>>,
}

/// One item of a decision.
pub struct ReleaseItemRow {
    /// Place in the release, from 0: what a correction names.
    pub position: i64,
    /// `paragraph`, `measure`, `joint_entry`, `received_item`, `identity`, `statement`.
    pub kind: String,
    /// The item.
    pub item: Uuid,
    /// Its version when it left.
    pub version: i64,
}

/// What a list of releases is bound to.
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
    /// At most this many rows, 101 at the most.
    pub limit: i64,
    /// Rows to pass over.
    pub offset: i64,
}

impl ListQuery {
    /// `$1` to `$9` of every list that is cut by the caller's scope over releases.
    pub(crate) fn args(&self) -> Vec<crate::Value> {
        args![
            self.authority,
            self.user,
            self.unit,
            i64::from(self.leads),
            self.mask,
            self.month,
            self.now,
            self.limit.clamp(1, 101),
            self.offset.max(0),
        ]
    }
}

fn release(row: &Row) -> Result<ReleaseRow, StoreError> {
    Ok(ReleaseRow {
        id: row.id(0)?,
        case: row.opt_id(1)?,
        joint_file: row.opt_id(2)?,
        kind: row.text(3)?,
        recipient: row.id(4)?,
        basis_code: row.text(5)?,
        basis_version: row.int(6)?,
        consent: row.opt_id(7)?,
        channel: row.text(8)?,
        decided_at: row.at(9)?,
        decided_by: row.id(10)?,
        follow_fields: row.text(11)?,
        follow_until: row.opt_text(12)?,
        body: row.sealed(13)?,
        withdrawn_at: row.opt_at(14)?,
        withdrawal: row.opt_sealed(15)?,
        lapsed_at: row.opt_at(16)?,
        lapse_reason: row.opt_text(17)?,
        version: row.int(18)?,
        decided_by_name: row.text(19)?,
        decided_by_title: row.text(20)?,
        item_count: row.int(21)?,
        delivered_at: row.opt_at(22)?,
        joint_ref: row.opt_id(23)?,
    })
}

/// A new decision.
pub fn insert(authority: AuthorityId, row: &ReleaseRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.case,
            row.joint_file,
            row.kind.as_str(),
            row.recipient,
            row.basis_code.as_str(),
            row.basis_version,
            row.consent,
            row.channel.as_str(),
            row.decided_at,
            row.decided_by,
            row.follow_fields.as_str(),
            row.follow_until.as_deref(),
            &row.body,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// An item of a new decision.
pub fn insert_item(authority: AuthorityId, release: ReleaseId, row: &ReleaseItemRow) -> Statement {
    Statement {
        sql: INSERT_ITEM,
        args: args![authority, release, row.position, row.kind.as_str(), row.item, row.version],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Refuses the unit as stale when the item is no longer the version that was decided on. Nothing for kinds without a row of their own.
pub fn item_is(authority: AuthorityId, kind: &str, item: Uuid, version: i64) -> Option<Statement> {
    let sql = match kind {
        "paragraph" => PARAGRAPH_IS,
        "measure" => MEASURE_IS,
        "joint_entry" => ENTRY_IS,
        "received_item" => RECEIVED_IS,
        _ => return None,
    };
    Some(Statement::new(sql, args![authority, item, version]).exists(Refusal::Stale))
}

/// Marks a release as withdrawn; it never un-happens.
pub fn withdraw(
    authority: AuthorityId,
    id: ReleaseId,
    at: Timestamp,
    withdrawal: &Sealed<()>,
    version: i64,
) -> Statement {
    Statement {
        sql: WITHDRAW,
        args: args![authority, id, at, withdrawal, version],
        expect: Expect::One(Refusal::Stale),
    }
}

/// Marks a standing release as lapsed; the unit is refused when it no longer stood.
pub fn lapse(authority: AuthorityId, id: ReleaseId, at: Timestamp, reason: &str) -> Statement {
    Statement { sql: LAPSE, args: args![authority, id, at, reason], expect: Expect::One(Refusal::Conflict) }
}

async fn many(
    snapshot: &mut Snapshot,
    sql: &'static str,
    args: Vec<crate::Value>,
) -> Result<Vec<ReleaseRow>, StoreError> {
    snapshot.fetch(sql, args).await?.iter().map(release).collect()
}

/// A decision by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: ReleaseId,
) -> Result<Option<ReleaseRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(release).transpose()
}

/// What was released from a case, newest first.
pub async fn of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<ReleaseRow>, StoreError> {
    many(snapshot, OF_CASE, args![authority, case]).await
}

/// What was released in a joint file, newest first.
pub async fn of_joint_file(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    joint_file: JointFileId,
) -> Result<Vec<ReleaseRow>, StoreError> {
    many(snapshot, OF_JOINT_FILE, args![authority, joint_file]).await
}

/// Everything that an item was released in, whatever became of it since.
pub async fn of_item(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    item: Uuid,
) -> Result<Vec<ReleaseRow>, StoreError> {
    many(snapshot, OF_ITEM, args![authority, item]).await
}

/// What stands on a consent.
pub async fn standing_on_consent(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    consent: ConsentId,
) -> Result<Vec<ReleaseRow>, StoreError> {
    many(snapshot, STANDING_ON_CONSENT, args![authority, consent]).await
}

/// Up to 200 releases that stand, after an id: for the lapse job.
pub async fn standing(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    after: Uuid,
) -> Result<Vec<ReleaseRow>, StoreError> {
    many(snapshot, STANDING, args![authority, after]).await
}

/// Releases that stand although an entry in them was withdrawn (embargo).
pub async fn embargoed(snapshot: &mut Snapshot, authority: AuthorityId) -> Result<Vec<ReleaseRow>, StoreError> {
    many(snapshot, EMBARGOED, args![authority]).await
}

/// The items of a decision, in their order.
pub async fn items(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: ReleaseId,
) -> Result<Vec<ReleaseItemRow>, StoreError> {
    let rows = snapshot.fetch(ITEMS, args![authority, id]).await?;
    rows.iter()
        .map(|row| {
            Ok(ReleaseItemRow { position: row.int(0)?, kind: row.text(1)?, item: row.uuid(2)?, version: row.int(3)? })
        })
        .collect()
}

/// About whom a release was.
pub async fn person_of(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: ReleaseId,
) -> Result<Option<PersonId>, StoreError> {
    snapshot.fetch_optional(PERSON_OF, args![authority, id]).await?.map(|row| row.id(0)).transpose()
}

/// The releases inside the caller's scope, newest first.
pub async fn list(snapshot: &mut Snapshot, query: &ListQuery) -> Result<Vec<ListedRelease>, StoreError> {
    let args = query.args();
    let listed = |row: &Row| {
        Ok(ListedRelease {
            release: release(row)?,
            subject: row.id(24)?,
            person: row.id(25)?,
            identity: row.opt_sealed(26)?,
        })
    };
    snapshot.fetch(LIST, args).await?.iter().map(listed).collect()
}
