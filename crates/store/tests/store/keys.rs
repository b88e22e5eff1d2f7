//! The key store on both databases.

use crate::support::{both, people};
use store::{Backend, Settled, StoredAuthorityKey, StoredKey};
use vocabulary::{AuthorityId, KeyId, Timestamp, WrappedKey};

fn wrapped(byte: u8) -> WrappedKey {
    WrappedKey { wrap_format: 1, wrapped: vec![byte; 200], mac: vec![byte; 32] }
}

fn key(authority: AuthorityId, kid: uuid::Uuid, subject: uuid::Uuid, generation: i64) -> StoredKey {
    StoredKey {
        authority,
        kid: KeyId(kid),
        subject_kind: "person".to_owned(),
        subject_id: subject,
        year: 0,
        generation,
        wrapped: wrapped(7),
        created: Timestamp::from_micros(5),
    }
}

#[tokio::test]
async fn a_generation_of_a_subject_is_made_once_and_the_newest_is_used() {
    for place in both().await {
        let (people, keys) = (people(), place.store.keys());
        let subject = people.id();
        let (first, second) =
            (key(people.social, people.id(), subject, 1), key(people.social, people.id(), subject, 2));
        assert!(keys.put_data_key(&first).await.unwrap());
        assert!(
            !keys.put_data_key(&key(people.social, people.id(), subject, 1)).await.unwrap(),
            "somebody else's key stands"
        );
        assert!(keys.put_data_key(&second).await.unwrap());
        let newest = keys.newest(people.social, "person", subject, 0).await.unwrap().unwrap();
        assert_eq!((newest.kid, newest.generation, newest.wrapped.mac.len()), (second.kid, 2, 32));
        assert_eq!(keys.of_subject(people.social, "person", subject, 0).await.unwrap().len(), 2);
        assert!(keys.newest(people.police, "person", subject, 0).await.unwrap().is_none());
        assert!(keys.newest(people.social, "case", subject, 0).await.unwrap().is_none());
        let page = keys.page(people.social, KeyId(uuid::Uuid::nil()), 1).await.unwrap();
        let rest = keys.page(people.social, page[0].kid, 10).await.unwrap();
        assert_eq!((page.len(), rest.len()), (1, 1));
        assert!(keys.rewrap_data_key(people.social, first.kid, &wrapped(9)).await.unwrap());
        assert_eq!(keys.data_key(people.social, first.kid).await.unwrap().unwrap().wrapped.wrapped, vec![9; 200]);
    }
}

#[tokio::test]
async fn a_destroyed_key_is_gone_for_good_and_its_bytes_with_it() {
    for place in both().await {
        let (people, keys) = (people(), place.store.keys());
        let (subject, kid) = (people.id(), people.id());
        let mut doomed = key(people.social, kid, subject, 1);
        doomed.wrapped.wrapped = b"canary-of-a-destroyed-key".repeat(4);
        assert!(keys.put_data_key(&doomed).await.unwrap());
        let at = Timestamp::from_micros(77);
        assert!(keys.destroy_data_key(people.social, doomed.kid, at).await.unwrap());
        assert!(!keys.destroy_data_key(people.social, doomed.kid, at).await.unwrap());
        assert!(keys.data_key(people.social, doomed.kid).await.unwrap().is_none());
        assert!(keys.newest(people.social, "person", subject, 0).await.unwrap().is_none());
        assert_eq!(keys.destroyed_at(people.social, doomed.kid).await.unwrap(), Some(at));
        assert!(!keys.put_data_key(&doomed).await.unwrap(), "a destroyed generation never comes back");
        assert!(!keys.rewrap_data_key(people.social, doomed.kid, &wrapped(1)).await.unwrap());
        assert_eq!(keys.settle().await.unwrap(), Settled::Done);
        if let Some(folder) = &place.folder {
            for file in std::fs::read_dir(folder.path()).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                assert!(!bytes.windows(6).any(|window| window == b"canary"));
            }
        }
    }
}

#[tokio::test]
async fn authority_keys_are_kept_by_generation() {
    for place in both().await {
        let (people, keys) = (people(), place.store.keys());
        let of = |generation, byte| StoredAuthorityKey {
            authority: people.police,
            generation,
            wrapped: wrapped(byte),
            created: Timestamp::from_micros(1),
        };
        assert!(keys.put_authority_key(&of(1, 1)).await.unwrap());
        assert!(!keys.put_authority_key(&of(1, 2)).await.unwrap());
        assert!(keys.put_authority_key(&of(2, 2)).await.unwrap());
        assert!(keys.rewrap_authority_key(&of(1, 3)).await.unwrap());
        let all = keys.authority_keys(people.police).await.unwrap();
        assert_eq!(
            all.iter().map(|key| (key.generation, key.wrapped.wrapped[0])).collect::<Vec<_>>(),
            [(2, 2), (1, 3)]
        );
        assert!(keys.authority_keys(people.social).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn keys_lie_outside_the_main_database() {
    for place in both().await {
        let (people, keys) = (people(), place.store.keys());
        assert!(keys.put_data_key(&key(people.social, people.id(), people.id(), 1)).await.unwrap());
        match place.store.backend() {
            Backend::Sqlite => {
                let tables =
                    store::testing::look(&place.store, "SELECT name FROM sqlite_schema WHERE name LIKE '%key'")
                        .await
                        .unwrap();
                assert!(tables.is_empty(), "{tables:?}");
                assert!(place.folder.unwrap().path().join("keys.db").is_file());
            }
            Backend::Postgres => {
                let tables = store::testing::look(
                    &place.store,
                    "SELECT schemaname::text FROM pg_tables WHERE tablename = 'data_key'",
                )
                .await
                .unwrap();
                assert_eq!(tables, ["samlad_keys"]);
            }
        }
    }
}
