//! Cases and who works on them.

use vocabulary::{AuthorityId, CaseId, PersonId, Sealed, Timestamp, UnitId, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO case_file (authority_id, case_id, person_id, unit_id, purpose, phase, number_index, body_sealed, opened_at, opened_by, review_on, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)";
    UPDATE = "UPDATE case_file SET phase = $3, body_sealed = $4, review_on = $5, closed_at = $6, version = version + 1 WHERE authority_id = $1 AND case_id = $2 AND version = $7";
    TOUCH = "UPDATE case_file SET version = version + 1 WHERE authority_id = $1 AND case_id = $2 AND version = $3";
    INSERT_MEMBER = "INSERT INTO case_member (authority_id, case_id, user_id, kind, from_at, until_at, granted_by) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (authority_id, case_id, user_id) DO UPDATE SET kind = excluded.kind, from_at = excluded.from_at, until_at = excluded.until_at, granted_by = excluded.granted_by";
    END_MEMBER = "UPDATE case_member SET until_at = $4 WHERE authority_id = $1 AND case_id = $2 AND user_id = $3 AND (until_at IS NULL OR until_at > $4)";
    BY_ID = "SELECT case_id, person_id, unit_id, purpose, phase, body_sealed, opened_at, opened_by, review_on, closed_at, version FROM case_file WHERE authority_id = $1 AND case_id = $2";
    OF_PERSON = "SELECT case_id, person_id, unit_id, purpose, phase, body_sealed, opened_at, opened_by, review_on, closed_at, version FROM case_file WHERE authority_id = $1 AND person_id = $2 ORDER BY opened_at DESC LIMIT 100";
    BY_NUMBER = "SELECT case_id, person_id, unit_id, purpose, phase, body_sealed, opened_at, opened_by, review_on, closed_at, version FROM case_file WHERE authority_id = $1 AND number_index = $2";
    MEMBERS = "SELECT m.user_id, m.kind, m.from_at, m.until_at, u.name, u.title FROM case_member m JOIN app_user u ON u.authority_id = m.authority_id AND u.user_id = m.user_id WHERE m.authority_id = $1 AND m.case_id = $2 AND m.from_at <= $3 AND (m.until_at IS NULL OR m.until_at > $3) ORDER BY m.from_at";
    MEMBERSHIP = "SELECT kind FROM case_member WHERE authority_id = $1 AND case_id = $2 AND user_id = $3 AND from_at <= $4 AND (until_at IS NULL OR until_at > $4)";
    // The list is cut by the caller's scope: a cell of assignment (0 assigned, 1 cover, 2 lead, 4 none), class and age band, tested against a 63-bit mask.
    LIST = "SELECT case_id, person_id, unit_id, purpose, phase, body_sealed, opened_at, opened_by, review_on, closed_at, version, identity_sealed, birth_sealed, log_subject_id, protection, member_kind, next_on FROM (SELECT c.case_id, c.person_id, c.unit_id, c.purpose, c.phase, c.body_sealed, c.opened_at, c.opened_by, c.review_on, c.closed_at, c.version, p.identity_sealed, p.birth_sealed, p.log_subject_id, p.protection, m.kind AS member_kind, (SELECT MIN(x.follow_up_on) FROM measure x WHERE x.authority_id = c.authority_id AND x.case_id = c.case_id AND x.ended_at IS NULL) AS next_on, (CASE WHEN m.kind = 'assigned' THEN 0 WHEN m.kind = 'cover' THEN 12 WHEN c.unit_id = $3 THEN CASE WHEN $4 = 1 THEN 24 ELSE 48 END WHEN m.kind = 'group' THEN 36 ELSE 48 END) + (CASE WHEN p.protection = 'none' THEN 0 ELSE 4 END) + (CASE WHEN p.turns_18_month IS NULL THEN 3 WHEN $6 < p.turns_18_month THEN 0 WHEN $6 = p.turns_18_month THEN 3 WHEN $6 < p.turns_21_month THEN 1 WHEN $6 = p.turns_21_month THEN 3 ELSE 2 END) AS cell FROM case_file c JOIN person p ON p.authority_id = c.authority_id AND p.person_id = c.person_id LEFT JOIN case_member m ON m.authority_id = c.authority_id AND m.case_id = c.case_id AND m.user_id = $2 AND m.from_at <= $7 AND (m.until_at IS NULL OR m.until_at > $7) WHERE c.authority_id = $1 AND NOT EXISTS (SELECT 1 FROM conflict_of_interest j WHERE j.authority_id = c.authority_id AND j.user_id = $2 AND j.person_id = c.person_id)) AS seen WHERE (CAST($5 AS BIGINT) >> CAST(cell AS INTEGER)) & 1 = 1 ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, COALESCE(next_on, '9999-12-31'), opened_at, case_id LIMIT $8 OFFSET $9";
}

/// A case's row.
pub struct CaseRow {
    /// Random id.
    pub id: CaseId,
    /// The person the case is about.
    pub person: PersonId,
    /// The unit that handles it.
    pub unit: UnitId,
    /// Purpose code (SoLPuF 12 §).
    pub purpose: String,
    /// `open`, `closed`.
    pub phase: String,
    /// External case number and the like, sealed under the case's key.
    pub body: Sealed<()>,
    /// When opened.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: UserId,
    /// Next review, ISO date.
    pub review_on: Option<String>,
    /// When closed.
    pub closed_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
}

/// Somebody who works on a case.
pub struct MemberRow {
    /// The user.
    pub user: UserId,
    /// `assigned`, `cover` or `group`.
    pub kind: String,
    /// From when.
    pub from_at: Timestamp,
    /// Until when, for cover.
    pub until_at: Option<Timestamp>,
    /// The user's name.
    pub name: String,
    /// The user's title.
    pub title: String,
}

/// A case in a list, with what the list shows of the person.
pub struct ListedCase {
    /// The case.
    pub case: CaseRow,
    /// The person's sealed identity.
    pub identity: Sealed<()>,
    /// The person's sealed birth date.
    pub birth: Option<Sealed<()>>,
    /// The log's name for the person.
    pub subject: vocabulary::LogSubjectId,
    /// Protected identity.
    pub protection: vocabulary::Protection,
    /// The caller's own relation to the case.
    pub member_kind: Option<String>,
    /// The next follow-up of an open measure, ISO date.
    pub next_on: Option<String>,
}

/// What a list of cases is bound to.
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
    /// At most this many rows, 100 at the most.
    pub limit: i64,
    /// Rows to pass over.
    pub offset: i64,
}

impl CaseRow {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.uuid(0)?.into(),
            person: row.uuid(1)?.into(),
            unit: row.uuid(2)?.into(),
            purpose: row.text(3)?,
            phase: row.text(4)?,
            body: Sealed::from_stored(row.bytes(5)?),
            opened_at: Timestamp::from_micros(row.int(6)?),
            opened_by: row.uuid(7)?.into(),
            review_on: row.opt_text(8)?,
            closed_at: row.opt_int(9)?.map(Timestamp::from_micros),
            version: row.int(10)?,
        })
    }
}

/// A new case; the same external number twice in one authority is [`Refusal::Duplicate`].
pub fn insert(authority: AuthorityId, row: &CaseRow, number_index: Option<[u8; 16]>) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.person,
            row.unit,
            row.purpose.as_str(),
            row.phase.as_str(),
            number_index.map(|index| index.to_vec()),
            &row.body,
            row.opened_at,
            row.opened_by,
            row.review_on.as_deref(),
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Writes phase, body, review date and closing; refused as stale when somebody was faster.
pub fn update(authority: AuthorityId, row: &CaseRow) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![
            authority,
            row.id,
            row.phase.as_str(),
            &row.body,
            row.review_on.as_deref(),
            row.closed_at,
            row.version
        ],
        expect: Expect::One(Refusal::Stale),
    }
}

/// Raises the case's version, so that whoever holds an older page notices.
pub fn touch(authority: AuthorityId, case: CaseId, version: i64) -> Statement {
    Statement { sql: TOUCH, args: args![authority, case, version], expect: Expect::One(Refusal::Stale) }
}

/// Assigns a user, or lends a case to a stand-in until an instant.
pub fn insert_member(
    authority: AuthorityId,
    case: CaseId,
    user: UserId,
    kind: &'static str,
    from: Timestamp,
    until: Option<Timestamp>,
    granted_by: UserId,
) -> Statement {
    Statement {
        sql: INSERT_MEMBER,
        args: args![authority, case, user, kind, from, until, granted_by],
        expect: Expect::One(Refusal::Stale),
    }
}

/// Ends a user's work on a case.
pub fn end_member(authority: AuthorityId, case: CaseId, user: UserId, at: Timestamp) -> Statement {
    Statement { sql: END_MEMBER, args: args![authority, case, user, at], expect: Expect::One(Refusal::Missing) }
}

/// A case by id.
pub async fn by_id(snapshot: &mut Snapshot, authority: AuthorityId, id: CaseId) -> Result<Option<CaseRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(CaseRow::from_row).transpose()
}

/// The cases of a person, newest first.
pub async fn of_person(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    person: PersonId,
) -> Result<Vec<CaseRow>, StoreError> {
    snapshot.fetch(OF_PERSON, args![authority, person]).await?.iter().map(CaseRow::from_row).collect()
}

/// A case by the blind index of its external number.
pub async fn by_number(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    index: [u8; 16],
) -> Result<Option<CaseRow>, StoreError> {
    snapshot
        .fetch_optional(BY_NUMBER, args![authority, index.to_vec()])
        .await?
        .as_ref()
        .map(CaseRow::from_row)
        .transpose()
}

/// Who works on the case now.
pub async fn members(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
    now: Timestamp,
) -> Result<Vec<MemberRow>, StoreError> {
    let rows = snapshot.fetch(MEMBERS, args![authority, case, now]).await?;
    rows.iter()
        .map(|row| {
            Ok(MemberRow {
                user: row.uuid(0)?.into(),
                kind: row.text(1)?,
                from_at: Timestamp::from_micros(row.int(2)?),
                until_at: row.opt_int(3)?.map(Timestamp::from_micros),
                name: row.text(4)?,
                title: row.text(5)?,
            })
        })
        .collect()
}

/// What a user is to a case now: `assigned`, `cover`, `group`, or nothing.
pub async fn membership(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
    user: UserId,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    snapshot.fetch_optional(MEMBERSHIP, args![authority, case, user, now]).await?.map(|row| row.text(0)).transpose()
}

/// The cases inside the caller's scope.
pub async fn list(snapshot: &mut Snapshot, query: &ListQuery) -> Result<Vec<ListedCase>, StoreError> {
    let leads = i64::from(query.leads);
    let rows = snapshot
        .fetch(
            LIST,
            args![
                query.authority,
                query.user,
                query.unit,
                leads,
                query.mask,
                query.month,
                query.now,
                query.limit.clamp(1, 101),
                query.offset.max(0)
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(ListedCase {
                case: CaseRow::from_row(row)?,
                identity: Sealed::from_stored(row.bytes(11)?),
                birth: row.opt_bytes(12)?.map(Sealed::from_stored),
                subject: row.uuid(13)?.into(),
                protection: row.code(14)?,
                member_kind: row.opt_text(15)?,
                next_on: row.opt_text(16)?,
            })
        })
        .collect()
}
