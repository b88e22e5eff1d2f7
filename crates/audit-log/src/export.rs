//! Writes a log as a directory that a stranger can verify: C2SP tlog-tiles, the signed checkpoint, and beside them index and openings.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use vocabulary::{AuthorityId, EntryId, Timestamp};

use crate::opener::Opener;
use crate::opening_line::OpeningLine;
use crate::tile::{TILE_WIDTH, TileId, bundle_path};
use crate::verify::directory::{CHECKPOINT, INDEX, KEY, OPENINGS, PART};
use crate::verify::{OpeningState, Part, Places};
use crate::{CheckpointError, Ledger, LedgerError, LogVerifier, SignedCheckpoint, StoredLeaf, leaf};

/// Where an export goes. Paths are relative, with `/` between their parts.
pub trait Sink: Send {
    /// Writes a whole file.
    ///
    /// # Errors
    /// When it cannot be written.
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// Writes at the end of a file, which begins empty.
    ///
    /// # Errors
    /// When it cannot be written.
    fn append(&mut self, path: &str, bytes: &[u8]) -> io::Result<()>;
}

/// A directory on disk. It should be new: what lies there already is not removed.
pub struct DirectorySink(PathBuf);

impl DirectorySink {
    /// Writes into a directory, which is made when needed.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self(directory.into())
    }

    fn place(&self, path: &str) -> io::Result<PathBuf> {
        let file = self.0.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(file)
    }
}

impl Sink for DirectorySink {
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        fs::write(self.place(path)?, bytes)
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        fs::OpenOptions::new().create(true).append(true).open(self.place(path)?)?.write_all(bytes)
    }
}

/// Why an export stopped. What was written so far is not a whole export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Nothing was signed yet: sign a checkpoint first.
    #[error("the log has no signed checkpoint yet")]
    Unsigned,
    /// The stored checkpoint is not of this key.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The log has no such part.
    #[error("the log has no such part")]
    Part,
    /// The log is not whole: verify it in place.
    #[error("the log is not whole at entry {0}")]
    NotWhole(u64),
    /// The database.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The sink.
    #[error("the export could not be written: {0}")]
    Sink(#[from] io::Error),
}

/// Exports the log up to its last signed checkpoint: all that retention has left, or a part of it. `opener` decides which openings go along in clear;
/// `progress` hears of leaves done and in all.
///
/// # Errors
/// See [`ExportError`].
pub async fn export<L: Ledger, S: Sink>(
    ledger: &L,
    log: AuthorityId,
    key: &LogVerifier,
    part: Option<Part>,
    opener: &dyn Opener,
    sink: &mut S,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<SignedCheckpoint, ExportError> {
    let note = ledger.checkpoint(log).await?.ok_or(ExportError::Unsigned)?;
    let signed = SignedCheckpoint::open(&note, key)?;
    let size = signed.checkpoint.size;
    let pruned = ledger.pruned(log).await?;
    let mut part = part.unwrap_or_else(|| Part::remaining(pruned, size));
    // The log may have grown since the part was chosen: its last page is exported as full as it is now.
    part.end = part.end.next_multiple_of(TILE_WIDTH).min(size);
    if part.pruned != pruned || !part.fits(size) {
        return Err(ExportError::Part);
    }
    sink.append(INDEX, b"")?;
    sink.append(OPENINGS, b"")?;
    let mut done = part.first;
    while done < part.end {
        let width = (part.end - done).min(TILE_WIDTH);
        let leaves = ledger.leaves(log, done, usize::try_from(width).unwrap_or(256)).await?;
        let whole = u64::try_from(leaves.len()) == Ok(width)
            && leaves.iter().zip(done..).all(|(leaf, index)| leaf.index == index);
        if !whole {
            return Err(ExportError::NotWhole(done));
        }
        let page = Page::of(&leaves, opener).ok_or(ExportError::NotWhole(done))?;
        sink.put(&bundle_path(done / TILE_WIDTH, width), &page.bundle)?;
        sink.append(INDEX, &page.index)?;
        sink.append(OPENINGS, &page.openings)?;
        done += width;
        progress(done - part.first, part.end - part.first);
    }
    // Of level 0, a part needs the tiles of its own pages and the last one, from which the root is computed.
    let needed = |id: &TileId| id.level > 0 || part.holds(id.index * TILE_WIDTH) || id.width(size) < TILE_WIDTH;
    let ids: Vec<TileId> = TileId::all(size).filter(needed).collect();
    for ids in ids.chunks(64) {
        let tiles = ledger.tiles(log, ids).await?;
        for id in ids {
            let width = id.width(size);
            let tile = tiles.iter().find(|tile| tile.id == *id).ok_or(ExportError::NotWhole(id.index))?;
            let length = usize::try_from(width * 32).unwrap_or(usize::MAX);
            sink.put(&id.path(width), tile.bytes.get(..length).ok_or(ExportError::NotWhole(id.index))?)?;
        }
    }
    sink.put(KEY, format!("{key}\n").as_bytes())?;
    if !part.is_whole(size) {
        sink.put(PART, &serde_json::to_vec(&part).map_err(io::Error::other)?)?;
    }
    sink.put(CHECKPOINT, note.as_bytes())?;
    Ok(signed)
}

/// The part of a log that covers a period: whole pages, beginning where counting can go on (see [`Places`]). None when the period has no entry.
///
/// # Errors
/// When the database does not answer.
pub async fn part_of<L: Ledger>(
    ledger: &L,
    log: AuthorityId,
    places: &Places,
    size: u64,
    from: Timestamp,
    until: Timestamp,
) -> Result<Option<Part>, LedgerError> {
    let pruned = ledger.pruned(log).await?;
    let Some((first, end)) = ledger.span(log, from, until).await? else { return Ok(None) };
    let first = places.at_or_below(first.min(size)).max(pruned);
    let end = end.max(first).next_multiple_of(TILE_WIDTH).min(size);
    Ok(Some(Part { end, first, pruned }))
}

/// 256 leaves as they are written.
#[derive(Default)]
struct Page {
    bundle: Vec<u8>,
    index: Vec<u8>,
    openings: Vec<u8>,
}

impl Page {
    fn of(leaves: &[StoredLeaf], opener: &dyn Opener) -> Option<Self> {
        let mut page = Self::default();
        for stored in leaves {
            page.bundle.extend_from_slice(&u16::try_from(stored.leaf.len()).ok()?.to_be_bytes());
            page.bundle.extend_from_slice(&stored.leaf);
            page.index.extend(serde_json::to_vec(&stored.columns).ok()?);
            page.index.push(b'\n');
            let state = match &stored.opening {
                Some(sealed) => {
                    opener.open(EntryId(stored.columns.id), sealed).map_or(OpeningState::Withheld, OpeningState::Opened)
                }
                None if leaf::read(&stored.leaf).is_ok_and(|leaf| leaf.commitments.is_empty()) => continue,
                None => OpeningState::Erased,
            };
            page.openings.extend(serde_json::to_vec(&OpeningLine::of(stored.columns.id, state)).ok()?);
            page.openings.push(b'\n');
        }
        Some(page)
    }
}
