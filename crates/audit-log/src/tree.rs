//! RFC 6962 Merkle tree hashes (SHA-256) and the frontier: all of a tree that is needed to append to it and to know its root.

use crate::Hash;

/// RFC 6962 2.1: the hash of a leaf.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash::of(&[&[0], leaf])
}

/// RFC 6962 2.1: the hash of an inner node.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash::of(&[&[1], left.as_ref(), right.as_ref()])
}

/// RFC 6962 2.1: the root of the empty tree.
#[must_use]
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

/// The root over 256 leaf hashes or fewer by halves: no frontier, nothing allocated beyond the copy that is folded in place.
pub(crate) fn page_root(leaf_hashes: &[[u8; 32]]) -> Option<Hash> {
    if !leaf_hashes.len().is_power_of_two() {
        return None;
    }
    let mut hashes: Vec<Hash> = leaf_hashes.iter().copied().map(Hash).collect();
    while hashes.len() > 1 {
        let (pairs, _) = hashes.as_chunks::<2>();
        hashes = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    hashes.pop()
}

/// The root over leaf hashes.
#[must_use]
pub fn root_of(leaf_hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    for hash in leaf_hashes {
        frontier.push(*hash, |_, _| {});
    }
    frontier.root()
}

/// The root over the roots of neighbouring perfect subtrees of falling height.
pub(crate) fn fold(subtrees: &[Hash]) -> Hash {
    subtrees.iter().rev().copied().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}

/// The roots of the maximal perfect subtrees, from left to right: one per one bit of the size, high bits first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// From a size and its subtrees; none when their number does not fit.
    #[must_use]
    pub fn new(size: u64, subtrees: Vec<Hash>) -> Option<Self> {
        (usize::try_from(size.count_ones()) == Ok(subtrees.len())).then_some(Self { size, subtrees })
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The subtrees.
    #[must_use]
    pub fn subtrees(&self) -> &[Hash] {
        &self.subtrees
    }

    /// Appends a leaf hash. `completed` hears of every perfect subtree that this leaf completes, by height, the leaf itself (height 0) first.
    pub fn push(&mut self, leaf: Hash, completed: impl FnMut(u32, Hash)) {
        self.push_perfect(0, leaf, completed);
    }

    /// Appends a perfect subtree of 2^`height` leaves by its root. The size so far must be a multiple of that.
    pub fn push_perfect(&mut self, height: u32, root: Hash, mut completed: impl FnMut(u32, Hash)) {
        debug_assert!(self.size.is_multiple_of(1 << height), "a subtree of height {height} after {} leaves", self.size);
        let mut carry = root;
        completed(height, carry);
        for height in height + 1..=height + (self.size >> height).trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                carry = node_hash(&left, &carry);
                completed(height, carry);
            }
        }
        self.subtrees.push(carry);
        self.size += 1 << height;
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.subtrees)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Hash {
        let bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
        Hash(bytes.try_into().unwrap())
    }

    /// The inputs and roots of the Certificate Transparency test vectors (its C++ implementation's `merkle_tree_test.cc`).
    #[test]
    fn the_roots_are_those_of_certificate_transparency() {
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let leaves: Vec<Hash> = inputs.iter().map(|input| leaf_hash(input)).collect();
        for (size, root) in roots.iter().enumerate() {
            assert_eq!(root_of(&leaves[..size]), hex(root), "tree of {size}");
        }
    }

    #[test]
    fn a_frontier_of_the_wrong_length_is_none() {
        assert!(Frontier::new(3, vec![empty_root()]).is_none());
        assert!(Frontier::new(3, vec![empty_root(); 2]).is_some());
    }
}
