//! The delegation list: who decides on which legal basis in an authority's name.

use uuid::Uuid;
use vocabulary::{AuthorityId, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO delegation (authority_id, delegation_id, basis_code, role, user_id, point, valid_from, valid_until, entered_at, entered_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    END = "UPDATE delegation SET valid_until = $3 WHERE authority_id = $1 AND delegation_id = $2 AND (valid_until IS NULL OR valid_until > $3)";
    LIST = "SELECT delegation_id, basis_code, role, user_id, point, valid_from, valid_until, entered_at, entered_by FROM delegation WHERE authority_id = $1 ORDER BY basis_code, valid_from, delegation_id LIMIT 1000";
}

/// A line of the list: for a role, or for one user.
#[derive(Clone, Debug)]
pub struct DelegationRow {
    /// Random id.
    pub id: Uuid,
    /// Code of the legal basis, every version of it.
    pub basis_code: String,
    /// Code of the role.
    pub role: Option<String>,
    /// The one user.
    pub user: Option<UserId>,
    /// Where in the authority's decision it stands.
    pub point: String,
    /// First day, ISO date.
    pub valid_from: String,
    /// Last day, ISO date.
    pub valid_until: Option<String>,
    /// When entered.
    pub entered_at: Timestamp,
    /// By whom; none when the authority was founded with it.
    pub entered_by: Option<UserId>,
}

fn delegation(row: &Row) -> Result<DelegationRow, StoreError> {
    Ok(DelegationRow {
        id: row.uuid(0)?,
        basis_code: row.text(1)?,
        role: row.opt_text(2)?,
        user: row.opt_id(3)?,
        point: row.text(4)?,
        valid_from: row.text(5)?,
        valid_until: row.opt_text(6)?,
        entered_at: row.at(7)?,
        entered_by: row.opt_id(8)?,
    })
}

/// A new line.
pub fn insert(authority: AuthorityId, row: &DelegationRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.basis_code.as_str(),
            row.role.as_deref(),
            row.user,
            row.point.as_str(),
            row.valid_from.as_str(),
            row.valid_until.as_deref(),
            row.entered_at,
            row.entered_by,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Ends a line on a day; one that has ended before stays as it was, and is refused as stale.
pub fn end(authority: AuthorityId, id: Uuid, last_day: &str) -> Statement {
    Statement { sql: END, args: args![authority, id, last_day], expect: Expect::One(Refusal::Stale) }
}

/// The whole list.
pub async fn list(snapshot: &mut Snapshot, authority: AuthorityId) -> Result<Vec<DelegationRow>, StoreError> {
    snapshot.fetch(LIST, args![authority]).await?.iter().map(delegation).collect()
}
