//! Own entries in a joint file: plain ones on the social side, police information on the other.

use vocabulary::{AuthorityId, JointEntryId, JointFileId, Sealed, SecrecyClass, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO joint_entry (authority_id, entry_id, joint_file_id, kind, class, written_at, written_by, availability, expires_on, withdrawn_at, body_sealed, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10, 1)";
    UPDATE = "UPDATE joint_entry SET class = $3, availability = $4, expires_on = $5, body_sealed = $6, version = version + 1 WHERE authority_id = $1 AND entry_id = $2 AND version = $7 AND withdrawn_at IS NULL";
    WITHDRAW = "UPDATE joint_entry SET withdrawn_at = $3, version = version + 1 WHERE authority_id = $1 AND entry_id = $2 AND version = $4 AND withdrawn_at IS NULL";
    BY_ID = "SELECT e.entry_id, e.joint_file_id, e.kind, e.class, e.written_at, e.written_by, e.availability, e.expires_on, e.withdrawn_at, e.body_sealed, e.version, u.name FROM joint_entry e JOIN app_user u ON u.authority_id = e.authority_id AND u.user_id = e.written_by WHERE e.authority_id = $1 AND e.entry_id = $2";
    OF_FILE = "SELECT e.entry_id, e.joint_file_id, e.kind, e.class, e.written_at, e.written_by, e.availability, e.expires_on, e.withdrawn_at, e.body_sealed, e.version, u.name FROM joint_entry e JOIN app_user u ON u.authority_id = e.authority_id AND u.user_id = e.written_by WHERE e.authority_id = $1 AND e.joint_file_id = $2 ORDER BY e.written_at DESC LIMIT 500";
}

/// An entry's row.
pub struct JointEntryRow {
    /// Random id.
    pub id: JointEntryId,
    /// Its joint file.
    pub joint_file: JointFileId,
    /// `entry` or `police_information`.
    pub kind: String,
    /// Secrecy class.
    pub class: SecrecyClass,
    /// When written.
    pub written_at: Timestamp,
    /// By whom.
    pub written_by: UserId,
    /// `named_persons` or `jointly_available`, for police information.
    pub availability: Option<String>,
    /// Who may see information that is available to a few named persons only (2018:1693 3 kap. 2 §).
    pub named: Vec<UserId>,
    /// The last day on which it stands, ISO date.
    pub expires_on: Option<String>,
    /// When withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// The content, sealed under the joint file's key.
    pub body: Sealed<()>,
    /// Row version.
    pub version: i64,
    /// Name of the author.
    pub author: String,
}

fn entry(row: &Row) -> Result<JointEntryRow, StoreError> {
    let stored = row.opt_text(6)?;
    let mut words = stored.as_deref().unwrap_or_default().split(' ');
    let availability = words.next().filter(|word| !word.is_empty()).map(str::to_owned);
    let named: Result<Vec<UserId>, _> = words.map(str::parse).collect();
    Ok(JointEntryRow {
        id: row.id(0)?,
        joint_file: row.id(1)?,
        kind: row.text(2)?,
        class: row.code(3)?,
        written_at: row.at(4)?,
        written_by: row.id(5)?,
        availability,
        named: named.map_err(|_| StoreError::Shape { column: 6, wanted: "an availability with ids of users" })?,
        expires_on: row.opt_text(7)?,
        withdrawn_at: row.opt_at(8)?,
        body: row.sealed(9)?,
        version: row.int(10)?,
        author: row.text(11)?,
    })
}

/// The availability as stored: its code, and after it the named persons.
fn availability(row: &JointEntryRow) -> Option<String> {
    let mut stored = row.availability.clone()?;
    for user in &row.named {
        stored.push(' ');
        stored.push_str(&user.to_string());
    }
    Some(stored)
}

/// A new entry.
pub fn insert(authority: AuthorityId, row: &JointEntryRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.joint_file,
            row.kind.as_str(),
            row.class,
            row.written_at,
            row.written_by,
            availability(row),
            row.expires_on.as_deref(),
            &row.body,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Writes class, availability, expiry and content; refused as stale when somebody was faster or the entry is withdrawn.
pub fn update(authority: AuthorityId, row: &JointEntryRow) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![authority, row.id, row.class, availability(row), row.expires_on.as_deref(), &row.body, row.version,],
        expect: Expect::One(Refusal::Stale),
    }
}

/// Withdraws an entry (embargo): it stays as a trace, and is neither read nor released any more.
pub fn withdraw(authority: AuthorityId, id: JointEntryId, at: Timestamp, version: i64) -> Statement {
    Statement { sql: WITHDRAW, args: args![authority, id, at, version], expect: Expect::One(Refusal::Stale) }
}

/// An entry by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: JointEntryId,
) -> Result<Option<JointEntryRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(entry).transpose()
}

/// The own entries of a joint file, newest first, withdrawn ones included.
pub async fn of_file(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    joint_file: JointFileId,
) -> Result<Vec<JointEntryRow>, StoreError> {
    snapshot.fetch(OF_FILE, args![authority, joint_file]).await?.iter().map(entry).collect()
}
