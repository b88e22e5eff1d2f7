//! Verifies an exported directory, offline.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use uuid::Uuid;

use super::{Checked, Index, Next, OpeningState, Page, Place, Trust, Verification, VerifyError, Walk};
use crate::tile::{TILE_WIDTH, TileId, bundle_path};
use crate::{Hash, canonical, opening_line::OpeningLine};

/// The checkpoint of an export.
pub const CHECKPOINT: &str = "checkpoint";
/// The key of an export, as a signed-note verifier key: for convenience; trust a copy from elsewhere.
pub const KEY: &str = "log.vkey";
/// The index rows, one canonical JSON object per leaf and line. Optional.
pub const INDEX: &str = "index.jsonl";
/// What became of each opening, one canonical JSON object per line, for entries that have one to speak of. Optional.
pub const OPENINGS: &str = "openings.jsonl";

/// Which entries an export holds, when it is not all of the log: one canonical JSON object ([`Part`](crate::verify::Part)).
pub const PART: &str = "part";

/// Pages that are read before they are checked side by side: what memory holds at once is about twice this many.
const BATCH: u64 = 64;

/// Reads a directory and verifies all of it, on as many cores as the machine has. `progress` hears of entries done and entries in all.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(directory: &Path, trust: Trust, progress: &dyn Fn(u64, u64)) -> Result<Verification, VerifyError> {
    let note = read(directory, CHECKPOINT)?.ok_or(VerifyError::Unsigned)?;
    let note = String::from_utf8(note).map_err(|_| VerifyError::CheckpointMalformed)?;
    let mut walk = Walk::begin(trust, &note, None)?;
    if let Some(part) = read(directory, PART)? {
        walk = walk.over(canonical::record(&part).ok_or(VerifyError::Part)?)?;
    }
    let part = walk.part();
    let mut reader = Reader { directory, index: Lines::open(directory, INDEX)?, level_one: None };
    let mut openings = Openings { lines: Lines::open(directory, OPENINGS)?, next: None };
    let cores = std::thread::available_parallelism().map_or(1, core::num::NonZero::get);
    let mut place = 0;
    let mut batch = reader.batch(&walk, &mut place);
    while !batch.is_empty() {
        // While this batch is being checked, the next one is read.
        let (checked, next) = std::thread::scope(|scope| {
            let each = batch.len().div_ceil(cores).max(1);
            let at_work: Vec<_> =
                batch.chunks(each).map(|share| scope.spawn(move || share.iter().map(Piece::check).collect())).collect();
            let next = reader.batch(&walk, &mut place);
            let checked: Result<Vec<Vec<Step>>, _> =
                at_work.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
            (checked, next)
        });
        let checked = checked.map_err(|_| VerifyError::Unreadable { what: "a page".to_owned() })?;
        for step in checked.into_iter().flatten() {
            match step {
                Step::Page(checked) => walk.take(checked, |index, id| openings.of(index, id))?,
                Step::Skip(root) => walk.skip(root),
                Step::Pass(tile) => walk.pass(&tile)?,
                Step::Fault(fault) => return Err(fault),
            }
        }
        progress(walk.size().clamp(part.first, part.end) - part.first, part.end - part.first);
        batch = next;
    }
    if let Some(lines) = &mut reader.index
        && lines.next()?.is_some()
    {
        return Err(VerifyError::IndexRows { index: part.end });
    }
    if openings.left_over()? {
        return Err(VerifyError::Opening { index: part.end });
    }
    walk.finish(|id, width| read(directory, &id.path(width)))
}

/// What lies in a directory for one page, as it was read.
enum Piece {
    Page { place: Place, bundle: Vec<u8>, tile: Vec<u8>, lines: Option<Vec<Vec<u8>>> },
    Done(Step),
}

/// What the walk is told of one page.
#[derive(Clone)]
enum Step {
    Page(Checked),
    Skip(Hash),
    Pass(Vec<u8>),
    Fault(VerifyError),
}

impl Piece {
    fn check(&self) -> Step {
        match self {
            Self::Done(step) => step.clone(),
            Self::Page { place, bundle, tile, lines } => {
                let path = || bundle_path(place.first / TILE_WIDTH, place.width);
                let Some(leaves) = slices(bundle) else {
                    return Step::Fault(VerifyError::BundleMalformed { path: path() });
                };
                let index = match lines {
                    None => Index::Absent,
                    Some(lines) => Index::Lines(lines.iter().map(Vec::as_slice).collect()),
                };
                Step::Page(Page { leaves, tile, index }.check(*place))
            }
        }
    }
}

/// Reads ahead of the walk.
struct Reader<'d> {
    directory: &'d Path,
    index: Option<Lines>,
    /// The tile of level 1 that was read last, for pages whose entries are not at hand.
    level_one: Option<(TileId, Vec<u8>)>,
}

impl Reader<'_> {
    /// The next pages; none at the end. What cannot be read comes out in its turn, as the fault of its page.
    fn batch(&mut self, walk: &Walk, place: &mut u64) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for _ in 0..BATCH {
            let next = walk.at(*place);
            if matches!(next, Next::End) {
                break;
            }
            let piece = self.piece(walk, next, *place).unwrap_or_else(|fault| Piece::Done(Step::Fault(fault)));
            let is_last = matches!(piece, Piece::Done(Step::Fault(_)));
            pieces.push(piece);
            *place = if is_last { walk.expected() } else { place.saturating_add(TILE_WIDTH).min(walk.expected()) };
        }
        pieces
    }

    fn piece(&mut self, walk: &Walk, next: Next, place: u64) -> Result<Piece, VerifyError> {
        let must = |id: TileId, width: u64| {
            let path = id.path(width);
            read(self.directory, &path)?.ok_or(VerifyError::TileMissing { path })
        };
        match next {
            Next::Page(place) => {
                let tile = must(TileId { level: 0, index: place.first / TILE_WIDTH }, place.width)?;
                let path = bundle_path(place.first / TILE_WIDTH, place.width);
                let bundle = read(self.directory, &path)?.ok_or(VerifyError::BundleMissing { path })?;
                let lines = self.index.as_mut().map(|lines| lines.of_page(place.width)).transpose()?;
                Ok(Piece::Page { place, bundle, tile, lines })
            }
            Next::Pass(id, width) => Ok(Piece::Done(Step::Pass(must(id, width)?))),
            Next::Skip(id) => {
                let width = id.width(walk.expected());
                let tile = match self.level_one.take() {
                    Some((known, tile)) if known == id => tile,
                    _ => must(id, width)?,
                };
                let at = usize::try_from(place / TILE_WIDTH % TILE_WIDTH).unwrap_or(usize::MAX);
                let (hashes, _) = tile.as_chunks::<32>();
                let hash = hashes.get(at).copied().ok_or_else(|| VerifyError::TileChanged { path: id.path(width) })?;
                self.level_one = Some((id, tile));
                Ok(Piece::Done(Step::Skip(Hash(hash))))
            }
            Next::End => Err(VerifyError::Part),
        }
    }
}

/// The openings of an export. Lines come in the order of the leaves; not every leaf has one.
struct Openings {
    lines: Option<Lines>,
    next: Option<Vec<u8>>,
}

impl Openings {
    fn of(&mut self, index: u64, entry: Uuid) -> Result<OpeningState, VerifyError> {
        let Some(lines) = &mut self.lines else { return Ok(OpeningState::Withheld) };
        if self.next.is_none() {
            self.next = lines.next()?;
        }
        let Some(line) = &self.next else { return Ok(OpeningState::Erased) };
        let id = OpeningLine::id_of(line).ok_or(VerifyError::Opening { index })?;
        if id != entry {
            return Ok(OpeningState::Erased);
        }
        let state = OpeningLine::state_of(line).ok_or(VerifyError::Opening { index });
        self.next = None;
        state
    }

    fn left_over(&mut self) -> Result<bool, VerifyError> {
        match &mut self.lines {
            Some(lines) if self.next.is_none() => lines.next().map(|line| line.is_some()),
            _ => Ok(self.next.is_some()),
        }
    }
}

/// Takes a bundle apart: each entry after its length in two bytes, big endian (C2SP tlog-tiles).
pub fn entries(bundle: &[u8]) -> Option<Vec<Vec<u8>>> {
    slices(bundle).map(|entries| entries.into_iter().map(<[u8]>::to_vec).collect())
}

/// The same without a copy.
pub fn slices(bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::with_capacity(256);
    let mut rest = bundle;
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        rest = after;
    }
    Some(entries)
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

    /// The lines of a page: fewer when the file ends before.
    fn of_page(&mut self, width: u64) -> Result<Vec<Vec<u8>>, VerifyError> {
        let mut lines = Vec::with_capacity(256);
        for _ in 0..width {
            let Some(line) = self.next()? else { break };
            lines.push(line);
        }
        Ok(lines)
    }
}
