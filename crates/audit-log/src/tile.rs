//! Tiles: the tree in pieces of 256 hashes, as C2SP tlog-tiles cuts it.

use crate::Hash;

/// Hashes in a full tile, and entries in a full bundle.
pub const TILE_WIDTH: u64 = 256;

/// Which tile. Level 0 holds leaf hashes; a hash at level L + 1 is the root over one full tile at level L.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Level, 0 to 7.
    pub level: u8,
    /// Place within the level, from 0.
    pub index: u64,
}

/// A tile: one row per (log, level, index). A partial tile is overwritten by a wider one that it is a prefix of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Which.
    pub id: TileId,
    /// 32 to 8 192 bytes: the hashes from left to right.
    pub bytes: Vec<u8>,
}

impl Tile {
    /// Number of hashes.
    #[must_use]
    pub fn width(&self) -> u64 {
        u64::try_from(self.bytes.len() / 32).unwrap_or(u64::MAX)
    }

    /// The hash at a place.
    #[must_use]
    pub fn hash(&self, at: u64) -> Option<Hash> {
        let at = usize::try_from(at).ok()?;
        let bytes = self
            .bytes
            .get(at.checked_mul(32)?..at.checked_mul(32)?.checked_add(32)?)?;
        bytes.try_into().ok().map(Hash)
    }
}
