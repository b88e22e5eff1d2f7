//! Tiles: the tree in pieces of 256 hashes, as C2SP tlog-tiles cuts it.

use std::collections::BTreeMap;

use crate::{Hash, tree};

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

impl TileId {
    /// Every tile of a tree of this size, level by level.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        (0_u8..8).flat_map(move |level| {
            let count = size >> (u32::from(level) * 8);
            (0..count.div_ceil(TILE_WIDTH)).map(move |index| Self { level, index })
        })
    }

    /// How many hashes this tile has in a tree of that size.
    #[must_use]
    pub fn width(self, size: u64) -> u64 {
        let count = size >> (u32::from(self.level) * 8);
        count.saturating_sub(self.index.saturating_mul(TILE_WIDTH)).min(TILE_WIDTH)
    }

    /// Path of a tile of this width: `tile/<L>/<N>[.p/<W>]`.
    #[must_use]
    pub fn path(self, width: u64) -> String {
        format!("tile/{}/{}", self.level, numbered(self.index, width))
    }
}

/// Path of an entry bundle of this width: `tile/entries/<N>[.p/<W>]`.
#[must_use]
pub fn bundle_path(index: u64, width: u64) -> String {
    format!("tile/entries/{}", numbered(index, width))
}

/// tlog-tiles: three digits a path element, all but the last with an `x` before it.
fn numbered(index: u64, width: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width < TILE_WIDTH {
        path = format!("{path}.p/{width}");
    }
    path
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
        let at = usize::try_from(at).ok()?.checked_mul(32)?;
        let bytes = self.bytes.get(at..at.checked_add(32)?)?;
        bytes.try_into().ok().map(Hash)
    }
}

/// A perfect subtree: 2^`height` leaves from `index` * 2^`height` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Height; 0 is a leaf.
    pub height: u32,
    /// Place among the nodes of its height.
    pub index: u64,
}

impl Node {
    /// The perfect subtrees that make up the leaves `from..to`, left to right. `from` must be a multiple of the largest power of two not above `to - from`.
    #[must_use]
    pub fn covering(from: u64, to: u64) -> Vec<Self> {
        let mut nodes = Vec::new();
        let mut at = from;
        while at < to {
            let height = (to - at).ilog2();
            nodes.push(Self { height, index: at >> height });
            at += 1 << height;
        }
        nodes
    }

    /// The tile that this node can be computed from.
    #[must_use]
    pub fn tile(self) -> TileId {
        let level = u8::try_from(self.height / 8).unwrap_or(u8::MAX);
        TileId { level, index: (self.index << (self.height % 8)) / TILE_WIDTH }
    }
}

/// Some tiles of one tree.
#[derive(Clone, Debug, Default)]
pub struct TileSet(BTreeMap<TileId, Tile>);

impl FromIterator<Tile> for TileSet {
    fn from_iter<I: IntoIterator<Item = Tile>>(tiles: I) -> Self {
        Self(tiles.into_iter().map(|tile| (tile.id, tile)).collect())
    }
}

impl TileSet {
    /// One tile.
    #[must_use]
    pub fn get(&self, id: TileId) -> Option<&Tile> {
        self.0.get(&id)
    }

    /// The tiles, in order.
    #[must_use]
    pub fn into_tiles(self) -> Vec<Tile> {
        self.0.into_values().collect()
    }

    /// The hash of a perfect subtree; none when its tile is missing or too short.
    #[must_use]
    pub fn node(&self, node: Node) -> Option<Hash> {
        let tile = self.get(node.tile())?;
        let span = 1_u64 << (node.height % 8);
        let first = (node.index * span) % TILE_WIDTH;
        let hashes: Option<Vec<Hash>> = (first..first + span).map(|at| tile.hash(at)).collect();
        Some(tree::root_of(&hashes?))
    }

    /// The hashes of the perfect subtrees of a range of leaves.
    #[must_use]
    pub fn subtrees(&self, from: u64, to: u64) -> Option<Vec<Hash>> {
        Node::covering(from, to).into_iter().map(|node| self.node(node)).collect()
    }

    /// The RFC 6962 hash over a range of leaves, such as a proof asks for.
    #[must_use]
    pub fn hash_of(&self, from: u64, to: u64) -> Option<Hash> {
        self.subtrees(from, to).map(|subtrees| tree::fold(&subtrees))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        // C2SP tlog-tiles: "for example, the index 1234067 is encoded as x001/x234/067".
        assert_eq!(TileId { level: 2, index: 1_234_067 }.path(256), "tile/2/x001/x234/067");
        assert_eq!(TileId { level: 0, index: 273 }.path(112), "tile/0/273.p/112");
        assert_eq!(bundle_path(1000, 256), "tile/entries/x001/000");
        assert_eq!(bundle_path(0, 1), "tile/entries/000.p/1");
    }

    #[test]
    fn a_tree_of_70000_has_the_tiles_of_the_specification() {
        // C2SP tlog-tiles, "Partial tiles": a tree of size 70000 has 274 tiles at level 0 (112 wide at the end), 2 at level 1 (17 wide), 1 at level 2 (1 wide).
        let tiles: Vec<TileId> = TileId::all(70_000).collect();
        assert_eq!(tiles.len(), 274 + 2 + 1);
        assert_eq!(TileId { level: 0, index: 273 }.width(70_000), 112);
        assert_eq!(TileId { level: 1, index: 1 }.width(70_000), 17);
        assert_eq!(TileId { level: 2, index: 0 }.width(70_000), 1);
    }
}
