//! The tree against two implementations by others, as oracles: `ct-merkle` (RFC 6962, trees in memory) and `tlog_tiles` (C2SP, tiles of any size), the
//! latter around every power of 256 that eight levels of tiles can hold.

#![cfg(test)]

use audit_log::checkpoint::Checkpoint;
use audit_log::proof::{ProofPlan, check_consistency, check_inclusion};
use audit_log::tile::{Tile, TileId, TileSet, bundle_path};
use audit_log::tree::{leaf_hash, node_hash, root_of};
use audit_log::{Hash, LogSigner};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use proptest::prelude::*;
use sha2_for_oracles::Sha256;

/// A tree too large to have leaves: every hash at the edge between two levels of tiles is made up from its place, those between them follow. Each place has a
/// hash of its own, so a proof that takes one from elsewhere is another proof.
struct Imagined;

/// A tree of one leaf over and over: as large as one likes, and with true roots, so that proofs can be checked too.
struct Uniform;

impl Uniform {
    fn hashes(plan: &ProofPlan, size: u64) -> Vec<Hash> {
        let mut heights = vec![leaf_hash(b"the same")];
        for height in 1..64 {
            heights.push(node_hash(&heights[height - 1], &heights[height - 1]));
        }
        let tile = |id: &TileId| {
            let width = usize::try_from(id.width(size)).unwrap();
            Tile { id: *id, bytes: heights[usize::from(id.level) * 8].0.repeat(width) }
        };
        plan.hashes(&plan.tiles().iter().map(tile).collect()).unwrap()
    }
}

impl Imagined {
    fn node(height: u32, index: u64) -> Hash {
        if height.is_multiple_of(8) {
            Hash::of(&[b"imagined", &height.to_be_bytes(), &index.to_be_bytes()])
        } else {
            node_hash(&Self::node(height - 1, 2 * index), &Self::node(height - 1, 2 * index + 1))
        }
    }

    /// The tiles of a proof, as a database would have them in a tree of that size.
    fn tiles(ids: &[TileId], size: u64) -> TileSet {
        let tile = |id: &TileId| {
            let first = id.index * 256;
            let hashes = (first..first + id.width(size)).map(|index| Self::node(u32::from(id.level) * 8, index));
            Tile { id: *id, bytes: hashes.flat_map(|hash| hash.0).collect() }
        };
        ids.iter().map(tile).collect()
    }

    fn hashes(plan: &ProofPlan, size: u64) -> Vec<Hash> {
        plan.hashes(&Self::tiles(&plan.tiles(), size)).unwrap()
    }
}

impl tlog_tiles::HashReader for Imagined {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes
            .iter()
            .map(|index| {
                let (height, place) = tlog_tiles::split_stored_hash_index(*index);
                tlog_tiles::Hash(Self::node(u32::from(height), place).0)
            })
            .collect())
    }
}

fn theirs(hash: Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

fn ours(hashes: &[tlog_tiles::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash(hash.0)).collect()
}

/// Sizes near every power of 256 up to 256^7, and between them.
fn any_size() -> impl Strategy<Value = u64> {
    let near = (0_u32..=7, 0_u64..=700, any::<bool>()).prop_map(|(power, distance, above)| {
        let power = 256_u64.pow(power);
        if above { power + distance } else { power.saturating_sub(distance).max(1) }
    });
    prop_oneof![3 => near, 1 => 1_u64..1 << 50]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn roots_and_proofs_are_those_of_tlog_tiles_around_every_power_of_256(size in any_size(), at in any::<u64>(), old in any::<u64>()) {
        let (index, old) = (at % size, 1 + old % size);
        let root = Imagined::hashes(&ProofPlan::root(size), size)[0];
        prop_assert_eq!(theirs(root), tlog_tiles::tree_hash(size, &Imagined).unwrap());

        let path = Imagined::hashes(&ProofPlan::inclusion(index, size).unwrap(), size);
        prop_assert_eq!(&path, &ours(&tlog_tiles::prove_record(size, index, &Imagined).unwrap()));
        let proof = Imagined::hashes(&ProofPlan::consistency(old, size).unwrap(), size);
        prop_assert_eq!(&proof, &ours(&tlog_tiles::prove_tree(size, old, &Imagined).unwrap()));
    }

    #[test]
    fn proofs_hold_here_and_in_tlog_tiles_around_every_power_of_256(size in any_size(), at in any::<u64>(), old in any::<u64>()) {
        let (index, old, leaf) = (at % size, 1 + old % size, leaf_hash(b"the same"));
        let root = Uniform::hashes(&ProofPlan::root(size), size)[0];
        let path = Uniform::hashes(&ProofPlan::inclusion(index, size).unwrap(), size);
        prop_assert!(check_inclusion(leaf, index, size, &path, root).is_ok());
        prop_assert!(check_inclusion(leaf_hash(b"another"), index, size, &path, root).is_err());
        let path: Vec<_> = path.iter().copied().map(theirs).collect();
        prop_assert!(tlog_tiles::check_record(&path, size, theirs(root), index, theirs(leaf)).is_ok());

        let proof = Uniform::hashes(&ProofPlan::consistency(old, size).unwrap(), size);
        let old_root = Uniform::hashes(&ProofPlan::root(old), old)[0];
        prop_assert!(check_consistency(old, old_root, size, root, &proof).is_ok());
        prop_assert!(check_consistency(old, leaf_hash(b"another"), size, root, &proof).is_err());
        let proof: Vec<_> = proof.iter().copied().map(theirs).collect();
        prop_assert!(tlog_tiles::check_tree(&proof, size, theirs(root), old, theirs(old_root)).is_ok());
    }

    #[test]
    fn the_tiles_of_a_tree_are_those_of_tlog_tiles(size in prop_oneof![1_u64..1200, 65_000_u64..66_200]) {
        let here: Vec<String> = TileId::all(size).map(|id| id.path(id.width(size))).collect();
        // Theirs names the height of its tiles too; C2SP has but one.
        let there: Vec<String> =
            tlog_tiles::Tile::new_tiles(8, 0, size).iter().map(|tile| tile.path().replacen("tile/8/", "tile/", 1)).collect();
        prop_assert_eq!(here, there);
    }

    #[test]
    fn paths_are_those_of_tlog_tiles(index in 0_u64..1 << 50, width in 1_u32..=256) {
        let tile = tlog_tiles::Tile::new(8, 0, index, width, false);
        prop_assert_eq!(TileId { level: 0, index }.path(width.into()), tile.path().replacen("tile/8/", "tile/", 1));
        let data = tlog_tiles::Tile::new(8, 0, index, width, true);
        prop_assert_eq!(bundle_path(index, width.into()), data.path().replacen("tile/8/data/", "tile/entries/", 1));
    }

    #[test]
    fn checkpoints_are_those_of_tlog_tiles(size in any::<u64>(), root in any::<[u8; 32]>()) {
        let key = LogSigner::new("samlad.test/audit/board", &[3; 32]).unwrap();
        let signed = Checkpoint { origin: key.origin().to_owned(), size, root: Hash(root) }.sign(&key);
        let text = signed.checkpoint.text();
        let there = tlog_tiles::Checkpoint::new(key.origin(), size, tlog_tiles::Hash(root), "").unwrap();
        prop_assert_eq!(text.as_bytes(), &there.to_bytes()[..]);
        // Theirs reads a checkpoint up to the empty line after it, so from the note.
        let read = tlog_tiles::Checkpoint::from_reader(&mut signed.note.to_string().as_bytes(), false).unwrap();
        prop_assert_eq!((read.origin(), read.size(), read.hash().0), (key.origin(), size, root));
        prop_assert_eq!(Checkpoint::parse(&String::from_utf8(there.to_bytes()).unwrap()).unwrap(), signed.checkpoint);
    }

    #[test]
    fn roots_and_proofs_are_those_of_ct_merkle(size in prop_oneof![1_u64..40, 250_u64..262, 505_u64..520, 1_u64..1500], at in any::<u64>(), old in any::<u64>()) {
        let leaves: Vec<Vec<u8>> = (0..size).map(|at| at.to_be_bytes().to_vec()).collect();
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for leaf in &leaves {
            tree.push(leaf.clone());
        }
        let mut edge = audit_log::edge::Edge::default();
        for hash in &hashes {
            edge.push(*hash);
        }
        let tiles: TileSet = edge.take_tiles().into_iter().collect();
        let (root, there) = (edge.root(), tree.root());
        prop_assert_eq!(&root.0[..], &there.as_bytes()[..]);

        let bytes = |hashes: &[Hash]| hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
        let index = at % size;
        let (place, leaf) = (usize::try_from(index).unwrap(), &leaves[usize::try_from(index).unwrap()]);
        let path = ProofPlan::inclusion(index, size).unwrap().hashes(&tiles).unwrap();
        let proof = tree.prove_inclusion(place);
        prop_assert_eq!(bytes(&path), proof.as_bytes());
        prop_assert!(there.verify_inclusion(leaf, index, &InclusionProof::from_bytes(bytes(&path))).is_ok());
        prop_assert!(check_inclusion(hashes[place], index, size, &path, root).is_ok());

        let old = 1 + old % size;
        let added = usize::try_from(size - old).unwrap();
        let old_root = root_of(&hashes[..usize::try_from(old).unwrap()]);
        let proof = ProofPlan::consistency(old, size).unwrap().hashes(&tiles).unwrap();
        let theirs = tree.prove_consistency(added);
        prop_assert_eq!(bytes(&proof), theirs.as_bytes());
        let before = RootHash::<Sha256>::new(old_root.0.into(), old);
        let there_too = there.verify_consistency(&before, &ConsistencyProof::try_from_bytes(bytes(&proof)).unwrap());
        prop_assert!(there_too.is_ok(), "{:?}", there_too);
        prop_assert!(check_consistency(old, old_root, size, root, &proof).is_ok());
    }
}
