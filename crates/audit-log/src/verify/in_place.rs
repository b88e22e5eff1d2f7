//! Verifies a log where it lies, from the database.

use vocabulary::{AuthorityId, EntryId};

use super::{OpeningState, Page, Trust, Verification, VerifyError, Walk};
use crate::tile::{TILE_WIDTH, TileId};
use crate::{AccessLog, Ledger, LedgerError, LogVerifier, StoredLeaf, opener::Opener, opener::Withhold};

/// Leaves read at a time: a whole number of pages.
const READ: usize = 16 * 256;
/// How far beyond the head rows are looked for.
const BEYOND: usize = u32::MAX as usize;

impl<L: Ledger> AccessLog<L> {
    /// Computes the log again from its leaves and compares everything that is stored about it. Openings stay closed.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub async fn verify(
        &self,
        log: AuthorityId,
        key: &LogVerifier,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Verification, VerifyError> {
        self.verify_with(log, Trust::in_key(key.clone()), &Withhold, progress).await
    }

    /// The same with witnesses and checkpoints known from before, and with openings opened by `opener`.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub async fn verify_with(
        &self,
        log: AuthorityId,
        trust: Trust,
        opener: &dyn Opener,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Verification, VerifyError> {
        let ledger = &**self.ledger();
        // The checkpoint first: the head that is read after it can only be further on.
        let note = ledger.checkpoint(log).await.map_err(unreadable)?.ok_or(VerifyError::Unsigned)?;
        let heads = ledger.heads().await.map_err(unreadable)?;
        let head = heads.into_iter().find(|(other, _)| *other == log).map(|(_, head)| head);
        let mut walk = Walk::begin(trust, &note, Some(head.as_ref().map_or(0, |head| head.size)))?;
        while walk.size() < walk.expected() {
            let first = walk.size();
            let leaves = ledger.leaves(log, first, READ).await.map_err(unreadable)?;
            if leaves.is_empty() {
                return Err(VerifyError::Truncated { size: first, expected: walk.expected() });
            }
            let mut leaves = leaves.into_iter().peekable();
            while walk.size() < walk.expected() && leaves.peek().is_some() {
                let page = page(ledger, log, &walk, &mut leaves, opener).await?;
                walk.page(&page)?;
                progress(walk.size(), walk.expected());
            }
        }
        // Rows beyond the head are rows that the tree does not know; a head that is read after them shows which of them are merely new.
        let beyond = ledger.leaves(log, walk.size(), BEYOND).await.map_err(unreadable)?;
        if let Some(last) = beyond.last() {
            let heads = ledger.heads().await.map_err(unreadable)?;
            if !heads.iter().any(|(other, head)| *other == log && head.size > last.index) {
                return Err(VerifyError::Inserted { index: last.index });
            }
        }
        let expected = walk.expected();
        let ids: Vec<TileId> = TileId::all(expected).filter(|id| id.level > 0).collect();
        let stored = ledger.tiles(log, &ids).await.map_err(unreadable)?;
        let report = walk
            .finish(|id, width| Ok(stored.iter().find(|tile| tile.id == id).map(|tile| prefix(&tile.bytes, width))))?;
        match head {
            Some(head) if head.root != report.root => Err(VerifyError::Head),
            _ => Ok(report),
        }
    }
}

/// One page, from rows that are already read.
async fn page<L: Ledger>(
    ledger: &L,
    log: AuthorityId,
    walk: &Walk,
    leaves: &mut core::iter::Peekable<std::vec::IntoIter<StoredLeaf>>,
    opener: &dyn Opener,
) -> Result<Page, VerifyError> {
    let (first, width) = (walk.size(), walk.next_width());
    let id = TileId { level: 0, index: first / TILE_WIDTH };
    let tile = ledger.tiles(log, &[id]).await.map_err(unreadable)?;
    let tile = tile.first().ok_or_else(|| VerifyError::TileMissing { path: id.path(width) })?;
    let mut page = Page { tile: prefix(&tile.bytes, width), columns: Some(Vec::new()), ..Page::default() };
    for index in first..first + width {
        let Some(leaf) = leaves.next() else {
            return Err(VerifyError::Truncated { size: index, expected: walk.expected() });
        };
        if leaf.index > index {
            return Err(VerifyError::Deleted { index });
        }
        if leaf.index < index {
            return Err(VerifyError::Inserted { index: leaf.index });
        }
        page.openings.push(match &leaf.opening {
            None => OpeningState::Erased,
            Some(sealed) => {
                opener.open(EntryId(leaf.columns.id), sealed).map_or(OpeningState::Withheld, OpeningState::Opened)
            }
        });
        page.leaves.push(leaf.leaf);
        if let Some(columns) = &mut page.columns {
            columns.push(leaf.columns);
        }
    }
    Ok(page)
}

/// A stored tile may have grown since; what it was is its beginning.
fn prefix(bytes: &[u8], width: u64) -> Vec<u8> {
    let length = usize::try_from(width * 32).unwrap_or(usize::MAX);
    bytes.get(..length).unwrap_or(bytes).to_vec()
}

fn unreadable(_: LedgerError) -> VerifyError {
    VerifyError::Unreadable { what: "the database".to_owned() }
}
