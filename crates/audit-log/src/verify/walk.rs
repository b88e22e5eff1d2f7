//! One walk over all leaves of a log, 256 at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::check::{Checked, Fact, Place};
use super::ids::Ids;
use super::instance::Instance;
use super::part::Part;
use super::places::Places;
use super::{Trust, Verification, VerifyError};
use crate::commitment::Commitments;
use crate::edge::Edge;
use crate::tile::{TILE_WIDTH, Tile, TileId};
use crate::{Hash, Opening, SignedCheckpoint, tree};

/// What is known of an entry's opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpeningState {
    /// Here it is.
    Opened(Opening),
    /// It exists and was not opened.
    Withheld,
    /// It does not exist (any more).
    Erased,
}

/// What the walk comes to next.
#[derive(Clone, Copy, Debug)]
pub enum Next {
    /// A page of entries that are at hand: check it, then [`Walk::take`] it.
    Page(Place),
    /// A full page whose entries are not at hand: [`Walk::skip`] it by its hash of level 1.
    Skip(TileId),
    /// A page whose entries are not at hand, but whose leaf hashes are needed: [`Walk::pass`] its tile.
    Pass(TileId, u64),
    /// Nothing: [`Walk::finish`].
    End,
}

/// Computes a log again, page by page, and compares.
pub struct Walk {
    trust: Trust,
    signed: SignedCheckpoint,
    expected: u64,
    part: Part,
    edge: Edge,
    /// Authority of the first entry; all others must be of the same.
    authority: Option<Uuid>,
    ids: Ids,
    instances: HashMap<Uuid, Instance>,
    places: Places,
    tiles: BTreeMap<TileId, Tile>,
    /// Roots at the sizes that were signed.
    roots: BTreeMap<u64, Hash>,
    report: Verification,
}

impl Walk {
    /// Begins a walk over `size` leaves, of which a checkpoint covers all or the first ones.
    ///
    /// # Errors
    /// When the checkpoint is not to be believed, or older than one that is known.
    pub fn begin(trust: Trust, note: &str, size: Option<u64>) -> Result<Self, VerifyError> {
        let signed = trust.open(note)?;
        let witnesses = trust.cosigned(&signed)?;
        let size = size.unwrap_or(signed.checkpoint.size);
        trust.not_rolled_back(size)?;
        if signed.checkpoint.size > size {
            return Err(VerifyError::Truncated { size, expected: signed.checkpoint.size });
        }
        let mut sizes: BTreeMap<u64, Hash> =
            trust.known.iter().map(|known| (known.checkpoint.size, tree::empty_root())).collect();
        sizes.insert(signed.checkpoint.size, tree::empty_root());
        let report = Verification {
            origin: signed.checkpoint.origin.clone(),
            size,
            first: 0,
            end: size,
            pruned: 0,
            root: tree::empty_root(),
            signed_size: signed.checkpoint.size,
            witnesses,
            instances: 0,
            void_numbers: 0,
            open_numbers: 0,
            opened: 0,
            withheld: 0,
            erased: 0,
            index_compared: true,
        };
        Ok(Self {
            trust,
            signed,
            expected: size,
            part: Part::whole(size),
            edge: Edge::default(),
            authority: None,
            ids: Ids::default(),
            instances: HashMap::new(),
            places: Places::default(),
            tiles: BTreeMap::new(),
            roots: sizes,
            report,
        })
    }

    /// Only these entries are at hand.
    ///
    /// # Errors
    /// When the log cannot have such a part.
    pub fn over(mut self, part: Part) -> Result<Self, VerifyError> {
        if !part.fits(self.expected) {
            return Err(VerifyError::Part);
        }
        self.part = part;
        (self.report.first, self.report.end, self.report.pruned) = (part.first, part.end, part.pruned);
        Ok(self)
    }

    /// The entries that are at hand.
    #[must_use]
    pub const fn part(&self) -> Part {
        self.part
    }

    /// How many leaves there should be.
    #[must_use]
    pub const fn expected(&self) -> u64 {
        self.expected
    }

    /// How many leaves have been walked over.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// What comes next.
    #[must_use]
    pub fn next(&self) -> Next {
        self.at(self.size())
    }

    /// What comes at a place, a multiple of 256 (or the end): pages can be read and checked ahead of the walk.
    #[must_use]
    pub fn at(&self, first: u64) -> Next {
        let width = self.expected.saturating_sub(first).min(TILE_WIDTH);
        let id = TileId { level: 0, index: first / TILE_WIDTH };
        if width == 0 {
            Next::End
        } else if self.part.holds(first) {
            Next::Page(Place { first, width, expected: self.expected })
        } else if width < TILE_WIDTH || self.wants_within(first) {
            Next::Pass(id, width)
        } else {
            Next::Skip(TileId { level: 1, index: id.index / TILE_WIDTH })
        }
    }

    /// Whether a root is needed that lies inside this full page.
    fn wants_within(&self, first: u64) -> bool {
        self.roots.range(first + 1..first + TILE_WIDTH).next().is_some()
    }

    /// Takes the page that comes next, with the state of each of its openings.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn take(
        &mut self,
        checked: Checked,
        mut openings: impl FnMut(u64, Uuid) -> Result<OpeningState, VerifyError>,
    ) -> Result<(), VerifyError> {
        let first = self.size();
        if !checked.has_index {
            self.report.index_compared = false;
        }
        for (index, fact) in (first..).zip(&checked.facts) {
            self.fact(index, fact)?;
            let state = openings(index, fact.id)?;
            self.opening(index, fact, &state)?;
        }
        if let Some(fault) = checked.fault {
            return Err(fault);
        }
        match checked.root {
            Some(root) if !self.wants_within(first) => self.push_page(root),
            _ => self.push_leaves(checked.hashes.iter().copied().map(Hash)),
        }
        debug_assert_eq!(self.size(), checked.place.first + checked.place.width);
        Ok(())
    }

    /// Walks over a full page whose entries are not at hand.
    pub fn skip(&mut self, root: Hash) {
        self.push_page(root);
    }

    /// Walks over the leaf hashes of a page whose entries are not at hand.
    ///
    /// # Errors
    /// When the tile has not the width that it must have.
    pub fn pass(&mut self, tile: &[u8]) -> Result<(), VerifyError> {
        let Next::Pass(id, width) = self.next() else { return Err(VerifyError::Part) };
        let (hashes, rest) = tile.as_chunks::<32>();
        if !rest.is_empty() || u64::try_from(hashes.len()) != Ok(width) {
            return Err(VerifyError::TileChanged { path: id.path(width) });
        }
        self.push_leaves(hashes.iter().copied().map(Hash));
        Ok(())
    }

    fn push_page(&mut self, root: Hash) {
        self.edge.push_page(root);
        self.pushed();
        self.keep_tiles();
    }

    fn push_leaves(&mut self, hashes: impl Iterator<Item = Hash>) {
        for hash in hashes {
            self.edge.push(hash);
            self.pushed();
        }
        self.keep_tiles();
    }

    fn pushed(&mut self) {
        let size = self.edge.size();
        if let Some(root) = self.roots.get_mut(&size) {
            *root = self.edge.root();
        }
    }

    /// Level 0 was compared page by page; the others are few and are compared at the end.
    fn keep_tiles(&mut self) {
        let tiles = self.edge.take_tiles();
        self.tiles.extend(tiles.into_iter().filter(|tile| tile.id.level > 0).map(|tile| (tile.id, tile)));
    }

    fn fact(&mut self, index: u64, fact: &Fact) -> Result<(), VerifyError> {
        if *self.authority.get_or_insert(fact.authority) != fact.authority {
            return Err(VerifyError::OtherLog { index });
        }
        if !self.ids.insert(fact.id) {
            return Err(VerifyError::DuplicateId { index });
        }
        let instance = fact.stamp.instance;
        // What a part does not hold may lie before it.
        if let Some(previous) = fact.previous
            && self.part.first == 0
            && !self.instances.get(&previous.instance).is_some_and(|known| known.has(previous.sequence))
        {
            return Err(VerifyError::PreviousLost { instance });
        }
        self.places.note(index, instance, fact.stamp.sequence);
        for (from, to) in &fact.void {
            self.places.note(index, instance, *from);
            self.places.note(index, instance, *to);
        }
        let begin = if self.part.first == 0 { Instance::whole } else { Instance::continued };
        self.instances.entry(instance).or_insert_with(begin).take(fact)
    }

    /// Compares an opening with the commitments, and the persons in the index with either.
    fn opening(&mut self, index: u64, fact: &Fact, state: &OpeningState) -> Result<(), VerifyError> {
        let count = fact.commitments.subjects.map_or(0, |list| list.count);
        let named = fact.named.as_deref();
        let as_many = |expected: u64| named.is_none_or(|named| u64::try_from(named.len()) == Ok(expected));
        let fit = match state {
            OpeningState::Opened(opening) => {
                if Commitments::of(opening) != fact.commitments {
                    return Err(VerifyError::Opening { index });
                }
                self.report.opened += 1;
                named.is_none_or(|named| {
                    let subjects: HashSet<Uuid> = opening.subjects.iter().map(|subject| subject.0).collect();
                    named.iter().copied().collect::<HashSet<_>>() == subjects
                })
            }
            _ if fact.commitments.is_empty() => as_many(0),
            OpeningState::Withheld => {
                self.report.withheld += 1;
                as_many(count)
            }
            OpeningState::Erased => {
                self.report.erased += 1;
                as_many(0) || as_many(count)
            }
        };
        if fit { Ok(()) } else { Err(VerifyError::Index { index, column: "subjects" }) }
    }

    /// Compares the upper tiles and the roots. `tile` reads a stored tile of a level above 0.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn finish(
        self,
        tile: impl FnMut(TileId, u64) -> Result<Option<Vec<u8>>, VerifyError>,
    ) -> Result<Verification, VerifyError> {
        self.finish_with_places(tile).map(|(report, _)| report)
    }

    /// The same, with the places at which this log can be cut.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn finish_with_places(
        self,
        mut tile: impl FnMut(TileId, u64) -> Result<Option<Vec<u8>>, VerifyError>,
    ) -> Result<(Verification, Places), VerifyError> {
        let size = self.size();
        if size < self.expected {
            return Err(VerifyError::Truncated { size, expected: self.expected });
        }
        for (id, computed) in &self.tiles {
            let path = id.path(computed.width());
            match tile(*id, computed.width())? {
                None => return Err(VerifyError::TileMissing { path }),
                Some(stored) if stored != computed.bytes => return Err(VerifyError::TileChanged { path }),
                Some(_) => {}
            }
        }
        // First against the signature that came with the log, then against what is known from before: rewritten without the key, or with it.
        let signed = &self.signed.checkpoint;
        if self.roots.get(&signed.size) != Some(&signed.root) {
            return Err(VerifyError::Root { size: signed.size });
        }
        for known in self.trust.known.iter().map(|known| &known.checkpoint) {
            if self.roots.get(&known.size) != Some(&known.root) {
                return Err(VerifyError::Fork { known: known.size });
            }
        }
        let mut report = Verification { root: self.edge.root(), ..self.report };
        for (id, instance) in self.instances {
            report.instances += 1;
            report.void_numbers += instance.void_numbers();
            report.open_numbers += instance.finish(id)?;
        }
        Ok((report, self.places))
    }
}
