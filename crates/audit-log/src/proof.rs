//! Inclusion and consistency proofs (RFC 6962 2.1.1, 2.1.2) and their verification (RFC 9162 2.1.3.2, 2.1.4.2).

use crate::tile::{Node, TileId, TileSet};
use crate::tree::node_hash;
use crate::{Hash, tree};

/// A proof does not show what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not hold")]
pub struct ProofError;

/// Which ranges of leaves a proof consists of, in its order. Ask for the tiles first, then for the hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofPlan(Vec<(u64, u64)>);

impl ProofPlan {
    /// The proof that the leaf at `index` is in the tree of `size`; none when it cannot be.
    #[must_use]
    pub fn inclusion(index: u64, size: u64) -> Option<Self> {
        if index >= size {
            return None;
        }
        let (mut from, mut to) = (0, size);
        let mut path = Vec::new();
        while to - from > 1 {
            let split = from + split(to - from);
            if index < split {
                path.push((split, to));
                to = split;
            } else {
                path.push((from, split));
                from = split;
            }
        }
        path.reverse();
        Some(Self(path))
    }

    /// The proof that the tree of `size` continues that of `old`; none when `old` is larger. From 0, and from itself, the proof is empty.
    #[must_use]
    pub fn consistency(old: u64, size: u64) -> Option<Self> {
        if old > size {
            return None;
        }
        if old == 0 || old == size {
            return Some(Self(Vec::new()));
        }
        let (mut from, mut to) = (0, size);
        let mut path = Vec::new();
        // RFC 6962 2.1.2 SUBPROOF: down to the subtree that ends where the old tree ended.
        while to != old {
            let split = from + split(to - from);
            if old <= split {
                path.push((split, to));
                to = split;
            } else {
                path.push((from, split));
                from = split;
            }
        }
        if from > 0 {
            path.push((from, to));
        }
        path.reverse();
        Some(Self(path))
    }

    /// The root of the tree of `size`, read from tiles.
    #[must_use]
    pub fn root(size: u64) -> Self {
        Self(vec![(0, size)])
    }

    /// The tiles that it needs, each once.
    #[must_use]
    pub fn tiles(&self) -> Vec<TileId> {
        let mut ids: Vec<TileId> =
            self.0.iter().flat_map(|&(from, to)| Node::covering(from, to)).map(Node::tile).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The hashes; none when a tile is missing.
    #[must_use]
    pub fn hashes(&self, tiles: &TileSet) -> Option<Vec<Hash>> {
        self.0.iter().map(|&(from, to)| tiles.hash_of(from, to)).collect()
    }
}

/// The largest power of two below `count` (at least 2).
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// Checks that a leaf hash is at `index` in the tree of `size` with this root.
///
/// # Errors
/// When the proof does not show it.
pub fn check_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError);
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for step in path {
        if last == 0 {
            return Err(ProofError);
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(step, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    if last == 0 && hash == root { Ok(()) } else { Err(ProofError) }
}

/// Checks that the tree of `size` with `root` continues the tree of `old` with `old_root`.
///
/// # Errors
/// When the proof does not show it.
pub fn check_consistency(old: u64, old_root: Hash, size: u64, root: Hash, path: &[Hash]) -> Result<(), ProofError> {
    let holds = |condition: bool| if condition { Ok(()) } else { Err(ProofError) };
    if old > size {
        return Err(ProofError);
    }
    if old == size {
        return holds(path.is_empty() && old_root == root);
    }
    if old == 0 {
        return holds(path.is_empty() && old_root == tree::empty_root());
    }
    let mut path = path.iter();
    let first = if old.is_power_of_two() { old_root } else { *path.next().ok_or(ProofError)? };
    let (mut at, mut last) = (old - 1, size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut was, mut is) = (first, first);
    for step in path {
        if last == 0 {
            return Err(ProofError);
        }
        if at & 1 == 1 || at == last {
            was = node_hash(step, &was);
            is = node_hash(step, &is);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            is = node_hash(&is, step);
        }
        at >>= 1;
        last >>= 1;
    }
    holds(last == 0 && was == old_root && is == root)
}
