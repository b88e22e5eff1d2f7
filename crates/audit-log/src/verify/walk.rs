//! One walk over all leaves of a log, 256 at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::instance::Instance;
use super::{Trust, Verification, VerifyError};
use crate::commitment::Commitments;
use crate::edge::Edge;
use crate::leaf::{self, Leaf};
use crate::tile::{TILE_WIDTH, Tile, TileId};
use crate::{Columns, Hash, Opening, SignedCheckpoint, tree};

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

/// A full bundle of leaves, or the last one of a log, with all that is stored beside it.
#[derive(Debug, Default)]
pub struct Page {
    /// The leaves as they were found.
    pub leaves: Vec<Vec<u8>>,
    /// The level 0 tile beside them.
    pub tile: Vec<u8>,
    /// The index columns beside them; none when the index is not at hand.
    pub columns: Option<Vec<Columns>>,
    /// Openings, one per leaf.
    pub openings: Vec<OpeningState>,
}

/// Computes a log again, page by page, and compares.
pub struct Walk {
    trust: Trust,
    signed: SignedCheckpoint,
    expected: u64,
    edge: Edge,
    /// Authority of the first entry; all others must be of the same.
    authority: Option<Uuid>,
    ids: HashSet<Uuid>,
    instances: HashMap<Uuid, Instance>,
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
            edge: Edge::default(),
            authority: None,
            ids: HashSet::new(),
            instances: HashMap::new(),
            tiles: BTreeMap::new(),
            roots: sizes,
            report,
        })
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

    /// How many leaves the next page has.
    #[must_use]
    pub fn next_width(&self) -> u64 {
        (self.expected - self.size()).min(TILE_WIDTH)
    }

    /// Takes the next page.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn page(&mut self, page: &Page) -> Result<(), VerifyError> {
        let first = self.size();
        let width = self.next_width();
        let id = TileId { level: 0, index: first / TILE_WIDTH };
        let (stored, rest) = page.tile.as_chunks::<32>();
        if !rest.is_empty() || u64::try_from(stored.len()) != Ok(width) {
            return Err(VerifyError::TileChanged { path: id.path(width) });
        }
        let hashes: Vec<[u8; 32]> = page.leaves.iter().map(|leaf| tree::leaf_hash(leaf).0).collect();
        if hashes != stored {
            return Err(self.difference(first, &hashes, stored));
        }
        if page.columns.is_none() {
            self.report.index_compared = false;
        }
        let mut rows = page.columns.as_deref().map(<[Columns]>::iter);
        let states = page.openings.iter().chain(core::iter::repeat(&OpeningState::Withheld));
        for (((index, bytes), hash), state) in (first..).zip(&page.leaves).zip(&hashes).zip(states) {
            let leaf = leaf::read(bytes).map_err(|error| VerifyError::of_leaf(index, error))?;
            self.leaf(index, &leaf)?;
            let subjects = self.opening(index, &leaf, state)?;
            if let Some(rows) = &mut rows {
                compare(index, &leaf, rows.next().ok_or(VerifyError::IndexRows { index })?, &subjects)?;
            }
            self.edge.push(Hash(*hash));
            let size = self.edge.size();
            if let Some(root) = self.roots.get_mut(&size) {
                *root = self.edge.root();
            }
        }
        if rows.is_some_and(|mut rows| rows.next().is_some()) {
            return Err(VerifyError::IndexRows { index: self.size() });
        }
        // Level 0 was compared above; the others are few and are compared at the end.
        let tiles = self.edge.take_tiles();
        self.tiles.extend(tiles.into_iter().filter(|tile| tile.id.level > 0).map(|tile| (tile.id, tile)));
        Ok(())
    }

    fn leaf(&mut self, index: u64, leaf: &Leaf<'_>) -> Result<(), VerifyError> {
        if *self.authority.get_or_insert(leaf.authority) != leaf.authority {
            return Err(VerifyError::OtherLog { index });
        }
        if !self.ids.insert(leaf.id) {
            return Err(VerifyError::DuplicateId { index });
        }
        let instance = leaf.stamp.instance;
        if let Some(previous) = leaf.previous
            && !self.instances.get(&previous.instance).is_some_and(|known| known.has(previous.sequence))
        {
            return Err(VerifyError::PreviousLost { instance });
        }
        self.instances.entry(instance).or_default().take(leaf)
    }

    /// Compares an opening with the commitments. Gives what the index must say of subjects.
    fn opening(&mut self, index: u64, leaf: &Leaf<'_>, state: &OpeningState) -> Result<Subjects, VerifyError> {
        let count = leaf.commitments.subjects.map_or(0, |list| list.count);
        match state {
            OpeningState::Opened(opening) => {
                if Commitments::of(opening) != leaf.commitments {
                    return Err(VerifyError::Opening { index });
                }
                self.report.opened += 1;
                Ok(Subjects::These(opening.subjects.iter().map(|subject| subject.0).collect()))
            }
            _ if leaf.commitments.is_empty() => Ok(Subjects::Many(0)),
            OpeningState::Withheld => {
                self.report.withheld += 1;
                Ok(Subjects::Many(count))
            }
            OpeningState::Erased => {
                self.report.erased += 1;
                Ok(Subjects::NoneOrMany(count))
            }
        }
    }

    /// Names the way in which the leaves differ from the hashes that were stored for them.
    fn difference(&self, first: u64, found: &[[u8; 32]], stored: &[[u8; 32]]) -> VerifyError {
        let at = found
            .iter()
            .zip(stored)
            .position(|(found, stored)| found != stored)
            .unwrap_or(found.len().min(stored.len()));
        let index = first + u64::try_from(at).unwrap_or(0);
        let (here, next) = (found.get(at), found.get(at + 1));
        let (should, after) = (stored.get(at), stored.get(at + 1));
        let sorted = |hashes: &[[u8; 32]]| {
            let mut hashes = hashes.to_vec();
            hashes.sort_unstable();
            hashes
        };
        match (here, should) {
            (None, _) if index + 1 >= self.expected || first + TILE_WIDTH >= self.expected => {
                VerifyError::Truncated { size: index, expected: self.expected }
            }
            (None, _) => VerifyError::Deleted { index },
            (_, None) => VerifyError::Inserted { index },
            _ if sorted(found) == sorted(stored) => VerifyError::Reordered { index },
            (Some(here), Some(_)) if after == Some(here) => VerifyError::Deleted { index },
            (Some(_), Some(should)) if next == Some(should) => VerifyError::Inserted { index },
            _ => VerifyError::Changed { index },
        }
    }

    /// Compares the upper tiles and the roots. `tile` reads a stored tile of a level above 0.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn finish(
        self,
        mut tile: impl FnMut(TileId, u64) -> Result<Option<Vec<u8>>, VerifyError>,
    ) -> Result<Verification, VerifyError> {
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
        Ok(report)
    }
}

/// What the index must say of the subjects of an entry.
enum Subjects {
    These(Vec<Uuid>),
    Many(u64),
    NoneOrMany(u64),
}

fn compare(index: u64, leaf: &Leaf<'_>, row: &Columns, subjects: &Subjects) -> Result<(), VerifyError> {
    let expected = leaf.columns();
    let same = [
        ("id", expected.id == row.id),
        ("at", expected.at == row.at),
        ("instance", expected.instance == row.instance),
        ("sequence", expected.sequence == row.sequence),
        ("user", expected.user == row.user),
        ("unit", expected.unit == row.unit),
        ("action", expected.action == row.action),
        ("category", expected.category == row.category),
        ("outcome", expected.outcome == row.outcome),
        ("resource_kind", expected.resource_kind == row.resource_kind),
        ("resource", expected.resource == row.resource),
        ("case", expected.case == row.case),
        ("purpose", expected.purpose == row.purpose),
        ("basis", expected.basis == row.basis),
        ("request", expected.request == row.request),
        ("subjects", subjects.fit(&row.subjects)),
    ];
    match same.iter().find(|(_, same)| !same) {
        Some((column, _)) => Err(VerifyError::Index { index, column }),
        None => Ok(()),
    }
}

impl Subjects {
    fn fit(&self, row: &[Uuid]) -> bool {
        let count = u64::try_from(row.len()).unwrap_or(u64::MAX);
        match self {
            Self::These(subjects) => subjects.iter().collect::<HashSet<_>>() == row.iter().collect::<HashSet<_>>(),
            Self::Many(expected) => count == *expected,
            Self::NoneOrMany(expected) => count == 0 || count == *expected,
        }
    }
}
