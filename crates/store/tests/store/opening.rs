//! Opening a store: settings, migrations, versions, files.

use crate::support::{COUNT, INSERT, both, people, sqlite};
use store::testing::{Scratch, postgres_or_skipped, tamper};
use store::{Statement, Store, StoreError, StoreOptions, Work, args};

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    for place in both().await {
        tamper(
            &place.store,
            "UPDATE _sqlx_migrations SET version = 9999 WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
        )
        .await
        .unwrap();
        let error = Store::open(&place.url, StoreOptions::default()).await.err().unwrap();
        assert!(matches!(error, StoreError::NewerSchema { found: 9999, .. }), "{error}");
        if let Some(folder) = &place.folder {
            assert!(
                !std::fs::read_dir(folder.path()).unwrap().any(|file| file
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .contains("before"))
            );
        }
    }
}

#[tokio::test]
async fn an_older_database_is_refused_unless_it_may_be_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().display());
    let careful = StoreOptions { migrate: false, ..StoreOptions::default() };
    let error = Store::open(&url, careful.clone()).await.err().unwrap();
    assert!(matches!(error, StoreError::OlderSchema { found: 0, .. }), "{error}");
    Store::open(&url, StoreOptions::default()).await.unwrap().close().await;
    Store::open(&url, careful).await.unwrap();
    if let Some(superuser) = postgres_or_skipped() {
        let scratch = Scratch::empty(&superuser).await.unwrap();
        let careful = StoreOptions { migrate: false, ..StoreOptions::default() };
        let error = Store::open(scratch.url(), careful).await.err().unwrap();
        assert!(matches!(error, StoreError::OlderSchema { found: 0, .. }), "{error}");
        Store::open(scratch.url(), StoreOptions::default()).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn a_copy_is_kept_before_a_database_that_is_in_use_is_migrated() {
    let place = sqlite().await;
    // An older database: the newest migration has not run.
    tamper(&place.store, "DELETE FROM _sqlx_migrations WHERE version > 1").await.unwrap();
    place.store.close().await;
    // It fails on tables that exist already; the copy was made before it began, and the failure tells nothing of the content.
    let error = Store::open(&place.url, StoreOptions::default()).await.err().unwrap();
    assert!(matches!(error, StoreError::Migration(_)), "{error}");
    let folder = place.folder.unwrap();
    let copies: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("samlad.db.before-"))
        .collect();
    assert_eq!(copies.len(), 1);
    assert!(std::fs::metadata(&copies[0]).unwrap().len() > 4096);
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = sqlite().await.with_sample().await;
    let copy = place.store.copy_beside("copy").await.unwrap().unwrap();
    assert!(copy.is_file());
    for file in std::fs::read_dir(place.folder.as_ref().unwrap().path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.file_name());
    }
}

#[tokio::test]
async fn a_reader_that_holds_an_old_state_keeps_the_wal_from_being_emptied_without_any_error() {
    let place = sqlite().await.with_sample().await;
    let people = people();
    let insert = || {
        Statement::new(
            INSERT,
            args![people.social, people.id(), None::<&str>, 1, None::<&[u8]>, false, None::<uuid::Uuid>],
        )
    };
    let mut reader = place.store.snapshot(people.social).await.unwrap();
    assert_eq!(reader.fetch(COUNT, args![people.social]).await.unwrap()[0].int(0).unwrap(), 0);
    place.store.write(&Work::new(people.social).then(insert())).await.unwrap();
    assert!(!place.store.empty_wal().await.unwrap());
    reader.close().await.unwrap();
    assert!(place.store.empty_wal().await.unwrap());
    // A snapshot that was dropped, not closed, lets go as well, as soon as its connection is back in the pool.
    let mut reader = place.store.snapshot(people.social).await.unwrap();
    reader.fetch(COUNT, args![people.social]).await.unwrap();
    place.store.write(&Work::new(people.social).then(insert())).await.unwrap();
    drop(reader);
    while !place.store.empty_wal().await.unwrap() {
        tokio::task::yield_now().await;
    }
    assert_eq!(std::fs::metadata(place.folder.unwrap().path().join("samlad.db-wal")).unwrap().len(), 0);
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    for place in both().await {
        let place = place.with_sample().await;
        let people = people();
        let insert = Statement::new(
            INSERT,
            args![people.social, people.id(), "kept", 1, None::<&[u8]>, true, None::<uuid::Uuid>],
        );
        place.store.write(&Work::new(people.social).then(insert)).await.unwrap();
        place.store.close().await;
        let store = place.reopened().await;
        let mut snapshot = store.snapshot(people.social).await.unwrap();
        assert_eq!(snapshot.fetch(COUNT, args![people.social]).await.unwrap()[0].int(0).unwrap(), 1);
    }
}

#[tokio::test]
async fn two_programs_may_open_an_empty_server_database_at_once() {
    let Some(superuser) = postgres_or_skipped() else { return };
    let (one, two) = (Scratch::empty(&superuser).await.unwrap(), Scratch::empty(&superuser).await.unwrap());
    let open = |url: &str| {
        let url = url.to_owned();
        tokio::spawn(async move { Store::open(&url, StoreOptions::default()).await.map(drop) })
    };
    // Roles belong to the cluster, so two databases race for them as well.
    for opened in [open(one.url()), open(one.url()), open(two.url()), open(two.url())] {
        opened.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn keys_may_lie_in_another_server_database() {
    let Some(superuser) = postgres_or_skipped() else { return };
    let (records, keys) = (Scratch::empty(&superuser).await.unwrap(), Scratch::empty(&superuser).await.unwrap());
    let options = StoreOptions { keys_database: Some(keys.url().to_owned()), ..StoreOptions::default() };
    let store = Store::open(records.url(), options).await.unwrap();
    let people = people();
    assert!(store.keys().authority_keys(people.social).await.unwrap().is_empty());
    let here = store::testing::look(&store, "SELECT nspname::text FROM pg_namespace WHERE nspname = 'samlad_keys'")
        .await
        .unwrap();
    assert!(here.is_empty());
}
