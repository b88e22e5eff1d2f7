//! Verifies a log where it lies, from the database.

use vocabulary::{AuthorityId, EntryId};

use super::{Index, Next, OpeningState, Page, Part, Place, Places, Trust, Verification, VerifyError, Walk};
use crate::tile::{Tile, TileId};
use crate::{AccessLog, Hash, Ledger, LedgerError, LogVerifier, StoredLeaf, opener::Opener, opener::Withhold};

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
        in_place(&**self.ledger(), log, trust, opener, progress).await.map(|(found, _)| found)
    }
}

/// Verifies one log of a database without an appender, so that a log that could not be continued can still be looked at. Also says where it can be cut.
///
/// # Errors
/// The first thing that is wrong.
pub async fn in_place<L: Ledger>(
    ledger: &L,
    log: AuthorityId,
    trust: Trust,
    opener: &dyn Opener,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(Verification, Places), VerifyError> {
    // The checkpoint first: the head that is read after it can only be further on.
    let note = ledger.checkpoint(log).await.map_err(unreadable)?.ok_or(VerifyError::Unsigned)?;
    let head = head(ledger, log).await?;
    let size = head.as_ref().map_or(0, |head| head.size);
    let pruned = ledger.pruned(log).await.map_err(unreadable)?;
    let mut walk = Walk::begin(trust, &note, Some(size))?.over(Part::remaining(pruned, size))?;
    let mut leaves: Vec<StoredLeaf> = Vec::new();
    let mut tiles: Vec<Tile> = Vec::new();
    loop {
        match walk.next() {
            Next::End => break,
            Next::Page(place) => {
                if leaves.first().is_none_or(|leaf| leaf.index != place.first) {
                    leaves = ledger.leaves(log, place.first, READ).await.map_err(unreadable)?;
                }
                let rest = page(ledger, log, &mut walk, place, &leaves, opener).await?;
                leaves.drain(..rest);
                progress(walk.size() - pruned, size - pruned);
            }
            Next::Pass(id, width) => {
                let tile = tile(ledger, log, id, width).await?;
                walk.pass(&tile)?;
            }
            Next::Skip(id) => {
                if tiles.first().is_none_or(|tile| tile.id != id) {
                    tiles = ledger.tiles(log, &[id]).await.map_err(unreadable)?;
                }
                let hash = tiles.first().and_then(|tile| tile.hash(walk.size() / 256 % 256));
                let hash: Hash = hash.ok_or_else(|| VerifyError::TileMissing { path: id.path(id.width(size)) })?;
                walk.skip(hash);
            }
        }
    }
    // Rows beyond the head are rows that the tree does not know; a head that is read after them shows which of them are merely new.
    let beyond = ledger.leaves(log, walk.size(), BEYOND).await.map_err(unreadable)?;
    if let Some(last) = beyond.last() {
        let now = self::head(ledger, log).await?;
        if now.is_none_or(|head| head.size <= last.index) {
            return Err(VerifyError::Inserted { index: last.index });
        }
    }
    let ids: Vec<TileId> = TileId::all(size).filter(|id| id.level > 0).collect();
    let stored = ledger.tiles(log, &ids).await.map_err(unreadable)?;
    let (report, places) = walk.finish_with_places(|id, width| {
        Ok(stored.iter().find(|tile| tile.id == id).map(|tile| prefix(&tile.bytes, width)))
    })?;
    match head {
        Some(head) if head.root != report.root => Err(VerifyError::Head),
        _ => Ok((report, places)),
    }
}

async fn head<L: Ledger>(ledger: &L, log: AuthorityId) -> Result<Option<crate::Head>, VerifyError> {
    let heads = ledger.heads().await.map_err(unreadable)?;
    Ok(heads.into_iter().find(|(other, _)| *other == log).map(|(_, head)| head))
}

async fn tile<L: Ledger>(ledger: &L, log: AuthorityId, id: TileId, width: u64) -> Result<Vec<u8>, VerifyError> {
    let tiles = ledger.tiles(log, &[id]).await.map_err(unreadable)?;
    let tile = tiles.first().ok_or_else(|| VerifyError::TileMissing { path: id.path(width) })?;
    Ok(prefix(&tile.bytes, width))
}

/// One page, from rows that are already read. Gives how many of them it took.
async fn page<L: Ledger>(
    ledger: &L,
    log: AuthorityId,
    walk: &mut Walk,
    place: Place,
    stored: &[StoredLeaf],
    opener: &dyn Opener,
) -> Result<usize, VerifyError> {
    let tile = tile(ledger, log, TileId { level: 0, index: place.first / 256 }, place.width).await?;
    let width = usize::try_from(place.width).unwrap_or(usize::MAX);
    let here = stored.get(..width.min(stored.len())).unwrap_or(stored);
    for (index, leaf) in (place.first..).zip(here) {
        if leaf.index > index {
            return Err(VerifyError::Deleted { index });
        }
        if leaf.index < index {
            return Err(VerifyError::Inserted { index: leaf.index });
        }
    }
    if here.len() < width {
        let size = place.first + u64::try_from(here.len()).unwrap_or(0);
        return Err(VerifyError::Truncated { size, expected: walk.expected() });
    }
    let checked = Page {
        leaves: here.iter().map(|leaf| leaf.leaf.as_slice()).collect(),
        tile: &tile,
        index: Index::Rows(here.iter().map(|leaf| &leaf.columns).collect()),
    }
    .check(place);
    walk.take(checked, |index, _| {
        let at = usize::try_from(index - place.first).unwrap_or(usize::MAX);
        Ok(match here.get(at).and_then(|leaf| Some((leaf.columns.id, leaf.opening.as_ref()?))) {
            None => OpeningState::Erased,
            Some((id, sealed)) => opener.open(EntryId(id), sealed).map_or(OpeningState::Withheld, OpeningState::Opened),
        })
    })?;
    Ok(width)
}

/// A stored tile may have grown since; what it was is its beginning.
fn prefix(bytes: &[u8], width: u64) -> Vec<u8> {
    let length = usize::try_from(width * 32).unwrap_or(usize::MAX);
    bytes.get(..length).unwrap_or(bytes).to_vec()
}

fn unreadable(_: LedgerError) -> VerifyError {
    VerifyError::Unreadable { what: "the database".to_owned() }
}
