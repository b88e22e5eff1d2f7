//! The log's statements, and the only ones that take many rows at once.

use std::sync::LazyLock;

use audit_log::EntryRow;

use crate::{Value, args, sql};

sql! {
    pub(crate) LOGS = "SELECT DISTINCT authority_id FROM log_entry WHERE leaf_index IS NULL";
    pub(crate) WAITING = "SELECT id, leaf FROM log_entry WHERE authority_id = $1 AND leaf_index IS NULL ORDER BY at, instance, sequence LIMIT $2";
    pub(crate) HEAD = "SELECT authority_id, size, frontier, root, last_instance, last_sequence, last_at, fence FROM log_head WHERE authority_id = $1";
    pub(crate) HEADS = "SELECT authority_id, size, frontier, root, last_instance, last_sequence, last_at, fence FROM log_head ORDER BY authority_id";
    pub(crate) MOVE_HEAD = "INSERT INTO log_head (authority_id, size, frontier, root, last_instance, last_sequence, last_at, fence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (authority_id) DO UPDATE SET size = excluded.size, frontier = excluded.frontier, root = excluded.root, last_instance = excluded.last_instance, last_sequence = excluded.last_sequence, last_at = excluded.last_at, fence = excluded.fence WHERE log_head.size = $9 AND log_head.fence <= excluded.fence";
    pub(crate) PUT_TILE = "INSERT INTO log_tile (authority_id, level, tile_index, hashes) VALUES ($1, $2, $3, $4) ON CONFLICT (authority_id, level, tile_index) DO UPDATE SET hashes = excluded.hashes";
    pub(crate) TILE = "SELECT hashes FROM log_tile WHERE authority_id = $1 AND level = $2 AND tile_index = $3";
    pub(crate) LEAF_OF = "SELECT leaf FROM log_entry WHERE authority_id = $1 AND id = $2";
    pub(crate) LEAVES = "SELECT e.leaf_index, e.leaf, e.id, e.at, e.instance, e.sequence, e.user_id, e.unit_id, e.action, e.category, e.outcome, e.resource_kind, e.resource_id, e.case_id, e.purpose, e.basis, e.request_id, o.key_id, o.sealed FROM log_entry e LEFT JOIN log_opening o ON o.authority_id = e.authority_id AND o.entry_id = e.id WHERE e.authority_id = $1 AND e.leaf_index >= $2 AND e.leaf_index < $3 ORDER BY e.leaf_index";
    pub(crate) LEAF_SUBJECTS = "SELECT e.leaf_index, s.subject_id FROM log_entry e JOIN log_entry_subject s ON s.authority_id = e.authority_id AND s.entry_id = e.id WHERE e.authority_id = $1 AND e.leaf_index >= $2 AND e.leaf_index < $3 ORDER BY e.leaf_index, s.subject_id";
    pub(crate) PRUNED = "SELECT pruned FROM log_head WHERE authority_id = $1";
    pub(crate) SPAN = "SELECT MIN(leaf_index), MAX(leaf_index) FROM log_entry WHERE authority_id = $1 AND at >= $2 AND at < $3";
    pub(crate) PUT_CHECKPOINT = "INSERT INTO log_checkpoint (authority_id, size, at, note) VALUES ($1, $2, $3, $4) ON CONFLICT (authority_id) DO UPDATE SET size = excluded.size, at = excluded.at, note = excluded.note WHERE log_checkpoint.size <= excluded.size";
    pub(crate) CHECKPOINT = "SELECT note FROM log_checkpoint WHERE authority_id = $1";
}

/// How many rows one statement takes: few sizes, so that each engine keeps few prepared statements.
const SIZES: [usize; 3] = [64, 8, 1];

/// A statement for 64, 8 and 1 rows. Made once from constants and kept for the life of the process, because SQL is `&'static str` only.
pub(crate) struct Many {
    texts: [(usize, &'static str); 3],
}

impl Many {
    /// `head (..), (..) tail`, with `columns` placeholders a row after `fixed` ones that stand in `head` or `tail`.
    pub(crate) fn new(head: &str, fixed: usize, columns: usize, tail: &str) -> Self {
        let texts = SIZES.map(|rows| {
            let tuples: Vec<String> = (0..rows)
                .map(|row| {
                    let places: Vec<String> =
                        (1..=columns).map(|column| format!("${}", fixed + row * columns + column)).collect();
                    format!("({})", places.join(", "))
                })
                .collect();
            (rows, &*format!("{head}{}{tail}", tuples.join(", ")).leak())
        });
        Self { texts }
    }

    /// Cuts rows into pieces of the known sizes.
    pub(crate) fn pieces<'r, T>(&self, mut rows: &'r [T]) -> Vec<(&'static str, &'r [T])> {
        let mut pieces = Vec::new();
        for (size, text) in self.texts {
            while let Some((piece, rest)) = rows.split_at_checked(size) {
                pieces.push((text, piece));
                rows = rest;
                if rows.is_empty() {
                    return pieces;
                }
            }
        }
        pieces
    }
}

/// Entries.
pub(crate) static PUT_ENTRIES: LazyLock<Many> = LazyLock::new(|| {
    Many::new(
        "INSERT INTO log_entry (authority_id, id, leaf_index, at, instance, sequence, leaf, user_id, unit_id, action, category, outcome, \
         resource_kind, resource_id, case_id, purpose, basis, request_id) VALUES ",
        0,
        18,
        "",
    )
});

/// Who an entry is about.
pub(crate) static PUT_SUBJECTS: LazyLock<Many> = LazyLock::new(|| {
    Many::new("INSERT INTO log_entry_subject (authority_id, subject_id, at, entry_id) VALUES ", 0, 4, "")
});

/// Openings.
pub(crate) static PUT_OPENINGS: LazyLock<Many> =
    LazyLock::new(|| Many::new("INSERT INTO log_opening (authority_id, entry_id, key_id, sealed) VALUES ", 0, 4, ""));

/// Places in the tree. Both databases call the columns of a bare VALUES list `column1`, `column2`.
pub(crate) static GIVE_INDEXES: LazyLock<Many> = LazyLock::new(|| {
    Many::new(
        "UPDATE log_entry SET leaf_index = given.column2 FROM (VALUES ",
        1,
        2,
        ") AS given WHERE log_entry.authority_id = $1 AND log_entry.id = given.column1 AND log_entry.leaf_index IS NULL",
    )
});

/// The values of one row of [`PUT_ENTRIES`].
pub(crate) fn entry(row: &EntryRow) -> Vec<Value> {
    args![
        row.authority,
        row.id,
        row.index.and_then(|index| i64::try_from(index).ok()),
        row.at,
        row.instance,
        row.sequence,
        row.leaf.as_slice(),
        row.user,
        row.unit,
        row.action,
        row.category,
        row.outcome.code(),
        row.resource_kind.as_str(),
        row.resource,
        row.case,
        row.purpose,
        row.basis.as_deref(),
        row.request,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_cut_into_known_sizes() {
        let rows: Vec<u32> = (0..82).collect();
        let sizes: Vec<usize> = PUT_OPENINGS.pieces(&rows).iter().map(|(_, piece)| piece.len()).collect();
        assert_eq!(sizes, [64, 8, 8, 1, 1]);
        let all: Vec<u32> = PUT_OPENINGS.pieces(&rows).into_iter().flat_map(|(_, piece)| piece.to_vec()).collect();
        assert_eq!(all, rows);
        assert!(GIVE_INDEXES.pieces(&[1, 2])[0].0.contains("($2, $3)"));
        assert!(PUT_OPENINGS.pieces::<u8>(&[]).is_empty());
    }
}
