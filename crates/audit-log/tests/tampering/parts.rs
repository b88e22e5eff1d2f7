//! A part of a log: what it shows, and what is still found out.

use audit_log::verify::Part;
use audit_log::verify::directory::PART;

use super::*;

const MIDDLE: Part = Part { end: 512, first: 256, pruned: 0 };

/// Takes an export apart until only a part of it is there.
fn cut(directory: &Path, part: Part) {
    for index in 0..3 {
        if !part.holds(index * 256) {
            let width = TileId { level: 0, index }.width(601);
            fs::remove_file(directory.join(bundle_path(index, width))).unwrap();
            if width == 256 {
                fs::remove_file(directory.join(TileId { level: 0, index }.path(width))).unwrap();
            }
        }
    }
    if directory.join(INDEX).exists() {
        let kept = |path: &str, keep: &dyn Fn(usize, &str) -> bool| {
            edit_lines(directory, path, |lines| {
                *lines =
                    lines.drain(..).enumerate().filter(|(at, line)| keep(*at, line)).map(|(_, line)| line).collect();
            });
        };
        let here = |at: usize| part.holds(u64::try_from(at).unwrap());
        let index = fs::read_to_string(directory.join(INDEX)).unwrap();
        let ids: Vec<String> =
            index.lines().map(|line| line.split("\"id\":\"").nth(1).unwrap()[..36].to_owned()).collect();
        let of_part: Vec<_> = ids.iter().enumerate().filter(|(at, _)| here(*at)).map(|(_, id)| id.clone()).collect();
        kept(INDEX, &|at, _| here(at));
        kept(OPENINGS, &|_, line| of_part.iter().any(|id| line.contains(id.as_str())));
    }
    fs::write(directory.join(PART), serde_json::to_vec(&part).unwrap()).unwrap();
}

#[tokio::test]
async fn a_part_shows_that_its_entries_stand_in_their_place_of_the_whole_log() {
    let exported = exported().await;
    let directory = exported.directory.path();
    let root = verify(directory).unwrap().root;
    for part in [
        MIDDLE,
        Part { end: 601, ..MIDDLE },
        Part { end: 256, first: 0, pruned: 0 },
        Part { end: 601, first: 512, pruned: 256 },
    ] {
        let copied = tempfile::tempdir().unwrap();
        copy(directory, copied.path());
        cut(copied.path(), part);
        let found = verify(copied.path()).unwrap();
        assert_eq!((found.size, found.first, found.end, found.pruned), (601, part.first, part.end, part.pruned));
        assert_eq!(found.root, root);
        assert!(found.index_compared);
    }
    // The early checkpoint, at 301, lies within the part.
    cut(directory, MIDDLE);
    verify_knowing(directory, &exported.early).unwrap();
}

#[tokio::test]
async fn a_falsified_part_is_found_out() {
    let exported = exported().await;
    cut(exported.directory.path(), MIDDLE);
    let claims = |part: Part| move |d: &Path| fs::write(d.join(PART), serde_json::to_vec(&part).unwrap()).unwrap();
    let matrix: Vec<(&str, Falsify<'_>, VerifyError)> = vec![
        (
            "a byte of an entry",
            Box::new(|d| edit(d, "tile/entries/001", |bytes| bytes[5000] ^= 1)),
            VerifyError::Changed { index: 262 },
        ),
        (
            "a hash in place of a page that is not there",
            Box::new(|d| edit(d, "tile/1/000.p/2", |bytes| bytes[3] ^= 1)),
            VerifyError::Root { size: 601 },
        ),
        (
            "a hash at the end of the tree",
            Box::new(|d| edit(d, "tile/0/002.p/89", |bytes| bytes[3] ^= 1)),
            VerifyError::Root { size: 601 },
        ),
        (
            "the tile at the end of the tree cut",
            Box::new(|d| edit(d, "tile/0/002.p/89", |bytes| bytes.truncate(64))),
            VerifyError::TileChanged { path: "tile/0/002.p/89".to_owned() },
        ),
        (
            "more than there is",
            Box::new(claims(Part { first: 0, ..MIDDLE })),
            VerifyError::TileMissing { path: "tile/0/000".to_owned() },
        ),
        ("half a page", Box::new(claims(Part { first: 200, ..MIDDLE })), VerifyError::Part),
        ("beyond the end", Box::new(claims(Part { end: 768, ..MIDDLE })), VerifyError::Part),
        ("pruned after its beginning", Box::new(claims(Part { pruned: 512, ..MIDDLE })), VerifyError::Part),
        (
            "another spelling",
            Box::new(|d| fs::write(d.join(PART), "{\"first\":256,\"end\":512,\"pruned\":0}").unwrap()),
            VerifyError::Part,
        ),
        (
            "no part, but all",
            Box::new(|d| fs::remove_file(d.join(PART)).unwrap()),
            VerifyError::TileMissing { path: "tile/0/000".to_owned() },
        ),
        (
            "an index row too many",
            Box::new(|d| edit_lines(d, INDEX, |lines| lines.push(lines[0].clone()))),
            VerifyError::IndexRows { index: 512 },
        ),
    ];
    for (what, falsify, name) in matrix {
        let copied = tempfile::tempdir().unwrap();
        copy(exported.directory.path(), copied.path());
        falsify(copied.path());
        assert_eq!(verify(copied.path()), Err(name), "{what}");
    }
}

#[tokio::test]
async fn an_entry_that_was_lost_within_a_part_is_missed_though_the_beginning_is_not_there() {
    let exported = exported().await;
    let directory = exported.directory.path();
    let mut leaves = all_leaves(directory);
    let instance = leaf::read(&leaves[0]).unwrap().stamp.instance;
    // Another takes its place at the end, so that the pages stay as they are.
    leaves.remove(300);
    let last = replaced(leaves.last().unwrap(), "\"seq\":601", "\"seq\":602");
    leaves.push(replaced(&last, &leaf::read(&last).unwrap().id.to_string(), &Uuid::nil().to_string()));
    rewrite(directory, &leaves, &signer());
    cut(directory, Part { end: 601, ..MIDDLE });
    assert_eq!(verify(directory), Err(VerifyError::SequenceGap { instance, number: 301 }));
}
