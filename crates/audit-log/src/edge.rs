//! The right edge of a tree: its frontier, and on each level the tile that is still growing. All that appending needs to keep in memory.

use crate::tile::{TILE_WIDTH, Tile, TileId, TileSet};
use crate::tree::Frontier;
use crate::{Hash, Head, LastEntry};

/// The stored tiles do not carry the tree that the head speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored tiles and the head contradict each other")]
pub struct EdgeMismatch;

/// The right edge. Clone it, append to the copy, and put the copy in its place after the commit.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    frontier: Frontier,
    /// Per level, the hashes of the tile at the edge; full until the next hash of that level begins a new one.
    open: Vec<Vec<u8>>,
    finished: Vec<Tile>,
    touched: Vec<bool>,
}

impl Edge {
    /// The tiles at the edge of a tree of this size: what [`Edge::load`] needs.
    #[must_use]
    pub fn tiles_of(size: u64) -> Vec<TileId> {
        let mut ids = Vec::new();
        let mut count = size;
        for level in 0_u8.. {
            if count == 0 {
                break;
            }
            if !count.is_multiple_of(TILE_WIDTH) {
                ids.push(TileId { level, index: count / TILE_WIDTH });
            }
            count /= TILE_WIDTH;
        }
        ids
    }

    /// The edge of a stored tree, from its tiles; they must give the head's frontier and root.
    ///
    /// # Errors
    /// When a tile is missing, too short, or gives another tree.
    pub fn load(head: &Head, tiles: Vec<Tile>) -> Result<Self, EdgeMismatch> {
        let tiles = TileSet::from_iter(tiles);
        let mut edge = Self::default();
        let mut count = head.size;
        let mut subtrees = Vec::new();
        for level in 0_u8.. {
            if count == 0 {
                break;
            }
            let width = count % TILE_WIDTH;
            let mut open = Vec::new();
            if width > 0 {
                let tile = tiles.get(TileId { level, index: count / TILE_WIDTH }).ok_or(EdgeMismatch)?;
                let bytes = usize::try_from(width * 32).map_err(|_| EdgeMismatch)?;
                open.extend_from_slice(tile.bytes.get(..bytes).ok_or(EdgeMismatch)?);
            }
            // Lower levels lie further right in the frontier.
            let height = u32::from(level) * 8;
            let first = (count - width) << height;
            let here = tiles.subtrees(first, first + (width << height)).ok_or(EdgeMismatch)?;
            subtrees.splice(0..0, here);
            edge.open.push(open);
            edge.touched.push(false);
            count /= TILE_WIDTH;
        }
        edge.frontier = Frontier::new(head.size, subtrees).ok_or(EdgeMismatch)?;
        if edge.frontier.subtrees() != head.frontier || edge.frontier.root() != head.root {
            return Err(EdgeMismatch);
        }
        Ok(edge)
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Appends a leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        self.push_perfect(0, leaf);
    }

    /// Appends 256 leaves by the root over them, for whoever has checked them elsewhere. The size so far must be a multiple of 256. Their own tile, of
    /// level 0, is not among those of [`Edge::take_tiles`].
    pub fn push_page(&mut self, root: Hash) {
        if let (Some(open), Some(touched)) = (self.open.first_mut(), self.touched.first_mut()) {
            open.clear();
            *touched = false;
        }
        self.push_perfect(8, root);
    }

    fn push_perfect(&mut self, height: u32, root: Hash) {
        let size = self.frontier.size() + (1 << height);
        let (open, finished, touched) = (&mut self.open, &mut self.finished, &mut self.touched);
        self.frontier.push_perfect(height, root, |height, hash| {
            if height % 8 != 0 {
                return;
            }
            let level = usize::try_from(height / 8).unwrap_or(usize::MAX);
            if open.len() <= level {
                open.resize_with(level + 1, Vec::new);
                touched.resize(level + 1, false);
            }
            if let (Some(tile), Some(touched)) = (open.get_mut(level), touched.get_mut(level)) {
                if tile.len() == 8192 {
                    let index = ((size >> height) - 2) / TILE_WIDTH;
                    let full = core::mem::take(tile);
                    if core::mem::take(touched) {
                        finished.push(Tile {
                            id: TileId { level: u8::try_from(level).unwrap_or(u8::MAX), index },
                            bytes: full,
                        });
                    }
                }
                tile.extend_from_slice(hash.as_ref());
                *touched = true;
            }
        });
    }

    /// The tiles that changed since this was last asked, complete as they now stand.
    #[must_use]
    pub fn take_tiles(&mut self) -> Vec<Tile> {
        let mut tiles = core::mem::take(&mut self.finished);
        for ((level, open), touched) in (0_u8..).zip(&self.open).zip(&mut self.touched) {
            if core::mem::take(touched) {
                let count = self.frontier.size() >> (u32::from(level) * 8);
                tiles.push(Tile { id: TileId { level, index: (count - 1) / TILE_WIDTH }, bytes: open.clone() });
            }
        }
        tiles
    }

    /// The head that belongs to this edge.
    #[must_use]
    pub fn head(&self, last: Option<LastEntry>, epoch: i64) -> Head {
        Head { size: self.size(), frontier: self.frontier.subtrees().to_vec(), root: self.root(), last, fence: epoch }
    }
}
