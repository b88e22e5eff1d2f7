//! A ledger in memory, in both modes, with mishaps on demand.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use vocabulary::{AuthorityId, EntryId, Timestamp};

use crate::{AppendMode, EntryRow, Head, Integration, Ledger, LedgerError, StoredLeaf, Tile, TileId};

/// What goes wrong with the next commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// Nothing.
    None,
    /// It fails and says so.
    Fail,
    /// It happens, but the answer is lost.
    LoseAnswer,
    /// It does not happen, and the answer is lost.
    LoseCommit,
    /// Contention.
    Busy,
}

/// A unit of work: keys that must not exist yet.
#[derive(Clone, Debug)]
pub struct MemoryWork(pub Vec<String>);

/// A key existed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key exists")]
pub struct MemoryRefusal;

#[derive(Default)]
struct State {
    keys: BTreeSet<String>,
    rows: BTreeMap<AuthorityId, BTreeMap<EntryId, EntryRow>>,
    heads: BTreeMap<AuthorityId, Head>,
    tiles: BTreeMap<(AuthorityId, TileId), Tile>,
    checkpoints: BTreeMap<AuthorityId, String>,
    commits: usize,
    pruned: BTreeMap<AuthorityId, u64>,
}

/// The ledger.
pub struct MemoryLedger {
    mode: AppendMode,
    state: Mutex<State>,
    mishaps: Mutex<VecDeque<Mishap>>,
    /// One writer in integrated mode.
    writer: Arc<tokio::sync::Mutex<()>>,
    /// Commits pass here; a test can close it for a while.
    gate: Arc<Semaphore>,
    leader: Mutex<Option<i64>>,
}

const GATE: u32 = 1 << 20;

/// A transaction: nothing of it is seen before the commit.
pub struct MemoryTx {
    keys: Vec<String>,
    rows: Vec<EntryRow>,
    steps: Vec<(AuthorityId, Integration)>,
    _writer: Option<OwnedMutexGuard<()>>,
}

/// While it lives, no commit goes through.
pub struct Hold {
    _permit: OwnedSemaphorePermit,
}

impl MemoryLedger {
    /// An empty ledger.
    #[must_use]
    pub fn new(mode: AppendMode) -> Self {
        Self {
            mode,
            state: Mutex::default(),
            mishaps: Mutex::default(),
            writer: Arc::default(),
            gate: Arc::new(Semaphore::new(GATE as usize)),
            leader: Mutex::new(Some(1)),
        }
    }

    /// What goes wrong with the commits to come, in order; after that all go well.
    pub fn expect_mishaps(&self, mishaps: impl IntoIterator<Item = Mishap>) {
        lock(&self.mishaps).extend(mishaps);
    }

    /// Holds up all commits.
    ///
    /// # Panics
    /// Never: the gate is not closed.
    #[expect(clippy::expect_used, reason = "for tests")]
    pub async fn hold(&self) -> Hold {
        Hold { _permit: Arc::clone(&self.gate).acquire_many_owned(GATE).await.expect("the gate stays") }
    }

    /// Another process takes (some epoch) or gives back (none leads) the sequencer's lead.
    pub fn lead_by(&self, epoch: Option<i64>) {
        *lock(&self.leader) = epoch;
    }

    /// Commits that went through.
    pub fn commits(&self) -> usize {
        lock(&self.state).commits
    }

    /// Whether a unit of work with this key was committed.
    pub fn has_key(&self, key: &str) -> bool {
        lock(&self.state).keys.contains(key)
    }

    /// The head of a log.
    pub fn head_of(&self, log: AuthorityId) -> Option<Head> {
        lock(&self.state).heads.get(&log).cloned()
    }

    /// All entries of a log by (instance, number), in the tree or not.
    pub fn entries(&self, log: AuthorityId) -> Vec<EntryRow> {
        let mut rows: Vec<EntryRow> =
            lock(&self.state).rows.get(&log).map(|rows| rows.values().cloned().collect()).unwrap_or_default();
        rows.sort_by_key(|row| (row.instance, row.sequence));
        rows
    }

    /// The leaves of a log in the order of the tree.
    pub fn leaves_in_order(&self, log: AuthorityId) -> Vec<Vec<u8>> {
        let mut rows: Vec<EntryRow> = self.entries(log).into_iter().filter(|row| row.index.is_some()).collect();
        rows.sort_by_key(|row| row.index);
        rows.into_iter().map(|row| row.leaf).collect()
    }

    /// Changes what is stored behind the log's back, as the owner of a database could.
    pub fn tamper(&self, log: AuthorityId, change: impl FnOnce(&mut BTreeMap<EntryId, EntryRow>)) {
        if let Some(rows) = lock(&self.state).rows.get_mut(&log) {
            change(rows);
        }
    }

    /// Changes a stored tile behind the log's back.
    pub fn tamper_tile(&self, log: AuthorityId, id: TileId, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(tile) = lock(&self.state).tiles.get_mut(&(log, id)) {
            change(&mut tile.bytes);
        }
    }

    /// Deletes the entries below a place, as retention does.
    pub fn prune(&self, log: AuthorityId, below: u64) {
        let mut state = lock(&self.state);
        if let Some(rows) = state.rows.get_mut(&log) {
            rows.retain(|_, row| row.index.is_none_or(|index| index >= below));
        }
        state.pruned.insert(log, below);
    }

    fn apply(&self, tx: MemoryTx) -> Result<(), LedgerError> {
        let mut state = lock(&self.state);
        // What a unique key or a compare-and-swap would find out.
        if tx.keys.iter().any(|key| state.keys.contains(key)) {
            return Err(LedgerError::Busy);
        }
        if tx.rows.iter().any(|row| state.rows.get(&row.authority).is_some_and(|rows| rows.contains_key(&row.id))) {
            return Err(LedgerError::Duplicate);
        }
        tx.steps.iter().try_for_each(|(log, step)| in_place(&state, *log, step))?;
        state.keys.extend(tx.keys);
        for row in tx.rows {
            state.rows.entry(row.authority).or_default().insert(row.id, row);
        }
        for (log, step) in tx.steps {
            for (index, id) in (step.size_before..).zip(&step.entries) {
                if let Some(row) = state.rows.get_mut(&log).and_then(|rows| rows.get_mut(id)) {
                    row.index = Some(index);
                }
            }
            state.tiles.extend(step.tiles.into_iter().map(|tile| ((log, tile.id), tile)));
            state.heads.insert(log, step.head);
        }
        state.commits += 1;
        Ok(())
    }
}

fn in_place(state: &State, log: AuthorityId, step: &Integration) -> Result<(), LedgerError> {
    let head = state.heads.get(&log);
    let (size, fence) = head.map_or((0, 0), |head| (head.size, head.fence));
    if size == step.size_before && fence <= step.epoch { Ok(()) } else { Err(LedgerError::Moved) }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ledger for MemoryLedger {
    type Work = MemoryWork;
    type Refusal = MemoryRefusal;
    type Tx = MemoryTx;

    fn mode(&self) -> AppendMode {
        self.mode
    }

    async fn begin(&self) -> Result<MemoryTx, LedgerError> {
        let writer =
            if self.mode == AppendMode::Integrated { Some(Arc::clone(&self.writer).lock_owned().await) } else { None };
        Ok(MemoryTx { keys: Vec::new(), rows: Vec::new(), steps: Vec::new(), _writer: writer })
    }

    async fn run(&self, tx: &mut MemoryTx, work: &MemoryWork) -> Result<Result<(), MemoryRefusal>, LedgerError> {
        if work.0.iter().any(|key| key == "poison") {
            return Err(LedgerError::Failed("a unit that breaks its transaction"));
        }
        let state = lock(&self.state);
        if work.0.iter().any(|key| state.keys.contains(key) || tx.keys.contains(key)) {
            return Ok(Err(MemoryRefusal));
        }
        tx.keys.extend(work.0.iter().cloned());
        Ok(Ok(()))
    }

    async fn put_entries(&self, tx: &mut MemoryTx, rows: &[EntryRow]) -> Result<(), LedgerError> {
        let state = lock(&self.state);
        for row in rows {
            let stored = state.rows.get(&row.authority).is_some_and(|rows| rows.contains_key(&row.id));
            if stored || tx.rows.iter().any(|other| (other.authority, other.id) == (row.authority, row.id)) {
                return Err(LedgerError::Duplicate);
            }
            tx.rows.push(row.clone());
        }
        Ok(())
    }

    async fn logs(&self, _: &mut MemoryTx) -> Result<Vec<AuthorityId>, LedgerError> {
        let state = lock(&self.state);
        Ok(state
            .rows
            .iter()
            .filter(|(_, rows)| rows.values().any(|row| row.index.is_none()))
            .map(|(log, _)| *log)
            .collect())
    }

    async fn take_unsequenced(
        &self,
        _: &mut MemoryTx,
        log: AuthorityId,
        limit: usize,
    ) -> Result<Vec<(EntryId, Vec<u8>)>, LedgerError> {
        let state = lock(&self.state);
        let mut rows: Vec<&EntryRow> =
            state.rows.get(&log).into_iter().flat_map(|rows| rows.values()).filter(|row| row.index.is_none()).collect();
        rows.sort_by_key(|row| (row.at, row.instance, row.sequence));
        Ok(rows.into_iter().take(limit).map(|row| (row.id, row.leaf.clone())).collect())
    }

    async fn head(&self, _: &mut MemoryTx, log: AuthorityId) -> Result<Option<Head>, LedgerError> {
        Ok(self.head_of(log))
    }

    async fn tiles_in(&self, _: &mut MemoryTx, log: AuthorityId, ids: &[TileId]) -> Result<Vec<Tile>, LedgerError> {
        self.tiles(log, ids).await
    }

    async fn integrate(&self, tx: &mut MemoryTx, log: AuthorityId, step: &Integration) -> Result<(), LedgerError> {
        in_place(&lock(&self.state), log, step)?;
        tx.steps.push((log, step.clone()));
        Ok(())
    }

    async fn commit(&self, tx: MemoryTx) -> Result<(), LedgerError> {
        let _through = self.gate.acquire().await;
        let mishap = lock(&self.mishaps).pop_front().unwrap_or(Mishap::None);
        match mishap {
            Mishap::None => self.apply(tx),
            Mishap::Fail => Err(LedgerError::Failed("the disk is full")),
            Mishap::LoseAnswer => self.apply(tx).and(Err(LedgerError::Lost)),
            Mishap::LoseCommit => Err(LedgerError::Lost),
            Mishap::Busy => Err(LedgerError::Busy),
        }
    }

    async fn holds(&self, log: AuthorityId, id: EntryId) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(lock(&self.state).rows.get(&log).and_then(|rows| rows.get(&id)).map(|row| row.leaf.clone()))
    }

    async fn lead(&self) -> Result<Option<i64>, LedgerError> {
        Ok(*lock(&self.leader))
    }

    async fn heads(&self) -> Result<Vec<(AuthorityId, Head)>, LedgerError> {
        Ok(lock(&self.state).heads.iter().map(|(log, head)| (*log, head.clone())).collect())
    }

    async fn leaves(&self, log: AuthorityId, from: u64, limit: usize) -> Result<Vec<StoredLeaf>, LedgerError> {
        let state = lock(&self.state);
        let rows = state.rows.get(&log).into_iter().flat_map(|rows| rows.values());
        let mut leaves: Vec<StoredLeaf> = rows
            .filter_map(|row| {
                let index = row.index.filter(|index| *index >= from)?;
                Some(StoredLeaf { index, leaf: row.leaf.clone(), columns: row.columns(), opening: row.opening.clone() })
            })
            .collect();
        leaves.sort_by_key(|leaf| leaf.index);
        leaves.truncate(limit);
        Ok(leaves)
    }

    async fn tiles(&self, log: AuthorityId, ids: &[TileId]) -> Result<Vec<Tile>, LedgerError> {
        let state = lock(&self.state);
        Ok(ids.iter().filter_map(|id| state.tiles.get(&(log, *id)).cloned()).collect())
    }

    async fn pruned(&self, log: AuthorityId) -> Result<u64, LedgerError> {
        Ok(lock(&self.state).pruned.get(&log).copied().unwrap_or(0))
    }

    async fn span(
        &self,
        log: AuthorityId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(u64, u64)>, LedgerError> {
        let rows = self.entries(log);
        let places = rows.iter().filter(|row| from <= row.at && row.at < until).filter_map(|row| row.index);
        Ok(places.fold(None, |span: Option<(u64, u64)>, at| {
            Some(span.map_or((at, at + 1), |(first, end)| (first.min(at), end.max(at + 1))))
        }))
    }

    async fn put_checkpoint(&self, log: AuthorityId, note: &str, _: u64, _: Timestamp) -> Result<(), LedgerError> {
        lock(&self.state).checkpoints.insert(log, note.to_owned());
        Ok(())
    }

    async fn checkpoint(&self, log: AuthorityId) -> Result<Option<String>, LedgerError> {
        Ok(lock(&self.state).checkpoints.get(&log).cloned())
    }
}
