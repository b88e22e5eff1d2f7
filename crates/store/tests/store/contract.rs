//! What everybody above the store counts on, on both databases.

use crate::support::{BUMP, COUNT, INSERT, READ, both, people};
use store::{Refusal, Statement, StoreError, Value, Work, WriteError, args};
use vocabulary::{CaseId, Sealed, Timestamp};

fn insert(authority: vocabulary::AuthorityId, id: uuid::Uuid, words: Option<&str>) -> Statement {
    Statement::new(INSERT, args![authority, id, words, 1, None::<&[u8]>, false, None::<uuid::Uuid>])
        .one(Refusal::Duplicate)
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_was_and_null_stays_null() {
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let (full, empty, other) = (people.id(), people.id(), CaseId(people.id()));
        let sealed = Sealed::<String>::from_stored(vec![0, 255, 7]);
        let at = Timestamp::from_micros(1_795_000_000_123_456);
        let work = Work::new(people.social)
            .then(
                Statement::new(INSERT, args![people.social, full, "Åsa 'x'; --", at, &sealed, true, other])
                    .one(Refusal::Duplicate),
            )
            .then(Statement::new(
                INSERT,
                args![people.social, empty, None::<String>, None::<i64>, None::<Vec<u8>>, false, None::<CaseId>],
            ));
        place.store.write(&work).await.unwrap();

        let mut snapshot = place.store.snapshot(people.social).await.unwrap();
        let row = snapshot.fetch_optional(READ, args![people.social, full]).await.unwrap().unwrap();
        assert_eq!(row.text(0).unwrap(), "Åsa 'x'; --");
        assert_eq!(row.at(1).unwrap(), at);
        assert_eq!(row.sealed::<String>(2).unwrap().as_stored(), sealed.as_stored());
        assert!(row.flag(3).unwrap());
        assert_eq!(row.id::<CaseId>(4).unwrap(), other);
        assert_eq!((row.int(5).unwrap(), row.len()), (1, 6));
        assert_eq!(row.int(0).unwrap_err(), StoreError::Shape { column: 0, wanted: "an integer" });

        let row = snapshot.fetch_optional(READ, args![people.social, empty]).await.unwrap().unwrap();
        assert_eq!((row.opt_text(0).unwrap(), row.opt_int(1).unwrap(), row.opt_bytes(2).unwrap()), (None, None, None));
        assert_eq!((row.opt_uuid(4).unwrap(), row.flag(3).unwrap()), (None, false));
        assert!(row.text(0).is_err() && row.uuid(4).is_err());
        snapshot.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_stale_version_and_a_second_row_with_the_same_key_are_refused_and_leave_nothing() {
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let (first, second) = (people.id(), people.id());
        place.store.write(&Work::new(people.social).then(insert(people.social, first, Some("one")))).await.unwrap();
        let bump = |version: i64| Statement::new(BUMP, args![people.social, first, 5, version]).one(Refusal::Stale);
        place.store.write(&Work::new(people.social).then(bump(1))).await.unwrap();

        let stale = Work::new(people.social).then(insert(people.social, second, Some("two"))).then(bump(1));
        assert_eq!(place.store.write(&stale).await, Err(WriteError::Refused(Refusal::Stale)));
        let again = Work::new(people.social).then(insert(people.social, second, Some("two"))).then(insert(
            people.social,
            people.id(),
            Some("one"),
        ));
        assert_eq!(place.store.write(&again).await, Err(WriteError::Refused(Refusal::Duplicate)));
        assert_eq!(count(&place.store, people.social).await, 1);
    }
}

#[tokio::test]
async fn a_unit_rests_on_what_it_says_must_exist_and_must_not() {
    const FIND: &str = "SELECT id FROM sample WHERE authority_id = $1 AND id = $2";
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let known = people.id();
        place.store.write(&Work::new(people.social).then(insert(people.social, known, None))).await.unwrap();
        let find = |id: uuid::Uuid| Statement::new(FIND, args![people.social, id]);
        let with =
            |guard: Statement| Work::new(people.social).then(guard).then(insert(people.social, people.id(), None));

        place.store.write(&with(find(known).exists(Refusal::Closed))).await.unwrap();
        place.store.write(&with(find(people.id()).absent(Refusal::Conflict))).await.unwrap();
        let missing = place.store.write(&with(find(people.id()).exists(Refusal::Closed))).await;
        assert_eq!(missing, Err(WriteError::Refused(Refusal::Closed)));
        let present = place.store.write(&with(find(known).absent(Refusal::Conflict))).await;
        assert_eq!(present, Err(WriteError::Refused(Refusal::Conflict)));
        assert_eq!(count(&place.store, people.social).await, 3);
    }
}

#[tokio::test]
async fn rows_that_the_schema_forbids_refuse_their_own_unit() {
    const ORPHAN: &str = "INSERT INTO sample (authority_id, id, flag, version, parent) VALUES ($1, $2, $3, 1, $4)";
    const UNCOUNTED: &str = "INSERT INTO sample (authority_id, id, flag, version) VALUES ($1, $2, $3, 0)";
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let orphan = Statement::new(ORPHAN, args![people.social, people.id(), true, people.id()]);
        assert_eq!(
            place.store.write(&Work::new(people.social).then(orphan)).await,
            Err(WriteError::Refused(Refusal::Missing))
        );
        let uncounted = Statement::new(UNCOUNTED, args![people.social, people.id(), true]);
        assert_eq!(
            place.store.write(&Work::new(people.social).then(uncounted)).await,
            Err(WriteError::Refused(Refusal::Unacceptable))
        );
        assert_eq!(count(&place.store, people.social).await, 0);
    }
}

#[tokio::test]
async fn a_snapshot_sees_one_instant_and_cannot_write() {
    const WRITE: &str = "DELETE FROM sample WHERE authority_id = $1";
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        place.store.write(&Work::new(people.social).then(insert(people.social, people.id(), None))).await.unwrap();
        let mut snapshot = place.store.snapshot(people.social).await.unwrap();
        assert_eq!(snapshot.fetch(COUNT, args![people.social]).await.unwrap()[0].int(0).unwrap(), 1);
        place.store.write(&Work::new(people.social).then(insert(people.social, people.id(), None))).await.unwrap();
        assert_eq!(snapshot.fetch(COUNT, args![people.social]).await.unwrap()[0].int(0).unwrap(), 1);
        let write = snapshot.fetch(WRITE, args![people.social]).await.err().unwrap();
        assert!(matches!(write, StoreError::ReadOnly(_) | StoreError::Denied(_)), "{write}");
        drop(snapshot);
        assert_eq!(count(&place.store, people.social).await, 2);
    }
}

#[tokio::test]
async fn two_hundred_writers_of_one_counter_lose_no_step() {
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let id = people.id();
        place.store.write(&Work::new(people.social).then(insert(people.social, id, None))).await.unwrap();
        let writers: Vec<_> = (0..20)
            .map(|_| {
                let (store, social) = (place.store.clone(), people.social);
                tokio::spawn(async move {
                    let mut done = 0;
                    while done < 10 {
                        let mut snapshot = store.snapshot(social).await.unwrap();
                        let row = snapshot.fetch_optional(READ, args![social, id]).await.unwrap().unwrap();
                        let (number, version) = (row.int(1).unwrap(), row.int(5).unwrap());
                        snapshot.close().await.unwrap();
                        let step = Statement::new(BUMP, args![social, id, number + 1, version]).one(Refusal::Stale);
                        match store.write(&Work::new(social).then(step)).await {
                            Ok(()) => done += 1,
                            Err(WriteError::Refused(Refusal::Stale)) => {}
                            Err(other) => panic!("{other}"),
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let mut snapshot = place.store.snapshot(people.social).await.unwrap();
        let row = snapshot.fetch_optional(READ, args![people.social, id]).await.unwrap().unwrap();
        assert_eq!((row.int(1).unwrap(), row.int(5).unwrap()), (201, 201));
    }
}

#[tokio::test]
async fn no_error_repeats_what_was_stored() {
    const BAD_COLUMN: &str = "SELECT words FROM sample WHERE nothing = $1";
    const OVERFLOW: &str = "INSERT INTO sample (authority_id, id, words, flag, version) VALUES ($1, $2, $3, $4, 0)";
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let secret = "Lovisa Provperson 20090229-9803";
        let mut said = Vec::new();
        let mut note =
            |error: &dyn std::fmt::Display, debug: &dyn std::fmt::Debug| said.push(format!("{error} {debug:?}"));
        place
            .store
            .write(&Work::new(people.social).then(insert(people.social, people.id(), Some(secret))))
            .await
            .unwrap();
        for statement in [
            insert(people.social, people.id(), Some(secret)),
            Statement::new(OVERFLOW, args![people.social, people.id(), secret, true]),
            Statement::new(BAD_COLUMN, args![secret]),
        ] {
            let error = place.store.write(&Work::new(people.social).then(statement.clone())).await.unwrap_err();
            note(&error, &(&error, &statement, Value::from(secret)));
        }
        let mut snapshot = place.store.snapshot(people.social).await.unwrap();
        let error = snapshot.fetch(BAD_COLUMN, args![secret]).await.err().unwrap();
        note(&error, &error);
        for part in secret.split([' ', '-']) {
            assert!(!said.iter().any(|said| said.contains(part)), "{said:?}");
        }
        for bad in ["postgres://lovisa:20090229@[bad", "sqlite:/tmp/lovisa/20090229/keys.db", "lovisa 20090229"] {
            let error = store::Store::open(bad, store::StoreOptions::default()).await.err().unwrap();
            assert!(!format!("{error} {error:?}").contains("20090229"), "{error}");
        }
    }
}

async fn count(store: &store::Store, authority: vocabulary::AuthorityId) -> i64 {
    let mut snapshot = store.snapshot(authority).await.unwrap();
    snapshot.fetch(COUNT, args![authority]).await.unwrap()[0].int(0).unwrap()
}
