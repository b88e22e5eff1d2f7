//! What the log needs of a database. `store` implements it on SQLite and PostgreSQL; one other implementation lives in memory, for tests.

use core::future::Future;

use uuid::Uuid;
use vocabulary::{AuthorityId, EntryId, Timestamp};

use crate::{EntryRow, Hash, StoredLeaf, Tile, TileId};

/// The two ways to append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendMode {
    /// One writer: business rows, entries, tiles and head in one transaction.
    Integrated,
    /// The business transaction writes the entry as an outbox row; a sequencer moves batches into the tree.
    Outbox,
}

/// The entry at the end of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastEntry {
    /// Who wrote it.
    pub instance: Uuid,
    /// Its number within the instance.
    pub sequence: i64,
    /// The latest instant of any entry in the tree, never earlier than this entry's own.
    pub at: Timestamp,
}

/// Where a log's tree stands: one row per log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of leaves.
    pub size: u64,
    /// Roots of the maximal perfect subtrees from left to right: as many as `size` has one bits. Stored concatenated.
    pub frontier: Vec<Hash>,
    /// The RFC 6962 root.
    pub root: Hash,
    /// The last leaf; none in an empty log.
    pub last: Option<LastEntry>,
    /// The highest leader epoch that moved this head.
    pub fence: i64,
}

impl Head {
    /// The frontier as stored: the hashes one after another.
    #[must_use]
    pub fn frontier_bytes(&self) -> Vec<u8> {
        self.frontier.iter().flat_map(|hash| hash.0).collect()
    }

    /// The frontier from its stored bytes; none when they are not whole hashes.
    #[must_use]
    pub fn frontier_from(bytes: &[u8]) -> Option<Vec<Hash>> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        rest.is_empty().then(|| hashes.iter().copied().map(Hash).collect())
    }
}

/// One step of a log's tree.
#[derive(Clone, Debug)]
pub struct Integration {
    /// The head must stand at this size; otherwise [`LedgerError::Moved`]. 0: there is no head row yet, or an empty one.
    pub size_before: u64,
    /// The epoch of the leader that asks. A head that a higher epoch has moved is not touched: [`LedgerError::Moved`].
    pub epoch: i64,
    /// Entries that get the indexes `size_before`, `size_before + 1` ... in this order. Empty when their rows were put with an index.
    pub entries: Vec<EntryId>,
    /// Tiles to write over what stands at their place.
    pub tiles: Vec<Tile>,
    /// The head afterwards; its fence is `epoch`.
    pub head: Head,
}

/// Why the database did not do what was asked. Never carries the database's own text: that holds row contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Contention (lock, serialisation, dead lock): the transaction is gone, the same thing may succeed at once.
    #[error("the database was busy")]
    Busy,
    /// An entry id is already in the log.
    #[error("an entry with this id exists")]
    Duplicate,
    /// The head is not where it was expected, or a newer leader has it.
    #[error("the head of the log has moved")]
    Moved,
    /// The answer was lost: it is not known whether the transaction was committed.
    #[error("the answer of the database was lost")]
    Lost,
    /// It failed and nothing was committed.
    #[error("the database failed: {0}")]
    Failed(&'static str),
}

/// The database, as the log sees it. Dropping a transaction rolls it back.
pub trait Ledger: Send + Sync + 'static {
    /// One unit of business rows, as data, so that it can be run again.
    type Work: Send + Sync + 'static;
    /// Why a unit was refused.
    type Refusal: Send + Sync + 'static + std::error::Error;
    /// A transaction that may write.
    type Tx: Send;

    /// How this database appends.
    fn mode(&self) -> AppendMode;

    /// Begins a writing transaction. In integrated mode it holds the only write lock from here on.
    fn begin(&self) -> impl Future<Output = Result<Self::Tx, LedgerError>> + Send;

    /// Runs one unit in a savepoint. `Ok(Err(refusal))`: that unit was rolled back alone and the transaction goes on. `Err`: the transaction is lost.
    fn run(
        &self,
        tx: &mut Self::Tx,
        work: &Self::Work,
    ) -> impl Future<Output = Result<Result<(), Self::Refusal>, LedgerError>> + Send;

    /// Writes entries with their openings and index rows (after the business rows of the same transaction). An id that exists: [`LedgerError::Duplicate`].
    fn put_entries(&self, tx: &mut Self::Tx, rows: &[EntryRow])
    -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// Logs that have entries without an index. Outbox mode only.
    fn logs(&self, tx: &mut Self::Tx) -> impl Future<Output = Result<Vec<AuthorityId>, LedgerError>> + Send;

    /// Entries without an index that this transaction can see, **ordered by (at, instance, sequence)**, with their leaf bytes. Outbox mode only.
    ///
    /// Found by "index is null", never by "id above the last one seen": rows commit out of order and would be lost.
    fn take_unsequenced(
        &self,
        tx: &mut Self::Tx,
        log: AuthorityId,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<(EntryId, Vec<u8>)>, LedgerError>> + Send;

    /// The head of one log inside the transaction; none when nothing was ever appended.
    fn head(
        &self,
        tx: &mut Self::Tx,
        log: AuthorityId,
    ) -> impl Future<Output = Result<Option<Head>, LedgerError>> + Send;

    /// The named tiles of one log inside the transaction; those that do not exist are left out.
    fn tiles_in(
        &self,
        tx: &mut Self::Tx,
        log: AuthorityId,
        ids: &[TileId],
    ) -> impl Future<Output = Result<Vec<Tile>, LedgerError>> + Send;

    /// Moves the tree one step: indexes, tiles, and the head by compare-and-swap on (`size_before`, `fence <= epoch`).
    fn integrate(
        &self,
        tx: &mut Self::Tx,
        log: AuthorityId,
        step: &Integration,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// Commits durably. [`LedgerError::Lost`] when the answer did not come; every other error means that nothing was committed.
    fn commit(&self, tx: Self::Tx) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// The stored leaf of an entry, whether it has an index or not: answers retries, and commits whose answer was lost.
    fn holds(&self, log: AuthorityId, id: EntryId)
    -> impl Future<Output = Result<Option<Vec<u8>>, LedgerError>> + Send;

    /// Takes or keeps the lead over sequencing: the epoch, higher than that of every earlier leader and the same while this process leads; none when
    /// another process leads. Outbox mode only.
    fn lead(&self) -> impl Future<Output = Result<Option<i64>, LedgerError>> + Send;

    /// Every log with its head, outside any transaction.
    fn heads(&self) -> impl Future<Output = Result<Vec<(AuthorityId, Head)>, LedgerError>> + Send;

    /// Leaves in order from an index on.
    fn leaves(
        &self,
        log: AuthorityId,
        from: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<StoredLeaf>, LedgerError>> + Send;

    /// The named tiles, outside any transaction; those that do not exist are left out.
    fn tiles(&self, log: AuthorityId, ids: &[TileId]) -> impl Future<Output = Result<Vec<Tile>, LedgerError>> + Send;

    /// Entries below this place have come to the end of their term and were deleted: a multiple of 256, 0 when none.
    fn pruned(&self, log: AuthorityId) -> impl Future<Output = Result<u64, LedgerError>> + Send;

    /// The first place of an entry of a period, and the place after the last one; none when the period has no entry in the tree. The period begins with
    /// `from` and ends before `until`.
    fn span(
        &self,
        log: AuthorityId,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Future<Output = Result<Option<(u64, u64)>, LedgerError>> + Send;

    /// Keeps a signed checkpoint (a C2SP signed note). An older one of the same log may be replaced.
    fn put_checkpoint(
        &self,
        log: AuthorityId,
        note: &str,
        size: u64,
        at: Timestamp,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// The latest signed checkpoint.
    fn checkpoint(&self, log: AuthorityId) -> impl Future<Output = Result<Option<String>, LedgerError>> + Send;
}
