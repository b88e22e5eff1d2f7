//! What the owner of the database can do, and how it is found where it lies.

use super::*;

#[tokio::test]
async fn a_database_that_was_edited_is_found_out_in_place() {
    type Edit = Box<dyn Fn(&MemoryLog)>;
    fn at(world: &MemoryLog, index: u64, change: impl Fn(&mut audit_log::EntryRow)) {
        world.ledger.tamper(board(), |rows| change(rows.values_mut().find(|row| row.index == Some(index)).unwrap()));
    }
    fn remove(world: &MemoryLog, index: u64) {
        world.ledger.tamper(board(), |rows| rows.retain(|_, row| row.index != Some(index)));
    }
    let matrix: Vec<(&str, Edit, VerifyError)> = vec![
        ("a byte", Box::new(|w| at(w, 7, |row| row.leaf[20] ^= 1)), VerifyError::Changed { index: 7 }),
        ("a row deleted", Box::new(|w| remove(w, 7)), VerifyError::Deleted { index: 7 }),
        ("the last row deleted", Box::new(|w| remove(w, 300)), VerifyError::Truncated { size: 300, expected: 301 }),
        (
            "a row too many",
            Box::new(|w| {
                w.ledger.tamper(board(), |rows| {
                    let mut row = rows.values().next().unwrap().clone();
                    (row.id, row.index) = (EntryId(Uuid::nil()), Some(301));
                    rows.insert(row.id, row);
                });
            }),
            VerifyError::Inserted { index: 301 },
        ),
        (
            "the user in the index",
            Box::new(|w| at(w, 7, |row| row.user = vocabulary::UserId(Uuid::nil()))),
            VerifyError::Index { index: 7, column: "user" },
        ),
        (
            "the instant in the index",
            Box::new(|w| at(w, 7, |row| row.at = row.at.plus_seconds(1))),
            VerifyError::Index { index: 7, column: "at" },
        ),
        (
            "a person taken out of the index",
            Box::new(|w| at(w, 7, |row| row.subjects.clear())),
            VerifyError::Index { index: 7, column: "subjects" },
        ),
        (
            "a hash",
            Box::new(|w| w.ledger.tamper_tile(board(), TileId { level: 0, index: 1 }, |bytes| bytes[5] ^= 1)),
            VerifyError::Changed { index: 256 },
        ),
        (
            "an upper hash",
            Box::new(|w| w.ledger.tamper_tile(board(), TileId { level: 1, index: 0 }, |bytes| bytes[5] ^= 1)),
            VerifyError::TileChanged { path: "tile/1/000.p/1".to_owned() },
        ),
    ];
    for (what, falsify, name) in matrix {
        let world = MemoryLog::start(AppendMode::Integrated).await;
        let history = (0..300).map(|record| (monday_noon(), world.prepare(reading(record)))).collect();
        world.log.import(history, None).await.unwrap();
        world.log.sign_checkpoint(board(), &signer()).await.unwrap();
        let key = signer().verifier();
        assert_eq!(world.log.verify(board(), &key, &|_, _| {}).await.unwrap().withheld, 300);
        falsify(&world);
        assert_eq!(world.log.verify(board(), &key, &|_, _| {}).await, Err(name), "{what}");
    }
}
