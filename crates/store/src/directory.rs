//! Authorities, units and users: who exists and how to reach them. No case content.

use vocabulary::{AuthorityId, AuthorityKind, Roles, Timestamp, UnitId, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT_AUTHORITY = "INSERT INTO authority (authority_id, kind, name, municipality_code, county_code, log_origin, is_local, endpoint, parcel_recipient, parcel_verifying, reception_phone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    UPDATE_ADDRESS = "UPDATE authority SET endpoint = $2, parcel_recipient = $3, parcel_verifying = $4 WHERE authority_id = $1";
    INSERT_UNIT = "INSERT INTO unit (authority_id, unit_id, name, phone) VALUES ($1, $2, $3, $4)";
    INSERT_USER = "INSERT INTO app_user (authority_id, user_id, unit_id, name, title, service_number, roles, is_active, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)";
    UPDATE_USER = "UPDATE app_user SET unit_id = $3, title = $4, roles = $5, is_active = $6, version = version + 1 WHERE authority_id = $1 AND user_id = $2 AND version = $7";
    SEE_NOTICE = "UPDATE app_user SET notice_seen_at = $3 WHERE authority_id = $1 AND user_id = $2 AND notice_seen_at IS NULL";
    AUTHORITIES = "SELECT authority_id, kind, name, municipality_code, county_code, log_origin, is_local, endpoint, parcel_recipient, parcel_verifying, reception_phone FROM authority ORDER BY name";
    UNITS = "SELECT unit_id, name, phone FROM unit WHERE authority_id = $1 ORDER BY name";
    USERS = "SELECT user_id, unit_id, name, title, service_number, roles, is_active, notice_seen_at, version FROM app_user WHERE authority_id = $1 ORDER BY name LIMIT 2000";
    USER = "SELECT user_id, unit_id, name, title, service_number, roles, is_active, notice_seen_at, version FROM app_user WHERE authority_id = $1 AND user_id = $2";
    CONFIRMATIONS = "SELECT basis_code, basis_version, confirmed_by, confirmed_on, wording FROM legal_basis_confirmation WHERE authority_id = $1 AND withdrawn_at IS NULL ORDER BY basis_code, basis_version";
    INSERT_CONFIRMATION = "INSERT INTO legal_basis_confirmation (authority_id, basis_code, basis_version, confirmed_by, confirmed_on, wording) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (authority_id, basis_code, basis_version) DO UPDATE SET confirmed_by = excluded.confirmed_by, confirmed_on = excluded.confirmed_on, wording = excluded.wording, withdrawn_at = NULL WHERE legal_basis_confirmation.withdrawn_at IS NOT NULL";
    WITHDRAW_CONFIRMATION = "UPDATE legal_basis_confirmation SET withdrawn_at = $4 WHERE authority_id = $1 AND basis_code = $2 AND basis_version = $3 AND withdrawn_at IS NULL";
}

/// An authority in the directory.
#[derive(Clone, Debug)]
pub struct AuthorityRow {
    /// Random id.
    pub id: AuthorityId,
    /// What kind of authority.
    pub kind: AuthorityKind,
    /// Its name.
    pub name: String,
    /// Four digits as text.
    pub municipality_code: Option<String>,
    /// Two digits as text; decides on archiving exemptions.
    pub county_code: Option<String>,
    /// Origin line of its log's checkpoints.
    pub log_origin: String,
    /// Whether its records live in this instance.
    pub is_local: bool,
    /// Where parcels go when it lives elsewhere.
    pub endpoint: Option<String>,
    /// Its age recipient for parcels.
    pub parcel_recipient: Option<String>,
    /// Its Ed25519 key for parcels.
    pub parcel_verifying: Option<Vec<u8>>,
    /// Telephone of its reception.
    pub reception_phone: String,
}

/// A unit.
#[derive(Clone, Debug)]
pub struct UnitRow {
    /// Random id.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// Its telephone.
    pub phone: String,
}

/// A user: one mandate at one authority. Staff names are shown on the own side only.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// Random id.
    pub id: UserId,
    /// The unit.
    pub unit: UnitId,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// The number that the other side sees instead of the name.
    pub service_number: String,
    /// Roles.
    pub roles: Roles,
    /// Whether the mandate is in force.
    pub is_active: bool,
    /// When the notice on logging was shown.
    pub notice_seen_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
}

/// Counsel's confirmation of a legal basis whose state is `confirm`.
#[derive(Clone, Debug)]
pub struct ConfirmationRow {
    /// The basis.
    pub basis_code: String,
    /// Its version.
    pub basis_version: i64,
    /// Who confirmed.
    pub confirmed_by: String,
    /// When, ISO date.
    pub confirmed_on: String,
    /// The wording that was read.
    pub wording: String,
}

impl UserRow {
    /// Whether a case, a measure or a joint file may be given to this user: the mandate is in force and is one that works with individuals.
    #[must_use]
    pub const fn may_be_given_work(&self) -> bool {
        self.is_active && self.roles.work_with_individuals()
    }
}

fn user(row: &Row) -> Result<UserRow, StoreError> {
    let roles = u16::try_from(row.int(5)?).ok().and_then(Roles::from_bits);
    Ok(UserRow {
        id: row.id(0)?,
        unit: row.id(1)?,
        name: row.text(2)?,
        title: row.text(3)?,
        service_number: row.text(4)?,
        roles: roles.ok_or(StoreError::Shape { column: 5, wanted: "known roles" })?,
        is_active: row.flag(6)?,
        notice_seen_at: row.opt_at(7)?,
        version: row.int(8)?,
    })
}

/// A new authority in the directory.
pub fn insert_authority(row: &AuthorityRow) -> Statement {
    Statement {
        sql: INSERT_AUTHORITY,
        args: args![
            row.id,
            row.kind.code(),
            row.name.as_str(),
            row.municipality_code.as_deref(),
            row.county_code.as_deref(),
            row.log_origin.as_str(),
            row.is_local,
            row.endpoint.as_deref(),
            row.parcel_recipient.as_deref(),
            row.parcel_verifying.clone(),
            row.reception_phone.as_str(),
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Where and under which keys another authority takes parcels.
pub fn update_address(id: AuthorityId, endpoint: Option<&str>, recipient: &str, verifying: &[u8; 32]) -> Statement {
    Statement {
        sql: UPDATE_ADDRESS,
        args: args![id, endpoint, recipient, verifying.to_vec()],
        expect: Expect::One(Refusal::Missing),
    }
}

/// A new unit.
pub fn insert_unit(authority: AuthorityId, row: &UnitRow) -> Statement {
    Statement {
        sql: INSERT_UNIT,
        args: args![authority, row.id, row.name.as_str(), row.phone.as_str()],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// A new user.
pub fn insert_user(authority: AuthorityId, row: &UserRow) -> Statement {
    Statement {
        sql: INSERT_USER,
        args: args![
            authority,
            row.id,
            row.unit,
            row.name.as_str(),
            row.title.as_str(),
            row.service_number.as_str(),
            i64::from(row.roles.bits()),
            row.is_active,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Changed unit, title, roles or end of a mandate.
pub fn update_user(authority: AuthorityId, row: &UserRow) -> Statement {
    Statement {
        sql: UPDATE_USER,
        args: args![
            authority,
            row.id,
            row.unit,
            row.title.as_str(),
            i64::from(row.roles.bits()),
            row.is_active,
            row.version
        ],
        expect: Expect::One(Refusal::Stale),
    }
}

/// The user has seen the notice that accesses are logged and reviewed.
pub fn see_notice(authority: AuthorityId, user: UserId, at: Timestamp) -> Statement {
    Statement { sql: SEE_NOTICE, args: args![authority, user, at], expect: Expect::Any }
}

/// Counsel confirms a legal basis; anew, where an earlier confirmation was withdrawn.
pub fn insert_confirmation(authority: AuthorityId, row: &ConfirmationRow) -> Statement {
    Statement {
        sql: INSERT_CONFIRMATION,
        args: args![
            authority,
            row.basis_code.as_str(),
            row.basis_version,
            row.confirmed_by.as_str(),
            row.confirmed_on.as_str(),
            row.wording.as_str()
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Takes a confirmation back.
pub fn withdraw_confirmation(authority: AuthorityId, code: &str, version: i64, at: Timestamp) -> Statement {
    Statement {
        sql: WITHDRAW_CONFIRMATION,
        args: args![authority, code, version, at],
        expect: Expect::One(Refusal::Stale),
    }
}

/// Every authority of the directory.
pub async fn authorities(snapshot: &mut Snapshot) -> Result<Vec<AuthorityRow>, StoreError> {
    let rows = snapshot.fetch(AUTHORITIES, args![]).await?;
    rows.iter()
        .map(|row| {
            Ok(AuthorityRow {
                id: row.id(0)?,
                kind: row.code(1)?,
                name: row.text(2)?,
                municipality_code: row.opt_text(3)?,
                county_code: row.opt_text(4)?,
                log_origin: row.text(5)?,
                is_local: row.flag(6)?,
                endpoint: row.opt_text(7)?,
                parcel_recipient: row.opt_text(8)?,
                parcel_verifying: row.opt_bytes(9)?,
                reception_phone: row.text(10)?,
            })
        })
        .collect()
}

/// The units of an authority.
pub async fn units(snapshot: &mut Snapshot, authority: AuthorityId) -> Result<Vec<UnitRow>, StoreError> {
    let rows = snapshot.fetch(UNITS, args![authority]).await?;
    rows.iter().map(|row| Ok(UnitRow { id: row.id(0)?, name: row.text(1)?, phone: row.text(2)? })).collect()
}

/// The users of an authority.
pub async fn users(snapshot: &mut Snapshot, authority: AuthorityId) -> Result<Vec<UserRow>, StoreError> {
    snapshot.fetch(USERS, args![authority]).await?.iter().map(user).collect()
}

/// One user.
pub async fn user_by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: UserId,
) -> Result<Option<UserRow>, StoreError> {
    snapshot.fetch_optional(USER, args![authority, id]).await?.as_ref().map(user).transpose()
}

/// Counsel's confirmations.
pub async fn confirmations(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
) -> Result<Vec<ConfirmationRow>, StoreError> {
    let rows = snapshot.fetch(CONFIRMATIONS, args![authority]).await?;
    rows.iter()
        .map(|row| {
            Ok(ConfirmationRow {
                basis_code: row.text(0)?,
                basis_version: row.int(1)?,
                confirmed_by: row.text(2)?,
                confirmed_on: row.text(3)?,
                wording: row.text(4)?,
            })
        })
        .collect()
}
