//! Steps in the assessment of a received concern report (orosanmälan): what the board has assessed, and on which day.

use uuid::Uuid;
use vocabulary::{AuthorityId, ReceivedItemId, Sealed, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO concern_step (authority_id, concern_step_id, received_item_id, step, decided_on, entered_at, entered_by, body_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_ITEM = "SELECT concern_step_id, received_item_id, step, decided_on, entered_at, entered_by, body_sealed FROM concern_step WHERE authority_id = $1 AND received_item_id = $2 ORDER BY entered_at LIMIT 10";
}

/// A step's row.
pub struct ConcernStepRow {
    /// Random id.
    pub id: Uuid,
    /// The report.
    pub item: ReceivedItemId,
    /// `protection`, `preliminary`, `inquiry`: each once.
    pub step: String,
    /// The day of the decision, ISO date.
    pub decided_on: String,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// By whom.
    pub entered_by: UserId,
    /// What it came to and why, sealed under the item's key.
    pub body: Sealed<()>,
}

fn step(row: &Row) -> Result<ConcernStepRow, StoreError> {
    Ok(ConcernStepRow {
        id: row.uuid(0)?,
        item: row.id(1)?,
        step: row.text(2)?,
        decided_on: row.text(3)?,
        entered_at: row.at(4)?,
        entered_by: row.id(5)?,
        body: row.sealed(6)?,
    })
}

/// A step that was taken; each is taken once.
pub fn insert(authority: AuthorityId, row: &ConcernStepRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.item,
            row.step.as_str(),
            row.decided_on.as_str(),
            row.entered_at,
            row.entered_by,
            &row.body,
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// The steps of a report, oldest first.
pub async fn of_item(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    item: ReceivedItemId,
) -> Result<Vec<ConcernStepRow>, StoreError> {
    snapshot.fetch(OF_ITEM, args![authority, item]).await?.iter().map(step).collect()
}
