//! What has been entered in the personal file: which record, when, by whom.

use uuid::Uuid;
use vocabulary::{AuthorityId, CaseId, Timestamp, UserId};

use crate::{Expect, Refusal, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO personal_file_entry (authority_id, record_kind, record_id, case_id, entered_at, entered_by) VALUES ($1, $2, $3, $4, $5, $6)";
    OF_RECORD = "SELECT e.entered_at, u.name FROM personal_file_entry e JOIN app_user u ON u.authority_id = e.authority_id AND u.user_id = e.entered_by WHERE e.authority_id = $1 AND e.record_kind = $2 AND e.record_id = $3";
}

/// That a record stands in the personal file.
#[derive(Clone, Debug)]
pub struct EnteredRow {
    /// When it was noted.
    pub at: Timestamp,
    /// Name of who noted it; own side only.
    pub by: String,
}

/// A record is entered. Only once: a second time is refused as a duplicate.
pub fn insert(
    authority: AuthorityId,
    kind: &'static str,
    record: Uuid,
    case: CaseId,
    at: Timestamp,
    by: UserId,
) -> Statement {
    Statement {
        sql: INSERT,
        args: args![authority, kind, record, case, at, by],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Whether a record has been entered.
pub async fn of_record(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    kind: &'static str,
    record: Uuid,
) -> Result<Option<EnteredRow>, StoreError> {
    let rows = snapshot.fetch(OF_RECORD, args![authority, kind, record]).await?;
    rows.first().map(|row| Ok(EnteredRow { at: row.at(0)?, by: row.text(1)? })).transpose()
}
