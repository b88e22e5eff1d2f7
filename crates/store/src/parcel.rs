//! Parcels in transit: the sender's row on its way out, the recipient's row that it was taken in.

use vocabulary::{AuthorityId, JointRef, ParcelId, ReleaseId, Timestamp};

use crate::{Expect, Refusal, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT_OUT = "INSERT INTO parcel_out (authority_id, parcel_id, to_authority, joint_ref, number, kind, release_id, sealed, created_at, attempts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)";
    LAST_OUT = "SELECT COALESCE(MAX(number), 0) FROM parcel_out WHERE authority_id = $1 AND to_authority = $2";
    WAITING = "SELECT parcel_id, to_authority, number, kind, sealed, created_at, attempts FROM parcel_out WHERE authority_id = $1 AND delivered_at IS NULL ORDER BY to_authority, number LIMIT 100";
    ATTEMPTED = "UPDATE parcel_out SET attempts = attempts + 1 WHERE authority_id = $1 AND parcel_id = $2";
    DELIVERED = "UPDATE parcel_out SET delivered_at = $3, attempts = attempts + 1 WHERE authority_id = $1 AND parcel_id = $2 AND delivered_at IS NULL";
    OF_RELEASE = "SELECT parcel_id, kind, created_at, attempts, delivered_at FROM parcel_out WHERE authority_id = $1 AND release_id = $2 ORDER BY number";
    INSERT_IN = "INSERT INTO parcel_in (authority_id, from_authority, number, parcel_id, kind, digest, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LAST_IN = "SELECT COALESCE(MAX(number), 0) FROM parcel_in WHERE authority_id = $1 AND from_authority = $2";
    TAKEN_IN = "SELECT digest, received_at FROM parcel_in WHERE authority_id = $1 AND from_authority = $2 AND number = $3";
}

/// A parcel that waits to be delivered.
pub struct WaitingParcel {
    /// Random id.
    pub id: ParcelId,
    /// The recipient.
    pub to: AuthorityId,
    /// Its number in the row from this sender to this recipient.
    pub number: i64,
    /// What kind of crossing.
    pub kind: String,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// When made.
    pub created_at: Timestamp,
    /// How often delivery was tried.
    pub attempts: i64,
}

/// What became of a parcel.
pub struct DeliveryRow {
    /// Random id.
    pub id: ParcelId,
    /// What kind of crossing.
    pub kind: String,
    /// When made.
    pub created_at: Timestamp,
    /// How often delivery was tried.
    pub attempts: i64,
    /// When the recipient's receipt came.
    pub delivered_at: Option<Timestamp>,
}

/// A parcel on its way out. A number that is taken is [`Refusal::Duplicate`]: seal again with the next one.
#[expect(clippy::too_many_arguments, reason = "one column each")]
pub fn insert_out(
    authority: AuthorityId,
    id: ParcelId,
    to: AuthorityId,
    joint_ref: Option<JointRef>,
    number: i64,
    kind: &str,
    release: Option<ReleaseId>,
    sealed: Vec<u8>,
    at: Timestamp,
) -> Statement {
    Statement {
        sql: INSERT_OUT,
        args: args![authority, id, to, joint_ref, number, kind, release, sealed, at],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Delivery was tried and did not succeed.
pub fn attempted(authority: AuthorityId, id: ParcelId) -> Statement {
    Statement { sql: ATTEMPTED, args: args![authority, id], expect: Expect::One(Refusal::Missing) }
}

/// The recipient's receipt came. A second receipt for the same parcel changes nothing.
pub fn delivered(authority: AuthorityId, id: ParcelId, at: Timestamp) -> Statement {
    Statement { sql: DELIVERED, args: args![authority, id, at], expect: Expect::Any }
}

/// The parcel was taken in: a replay is refused as [`Refusal::Duplicate`].
pub fn insert_in(
    authority: AuthorityId,
    from: AuthorityId,
    number: i64,
    id: ParcelId,
    kind: &str,
    digest: [u8; 32],
    at: Timestamp,
) -> Statement {
    Statement {
        sql: INSERT_IN,
        args: args![authority, from, number, id, kind, digest.to_vec(), at],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// The last number used towards a recipient.
pub async fn last_out(snapshot: &mut Snapshot, authority: AuthorityId, to: AuthorityId) -> Result<i64, StoreError> {
    snapshot.fetch_optional(LAST_OUT, args![authority, to]).await?.map_or(Ok(0), |row| row.int(0))
}

/// The last number taken in from a sender.
pub async fn last_in(snapshot: &mut Snapshot, authority: AuthorityId, from: AuthorityId) -> Result<i64, StoreError> {
    snapshot.fetch_optional(LAST_IN, args![authority, from]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Digest and instant of a parcel that was taken in.
pub async fn taken_in(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    from: AuthorityId,
    number: i64,
) -> Result<Option<([u8; 32], Timestamp)>, StoreError> {
    let row = snapshot.fetch_optional(TAKEN_IN, args![authority, from, number]).await?;
    row.map(|row| Ok((row.array(0)?, row.at(1)?))).transpose()
}

/// Parcels that wait, in order per recipient.
pub async fn waiting(snapshot: &mut Snapshot, authority: AuthorityId) -> Result<Vec<WaitingParcel>, StoreError> {
    let rows = snapshot.fetch(WAITING, args![authority]).await?;
    rows.iter()
        .map(|row| {
            Ok(WaitingParcel {
                id: row.id(0)?,
                to: row.id(1)?,
                number: row.int(2)?,
                kind: row.text(3)?,
                sealed: row.bytes(4)?,
                created_at: row.at(5)?,
                attempts: row.int(6)?,
            })
        })
        .collect()
}

/// What became of a release's parcels: the copy, notices.
pub async fn of_release(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    release: ReleaseId,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let rows = snapshot.fetch(OF_RELEASE, args![authority, release]).await?;
    rows.iter()
        .map(|row| {
            Ok(DeliveryRow {
                id: row.id(0)?,
                kind: row.text(1)?,
                created_at: row.at(2)?,
                attempts: row.int(3)?,
                delivered_at: row.opt_at(4)?,
            })
        })
        .collect()
}
