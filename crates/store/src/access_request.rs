//! Who asks for access to a person whom the authority has already, and what came of it.

use vocabulary::{AccessRequestId, AuthorityId, PersonId, Sealed, Timestamp, UnitId, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO access_request (authority_id, access_request_id, person_id, unit_id, asked_by, asked_at, reason_sealed, state, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 1)";
    WAITS_ALREADY = "SELECT 1 FROM access_request WHERE authority_id = $1 AND person_id = $2 AND asked_by = $3 AND state = 'waiting'";
    ANSWER = "UPDATE access_request SET state = $3, answered_at = $4, answered_by = $5, answer_sealed = $6, version = version + 1 WHERE authority_id = $1 AND access_request_id = $2 AND version = $7 AND state = 'waiting'";
    BY_ID = "SELECT r.access_request_id, r.person_id, r.unit_id, r.asked_by, r.asked_at, r.reason_sealed, r.state, r.version, u.name, u.title FROM access_request r JOIN app_user u ON u.authority_id = r.authority_id AND u.user_id = r.asked_by WHERE r.authority_id = $1 AND r.access_request_id = $2";
    WAITING = "SELECT r.access_request_id, r.person_id, r.unit_id, r.asked_by, r.asked_at, r.reason_sealed, r.state, r.version, u.name, u.title FROM access_request r JOIN app_user u ON u.authority_id = r.authority_id AND u.user_id = r.asked_by WHERE r.authority_id = $1 AND r.state = 'waiting' ORDER BY r.asked_at, r.access_request_id LIMIT 100";
}

/// A request's row.
pub struct AccessRequestRow {
    /// Random id.
    pub id: AccessRequestId,
    /// About whom.
    pub person: PersonId,
    /// The unit that has the person.
    pub unit: UnitId,
    /// Who asks.
    pub asked_by: UserId,
    /// When.
    pub asked_at: Timestamp,
    /// Why, sealed.
    pub reason: Sealed<()>,
    /// `waiting`, `granted`, `declined`.
    pub state: String,
    /// Row version.
    pub version: i64,
    /// The asker's name.
    pub name: String,
    /// The asker's title.
    pub title: String,
}

fn request(row: &Row) -> Result<AccessRequestRow, StoreError> {
    Ok(AccessRequestRow {
        id: row.id(0)?,
        person: row.id(1)?,
        unit: row.id(2)?,
        asked_by: row.id(3)?,
        asked_at: row.at(4)?,
        reason: row.sealed(5)?,
        state: row.text(6)?,
        version: row.int(7)?,
        name: row.text(8)?,
        title: row.text(9)?,
    })
}

/// A new request. One that waits already is enough: [`Refusal::Duplicate`].
pub fn insert(
    authority: AuthorityId,
    id: AccessRequestId,
    person: PersonId,
    unit: UnitId,
    asked_by: UserId,
    asked_at: Timestamp,
    reason: &Sealed<()>,
) -> [Statement; 2] {
    [
        Statement::new(WAITS_ALREADY, args![authority, person, asked_by]).absent(Refusal::Duplicate),
        Statement {
            sql: INSERT,
            args: args![authority, id, person, unit, asked_by, asked_at, reason],
            expect: Expect::One(Refusal::Duplicate),
        },
    ]
}

/// Closes a request that waits.
pub fn answer(
    authority: AuthorityId,
    id: AccessRequestId,
    state: &'static str,
    at: Timestamp,
    by: UserId,
    answer: Option<&Sealed<()>>,
    version: i64,
) -> Statement {
    Statement {
        sql: ANSWER,
        args: args![authority, id, state, at, by, answer, version],
        expect: Expect::One(Refusal::Stale),
    }
}

/// A request by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: AccessRequestId,
) -> Result<Option<AccessRequestRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(request).transpose()
}

/// The requests that wait, oldest first, at most a hundred.
pub async fn waiting(snapshot: &mut Snapshot, authority: AuthorityId) -> Result<Vec<AccessRequestRow>, StoreError> {
    snapshot.fetch(WAITING, args![authority]).await?.iter().map(request).collect()
}
