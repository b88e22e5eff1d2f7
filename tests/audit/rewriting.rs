//! What somebody does who holds the database, or an export, and the log's key too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use audit_log::edge::Edge;
use audit_log::tile::{Tile, TileId, bundle_path};
use audit_log::verify::directory::{CHECKPOINT, INDEX, OPENINGS};
use audit_log::{Checkpoint, Head, Ledger as _, LogSigner, SignedCheckpoint, tree};

use crate::instance::Place;

/// A tree over leaves, and the signature under it.
struct Rewritten {
    head: Head,
    tiles: Vec<Tile>,
    signed: SignedCheckpoint,
}

fn tree_of(leaves: &[Vec<u8>], key: &LogSigner) -> Rewritten {
    let mut edge = Edge::default();
    let mut tiles: BTreeMap<TileId, Tile> = BTreeMap::new();
    for leaf in leaves {
        edge.push(tree::leaf_hash(leaf));
        tiles.extend(edge.take_tiles().into_iter().map(|tile| (tile.id, tile)));
    }
    let checkpoint = Checkpoint { origin: key.origin().to_owned(), size: edge.size(), root: edge.root() };
    Rewritten { head: edge.head(None, 0), tiles: tiles.into_values().collect(), signed: checkpoint.sign(key) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Rewrites the log in the database, with everything that hangs on it, and signs it. Gives the new checkpoint.
pub(crate) async fn in_the_database(place: &Place, change: impl Fn(&mut Vec<(u64, Vec<u8>)>)) -> SignedCheckpoint {
    let store = place.store().await;
    let stored = store.leaves(place.authority(), 0, 10_000).await.unwrap();
    store.close().await;
    let mut kept: Vec<(u64, Vec<u8>)> = stored.iter().map(|leaf| (leaf.index, leaf.leaf.clone())).collect();
    change(&mut kept);
    let leaves: Vec<Vec<u8>> = kept.iter().map(|(_, leaf)| leaf.clone()).collect();
    let tree = tree_of(&leaves, &place.signer());
    let log = hex(place.authority().0.as_bytes());
    let mut sql = "UPDATE log_entry SET leaf_index = leaf_index + 1000000;".to_owned();
    for (index, (was, leaf)) in kept.iter().enumerate() {
        write!(
            sql,
            "UPDATE log_entry SET leaf_index = {index}, leaf = x'{}' WHERE leaf_index = {};",
            hex(leaf),
            was + 1_000_000
        )
        .unwrap();
    }
    sql.push_str("DELETE FROM log_entry WHERE leaf_index >= 1000000; DELETE FROM log_tile;");
    for tile in &tree.tiles {
        write!(
            sql,
            "INSERT INTO log_tile VALUES (x'{log}', {}, {}, x'{}');",
            tile.id.level,
            tile.id.index,
            hex(&tile.bytes)
        )
        .unwrap();
    }
    write!(
        sql,
        "UPDATE log_head SET size = {}, frontier = x'{}', root = x'{}'; UPDATE log_checkpoint SET size = {}, note = '{}';",
        tree.head.size,
        hex(&tree.head.frontier_bytes()),
        hex(&tree.head.root.0),
        tree.head.size,
        tree.signed.note
    )
    .unwrap();
    place.falsify(&sql).await;
    tree.signed
}

/// Rewrites an export around other leaves and signs it. Index and openings go: they are optional.
pub(crate) fn in_an_export(directory: &Path, leaves: &[Vec<u8>], key: &LogSigner) {
    fs::remove_dir_all(directory.join("tile")).unwrap();
    for file in [INDEX, OPENINGS] {
        fs::remove_file(directory.join(file)).ok();
    }
    let tree = tree_of(leaves, key);
    let put = |path: String, bytes: &[u8]| {
        let file = directory.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    };
    for tile in &tree.tiles {
        put(tile.id.path(tile.id.width(tree.head.size)), &tile.bytes);
    }
    for (index, entries) in (0..).zip(leaves.chunks(256)) {
        put(bundle_path(index, entries.len() as u64), &bundle(entries));
    }
    fs::write(directory.join(CHECKPOINT), tree.signed.note.to_string()).unwrap();
}

pub(crate) fn bundle(entries: &[Vec<u8>]) -> Vec<u8> {
    entries.iter().flat_map(|entry| [&u16::try_from(entry.len()).unwrap().to_be_bytes()[..], entry].concat()).collect()
}

/// The leaves of an export, in order.
pub(crate) fn leaves_of(directory: &Path, size: u64) -> Vec<Vec<u8>> {
    (0..size.div_ceil(256))
        .flat_map(|index| {
            let width = TileId { level: 0, index }.width(size);
            let bytes = fs::read(directory.join(bundle_path(index, width))).unwrap();
            audit_log::verify::directory::entries(&bytes).unwrap()
        })
        .collect()
}
