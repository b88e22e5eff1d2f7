//! The database's side of the access log. One of the two implementations of `Ledger`; the other lives in memory, for tests.

use audit_log::{
    AppendMode, Columns, EntryRow, Hash, Head, Integration, LastEntry, Ledger, LedgerError, SealedOpening, StoredLeaf,
    Tile, TileId,
};
use uuid::Uuid;
use vocabulary::{AuthorityId, EntryId, Timestamp};

use crate::db::Db;
use crate::ledger_sql as sql;
use crate::postgres::{act_as_application, act_as_sequencer};
use crate::transaction::Transaction;
use crate::{Refusal, Row, Store, StoreError, Value, Work, args, writer};

/// A writing transaction of the log: business rows, entries and the tree.
pub struct Tx {
    transaction: Transaction,
    bound: Option<AuthorityId>,
    role: Role,
}

/// PostgreSQL: the application may write entries and never move the tree; the sequencer the other way round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Application,
    Sequencer,
}

impl Tx {
    async fn assume(&mut self, role: Role) -> Result<(), StoreError> {
        if self.transaction.is_postgres() && self.role != role {
            match role {
                Role::Application => act_as_application(&mut self.transaction).await?,
                Role::Sequencer => act_as_sequencer(&mut self.transaction).await?,
            }
            self.role = role;
        }
        Ok(())
    }

    async fn insert<T>(
        &mut self,
        many: &crate::ledger_sql::Many,
        rows: &[T],
        values: impl Fn(&T) -> Vec<Value>,
    ) -> Result<(), StoreError> {
        for (text, piece) in many.pieces(rows) {
            let args: Vec<Value> = piece.iter().flat_map(&values).collect();
            self.transaction.execute(text, &args).await?;
        }
        Ok(())
    }

    async fn put(&mut self, rows: &[EntryRow]) -> Result<(), StoreError> {
        self.assume(Role::Application).await?;
        for of_one in rows.chunk_by(|a, b| a.authority == b.authority) {
            if let Some(first) = of_one.first() {
                writer::bind(&mut self.transaction, &mut self.bound, first.authority).await?;
            }
            self.insert(&sql::PUT_ENTRIES, of_one, sql::entry).await?;
            let mut subjects: Vec<_> = of_one
                .iter()
                .flat_map(|row| row.subjects.iter().map(move |subject| (row.authority, *subject, row.at, row.id)))
                .collect();
            // One index row for each person, however often the entry names them.
            subjects.sort_unstable();
            subjects.dedup();
            self.insert(&sql::PUT_SUBJECTS, &subjects, |(authority, subject, at, id)| {
                args![authority, subject, *at, id]
            })
            .await?;
            let openings: Vec<_> =
                of_one.iter().filter_map(|row| row.opening.as_ref().map(|opening| (row, opening))).collect();
            self.insert(&sql::PUT_OPENINGS, &openings, |(row, opening)| {
                args![row.authority, row.id, opening.key, opening.bytes.as_slice()]
            })
            .await?;
        }
        Ok(())
    }

    async fn integrate(&mut self, log: AuthorityId, step: &Integration) -> Result<bool, StoreError> {
        self.assume(Role::Sequencer).await?;
        let head = &step.head;
        let moved = self
            .transaction
            .execute(
                sql::MOVE_HEAD,
                &args![
                    log,
                    int(head.size)?,
                    head.frontier_bytes(),
                    head.root.0,
                    head.last.map(|last| last.instance),
                    head.last.map(|last| last.sequence),
                    head.last.map(|last| last.at),
                    step.epoch,
                    int(step.size_before)?,
                ],
            )
            .await?;
        // The upsert inserts when there is no head: then the tree must have been empty.
        if moved != 1 {
            return Ok(false);
        }
        let indexed: Vec<(EntryId, u64)> = step.entries.iter().copied().zip(step.size_before..).collect();
        for (text, piece) in sql::GIVE_INDEXES.pieces(&indexed) {
            let mut args = args![log];
            for (id, index) in piece {
                args.extend(args![id, int(*index)?]);
            }
            if self.transaction.execute(text, &args).await? != u64::try_from(piece.len()).unwrap_or(u64::MAX) {
                return Ok(false);
            }
        }
        for tile in &step.tiles {
            let args = args![log, tile.id.level, int(tile.id.index)?, tile.bytes.as_slice()];
            self.transaction.execute(sql::PUT_TILE, &args).await?;
        }
        Ok(true)
    }
}

impl Store {
    /// A transaction over one log, for reading or for its checkpoint.
    async fn reading(&self, log: AuthorityId) -> Result<Transaction, LedgerError> {
        self.db().read(Some(log)).await.map_err(failed)
    }

    async fn read_leaves(&self, log: AuthorityId, from: u64, limit: usize) -> Result<Vec<StoredLeaf>, StoreError> {
        let until = from.saturating_add(u64::try_from(limit).unwrap_or(u64::MAX)).min(i64::MAX.unsigned_abs());
        let args = args![log, int(from)?, int(until)?];
        let mut transaction = self.db().read(Some(log)).await?;
        let rows = transaction.fetch(sql::LEAVES, &args).await?;
        let subjects = transaction.fetch(sql::LEAF_SUBJECTS, &args).await?;
        transaction.rollback().await?;
        let mut leaves = rows.iter().map(stored_leaf).collect::<Result<Vec<_>, _>>()?;
        for row in &subjects {
            let (index, subject) = (unsigned(row, 0)?, row.uuid(1)?);
            if let Ok(at) = leaves.binary_search_by_key(&index, |leaf| leaf.index)
                && let Some(leaf) = leaves.get_mut(at)
            {
                leaf.columns.subjects.push(subject);
            }
        }
        Ok(leaves)
    }
}

impl Ledger for Store {
    type Work = Work;
    type Refusal = Refusal;
    type Tx = Tx;

    fn mode(&self) -> AppendMode {
        match self.db() {
            Db::Sqlite(_) => AppendMode::Integrated,
            Db::Postgres(_) => AppendMode::Outbox,
        }
    }

    async fn begin(&self) -> Result<Tx, LedgerError> {
        let transaction = self.db().begin().await.map_err(failed)?;
        Ok(Tx { transaction, bound: None, role: Role::Application })
    }

    async fn run(&self, tx: &mut Tx, work: &Work) -> Result<Result<(), Refusal>, LedgerError> {
        tx.assume(Role::Application).await.map_err(failed)?;
        writer::run(&mut tx.transaction, &mut tx.bound, work).await.map_err(failed)
    }

    async fn put_entries(&self, tx: &mut Tx, rows: &[EntryRow]) -> Result<(), LedgerError> {
        tx.put(rows).await.map_err(failed)
    }

    async fn logs(&self, tx: &mut Tx) -> Result<Vec<AuthorityId>, LedgerError> {
        tx.assume(Role::Sequencer).await.map_err(failed)?;
        let rows = tx.transaction.fetch(sql::LOGS, &[]).await.map_err(failed)?;
        rows.iter().map(|row| row.id(0).map_err(failed)).collect()
    }

    async fn take_unsequenced(
        &self,
        tx: &mut Tx,
        log: AuthorityId,
        limit: usize,
    ) -> Result<Vec<(EntryId, Vec<u8>)>, LedgerError> {
        tx.assume(Role::Sequencer).await.map_err(failed)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = tx.transaction.fetch(sql::WAITING, &args![log, limit]).await.map_err(failed)?;
        rows.iter().map(|row| Ok((row.id(0).map_err(failed)?, row.bytes(1).map_err(failed)?))).collect()
    }

    async fn head(&self, tx: &mut Tx, log: AuthorityId) -> Result<Option<Head>, LedgerError> {
        tx.assume(Role::Sequencer).await.map_err(failed)?;
        let row = tx.transaction.fetch_optional(sql::HEAD, &args![log]).await.map_err(failed)?;
        row.map(|row| head(&row).map(|(_, head)| head).map_err(failed)).transpose()
    }

    async fn tiles_in(&self, tx: &mut Tx, log: AuthorityId, ids: &[TileId]) -> Result<Vec<Tile>, LedgerError> {
        tx.assume(Role::Sequencer).await.map_err(failed)?;
        tiles(&mut tx.transaction, log, ids).await.map_err(failed)
    }

    async fn integrate(&self, tx: &mut Tx, log: AuthorityId, step: &Integration) -> Result<(), LedgerError> {
        if tx.integrate(log, step).await.map_err(failed)? { Ok(()) } else { Err(LedgerError::Moved) }
    }

    async fn commit(&self, tx: Tx) -> Result<(), LedgerError> {
        tx.transaction.commit().await.map_err(failed)
    }

    async fn holds(&self, log: AuthorityId, id: EntryId) -> Result<Option<Vec<u8>>, LedgerError> {
        let mut transaction = self.reading(log).await?;
        let row = transaction.fetch_optional(sql::LEAF_OF, &args![log, id]).await.map_err(failed)?;
        row.map(|row| row.bytes(0).map_err(failed)).transpose()
    }

    async fn lead(&self) -> Result<Option<i64>, LedgerError> {
        match self.db() {
            // One process, one writing connection: nobody else to lead.
            Db::Sqlite(_) => Ok(Some(0)),
            Db::Postgres(db) => db.lead().await.map_err(failed),
        }
    }

    async fn heads(&self) -> Result<Vec<(AuthorityId, Head)>, LedgerError> {
        let mut transaction = self.db().read(None).await.map_err(failed)?;
        if transaction.is_postgres() {
            act_as_sequencer(&mut transaction).await.map_err(failed)?;
        }
        let rows = transaction.fetch(sql::HEADS, &[]).await.map_err(failed)?;
        rows.iter().map(|row| head(row).map_err(failed)).collect()
    }

    async fn leaves(&self, log: AuthorityId, from: u64, limit: usize) -> Result<Vec<StoredLeaf>, LedgerError> {
        self.read_leaves(log, from, limit).await.map_err(failed)
    }

    async fn tiles(&self, log: AuthorityId, ids: &[TileId]) -> Result<Vec<Tile>, LedgerError> {
        let mut transaction = self.reading(log).await?;
        tiles(&mut transaction, log, ids).await.map_err(failed)
    }

    async fn pruned(&self, log: AuthorityId) -> Result<u64, LedgerError> {
        let mut transaction = self.reading(log).await?;
        let row = transaction.fetch_optional(sql::PRUNED, &args![log]).await.map_err(failed)?;
        row.map_or(Ok(0), |row| unsigned(&row, 0).map_err(failed))
    }

    async fn span(
        &self,
        log: AuthorityId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(u64, u64)>, LedgerError> {
        let mut transaction = self.reading(log).await?;
        let row = transaction.fetch_optional(sql::SPAN, &args![log, from, until]).await.map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        if row.opt_int(0).map_err(failed)?.is_none() {
            return Ok(None);
        }
        Ok(Some((unsigned(&row, 0).map_err(failed)?, unsigned(&row, 1).map_err(failed)? + 1)))
    }

    async fn put_checkpoint(&self, log: AuthorityId, note: &str, size: u64, at: Timestamp) -> Result<(), LedgerError> {
        let mut tx = self.begin().await?;
        tx.assume(Role::Sequencer).await.map_err(failed)?;
        let args = args![log, int(size).map_err(failed)?, at, note];
        tx.transaction.execute(sql::PUT_CHECKPOINT, &args).await.map_err(failed)?;
        self.commit(tx).await
    }

    async fn checkpoint(&self, log: AuthorityId) -> Result<Option<String>, LedgerError> {
        let mut transaction = self.reading(log).await?;
        let row = transaction.fetch_optional(sql::CHECKPOINT, &args![log]).await.map_err(failed)?;
        row.map(|row| row.text(0).map_err(failed)).transpose()
    }
}

/// The log's view of a failure. The code goes to the operator's trace; neither carries the database's text.
#[expect(clippy::needless_pass_by_value, reason = "it ends the error, as `map_err` wants it")]
fn failed(error: StoreError) -> LedgerError {
    let why = match error {
        StoreError::Busy(_) => return LedgerError::Busy,
        StoreError::Duplicate(_) => return LedgerError::Duplicate,
        StoreError::CommitUnknown(_) => return LedgerError::Lost,
        StoreError::Unavailable(_) => "it does not answer",
        StoreError::Full(_) => "it has no room left",
        StoreError::Corrupt(_) => "it is damaged",
        StoreError::Denied(_) => "the role may not do this",
        StoreError::Shape { .. } => "a column has another shape",
        StoreError::Spoilt => "an earlier statement failed",
        _ => "it refused a statement",
    };
    tracing::error!(%error, "the log's database failed");
    LedgerError::Failed(why)
}

fn int(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Shape { column: 0, wanted: "a number below 2^63" })
}

fn unsigned(row: &Row, column: usize) -> Result<u64, StoreError> {
    u64::try_from(row.int(column)?).map_err(|_| StoreError::Shape { column, wanted: "a number that is not negative" })
}

async fn tiles(transaction: &mut Transaction, log: AuthorityId, ids: &[TileId]) -> Result<Vec<Tile>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let args = args![log, id.level, int(id.index)?];
        if let Some(row) = transaction.fetch_optional(sql::TILE, &args).await? {
            found.push(Tile { id: *id, bytes: row.bytes(0)? });
        }
    }
    Ok(found)
}

fn head(row: &Row) -> Result<(AuthorityId, Head), StoreError> {
    let last = match (row.opt_uuid(4)?, row.opt_int(5)?, row.opt_at(6)?) {
        (Some(instance), Some(sequence), Some(at)) => Some(LastEntry { instance, sequence, at }),
        _ => None,
    };
    let frontier =
        Head::frontier_from(&row.bytes(2)?).ok_or(StoreError::Shape { column: 2, wanted: "whole hashes" })?;
    let head = Head { size: unsigned(row, 1)?, frontier, root: Hash(row.array(3)?), last, fence: row.int(7)? };
    Ok((row.id(0)?, head))
}

fn stored_leaf(row: &Row) -> Result<StoredLeaf, StoreError> {
    Ok(StoredLeaf {
        index: unsigned(row, 0)?,
        leaf: row.bytes(1)?,
        columns: columns(row, 2)?,
        opening: opening(row, 17)?,
    })
}

/// Index columns from `id` to `request_id`, starting at a position of the row. Subjects lie in rows of their own.
pub(crate) fn columns(row: &Row, first: usize) -> Result<Columns, StoreError> {
    let uuid = |offset: usize| row.opt_uuid(first + offset);
    let needed = |offset: usize| row.uuid(first + offset);
    let text = |offset: usize| row.text(first + offset);
    Ok(Columns {
        id: needed(0)?,
        at: row.int(first + 1)?,
        instance: needed(2)?,
        sequence: row.int(first + 3)?,
        user: needed(4)?,
        unit: needed(5)?,
        action: text(6)?,
        category: text(7)?,
        outcome: text(8)?,
        resource_kind: text(9)?,
        resource: uuid(10)?,
        case: uuid(11)?,
        subjects: Vec::<Uuid>::new(),
        purpose: text(12)?,
        basis: row.opt_text(first + 13)?,
        request: needed(14)?,
    })
}

/// The sealed opening, if the row has one.
pub(crate) fn opening(row: &Row, first: usize) -> Result<Option<SealedOpening>, StoreError> {
    Ok(match (row.opt_id(first)?, row.opt_bytes(first + 1)?) {
        (Some(key), Some(bytes)) => Some(SealedOpening { key, bytes }),
        _ => None,
    })
}
