//! Persons, their numbers and their names in the log.

use vocabulary::{AuthorityId, LogSubjectId, PersonId, Protection, Sealed, Timestamp, UnitId, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO person (authority_id, person_id, log_subject_id, unit_id, identity_sealed, birth_sealed, birth_certainty, turns_18_month, turns_21_month, protection, registered_at, registered_by, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)";
    INSERT_NUMBER = "INSERT INTO person_number (authority_id, number_index, person_id, kind) VALUES ($1, $2, $3, $4)";
    INSERT_SUBJECT = "INSERT INTO log_subject (authority_id, log_subject_id, mapping_sealed) VALUES ($1, $2, $3)";
    UPDATE = "UPDATE person SET identity_sealed = $3, birth_sealed = $4, birth_certainty = $5, turns_18_month = $6, turns_21_month = $7, protection = $8, version = version + 1 WHERE authority_id = $1 AND person_id = $2 AND version = $9";
    BY_ID = "SELECT person_id, log_subject_id, unit_id, identity_sealed, birth_sealed, birth_certainty, turns_18_month, turns_21_month, protection, registered_at, registered_by, version FROM person WHERE authority_id = $1 AND person_id = $2";
    BY_NUMBER = "SELECT p.person_id, p.log_subject_id, p.unit_id, p.identity_sealed, p.birth_sealed, p.birth_certainty, p.turns_18_month, p.turns_21_month, p.protection, p.registered_at, p.registered_by, p.version FROM person_number n JOIN person p ON p.authority_id = n.authority_id AND p.person_id = n.person_id WHERE n.authority_id = $1 AND n.number_index = $2";
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
