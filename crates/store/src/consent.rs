//! Consents (samtycken): who was asked and what they answered, for which recipient and how long. And what a withdrawal stops.

use vocabulary::{AuthorityId, CaseId, ConsentId, Sealed, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

macro_rules! columns {
    () => {
        "SELECT c.consent_id, c.case_id, c.recipient_id, c.state, c.valid_from, c.valid_until, c.body_sealed, c.recorded_at, c.recorded_by, c.revoked_at, c.revocation_sealed, c.version, u.name FROM consent c JOIN app_user u ON u.authority_id = c.authority_id AND u.user_id = c.recorded_by WHERE c.authority_id = $1 AND "
    };
}

sql! {
    INSERT = "INSERT INTO consent (authority_id, consent_id, case_id, recipient_id, state, valid_from, valid_until, body_sealed, recorded_at, recorded_by, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)";
    REVOKE = "UPDATE consent SET state = 'revoked', revoked_at = $3, revocation_sealed = $4, version = version + 1 WHERE authority_id = $1 AND consent_id = $2 AND version = $5 AND revoked_at IS NULL";
    NOT_REVOKED_THEN = "SELECT 1 FROM consent WHERE authority_id = $1 AND consent_id = $2 AND (revoked_at IS NULL OR revoked_at > $4) AND valid_from <= $3 AND valid_until >= $3";
    NOT_REVOKED = "SELECT 1 FROM consent WHERE authority_id = $1 AND consent_id = $2 AND revoked_at IS NULL AND valid_from <= $3 AND valid_until >= $3";
    NOTHING_STANDS_ON = "SELECT 1 FROM release_decision WHERE authority_id = $1 AND consent_id = $2 AND withdrawn_at IS NULL AND lapsed_at IS NULL";
    // The joint file that the consent was for stops, wherever it stood in the work.
    PAUSE_JOINT_FILES = "UPDATE joint_file SET state = 'paused', version = version + 1 WHERE authority_id = $1 AND case_id = $2 AND peer_id = $3 AND state IN ('assessed', 'active', 'follow_up')";
    BY_ID = concat!(columns!(), "c.consent_id = $2");
    OF_CASE = concat!(columns!(), "c.case_id = $2 ORDER BY c.recorded_at DESC LIMIT 100");
}

/// A consent's row.
pub struct ConsentRow {
    /// Random id.
    pub id: ConsentId,
    /// Its case.
    pub case: CaseId,
    /// For releases to whom.
    pub recipient: AuthorityId,
    /// As recorded: `standing`, `not_standing`, or `revoked`. Whether it stands today is computed from the answers and the age.
    pub state: String,
    /// First day, ISO date.
    pub valid_from: String,
    /// Last day, ISO date.
    pub valid_until: String,
    /// Who was asked and what they answered, sealed under the case's key.
    pub body: Sealed<()>,
    /// When recorded.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: UserId,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
    /// Who withdrew it and how, sealed under the case's key.
    pub revocation: Option<Sealed<()>>,
    /// Row version.
    pub version: i64,
    /// Name of whoever recorded it.
    pub author: String,
}

fn consent(row: &Row) -> Result<ConsentRow, StoreError> {
    Ok(ConsentRow {
        id: row.id(0)?,
        case: row.id(1)?,
        recipient: row.id(2)?,
        state: row.text(3)?,
        valid_from: row.text(4)?,
        valid_until: row.text(5)?,
        body: row.sealed(6)?,
        recorded_at: row.at(7)?,
        recorded_by: row.id(8)?,
        revoked_at: row.opt_at(9)?,
        revocation: row.opt_sealed(10)?,
        version: row.int(11)?,
        author: row.text(12)?,
    })
}

/// A new consent.
pub fn insert(authority: AuthorityId, row: &ConsentRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.case,
            row.recipient,
            row.state.as_str(),
            row.valid_from.as_str(),
            row.valid_until.as_str(),
            &row.body,
            row.recorded_at,
            row.recorded_by,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Marks a consent as withdrawn.
pub fn revoke(
    authority: AuthorityId,
    id: ConsentId,
    at: Timestamp,
    revocation: &Sealed<()>,
    version: i64,
) -> Statement {
    Statement { sql: REVOKE, args: args![authority, id, at, revocation, version], expect: Expect::One(Refusal::Stale) }
}

/// Refuses the unit when the consent was withdrawn meanwhile, or does not hold on this day.
pub fn must_hold(authority: AuthorityId, id: ConsentId, today: &str) -> Statement {
    Statement::new(NOT_REVOKED, args![authority, id, today]).exists(Refusal::Closed)
}

/// The same for what happened earlier: the consent held at that instant, whatever became of it since.
pub fn must_have_held(authority: AuthorityId, id: ConsentId, day: &str, at: Timestamp) -> Statement {
    Statement::new(NOT_REVOKED_THEN, args![authority, id, day, at]).exists(Refusal::Closed)
}

/// Refuses the unit when something still stands on the consent: a release that came in between.
pub fn nothing_stands_on(authority: AuthorityId, id: ConsentId) -> Statement {
    Statement::new(NOTHING_STANDS_ON, args![authority, id]).absent(Refusal::Stale)
}

/// Pauses the case's joint file with this peer.
pub fn pause_joint_files(authority: AuthorityId, case: CaseId, peer: AuthorityId) -> Statement {
    Statement::new(PAUSE_JOINT_FILES, args![authority, case, peer])
}

/// A consent by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: ConsentId,
) -> Result<Option<ConsentRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(consent).transpose()
}

/// The consents of a case, newest first.
pub async fn of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<ConsentRow>, StoreError> {
    snapshot.fetch(OF_CASE, args![authority, case]).await?.iter().map(consent).collect()
}
