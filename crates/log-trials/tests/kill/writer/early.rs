//! A ledger that acknowledges a commit before it happens: what the log must never do, so that a story can show that it would be found.

use std::sync::Arc;
use std::time::Duration;

use audit_log::{AppendMode, EntryRow, Head, Integration, Ledger, LedgerError, StoredLeaf, Tile, TileId};
use store::{Refusal, Store, Work};
use vocabulary::{AuthorityId, EntryId, Timestamp};

/// How much too early.
const TOO_EARLY: Duration = Duration::from_millis(20);

/// The store, with commits that are promised first and done later.
pub(crate) struct Early(pub(crate) Arc<Store>);

impl Ledger for Early {
    type Work = Work;
    type Refusal = Refusal;
    type Tx = <Store as Ledger>::Tx;

    fn mode(&self) -> AppendMode {
        self.0.mode()
    }

    async fn begin(&self) -> Result<Self::Tx, LedgerError> {
        self.0.begin().await
    }

    async fn run(&self, tx: &mut Self::Tx, work: &Work) -> Result<Result<(), Refusal>, LedgerError> {
        self.0.run(tx, work).await
    }

    async fn put_entries(&self, tx: &mut Self::Tx, rows: &[EntryRow]) -> Result<(), LedgerError> {
        self.0.put_entries(tx, rows).await
    }

    async fn logs(&self, tx: &mut Self::Tx) -> Result<Vec<AuthorityId>, LedgerError> {
        self.0.logs(tx).await
    }

    async fn take_unsequenced(
        &self,
        tx: &mut Self::Tx,
        log: AuthorityId,
        limit: usize,
    ) -> Result<Vec<(EntryId, Vec<u8>)>, LedgerError> {
        self.0.take_unsequenced(tx, log, limit).await
    }

    async fn head(&self, tx: &mut Self::Tx, log: AuthorityId) -> Result<Option<Head>, LedgerError> {
        self.0.head(tx, log).await
    }

    async fn tiles_in(&self, tx: &mut Self::Tx, log: AuthorityId, ids: &[TileId]) -> Result<Vec<Tile>, LedgerError> {
        self.0.tiles_in(tx, log, ids).await
    }

    async fn integrate(&self, tx: &mut Self::Tx, log: AuthorityId, step: &Integration) -> Result<(), LedgerError> {
        self.0.integrate(tx, log, step).await
    }

    async fn commit(&self, tx: Self::Tx) -> Result<(), LedgerError> {
        let store = Arc::clone(&self.0);
        tokio::spawn(async move {
            tokio::time::sleep(TOO_EARLY).await;
            // Nobody hears how it ended: that is what is wrong with it.
            let _ = store.commit(tx).await;
        });
        Ok(())
    }

    async fn holds(&self, log: AuthorityId, id: EntryId) -> Result<Option<Vec<u8>>, LedgerError> {
        self.0.holds(log, id).await
    }

    async fn lead(&self) -> Result<Option<i64>, LedgerError> {
        self.0.lead().await
    }

    async fn heads(&self) -> Result<Vec<(AuthorityId, Head)>, LedgerError> {
        self.0.heads().await
    }

    async fn leaves(&self, log: AuthorityId, from: u64, limit: usize) -> Result<Vec<StoredLeaf>, LedgerError> {
        self.0.leaves(log, from, limit).await
    }

    async fn tiles(&self, log: AuthorityId, ids: &[TileId]) -> Result<Vec<Tile>, LedgerError> {
        self.0.tiles(log, ids).await
    }

    async fn pruned(&self, log: AuthorityId) -> Result<u64, LedgerError> {
        self.0.pruned(log).await
    }

    async fn span(
        &self,
        log: AuthorityId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(u64, u64)>, LedgerError> {
        self.0.span(log, from, until).await
    }

    async fn put_checkpoint(&self, log: AuthorityId, note: &str, size: u64, at: Timestamp) -> Result<(), LedgerError> {
        self.0.put_checkpoint(log, note, size, at).await
    }

    async fn checkpoint(&self, log: AuthorityId) -> Result<Option<String>, LedgerError> {
        self.0.checkpoint(log).await
    }
}
