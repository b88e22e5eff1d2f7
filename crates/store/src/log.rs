//! Reading the access log for auditors: search, one entry, its opening. Reading the log is an access of its own; the caller logs it first.

use std::collections::HashMap;
use std::sync::LazyLock;

use audit_log::{Columns, Outcome, SealedOpening};
use uuid::Uuid;
use vocabulary::{Action, AuthorityId, CaseId, EntryId, LogSubjectId, Timestamp, UserId};

use crate::ledger::{columns, opening as sealed_opening};
use crate::ledger_sql::Many;
use crate::{Row, Snapshot, StoreError, Value, args, sql};

/// Most lines of one page.
pub const PAGE: i64 = 100;

// One constant per leading index. Its own condition stands alone, so its index is used whatever the values are; the others only cut down what
// it finds, which is why they may be optional.
macro_rules! search {
    ($from:literal, $at:literal, $entry:literal, $($condition:literal)+) => {
        concat!(
            "SELECT e.leaf_index, e.id, e.at, e.instance, e.sequence, e.user_id, e.unit_id, e.action, e.category, e.outcome, \
             e.resource_kind, e.resource_id, e.case_id, e.purpose, e.basis, e.request_id FROM ",
            $from, " WHERE ", $($condition, " AND ",)+
            $at, " >= $2 AND (", $at, ", ", $entry, ") < ($3, $4) ORDER BY ", $at, " DESC, ", $entry, " DESC LIMIT $5"
        )
    };
    ($($condition:literal)+) => { search!("log_entry e", "e.at", "e.id", "e.authority_id = $1" $($condition)+) };
}

sql! {
    BY_TIME = search!("(e.user_id = $6 OR $6 IS NULL)" "(e.case_id = $7 OR $7 IS NULL)" "(e.action = $8 OR $8 IS NULL)" "(e.outcome = $9 OR $9 IS NULL)");
    BY_USER = search!("e.user_id = $6" "(e.case_id = $7 OR $7 IS NULL)" "(e.action = $8 OR $8 IS NULL)" "(e.outcome = $9 OR $9 IS NULL)");
    BY_CASE = search!("(e.user_id = $6 OR $6 IS NULL)" "e.case_id = $7" "(e.action = $8 OR $8 IS NULL)" "(e.outcome = $9 OR $9 IS NULL)");
    BY_ACTION = search!("(e.user_id = $6 OR $6 IS NULL)" "(e.case_id = $7 OR $7 IS NULL)" "e.action = $8" "(e.outcome = $9 OR $9 IS NULL)");
    BY_OUTCOME = search!("(e.user_id = $6 OR $6 IS NULL)" "(e.case_id = $7 OR $7 IS NULL)" "(e.action = $8 OR $8 IS NULL)" "e.outcome = $9");
    BY_SUBJECT = search!(
        "log_entry_subject s JOIN log_entry e ON e.authority_id = s.authority_id AND e.id = s.entry_id", "s.at", "s.entry_id",
        "s.authority_id = $1" "s.subject_id = $10" "(e.user_id = $6 OR $6 IS NULL)" "(e.case_id = $7 OR $7 IS NULL)" "(e.action = $8 OR $8 IS NULL)" "(e.outcome = $9 OR $9 IS NULL)"
    );
    ENTRY = "SELECT e.leaf_index, e.id, e.at, e.instance, e.sequence, e.user_id, e.unit_id, e.action, e.category, e.outcome, e.resource_kind, e.resource_id, e.case_id, e.purpose, e.basis, e.request_id, o.key_id, o.sealed, e.leaf FROM log_entry e LEFT JOIN log_opening o ON o.authority_id = e.authority_id AND o.entry_id = e.id WHERE e.authority_id = $1 AND e.id = $2";
    OPENING = "SELECT key_id, sealed FROM log_opening WHERE authority_id = $1 AND entry_id = $2";
    STATE = "SELECT h.size, h.root, h.last_at, c.size, c.at, c.note FROM log_head h LEFT JOIN log_checkpoint c ON c.authority_id = h.authority_id WHERE h.authority_id = $1";
}

static SUBJECTS: LazyLock<Many> = LazyLock::new(|| {
    Many::new(
        "SELECT given.column1, s.subject_id FROM (VALUES ",
        1,
        1,
        ") AS given JOIN log_entry_subject s ON s.authority_id = $1 AND s.entry_id = given.column1 ORDER BY s.subject_id",
    )
});

/// What an auditor looks for. Conditions that are given hold together.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    /// Who did it.
    pub user: Option<UserId>,
    /// Whom it was about.
    pub subject: Option<LogSubjectId>,
    /// Within which case.
    pub case: Option<CaseId>,
    /// What was done.
    pub action: Option<Action>,
    /// How it was decided.
    pub outcome: Option<Outcome>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// The last line of the page before: the search goes on with older ones.
    pub after: Option<(Timestamp, EntryId)>,
    /// Lines wanted, at most [`PAGE`]; 0 means [`PAGE`].
    pub limit: i64,
}

/// One line of the log as an auditor sees it; codes are as stored, because a forged one must be seen and not stop the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Place in the tree; none while it waits in the outbox.
    pub index: Option<u64>,
    /// The index columns, subjects included.
    pub columns: Columns,
}

/// One whole entry.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// The line.
    pub line: LogLine,
    /// The canonical bytes.
    pub leaf: Vec<u8>,
    /// What the commitments stand for, sealed; none when there never was any or when it has been erased.
    pub opening: Option<SealedOpening>,
}

/// Where an authority's log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// Leaves in the tree.
    pub size: i64,
    /// The root over them.
    pub root: [u8; 32],
    /// Instant of the last one.
    pub last: Option<Timestamp>,
    /// The last signed checkpoint: size, when, and the signed note.
    pub checkpoint: Option<(i64, Timestamp, String)>,
}

/// The newest lines that match, newest first.
pub async fn search(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    filter: &LogFilter,
) -> Result<Vec<LogLine>, StoreError> {
    let end = (filter.until.map_or(i64::MAX, Timestamp::micros), Uuid::nil());
    // Keyset paging: the page goes on strictly before the last line seen, and never reaches past the period's end.
    let (before, entry) = filter.after.map_or(end, |(at, id)| end.min((at.micros(), id.0)));
    let mut args = args![
        authority,
        filter.from.map_or(i64::MIN, Timestamp::micros),
        before,
        entry,
        if filter.limit <= 0 { PAGE } else { filter.limit.min(PAGE) },
        filter.user,
        filter.case,
        filter.action,
        filter.outcome.map(Outcome::code),
    ];
    let sql = match filter {
        LogFilter { subject: Some(_), .. } => BY_SUBJECT,
        LogFilter { case: Some(_), .. } => BY_CASE,
        LogFilter { user: Some(_), .. } => BY_USER,
        LogFilter { action: Some(_), .. } => BY_ACTION,
        LogFilter { outcome: Some(_), .. } => BY_OUTCOME,
        _ => BY_TIME,
    };
    if let Some(subject) = filter.subject {
        args.push(Value::from(subject));
    }
    let mut lines = snapshot.fetch(sql, args).await?.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    add_subjects(snapshot, authority, &mut lines).await?;
    Ok(lines)
}

/// One entry with its opening.
pub async fn entry(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: EntryId,
) -> Result<Option<LogEntry>, StoreError> {
    let Some(row) = snapshot.fetch_optional(ENTRY, args![authority, id]).await? else { return Ok(None) };
    let mut lines = [line(&row)?];
    add_subjects(snapshot, authority, &mut lines).await?;
    let [line] = lines;
    Ok(Some(LogEntry { line, leaf: row.bytes(18)?, opening: sealed_opening(&row, 16)? }))
}

/// The sealed opening of one entry, if it still exists.
pub async fn opening(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: EntryId,
) -> Result<Option<SealedOpening>, StoreError> {
    match snapshot.fetch_optional(OPENING, args![authority, id]).await? {
        Some(row) => sealed_opening(&row, 0),
        None => Ok(None),
    }
}

/// Where the log stands; none before its first entry.
pub async fn state(snapshot: &mut Snapshot, authority: AuthorityId) -> Result<Option<LogState>, StoreError> {
    let Some(row) = snapshot.fetch_optional(STATE, args![authority]).await? else { return Ok(None) };
    let checkpoint = match (row.opt_int(3)?, row.opt_at(4)?, row.opt_text(5)?) {
        (Some(size), Some(at), Some(note)) => Some((size, at, note)),
        _ => None,
    };
    Ok(Some(LogState { size: row.int(0)?, root: row.array(1)?, last: row.opt_at(2)?, checkpoint }))
}

fn line(row: &Row) -> Result<LogLine, StoreError> {
    Ok(LogLine { index: row.opt_int(0)?.and_then(|index| u64::try_from(index).ok()), columns: columns(row, 1)? })
}

async fn add_subjects(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    lines: &mut [LogLine],
) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = lines.iter().map(|line| line.columns.id).collect();
    let mut subjects: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (text, piece) in SUBJECTS.pieces(&ids) {
        let mut args = args![authority];
        args.extend(piece.iter().map(Value::from));
        for row in snapshot.fetch(text, args).await? {
            subjects.entry(row.uuid(0)?).or_default().push(row.uuid(1)?);
        }
    }
    for line in lines {
        line.columns.subjects = subjects.remove(&line.columns.id).unwrap_or_default();
    }
    Ok(())
}
