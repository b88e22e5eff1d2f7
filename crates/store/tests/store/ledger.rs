//! The database's side of the log: savepoints, heads, places in the tree, and what is refused.

use audit_log::{
    AppendMode, EntryRow, Hash, Head, Integration, LastEntry, Ledger, LedgerError, Outcome, SealedOpening, Tile, TileId,
};
use store::{Refusal, Statement, Store, StoreError, StoreOptions, Work, WriteError, args, log};
use vocabulary::{Action, AuthorityId, Category, EntryId, KeyId, LogSubjectId, Purpose, RequestId, Timestamp, UserId};

use crate::support::{BUMP, COUNT, INSERT, People, both, people, postgres};

fn entry(people: &People, authority: AuthorityId, sequence: i64) -> EntryRow {
    EntryRow {
        authority,
        id: EntryId(people.id()),
        index: None,
        at: Timestamp::from_micros(1_000 + sequence),
        instance: uuid::Uuid::from_u128(9),
        sequence,
        leaf: format!("leaf {sequence}").into_bytes(),
        opening: (sequence % 2 == 1).then(|| SealedOpening { key: KeyId(people.id()), bytes: vec![1, 2, 3] }),
        user: UserId(uuid::Uuid::from_u128(1)),
        unit: people.id().into(),
        action: Action::ReadCase,
        category: Category::Consult,
        outcome: Outcome::Allowed,
        resource_kind: "case".to_owned(),
        resource: Some(people.id()),
        case: None,
        subjects: vec![
            LogSubjectId(uuid::Uuid::from_u128(5)),
            LogSubjectId(people.id()),
            LogSubjectId(uuid::Uuid::from_u128(5)),
        ],
        purpose: Purpose::CaseHandling,
        basis: None,
        request: RequestId(people.id()),
    }
}

fn step(entries: &[EntryId], size_before: u64, epoch: i64, size: u64) -> Integration {
    Integration {
        size_before,
        epoch,
        entries: entries.to_vec(),
        tiles: vec![Tile { id: TileId { level: 0, index: 0 }, bytes: vec![u8::try_from(size).unwrap(); 32] }],
        head: Head {
            size,
            frontier: vec![Hash([3; 32]); size.count_ones() as usize],
            root: Hash([4; 32]),
            last: Some(LastEntry { instance: uuid::Uuid::from_u128(9), sequence: 1, at: Timestamp::from_micros(7) }),
            fence: epoch,
        },
    }
}

/// Entries in the outbox (or straight in the tree), as the appender would put them.
async fn appended(store: &Store, people: &People, authority: AuthorityId, count: i64) -> Vec<EntryRow> {
    let mut rows: Vec<EntryRow> = (1..=count).map(|sequence| entry(people, authority, sequence)).collect();
    let mut tx = store.begin().await.unwrap();
    let indexed = store.mode() == AppendMode::Integrated;
    for (index, row) in rows.iter_mut().enumerate() {
        row.index = indexed.then(|| u64::try_from(index).unwrap());
    }
    store.put_entries(&mut tx, &rows).await.unwrap();
    store.commit(tx).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let ids: Vec<EntryId> = if indexed { Vec::new() } else { rows.iter().map(|row| row.id).collect() };
    store.integrate(&mut tx, authority, &step(&ids, 0, 1, u64::try_from(count).unwrap())).await.unwrap();
    store.commit(tx).await.unwrap();
    rows
}

#[tokio::test]
async fn a_refused_unit_rolls_back_alone_and_the_others_of_its_batch_commit() {
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let (store, id) = (&place.store, people.id());
        let insert = |id: uuid::Uuid| {
            Statement::new(INSERT, args![people.social, id, None::<&str>, 1, None::<&[u8]>, false, None::<uuid::Uuid>])
                .one(Refusal::Duplicate)
        };
        let mut tx = store.begin().await.unwrap();
        assert_eq!(store.run(&mut tx, &Work::new(people.social).then(insert(id))).await, Ok(Ok(())));
        let half = Work::new(people.social).then(insert(people.id())).then(insert(id));
        assert_eq!(store.run(&mut tx, &half).await, Ok(Err(Refusal::Duplicate)));
        let stale = Work::new(people.social)
            .then(insert(people.id()))
            .then(Statement::new(BUMP, args![people.social, id, 1, 7]).one(Refusal::Stale));
        assert_eq!(store.run(&mut tx, &stale).await, Ok(Err(Refusal::Stale)));
        let broken = Work::new(people.social)
            .then(insert(people.id()))
            .then(Statement::new("SELECT nothing FROM nowhere", args![]));
        assert_eq!(store.run(&mut tx, &broken).await, Ok(Err(Refusal::Unacceptable)));
        assert_eq!(store.run(&mut tx, &Work::new(people.social).then(insert(people.id()))).await, Ok(Ok(())));
        assert_eq!(store.run(&mut tx, &Work::new(people.police)).await, Ok(Ok(())));
        store
            .put_entries(&mut tx, &[entry(&people, people.police, 1), entry(&people, people.social, 2)])
            .await
            .unwrap();
        store.commit(tx).await.unwrap();
        let mut snapshot = store.snapshot(people.social).await.unwrap();
        assert_eq!(snapshot.fetch(COUNT, args![people.social]).await.unwrap()[0].int(0).unwrap(), 2);
    }
}

#[tokio::test]
async fn what_a_release_rests_on_cannot_be_withdrawn_while_it_commits() {
    const STANDS: &str = "SELECT id FROM sample WHERE authority_id = $1 AND id = $2 AND flag = TRUE";
    const WITHDRAW: &str = "UPDATE sample SET flag = FALSE WHERE authority_id = $1 AND id = $2";
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let (store, consent) = (&place.store, people.id());
        let insert = |id: uuid::Uuid| {
            let args = args![people.social, id, None::<&str>, 1, None::<&[u8]>, true, None::<uuid::Uuid>];
            Statement::new(INSERT, args).one(Refusal::Duplicate)
        };
        let release = || {
            let stands = Statement::new(STANDS, args![people.social, consent]).exists(Refusal::Closed);
            Work::new(people.social).then(stands).then(insert(people.id()))
        };
        store.write(&Work::new(people.social).then(insert(consent))).await.unwrap();
        let impatient = StoreOptions { patience: std::time::Duration::from_millis(20), ..StoreOptions::default() };
        let other = Store::open(&place.url, impatient).await.unwrap();
        let withdraw = Work::new(people.social)
            .then(Statement::new(WITHDRAW, args![people.social, consent]).one(Refusal::Missing));

        let mut tx = store.begin().await.unwrap();
        assert_eq!(store.run(&mut tx, &release()).await, Ok(Ok(())));
        let while_it_commits = other.write(&withdraw).await;
        assert!(matches!(while_it_commits, Err(WriteError::Failed(StoreError::Busy(_)))), "{while_it_commits:?}");
        store.put_entries(&mut tx, &[entry(&people, people.social, 1)]).await.unwrap();
        store.commit(tx).await.unwrap();

        other.write(&withdraw).await.unwrap();
        assert_eq!(store.write(&release()).await, Err(WriteError::Refused(Refusal::Closed)));
    }
}

#[tokio::test]
async fn a_transaction_in_which_a_statement_failed_cannot_commit() {
    for place in both().await {
        let people = people();
        let store = &place.store;
        let (one, two) = (entry(&people, people.social, 1), entry(&people, people.social, 2));
        let mut tx = store.begin().await.unwrap();
        store.put_entries(&mut tx, std::slice::from_ref(&one)).await.unwrap();
        assert_eq!(store.put_entries(&mut tx, std::slice::from_ref(&one)).await, Err(LedgerError::Duplicate));
        // PostgreSQL answers such a COMMIT with success and keeps nothing.
        assert!(store.put_entries(&mut tx, std::slice::from_ref(&two)).await.is_err());
        assert_eq!(store.commit(tx).await, Err(LedgerError::Failed("an earlier statement failed")));
        assert_eq!(store.holds(people.social, one.id).await, Ok(None));
    }
}

#[tokio::test]
async fn a_head_moves_only_from_where_it_was_seen_and_never_for_an_older_leader() {
    for place in both().await {
        let people = people();
        let store = &place.store;
        let mut tx = store.begin().await.unwrap();
        assert_eq!(store.head(&mut tx, people.social).await, Ok(None));
        drop(tx);
        for (before, epoch, size, expected) in [
            (0, 3, 5, Ok(())),
            (0, 3, 6, Err(LedgerError::Moved)),
            (4, 3, 6, Err(LedgerError::Moved)),
            (5, 2, 6, Err(LedgerError::Moved)),
            (5, 3, 6, Ok(())),
            (6, 4, 9, Ok(())),
        ] {
            let mut tx = store.begin().await.unwrap();
            let outcome = store.integrate(&mut tx, people.social, &step(&[], before, epoch, size)).await;
            assert_eq!(outcome, expected, "{before} {epoch} {size}");
            if outcome.is_ok() {
                store.commit(tx).await.unwrap();
            }
        }
        let heads = store.heads().await.unwrap();
        assert_eq!(heads, [(people.social, step(&[], 0, 4, 9).head)]);
        let tiles =
            store.tiles(people.social, &[TileId { level: 0, index: 0 }, TileId { level: 1, index: 0 }]).await.unwrap();
        assert_eq!(tiles, [Tile { id: TileId { level: 0, index: 0 }, bytes: vec![9; 32] }]);
        assert_eq!(store.checkpoint(people.social).await, Ok(None));
        store.put_checkpoint(people.social, "note 9", 9, Timestamp::from_micros(1)).await.unwrap();
        store.put_checkpoint(people.social, "note 5", 5, Timestamp::from_micros(2)).await.unwrap();
        assert_eq!(store.checkpoint(people.social).await, Ok(Some("note 9".to_owned())));
        assert_eq!(store.checkpoint(people.police).await, Ok(None));
    }
}

#[tokio::test]
async fn leaves_come_back_byte_for_byte_with_their_columns() {
    for place in both().await {
        let people = people();
        let store = &place.store;
        let rows = appended(store, &people, people.social, 150).await;
        let mut leaves = store.leaves(people.social, 0, 100).await.unwrap();
        leaves.extend(store.leaves(people.social, 100, 100).await.unwrap());
        assert_eq!(leaves.len(), 150);
        for (index, (leaf, row)) in leaves.iter().zip(&rows).enumerate() {
            let mut columns = row.columns();
            columns.subjects.sort_unstable();
            columns.subjects.dedup();
            assert_eq!(
                (leaf.index, &leaf.leaf, &leaf.columns, &leaf.opening),
                (index as u64, &row.leaf, &columns, &row.opening)
            );
        }
        assert!(store.leaves(people.police, 0, 10).await.unwrap().is_empty());
        assert_eq!(store.holds(people.social, rows[3].id).await, Ok(Some(rows[3].leaf.clone())));
        assert_eq!(store.holds(people.police, rows[3].id).await, Ok(None));
    }
}

#[tokio::test]
async fn entries_wait_in_order_of_time_until_the_sequencer_takes_them() {
    let Some(place) = postgres().await else { return };
    let people = people();
    let store = &place.store;
    let rows: Vec<EntryRow> = [3, 1, 2].map(|sequence| entry(&people, people.social, sequence)).into();
    let mut tx = store.begin().await.unwrap();
    store.put_entries(&mut tx, &rows).await.unwrap();
    let mut other = store.begin().await.unwrap();
    assert_eq!(store.logs(&mut other).await, Ok(Vec::new()), "not committed");
    store.commit(tx).await.unwrap();
    assert_eq!(store.logs(&mut other).await, Ok(vec![people.social]));
    let waiting = store.take_unsequenced(&mut other, people.social, 2).await.unwrap();
    assert_eq!(waiting, [(rows[1].id, rows[1].leaf.clone()), (rows[2].id, rows[2].leaf.clone())]);
    // An entry that is not in the outbox cannot be given a place: nothing moves.
    let unknown = step(&[rows[1].id, EntryId(people.id())], 0, 1, 2);
    assert_eq!(store.integrate(&mut other, people.social, &unknown).await, Err(LedgerError::Moved));
    drop(other);
    let mut tx = store.begin().await.unwrap();
    store.integrate(&mut tx, people.social, &step(&[rows[1].id, rows[2].id], 0, 1, 2)).await.unwrap();
    store.commit(tx).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(store.take_unsequenced(&mut tx, people.social, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_process_leads_and_the_next_gets_a_higher_epoch() {
    let Some(place) = postgres().await else { return };
    let other = place.reopened().await;
    let first = place.store.lead().await.unwrap().unwrap();
    assert_eq!(place.store.lead().await, Ok(Some(first)));
    assert_eq!(other.lead().await, Ok(None));
    assert_eq!(other.lead().await, Ok(None));
    place.store.close().await;
    let mut second = None;
    while second.is_none() {
        second = other.lead().await.unwrap();
    }
    assert!(second.unwrap() > first);
}

#[tokio::test]
async fn an_auditor_finds_entries_by_user_person_case_action_outcome_and_period_page_by_page() {
    for place in both().await {
        let people = people();
        let (store, social) = (&place.store, people.social);
        let case = people.id();
        let someone = LogSubjectId(people.id());
        let rows: Vec<EntryRow> = (1..=60)
            .map(|sequence| {
                let mut row = entry(&people, social, sequence);
                row.user = UserId(uuid::Uuid::from_u128(u128::try_from(sequence % 3).unwrap()));
                row.outcome = if sequence % 10 == 0 { Outcome::Denied } else { Outcome::Allowed };
                row.case = (sequence % 4 == 0).then(|| case.into());
                row.action = if sequence % 5 == 0 { Action::ListCases } else { Action::ReadCase };
                row.subjects = if sequence % 6 == 0 { vec![someone] } else { Vec::new() };
                row
            })
            .collect();
        let mut tx = store.begin().await.unwrap();
        store.put_entries(&mut tx, &rows).await.unwrap();
        store.put_entries(&mut tx, &[entry(&people, people.police, 61)]).await.unwrap();
        store.commit(tx).await.unwrap();

        let mut snapshot = store.snapshot(social).await.unwrap();
        let all = log::LogFilter::default();
        let user = Some(UserId(uuid::Uuid::from_u128(0)));
        let (subject, action, outcome) = (Some(someone), Some(Action::ListCases), Some(Outcome::Denied));
        let (from, until) = (Some(Timestamp::from_micros(1_021)), Some(Timestamp::from_micros(1_041)));
        for (filter, expected) in [
            (all.clone(), 60),
            (log::LogFilter { user, ..all.clone() }, 20),
            (log::LogFilter { subject, ..all.clone() }, 10),
            (log::LogFilter { case: Some(case.into()), ..all.clone() }, 15),
            (log::LogFilter { action, ..all.clone() }, 12),
            (log::LogFilter { outcome, ..all.clone() }, 6),
            (log::LogFilter { from, until, ..all.clone() }, 20),
            (log::LogFilter { user, from, until, ..all.clone() }, 7),
            (log::LogFilter { subject, outcome, ..all.clone() }, 2),
            (log::LogFilter { case: Some(case.into()), user, action, ..all.clone() }, 1),
        ] {
            let mut found = Vec::new();
            let mut page = log::LogFilter { limit: 7, ..filter.clone() };
            loop {
                let lines = log::search(&mut snapshot, social, &page).await.unwrap();
                let Some(last) = lines.last() else { break };
                page.after = Some((Timestamp::from_micros(last.columns.at), last.columns.id.into()));
                found.extend(lines);
            }
            assert_eq!(found.len(), expected, "{filter:?}");
            assert!(found.is_sorted_by(|a, b| (a.columns.at, a.columns.id) > (b.columns.at, b.columns.id)));
            for line in &found {
                let row = rows.iter().find(|row| row.id.0 == line.columns.id).unwrap();
                assert_eq!(line.columns, row.columns());
            }
        }
        let whole = log::entry(&mut snapshot, social, rows[0].id).await.unwrap().unwrap();
        assert_eq!(
            (&whole.leaf, &whole.opening, &whole.line.columns),
            (&rows[0].leaf, &rows[0].opening, &rows[0].columns())
        );
        assert_eq!(log::opening(&mut snapshot, social, rows[0].id).await.unwrap(), rows[0].opening);
        assert!(log::entry(&mut snapshot, people.police, rows[0].id).await.unwrap().is_none());
        assert_eq!(log::state(&mut snapshot, social).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_embedded_log_refuses_to_be_changed_or_cut() {
    let place = crate::support::sqlite().await;
    let people = people();
    appended(&place.store, &people, people.social, 3).await;
    for sql in [
        "UPDATE log_entry SET leaf = x'00'",
        "UPDATE log_entry SET leaf_index = leaf_index + 10",
        "DELETE FROM log_entry",
        "UPDATE log_head SET size = 1",
        "DELETE FROM log_head",
    ] {
        assert!(store::testing::tamper(&place.store, sql).await.is_err(), "{sql}");
    }
    store::testing::tamper(&place.store, "DELETE FROM log_opening").await.unwrap();
    assert_eq!(place.store.leaves(people.social, 0, 10).await.unwrap().len(), 3);
}
