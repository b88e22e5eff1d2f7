//! A fixed-length set of small numbers: values in a cell, lines on a page.

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bits(Box<[u64]>);

impl Bits {
    pub(crate) fn none(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)].into())
    }

    pub(crate) fn all(len: usize) -> Self {
        let mut bits = Self::none(len);
        for index in 0..len {
            bits.insert(index);
        }
        bits
    }

    /// The set of the given members.
    pub(crate) fn of(len: usize, members: &[usize]) -> Self {
        let mut bits = Self::none(len);
        for member in members {
            bits.insert(*member);
        }
        bits
    }

    /// Adds `index`; says whether it was new. An index beyond the length is ignored.
    pub(crate) fn insert(&mut self, index: usize) -> bool {
        let Some(word) = self.0.get_mut(index / 64) else {
            return false;
        };
        let bit = 1 << (index % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    pub(crate) fn contains(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|word| word & (1 << (index % 64)) != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// What both hold.
    pub(crate) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        (0..self.0.len() * 64).filter(|index| self.contains(*index))
    }

    /// Number of machine words, for counting costs.
    pub(crate) fn words(&self) -> usize {
        self.0.len()
    }
}
