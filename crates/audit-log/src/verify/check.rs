//! What can be said of one page by itself: hashes, canonical form, schema, index columns. Pages are checked side by side; the walk then takes them in order.

use uuid::Uuid;
use vocabulary::Action;

use super::VerifyError;
use super::index_line::{self, Subjects};
use crate::commitment::Commitments;
use crate::leaf::{self, Leaf, Previous, Stamp};
use crate::tile::{TILE_WIDTH, TileId};
use crate::{Columns, Hash, tree};

/// A full bundle of leaves, or the last one of a log, with what is stored beside it.
#[derive(Debug)]
pub struct Page<'a> {
    /// The leaves as they were found.
    pub leaves: Vec<&'a [u8]>,
    /// The level 0 tile beside them.
    pub tile: &'a [u8],
    /// The search index beside them.
    pub index: Index<'a>,
}

/// The search index of a page.
#[derive(Debug)]
pub enum Index<'a> {
    /// Not at hand.
    Absent,
    /// Rows of a database.
    Rows(Vec<&'a Columns>),
    /// Lines of an export.
    Lines(Vec<&'a [u8]>),
}

/// Where a page belongs.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its first entry.
    pub first: u64,
    /// How many entries it must have.
    pub width: u64,
    /// How many entries the log must have.
    pub expected: u64,
}

/// What the walk needs to know of an entry.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) id: Uuid,
    pub(super) stamp: Stamp,
    pub(super) authority: Uuid,
    /// Whether it introduces its instance.
    pub(super) starts: bool,
    pub(super) previous: Option<Previous>,
    pub(super) void: Vec<(i64, i64)>,
    pub(super) commitments: Commitments,
    /// The persons that the search index names; none when the index is not at hand.
    pub(super) named: Option<Subjects>,
}

/// A page that was checked by itself.
#[derive(Clone, Debug)]
pub struct Checked {
    pub(super) place: Place,
    /// The hash of each leaf.
    pub(super) hashes: Vec<[u8; 32]>,
    /// The root over a full page.
    pub(super) root: Option<Hash>,
    /// What was found of the entries up to the first fault.
    pub(super) facts: Vec<Fact>,
    pub(super) fault: Option<VerifyError>,
    pub(super) has_index: bool,
}

impl Page<'_> {
    /// Checks a page by itself. What is wrong with it comes out when the walk takes it.
    #[must_use]
    pub fn check(&self, place: Place) -> Checked {
        let mut checked = Checked {
            place,
            hashes: Vec::with_capacity(self.leaves.len()),
            root: None,
            facts: Vec::with_capacity(self.leaves.len()),
            fault: None,
            has_index: !matches!(self.index, Index::Absent),
        };
        checked.fault = self.find_fault(place, &mut checked).err();
        checked
    }

    fn find_fault(&self, place: Place, checked: &mut Checked) -> Result<(), VerifyError> {
        let Place { first, width, .. } = place;
        let (stored, rest) = self.tile.as_chunks::<32>();
        if !rest.is_empty() || u64::try_from(stored.len()) != Ok(width) {
            let id = TileId { level: 0, index: first / TILE_WIDTH };
            return Err(VerifyError::TileChanged { path: id.path(width) });
        }
        checked.hashes.extend(self.leaves.iter().map(|leaf| tree::leaf_hash(leaf).0));
        if checked.hashes != stored {
            return Err(difference(place, &checked.hashes, stored));
        }
        if width == TILE_WIDTH {
            checked.root = tree::page_root(stored);
        }
        for (at, (index, bytes)) in (first..).zip(&self.leaves).enumerate() {
            let leaf = leaf::read(bytes).map_err(|error| VerifyError::of_leaf(index, error))?;
            let compared = match &self.index {
                Index::Absent => Ok(None),
                Index::Rows(rows) => rows
                    .get(at)
                    .ok_or(VerifyError::IndexRows { index })
                    .and_then(|row| index_line::compare(index, &leaf, row))
                    .map(Some),
                Index::Lines(lines) => lines
                    .get(at)
                    .ok_or(VerifyError::IndexRows { index })
                    .and_then(|line| index_line::compare_line(index, &leaf, line))
                    .map(Some),
            };
            let (named, fault) = match compared {
                Ok(named) => (named, None),
                Err(fault) => (None, Some(fault)),
            };
            checked.facts.push(Fact::of(leaf, named));
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        let rows = match &self.index {
            Index::Absent => self.leaves.len(),
            Index::Rows(rows) => rows.len(),
            Index::Lines(lines) => lines.len(),
        };
        if rows > self.leaves.len() { Err(VerifyError::IndexRows { index: first + width }) } else { Ok(()) }
    }
}

impl Fact {
    fn of(leaf: Leaf<'_>, named: Option<Subjects>) -> Self {
        Self {
            id: leaf.id,
            stamp: leaf.stamp,
            authority: leaf.authority,
            starts: leaf.action == Action::StartInstance.code(),
            previous: leaf.previous,
            void: leaf.void,
            commitments: leaf.commitments,
            named,
        }
    }
}

/// Names the way in which the leaves differ from the hashes that were stored for them.
fn difference(place: Place, found: &[[u8; 32]], stored: &[[u8; 32]]) -> VerifyError {
    let Place { first, expected, .. } = place;
    let at =
        found.iter().zip(stored).position(|(found, stored)| found != stored).unwrap_or(found.len().min(stored.len()));
    let index = first + u64::try_from(at).unwrap_or(0);
    let (here, next) = (found.get(at), found.get(at + 1));
    let (should, after) = (stored.get(at), stored.get(at + 1));
    let sorted = |hashes: &[[u8; 32]]| {
        let mut hashes = hashes.to_vec();
        hashes.sort_unstable();
        hashes
    };
    match (here, should) {
        (None, _) if index + 1 >= expected || first + TILE_WIDTH >= expected => {
            VerifyError::Truncated { size: index, expected }
        }
        (None, _) => VerifyError::Deleted { index },
        (_, None) => VerifyError::Inserted { index },
        _ if sorted(found) == sorted(stored) => VerifyError::Reordered { index },
        (Some(here), Some(_)) if after == Some(here) => VerifyError::Deleted { index },
        (Some(_), Some(should)) if next == Some(should) => VerifyError::Inserted { index },
        _ => VerifyError::Changed { index },
    }
}
