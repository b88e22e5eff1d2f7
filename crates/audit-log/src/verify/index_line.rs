//! The search index against the leaves. Lines of an export are compared as bytes with what the leaf gives; only a line that differs is taken apart, to name
//! the column.

use std::io::Write as _;

use uuid::Uuid;

use super::VerifyError;
use crate::leaf::Leaf;
use crate::{Columns, canonical};

/// The persons that an index row names.
pub(super) type Subjects = Vec<Uuid>;

/// Compares a row of a database, its subjects left aside: they are given back.
pub(super) fn compare(index: u64, leaf: &Leaf<'_>, row: &Columns) -> Result<Subjects, VerifyError> {
    match differing(leaf, row) {
        None => Ok(row.subjects.clone()),
        Some(column) => Err(VerifyError::Index { index, column }),
    }
}

fn differing(leaf: &Leaf<'_>, row: &Columns) -> Option<&'static str> {
    let same = [
        ("id", leaf.id == row.id),
        ("at", leaf.stamp.at.micros() == row.at),
        ("instance", leaf.stamp.instance == row.instance),
        ("sequence", leaf.stamp.sequence == row.sequence),
        ("user", leaf.user == row.user),
        ("unit", leaf.unit == row.unit),
        ("action", leaf.action == row.action),
        ("category", leaf.category.code() == row.category),
        ("outcome", leaf.outcome.code() == row.outcome),
        ("resource_kind", leaf.kind == row.resource_kind),
        ("resource", leaf.resource == row.resource),
        ("case", leaf.case == row.case),
        ("purpose", leaf.purpose == row.purpose),
        ("basis", leaf.basis == row.basis.as_deref()),
        ("request", leaf.request == row.request),
    ];
    same.iter().find(|(_, same)| !same).map(|(column, _)| *column)
}

/// Compares a line of an export.
pub(super) fn compare_line(index: u64, leaf: &Leaf<'_>, line: &[u8]) -> Result<Subjects, VerifyError> {
    if let Some(subjects) = as_expected(leaf, line) {
        return Ok(subjects);
    }
    let row: Columns = canonical::record(line).ok_or(VerifyError::IndexRows { index })?;
    compare(index, leaf, &row)
}

/// The subjects of a line that is in all else exactly what the leaf gives.
fn as_expected(leaf: &Leaf<'_>, line: &[u8]) -> Option<Subjects> {
    let rest = Expected::default().before_subjects(leaf).eaten_from(line)?;
    let (subjects, rest) = subjects(rest)?;
    let rest = Expected::default().after_subjects(leaf).eaten_from(rest)?;
    rest.is_empty().then_some(subjects)
}

/// `,"subjects":["..",".."]`, or nothing.
fn subjects(line: &[u8]) -> Option<(Subjects, &[u8])> {
    let Some(mut rest) = line.strip_prefix(b",\"subjects\":[") else { return Some((Vec::new(), line)) };
    let mut subjects = Vec::new();
    loop {
        let (text, after) = rest.strip_prefix(b"\"")?.split_at_checked(36)?;
        let id = Uuid::try_parse_ascii(text).ok()?;
        let mut buffer = Uuid::encode_buffer();
        if id.hyphenated().encode_lower(&mut buffer).as_bytes() != text {
            return None;
        }
        subjects.push(id);
        let after = after.strip_prefix(b"\"")?;
        match after.split_first()? {
            (b',', after) => rest = after,
            (b']', after) => return Some((subjects, after)),
            _ => return None,
        }
    }
}

/// The canonical bytes of a line, on the stack: codes are at most 64 bytes each.
struct Expected {
    bytes: [u8; 1024],
    length: usize,
    fits: bool,
}

impl Default for Expected {
    fn default() -> Self {
        Self { bytes: [0; 1024], length: 0, fits: true }
    }
}

impl Expected {
    fn before_subjects(mut self, leaf: &Leaf<'_>) -> Self {
        self.text("{\"action\":\"", leaf.action);
        self.number("\",\"at\":", leaf.stamp.at.micros());
        if let Some(basis) = leaf.basis {
            self.text(",\"basis\":\"", basis);
            self.put("\"");
        }
        if let Some(case) = leaf.case {
            self.id(",\"case\":\"", case);
            self.put("\"");
        }
        self.text(",\"category\":\"", leaf.category.code());
        self.id("\",\"id\":\"", leaf.id);
        self.id("\",\"instance\":\"", leaf.stamp.instance);
        self.text("\",\"outcome\":\"", leaf.outcome.code());
        self.text("\",\"purpose\":\"", leaf.purpose);
        self.id("\",\"request\":\"", leaf.request);
        self.put("\"");
        if let Some(resource) = leaf.resource {
            self.id(",\"resource\":\"", resource);
            self.put("\"");
        }
        self.text(",\"resource_kind\":\"", leaf.kind);
        self.number("\",\"sequence\":", leaf.stamp.sequence);
        self
    }

    fn after_subjects(mut self, leaf: &Leaf<'_>) -> Self {
        self.id(",\"unit\":\"", leaf.unit);
        self.id("\",\"user\":\"", leaf.user);
        self.put("\"}");
        self
    }

    fn put(&mut self, text: &str) {
        let end = self.length + text.len();
        match self.bytes.get_mut(self.length..end) {
            Some(place) => place.copy_from_slice(text.as_bytes()),
            None => self.fits = false,
        }
        self.length = end;
    }

    fn text(&mut self, key: &str, value: &str) {
        self.put(key);
        self.put(value);
    }

    fn id(&mut self, key: &str, value: Uuid) {
        let mut buffer = Uuid::encode_buffer();
        self.text(key, value.hyphenated().encode_lower(&mut buffer));
    }

    fn number(&mut self, key: &str, value: i64) {
        self.put(key);
        let mut digits = [0_u8; 20];
        let mut rest = digits.as_mut_slice();
        let all = rest.len();
        let left = if write!(rest, "{value}").is_ok() { rest.len() } else { all };
        match digits.get(..all - left).and_then(|digits| core::str::from_utf8(digits).ok()) {
            Some(text) => self.put(text),
            None => self.fits = false,
        }
    }

    fn eaten_from<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        if self.fits { line.strip_prefix(self.bytes.get(..self.length)?) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{MemoryLog, authority, draft};
    use crate::{AppendMode, leaf};
    use vocabulary::{Action, CaseId, LogSubjectId};

    #[tokio::test]
    async fn what_the_bytes_say_is_what_the_columns_say() {
        let world = MemoryLog::start(AppendMode::Integrated).await;
        let mut full = draft(authority(1), Action::DecideRelease);
        full.case = Some(CaseId(Uuid::from_u128(11)));
        full.basis = Some("OSL_10_18A@1".to_owned());
        full.subjects = vec![LogSubjectId(Uuid::from_u128(21)), LogSubjectId(Uuid::from_u128(22))];
        let mut bare = draft(authority(1), Action::ListCases);
        bare.resource.id = None;
        for what in [full, bare] {
            let prepared = world.prepare(what.clone());
            world.log.record(what, prepared).await.map(drop).unwrap();
        }
        for row in world.ledger.entries(authority(1)) {
            let leaf = leaf::read(&row.leaf).unwrap();
            let columns = row.columns();
            let line = serde_json::to_vec(&columns).unwrap();
            assert_eq!(as_expected(&leaf, &line), Some(columns.subjects.clone()), "{}", String::from_utf8_lossy(&line));
            for at in 0..line.len() {
                let mut changed = line.clone();
                changed[at] ^= 1;
                // A changed subject is still a subject; the walk compares those with the opening.
                let is_the_same = as_expected(&leaf, &changed).is_some_and(|named| named == columns.subjects);
                assert!(!is_the_same, "{at}: {}", String::from_utf8_lossy(&changed));
            }
            assert_eq!(as_expected(&leaf, &[&line[..], b" "].concat()), None);
        }
    }
}
