//! Persons, their numbers and their names in the log.

use vocabulary::{AuthorityId, LogSubjectId, PersonId, Protection, Sealed, Timestamp, UnitId, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO person (authority_id, person_id, log_subject_id, unit_id, identity_sealed, birth_sealed, birth_certainty, turns_18_month, turns_21_month, protection, registered_at, registered_by, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)";
    INSERT_NUMBER = "INSERT INTO person_number (authority_id, number_index, person_id, kind) VALUES ($1, $2, $3, $4)";
    INSERT_SUBJECT = "INSERT INTO log_subject (authority_id, log_subject_id, mapping_sealed) VALUES ($1, $2, $3)";
    UPDATE_SUBJECT = "UPDATE log_subject SET mapping_sealed = $3 WHERE authority_id = $1 AND log_subject_id = $2";
    UPDATE = "UPDATE person SET identity_sealed = $3, birth_sealed = $4, birth_certainty = $5, turns_18_month = $6, turns_21_month = $7, protection = $8, version = version + 1 WHERE authority_id = $1 AND person_id = $2 AND version = $9";
    BY_ID = "SELECT person_id, log_subject_id, unit_id, identity_sealed, birth_sealed, birth_certainty, turns_18_month, turns_21_month, protection, registered_at, registered_by, version FROM person WHERE authority_id = $1 AND person_id = $2";
    BY_NUMBER = "SELECT p.person_id, p.log_subject_id, p.unit_id, p.identity_sealed, p.birth_sealed, p.birth_certainty, p.turns_18_month, p.turns_21_month, p.protection, p.registered_at, p.registered_by, p.version FROM person_number n JOIN person p ON p.authority_id = n.authority_id AND p.person_id = n.person_id WHERE n.authority_id = $1 AND n.number_index = $2";
    HAS_NUMBER = "SELECT 1 FROM person_number WHERE authority_id = $1 AND person_id = $2 AND kind = $3";
    ALL = "SELECT person_id, log_subject_id, unit_id, identity_sealed, birth_sealed, birth_certainty, turns_18_month, turns_21_month, protection, registered_at, registered_by, version FROM person WHERE authority_id = $1 ORDER BY person_id LIMIT 20000";
    SUBJECT = "SELECT mapping_sealed FROM log_subject WHERE authority_id = $1 AND log_subject_id = $2";
    CONFLICT = "SELECT 1 FROM conflict_of_interest WHERE authority_id = $1 AND user_id = $2 AND person_id = $3";
    INSERT_CONFLICT = "INSERT INTO conflict_of_interest (authority_id, conflict_id, user_id, person_id, declared_by, declared_at, review_on, reason_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// A person's row.
pub struct PersonRow {
    /// Random id.
    pub id: PersonId,
    /// The log's name for the person.
    pub subject: LogSubjectId,
    /// The unit that registered the person and answers for it.
    pub unit: UnitId,
    /// Names, numbers, contact: sealed under the person's key.
    pub identity: Sealed<()>,
    /// Birth date, sealed on its own.
    pub birth: Option<Sealed<()>>,
    /// `certain` or `estimated`.
    pub birth_certainty: String,
    /// Month (years * 12 + month - 1) of the 18th birthday: coarse, for lists.
    pub turns_18_month: Option<i64>,
    /// Month of the 21st birthday.
    pub turns_21_month: Option<i64>,
    /// Protected identity.
    pub protection: Protection,
    /// When registered.
    pub registered_at: Timestamp,
    /// By whom.
    pub registered_by: UserId,
    /// Row version.
    pub version: i64,
}

impl PersonRow {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.uuid(0)?.into(),
            subject: row.uuid(1)?.into(),
            unit: row.uuid(2)?.into(),
            identity: Sealed::from_stored(row.bytes(3)?),
            birth: row.opt_bytes(4)?.map(Sealed::from_stored),
            birth_certainty: row.text(5)?,
            turns_18_month: row.opt_int(6)?,
            turns_21_month: row.opt_int(7)?,
            protection: row.code(8)?,
            registered_at: Timestamp::from_micros(row.int(9)?),
            registered_by: row.uuid(10)?.into(),
            version: row.int(11)?,
        })
    }
}

/// A new person.
pub fn insert(authority: AuthorityId, row: &PersonRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.subject,
            row.unit,
            &row.identity,
            row.birth.as_ref(),
            row.birth_certainty.as_str(),
            row.turns_18_month,
            row.turns_21_month,
            row.protection.code(),
            row.registered_at,
            row.registered_by,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// One more number for a person. Two persons with one number are refused as [`Refusal::Duplicate`].
pub fn insert_number(authority: AuthorityId, person: PersonId, index: [u8; 16], kind: &'static str) -> Statement {
    Statement {
        sql: INSERT_NUMBER,
        args: args![authority, index.to_vec(), person, kind],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// The sealed mapping from the log's name to the person, kept as long as the log.
pub fn insert_subject<T>(authority: AuthorityId, subject: LogSubjectId, mapping: &Sealed<T>) -> Statement {
    Statement { sql: INSERT_SUBJECT, args: args![authority, subject, mapping], expect: Expect::One(Refusal::Duplicate) }
}

/// The mapping after a correction: the log's name stays, whom it means is said anew.
pub fn update_subject<T>(authority: AuthorityId, subject: LogSubjectId, mapping: &Sealed<T>) -> Statement {
    Statement::new(UPDATE_SUBJECT, args![authority, subject, mapping])
}

/// A corrected identity; refused as stale when somebody was faster.
pub fn update(authority: AuthorityId, row: &PersonRow) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![
            authority,
            row.id,
            &row.identity,
            row.birth.as_ref(),
            row.birth_certainty.as_str(),
            row.turns_18_month,
            row.turns_21_month,
            row.protection.code(),
            row.version,
        ],
        expect: Expect::One(Refusal::Stale),
    }
}

/// A declared conflict of interest (jäv): the user may neither find nor open the person.
#[expect(clippy::too_many_arguments, reason = "one column each")]
pub fn insert_conflict<T>(
    authority: AuthorityId,
    id: uuid::Uuid,
    user: UserId,
    person: PersonId,
    declared_by: UserId,
    declared_at: Timestamp,
    review_on: &str,
    reason: &Sealed<T>,
) -> Statement {
    Statement {
        sql: INSERT_CONFLICT,
        args: args![authority, id, user, person, declared_by, declared_at, review_on, reason],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// A person by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: PersonId,
) -> Result<Option<PersonRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(PersonRow::from_row).transpose()
}

/// A person by the blind index of one of their numbers.
pub async fn by_number(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    index: [u8; 16],
) -> Result<Option<PersonRow>, StoreError> {
    snapshot
        .fetch_optional(BY_NUMBER, args![authority, index.to_vec()])
        .await?
        .as_ref()
        .map(PersonRow::from_row)
        .transpose()
}

/// Whether a person has a number of a kind.
pub async fn has_number(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    person: PersonId,
    kind: &'static str,
) -> Result<bool, StoreError> {
    Ok(snapshot.fetch_optional(HAS_NUMBER, args![authority, person, kind]).await?.is_some())
}

/// Every person of the authority, for the search by name in memory.
pub async fn all(snapshot: &mut Snapshot, authority: AuthorityId) -> Result<Vec<PersonRow>, StoreError> {
    snapshot.fetch(ALL, args![authority]).await?.iter().map(PersonRow::from_row).collect()
}

/// The sealed mapping behind a name in the log.
pub async fn subject<T>(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    subject: LogSubjectId,
) -> Result<Option<Sealed<T>>, StoreError> {
    let row = snapshot.fetch_optional(SUBJECT, args![authority, subject]).await?;
    row.map(|row| row.bytes(0).map(Sealed::from_stored)).transpose()
}

/// Whether the user has declared, or somebody has declared for them, a conflict of interest with the person.
pub async fn has_conflict(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    user: UserId,
    person: PersonId,
) -> Result<bool, StoreError> {
    Ok(snapshot.fetch_optional(CONFLICT, args![authority, user, person]).await?.is_some())
}
