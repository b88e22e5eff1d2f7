//! The ids of a log, each of which occurs once.

use core::hash::{BuildHasher, Hasher};
use std::collections::HashSet;
use std::collections::hash_map::RandomState;

use uuid::Uuid;

/// All ids so far.
#[derive(Default)]
pub(super) struct Ids(HashSet<u128, Folding>);

impl Ids {
    /// False when the id was there already.
    pub(super) fn insert(&mut self, id: Uuid) -> bool {
        self.0.insert(id.as_u128())
    }
}

/// Ids are mostly random bits, so two multiplications spread them; under keys of the process's own, so that nobody can choose ids that collide.
struct Folding(u64, u64);

impl Default for Folding {
    fn default() -> Self {
        let random = RandomState::new();
        Self(random.hash_one(1) | 1, random.hash_one(2) | 1)
    }
}

impl BuildHasher for Folding {
    type Hasher = Fold;

    fn build_hasher(&self) -> Fold {
        Fold { keys: (self.0, self.1), state: 0 }
    }
}

struct Fold {
    keys: (u64, u64),
    state: u64,
}

/// The two halves of a product, folded onto each other.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    #[expect(clippy::cast_possible_truncation, reason = "the halves of the product")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.state
    }

    fn write(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(8) {
            let mut word = [0; 8];
            for (to, from) in word.iter_mut().zip(piece) {
                *to = *from;
            }
            self.state = fold(self.state ^ u64::from_le_bytes(word) ^ self.keys.1, self.keys.0);
        }
    }

    fn write_u128(&mut self, id: u128) {
        #[expect(clippy::cast_possible_truncation, reason = "the halves of the id")]
        let (low, high) = (id as u64, (id >> 64) as u64);
        self.state = fold(low ^ self.keys.0, high ^ self.keys.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once() {
        let mut ids = Ids::default();
        for id in 0..10_000_u128 {
            assert!(ids.insert(Uuid::from_u128(id << 64 | id)));
        }
        assert!((0..10_000_u128).all(|id| !ids.insert(Uuid::from_u128(id << 64 | id))));
    }
}
