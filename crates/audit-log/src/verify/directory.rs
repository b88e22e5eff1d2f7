//! Verifies an exported directory, offline.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use uuid::Uuid;

use super::{OpeningState, Page, Trust, Verification, VerifyError, Walk};
use crate::tile::{TILE_WIDTH, TileId, bundle_path};
use crate::{Columns, canonical, leaf, opening_line::OpeningLine};

/// The checkpoint of an export.
pub const CHECKPOINT: &str = "checkpoint";
/// The key of an export, as a signed-note verifier key: for convenience; trust a copy from elsewhere.
pub const KEY: &str = "log.vkey";
/// The index rows, one canonical JSON object per leaf and line. Optional.
pub const INDEX: &str = "index.jsonl";
/// What became of each opening, one canonical JSON object per line, for entries that have one to speak of. Optional.
pub const OPENINGS: &str = "openings.jsonl";

/// Reads a directory and verifies all of it. `progress` hears of leaves done and leaves in all.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(directory: &Path, trust: Trust, progress: &dyn Fn(u64, u64)) -> Result<Verification, VerifyError> {
    let note = read(directory, CHECKPOINT)?.ok_or(VerifyError::Unsigned)?;
    let note = String::from_utf8(note).map_err(|_| VerifyError::CheckpointMalformed)?;
    let mut walk = Walk::begin(trust, &note, None)?;
    let mut index = Lines::open(directory, INDEX)?;
    let mut openings = Lines::open(directory, OPENINGS)?;
    let mut next_opening = None;
    while walk.size() < walk.expected() {
        let (first, width) = (walk.size(), walk.next_width());
        let tile = TileId { level: 0, index: first / TILE_WIDTH };
        let path = tile.path(width);
        let tile = read(directory, &path)?.ok_or(VerifyError::TileMissing { path })?;
        let leaves = bundle(directory, first / TILE_WIDTH, width)?;
        let columns = if let Some(lines) = &mut index { Some(lines.columns(first, width)?) } else { None };
        let mut states = Vec::with_capacity(leaves.len());
        for (index, leaf) in (first..).zip(&leaves) {
            states.push(opening_of(index, leaf, openings.as_mut(), &mut next_opening)?);
        }
        walk.page(&Page { leaves, tile, columns, openings: states })?;
        progress(walk.size(), walk.expected());
    }
    if let Some(lines) = &mut index
        && lines.next()?.is_some()
    {
        return Err(VerifyError::IndexRows { index: walk.size() });
    }
    let left_over = match (next_opening, &mut openings) {
        (Some(_), _) => true,
        (None, Some(lines)) => lines.next()?.is_some(),
        (None, None) => false,
    };
    if left_over {
        return Err(VerifyError::Opening { index: walk.size() });
    }
    walk.finish(|id, width| read(directory, &id.path(width)))
}

/// Takes a bundle apart: each entry after its length in two bytes, big endian (C2SP tlog-tiles).
pub fn entries(bundle: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    let mut rest = bundle;
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry.to_vec());
        rest = after;
    }
    Some(entries)
}

fn bundle(directory: &Path, index: u64, width: u64) -> Result<Vec<Vec<u8>>, VerifyError> {
    let path = bundle_path(index, width);
    let bytes = read(directory, &path)?.ok_or_else(|| VerifyError::BundleMissing { path: path.clone() })?;
    entries(&bytes).ok_or(VerifyError::BundleMalformed { path })
}

/// The opening that the next line has for this leaf. Lines come in the order of the leaves.
fn opening_of(
    index: u64,
    bytes: &[u8],
    lines: Option<&mut Lines>,
    next: &mut Option<OpeningLine>,
) -> Result<OpeningState, VerifyError> {
    let Some(lines) = lines else { return Ok(OpeningState::Withheld) };
    if next.is_none() {
        *next =
            lines.next()?.map(|line| OpeningLine::parse(&line).ok_or(VerifyError::Opening { index })).transpose()?;
    }
    // A leaf that cannot be read is reported by the walk, not here.
    let id: Option<Uuid> = leaf::read(bytes).ok().map(|leaf| leaf.id);
    match next.take() {
        Some(line) if Some(line.id) == id => Ok(line.state()),
        other => {
            *next = other;
            Ok(OpeningState::Erased)
        }
    }
}

fn read(directory: &Path, path: &str) -> Result<Option<Vec<u8>>, VerifyError> {
    match fs::read(directory.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(_) => Err(VerifyError::Unreadable { what: path.to_owned() }),
    }
}

struct Lines {
    reader: BufReader<fs::File>,
    name: &'static str,
}

impl Lines {
    fn open(directory: &Path, name: &'static str) -> Result<Option<Self>, VerifyError> {
        match fs::File::open(directory.join(name)) {
            Ok(file) => Ok(Some(Self { reader: BufReader::new(file), name })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(VerifyError::Unreadable { what: name.to_owned() }),
        }
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, VerifyError> {
        let mut line = Vec::new();
        let read = self
            .reader
            .read_until(b'\n', &mut line)
            .map_err(|_| VerifyError::Unreadable { what: self.name.to_owned() })?;
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        Ok((read > 0).then_some(line))
    }

    fn columns(&mut self, first: u64, width: u64) -> Result<Vec<Columns>, VerifyError> {
        let mut rows = Vec::new();
        for index in first..first + width {
            let line = self.next()?.ok_or(VerifyError::IndexRows { index })?;
            rows.push(canonical::record(&line).ok_or(VerifyError::IndexRows { index })?);
        }
        Ok(rows)
    }
}
