//! Measures and what happened with them.

use vocabulary::{AuthorityId, CaseId, MeasureId, Sealed, SecrecyClass, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO measure (authority_id, measure_id, case_id, status, class, responsible_id, start_on, due_on, follow_up_on, body_sealed, outcome_sealed, logged_at, logged_by, ended_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)";
    CORRECTED = "UPDATE measure SET version = version + 1 WHERE authority_id = $1 AND measure_id = $2";
    UPDATE = "UPDATE measure SET status = $3, responsible_id = $4, start_on = $5, due_on = $6, follow_up_on = $7, outcome_sealed = $8, ended_at = $9, version = version + 1 WHERE authority_id = $1 AND measure_id = $2 AND version = $10";
    INSERT_EVENT = "INSERT INTO measure_event (authority_id, event_id, measure_id, at, by_user, status, note_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF_CASE = "SELECT m.measure_id, m.case_id, m.status, m.class, m.responsible_id, m.start_on, m.due_on, m.follow_up_on, m.body_sealed, m.outcome_sealed, m.logged_at, m.logged_by, m.ended_at, m.version, u.name FROM measure m JOIN app_user u ON u.authority_id = m.authority_id AND u.user_id = m.responsible_id WHERE m.authority_id = $1 AND m.case_id = $2 ORDER BY CASE WHEN m.ended_at IS NULL THEN 0 ELSE 1 END, m.follow_up_on, m.logged_at LIMIT 500";
    BY_ID = "SELECT m.measure_id, m.case_id, m.status, m.class, m.responsible_id, m.start_on, m.due_on, m.follow_up_on, m.body_sealed, m.outcome_sealed, m.logged_at, m.logged_by, m.ended_at, m.version, u.name FROM measure m JOIN app_user u ON u.authority_id = m.authority_id AND u.user_id = m.responsible_id WHERE m.authority_id = $1 AND m.measure_id = $2";
    EVENTS = "SELECT e.event_id, e.at, e.by_user, e.status, e.note_sealed, u.name FROM measure_event e JOIN app_user u ON u.authority_id = e.authority_id AND u.user_id = e.by_user WHERE e.authority_id = $1 AND e.measure_id = $2 ORDER BY e.at LIMIT 200";
}

/// A measure's row.
pub struct MeasureRow {
    /// Random id.
    pub id: MeasureId,
    /// Its case.
    pub case: CaseId,
    /// Where it stands in its life cycle.
    pub status: String,
    /// Secrecy class.
    pub class: SecrecyClass,
    /// Who answers for it.
    pub responsible: UserId,
    /// First day, ISO date.
    pub start_on: Option<String>,
    /// Last day, ISO date.
    pub due_on: Option<String>,
    /// Day of the next follow-up, ISO date.
    pub follow_up_on: String,
    /// Type, what, goal, decision: sealed under the case's key.
    pub body: Sealed<()>,
    /// How it went, sealed on its own: it comes later and the body is not opened for it.
    pub outcome: Option<Sealed<()>>,
    /// When logged.
    pub logged_at: Timestamp,
    /// By whom.
    pub logged_by: UserId,
    /// When it reached an end state.
    pub ended_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
    /// Name of who answers for it.
    pub responsible_name: String,
}

/// One step in a measure's life.
pub struct MeasureEventRow {
    /// Random id.
    pub id: uuid::Uuid,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
    /// The status it reached.
    pub status: String,
    /// A note, sealed under the case's key.
    pub note: Option<Sealed<String>>,
    /// Name of who did it.
    pub author: String,
}

fn measure(row: &Row) -> Result<MeasureRow, StoreError> {
    Ok(MeasureRow {
        id: row.id(0)?,
        case: row.id(1)?,
        status: row.text(2)?,
        class: row.code(3)?,
        responsible: row.id(4)?,
        start_on: row.opt_text(5)?,
        due_on: row.opt_text(6)?,
        follow_up_on: row.text(7)?,
        body: row.sealed(8)?,
        outcome: row.opt_sealed(9)?,
        logged_at: row.at(10)?,
        logged_by: row.id(11)?,
        ended_at: row.opt_at(12)?,
        version: row.int(13)?,
        responsible_name: row.text(14)?,
    })
}

/// A new measure.
pub fn insert(authority: AuthorityId, row: &MeasureRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.case,
            row.status.as_str(),
            row.class.code(),
            row.responsible,
            row.start_on.as_deref(),
            row.due_on.as_deref(),
            row.follow_up_on.as_str(),
            &row.body,
            row.outcome.as_ref(),
            row.logged_at,
            row.logged_by,
            row.ended_at,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// A measure was corrected: what was read before is not what would be released now.
pub fn corrected(authority: AuthorityId, id: MeasureId) -> Statement {
    Statement { sql: CORRECTED, args: args![authority, id], expect: Expect::One(Refusal::Stale) }
}

/// A changed measure; refused as stale when somebody was faster.
pub fn update(authority: AuthorityId, row: &MeasureRow) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![
            authority,
            row.id,
            row.status.as_str(),
            row.responsible,
            row.start_on.as_deref(),
            row.due_on.as_deref(),
            row.follow_up_on.as_str(),
            row.outcome.as_ref(),
            row.ended_at,
            row.version,
        ],
        expect: Expect::One(Refusal::Stale),
    }
}

/// One step in a measure's life.
pub fn insert_event(authority: AuthorityId, measure: MeasureId, row: &MeasureEventRow) -> Statement {
    Statement {
        sql: INSERT_EVENT,
        args: args![authority, row.id, measure, row.at, row.by, row.status.as_str(), row.note.as_ref()],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// The measures of a case: open ones first, by follow-up.
pub async fn of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<MeasureRow>, StoreError> {
    snapshot.fetch(OF_CASE, args![authority, case]).await?.iter().map(measure).collect()
}

/// A measure by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: MeasureId,
) -> Result<Option<MeasureRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(measure).transpose()
}

/// What happened with a measure, oldest first.
pub async fn events(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: MeasureId,
) -> Result<Vec<MeasureEventRow>, StoreError> {
    let rows = snapshot.fetch(EVENTS, args![authority, id]).await?;
    rows.iter()
        .map(|row| {
            Ok(MeasureEventRow {
                id: row.uuid(0)?,
                at: row.at(1)?,
                by: row.id(2)?,
                status: row.text(3)?,
                note: row.opt_sealed(4)?,
                author: row.text(5)?,
            })
        })
        .collect()
}
