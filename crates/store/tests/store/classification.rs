//! Every stored column of the business tables is classified, with the reason why it stands in plain.

use std::collections::BTreeSet;
use std::path::Path;

fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// `table.column` of each CREATE TABLE in a migration.
fn columns(sql: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut table = None;
    for line in sql.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split_whitespace().next().map(str::to_owned);
        } else if line.starts_with(')') {
            table = None;
        } else if let Some(table) = &table {
            let mut words = line.split_whitespace();
            let (Some(name), Some(kind)) = (words.next(), words.next()) else { continue };
            let kinds = ["BLOB", "TEXT", "INTEGER", "BIGINT", "BOOLEAN", "BYTEA", "uuid"];
            if kinds.contains(&kind.trim_end_matches(',')) {
                found.insert(format!("{table}.{name}"));
            }
        }
    }
    found
}

/// `table.column` of each row in the document, and those that it calls sealed.
fn classified(document: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut all, mut sealed) = (BTreeSet::new(), BTreeSet::new());
    let mut table = "";
    for line in document.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            table = name;
        } else if let Some(row) = line.strip_prefix("| `") {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let name = format!("{table}.{}", cells[0].trim_end_matches('`'));
            assert!(["sealed", "indexed", "plain"].contains(&cells[1]), "{name}: {}", cells[1]);
            assert!(!cells[2].is_empty(), "{name} stands without a reason");
            if cells[1] == "sealed" {
                sealed.insert(name.clone());
            }
            all.insert(name);
        }
    }
    (all, sealed)
}

#[test]
fn every_column_of_both_databases_is_classified_with_its_reason() {
    let (classified, sealed) = classified(&text("docs/classification.md"));
    for backend in ["sqlite", "postgres"] {
        // Every migration but the access log's own, whose leaves audit/FORMAT.md describes.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(backend);
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let business = files.filter(|path| !path.ends_with("0001_access_log.sql"));
        let columns: BTreeSet<String> =
            business.flat_map(|path| columns(&std::fs::read_to_string(path).unwrap())).collect();
        assert!(columns.len() > 200, "the migration was not read: {}", columns.len());
        let missing: Vec<_> = columns.symmetric_difference(&classified).collect();
        assert!(missing.is_empty(), "{backend}: {missing:?}");
        let unsealed: Vec<_> =
            columns.iter().filter(|name| name.ends_with("_sealed") && !sealed.contains(*name)).collect();
        assert!(unsealed.is_empty(), "{backend}: {unsealed:?}");
    }
}
