//! The tree against a second, naive implementation straight from the text of RFC 6962, around every power of 256 that a test can reach.

#![cfg(test)]

use audit_log::edge::Edge;
use audit_log::proof::{ProofPlan, check_consistency, check_inclusion};
use audit_log::tile::{Tile, TileId, TileSet};
use audit_log::tree::{empty_root, leaf_hash, node_hash, root_of};
use audit_log::{Hash, Head};
use proptest::prelude::*;

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|at| leaf_hash(&at.to_be_bytes())).collect()
}

/// MTH of RFC 6962 2.1, word for word.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [one] => *one,
        many => {
            let split = 1 << (many.len() - 1).ilog2();
            node_hash(&naive_root(&many[..split]), &naive_root(&many[split..]))
        }
    }
}

/// PATH of RFC 6962 2.1.1, word for word.
fn naive_path(at: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let split = 1 << (leaves.len() - 1).ilog2();
    let (left, right) = leaves.split_at(split);
    let (mut path, sibling) = if at < split {
        (naive_path(at, left), naive_root(right))
    } else {
        (naive_path(at - split, right), naive_root(left))
    };
    path.push(sibling);
    path
}

/// SUBPROOF of RFC 6962 2.1.2, word for word.
fn naive_subproof(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let split = 1 << (leaves.len() - 1).ilog2();
    let (left, right) = leaves.split_at(split);
    let (mut proof, sibling) = if old <= split {
        (naive_subproof(old, left, whole), naive_root(right))
    } else {
        (naive_subproof(old - split, right, false), naive_root(left))
    };
    proof.push(sibling);
    proof
}

/// A log that is appended to in steps, as the appender does, with the tiles as a database would keep them.
struct Grown {
    edge: Edge,
    tiles: std::collections::BTreeMap<TileId, Tile>,
}

impl Grown {
    fn new(leaves: &[Hash], step: usize) -> Self {
        let mut grown = Self { edge: Edge::default(), tiles: std::collections::BTreeMap::new() };
        for batch in leaves.chunks(step.max(1)) {
            let mut copy = grown.edge.clone();
            for leaf in batch {
                copy.push(*leaf);
            }
            grown.tiles.extend(copy.take_tiles().into_iter().map(|tile| (tile.id, tile)));
            grown.edge = copy;
        }
        grown
    }

    fn head(&self) -> Head {
        self.edge.head(None, 0)
    }

    fn set(&self, ids: &[TileId]) -> TileSet {
        ids.iter().filter_map(|id| self.tiles.get(id).cloned()).collect()
    }
}

fn interesting_size() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => 1_u64..40,
        4 => 250_u64..262,
        4 => 505_u64..520,
        4 => 1_u64..1500,
        // 256 times 256, where the second level begins; few, because the naive tree is slow.
        1 => 65_530_u64..65_545,
        1 => 65_790_u64..65_796,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn every_leaf_is_provably_in_the_tree_and_no_other_leaf_is(size in interesting_size(), at in any::<prop::sample::Index>(), step in 1_usize..400) {
        let leaves = leaves(size);
        let grown = Grown::new(&leaves, step);
        let root = grown.edge.root();
        prop_assert_eq!(root, naive_root(&leaves));
        let at = at.index(leaves.len());
        let index = at as u64;
        let plan = ProofPlan::inclusion(index, size).unwrap();
        let path = plan.hashes(&grown.set(&plan.tiles())).unwrap();
        prop_assert_eq!(&path, &naive_path(at, &leaves));
        prop_assert!(check_inclusion(leaves[at], index, size, &path, root).is_ok());
        prop_assert!(check_inclusion(leaf_hash(b"other"), index, size, &path, root).is_err());
        prop_assert!(check_inclusion(leaves[at], index + 1, size, &path, root).is_err());
        prop_assert!(check_inclusion(leaves[at], index, size, &path, empty_root()).is_err());
        let mut longer = path.clone();
        longer.push(root);
        prop_assert!(check_inclusion(leaves[at], index, size, &longer, root).is_err());
        if let Some((_, shorter)) = path.split_last() {
            prop_assert!(check_inclusion(leaves[at], index, size, shorter, root).is_err());
        }
    }

    #[test]
    fn every_earlier_tree_is_provably_continued_and_a_fork_is_not(size in interesting_size(), old in any::<prop::sample::Index>(), step in 1_usize..400) {
        let leaves = leaves(size);
        let grown = Grown::new(&leaves, step);
        let old = 1 + old.index(leaves.len());
        let plan = ProofPlan::consistency(old as u64, size).unwrap();
        let proof = plan.hashes(&grown.set(&plan.tiles())).unwrap();
        prop_assert_eq!(&proof, &naive_subproof(old, &leaves, true));
        let (old_root, root) = (naive_root(&leaves[..old]), grown.edge.root());
        prop_assert!(check_consistency(old as u64, old_root, size, root, &proof).is_ok());
        let forked = node_hash(&old_root, &old_root);
        prop_assert!(check_consistency(old as u64, forked, size, root, &proof).is_err());
        let plan = ProofPlan::root(old as u64);
        prop_assert_eq!(plan.hashes(&grown.set(&plan.tiles())).unwrap(), vec![old_root]);
    }

    #[test]
    fn an_instance_that_starts_again_stands_where_the_last_one_stopped(size in interesting_size(), step in 1_usize..400, more in 1_u64..600) {
        let leaves_before = leaves(size);
        let grown = Grown::new(&leaves_before, step);
        let mut again = Edge::load(&grown.head(), grown.set(&Edge::tiles_of(size)).clone().into_tiles()).unwrap();
        let mut all = leaves_before;
        for leaf in (0..more).map(|at| leaf_hash(&(size + at).to_le_bytes())) {
            again.push(leaf);
            all.push(leaf);
        }
        prop_assert_eq!(again.root(), root_of(&all));
        let mut tiles = grown.tiles.clone();
        tiles.extend(again.take_tiles().into_iter().map(|tile| (tile.id, tile)));
        let whole = Grown::new(&all, all.len());
        prop_assert_eq!(&tiles, &whole.tiles);
        prop_assert_eq!(tiles.keys().copied().collect::<std::collections::BTreeSet<_>>(), TileId::all(size + more).collect());
        for (id, tile) in &tiles {
            prop_assert_eq!(tile.width(), id.width(size + more));
        }
    }

    #[test]
    fn an_instance_does_not_start_on_tiles_that_give_another_tree(size in 1_u64..700, byte in any::<prop::sample::Index>(), flip in 1_u8..) {
        let grown = Grown::new(&leaves(size), 64);
        let mut tiles = grown.set(&Edge::tiles_of(size)).into_tiles();
        prop_assume!(!tiles.is_empty());
        let which = byte.index(tiles.len());
        let at = byte.index(tiles[which].bytes.len());
        tiles[which].bytes[at] ^= flip;
        prop_assert!(Edge::load(&grown.head(), tiles).is_err());
        prop_assert!(Edge::load(&grown.head(), Vec::new()).is_err());
    }
}
