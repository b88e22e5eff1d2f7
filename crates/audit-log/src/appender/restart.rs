//! What an instance checks before it appends to logs that others wrote.

use vocabulary::AuthorityId;

use crate::edge::Edge;
use crate::note::Note;
use crate::proof::ProofPlan;
use crate::signed::SignedMemory;
use crate::tile::TileSet;
use crate::{Checkpoint, Hash, Head, Ledger, LedgerError, LogError};

/// Every stored head must be carried by its tiles, and be a continuation of what was last signed.
pub(super) async fn check<L: Ledger>(ledger: &L, signed: &dyn SignedMemory) -> Result<(), LogError> {
    let heads = ledger.heads().await.map_err(unavailable)?;
    for (log, head) in &heads {
        let tiles = ledger.tiles(*log, &Edge::tiles_of(head.size)).await.map_err(unavailable)?;
        Edge::load(head, tiles).map_err(|_| LogError::Corrupt(*log))?;
    }
    for (log, note) in signed.all().map_err(|_| LogError::SignedMemory)? {
        let head = heads.iter().find(|(other, _)| *other == log).map(|(_, head)| head);
        continues(ledger, log, head, &note).await?;
    }
    Ok(())
}

/// A head must continue a checkpoint that we signed. A database restored from a backup does not.
pub(super) async fn continues<L: Ledger>(
    ledger: &L,
    log: AuthorityId,
    head: Option<&Head>,
    note: &str,
) -> Result<(), LogError> {
    let note = Note::parse(note).map_err(|_| LogError::SignedMemory)?;
    let signed = Checkpoint::parse(&note.text).map_err(|_| LogError::SignedMemory)?;
    let size = head.map_or(0, |head| head.size);
    if size < signed.size || root_at(ledger, log, signed.size).await? != signed.root {
        tracing::error!(%log, stored = size, signed = signed.size, "the log is not a continuation of its last signed checkpoint");
        return Err(LogError::NotAContinuation(log));
    }
    Ok(())
}

/// The root that the log had at a size, from its tiles.
pub(super) async fn root_at<L: Ledger>(ledger: &L, log: AuthorityId, size: u64) -> Result<Hash, LogError> {
    let plan = ProofPlan::root(size);
    let tiles: TileSet = ledger.tiles(log, &plan.tiles()).await.map_err(unavailable)?.into_iter().collect();
    plan.hashes(&tiles).and_then(|roots| roots.first().copied()).ok_or(LogError::Corrupt(log))
}

pub(super) fn unavailable(error: LedgerError) -> LogError {
    tracing::error!(%error, "the access log could not be read");
    LogError::Unavailable
}
