//! PostgreSQL: one authority cannot touch another's rows, whatever the SQL says, and no role can do more than its work.

use std::collections::BTreeSet;

use crate::support::{COUNT, INSERT, people, postgres};
use audit_log::Ledger as _;
use store::testing::{look, tamper};
use store::{Refusal, Statement, Store, StoreError, StoreOptions, Work, WriteError, args, rls};

fn insert(authority: vocabulary::AuthorityId, id: uuid::Uuid) -> Statement {
    Statement::new(INSERT, args![authority, id, "ours", 1, None::<&[u8]>, false, None::<uuid::Uuid>])
        .one(Refusal::Duplicate)
}

#[tokio::test]
async fn the_police_cannot_read_or_change_a_row_of_the_social_board() {
    const ALL: &str = "SELECT COUNT(*) FROM sample";
    const TAKE: &str = "UPDATE sample SET authority_id = $1 WHERE id = $2";
    const CHANGE: &str = "UPDATE sample SET words = $1 WHERE id = $2";
    let Some(place) = postgres().await else { return };
    let place = place.with_sample().await;
    let people = people();
    let id = people.id();
    place.store.write(&Work::new(people.social).then(insert(people.social, id))).await.unwrap();

    let mut police = place.store.snapshot(people.police).await.unwrap();
    assert_eq!(police.fetch(ALL, args![]).await.unwrap()[0].int(0).unwrap(), 0);
    assert_eq!(police.fetch(COUNT, args![people.social]).await.unwrap()[0].int(0).unwrap(), 0);
    police.close().await.unwrap();

    let write = |statement: Statement| {
        let (store, work) = (place.store.clone(), Work::new(people.police).then(statement));
        async move { store.write(&work).await }
    };
    // A row of another authority is not there to be changed, and none can be planted there.
    assert_eq!(
        write(Statement::new(CHANGE, args!["theirs", id]).one(Refusal::Missing)).await,
        Err(WriteError::Refused(Refusal::Missing))
    );
    assert_eq!(
        write(Statement::new(TAKE, args![people.police, id]).one(Refusal::Missing)).await,
        Err(WriteError::Refused(Refusal::Missing))
    );
    assert_eq!(write(insert(people.social, people.id())).await, Err(WriteError::Refused(Refusal::Unacceptable)));
    // Nor can one's own row be given away.
    let own = people.id();
    write(insert(people.police, own)).await.unwrap();
    assert_eq!(
        write(Statement::new(TAKE, args![people.social, own])).await,
        Err(WriteError::Refused(Refusal::Unacceptable))
    );
}

#[tokio::test]
async fn a_transaction_that_names_no_authority_fails_loudly_on_fresh_and_on_reused_connections() {
    let Some(place) = postgres().await else { return };
    let place = place.with_sample().await;
    let people = people();
    place.store.write(&Work::new(people.social).then(insert(people.social, people.id()))).await.unwrap();
    for _ in 0..20 {
        let mut nobody = place.store.system().await.unwrap();
        let error = nobody.fetch(COUNT, args![people.social]).await.err().unwrap();
        assert!(matches!(error, StoreError::Denied(_)), "{error}");
        drop(nobody);
        let mut somebody = place.store.snapshot(people.social).await.unwrap();
        assert_eq!(somebody.fetch(COUNT, args![people.social]).await.unwrap()[0].int(0).unwrap(), 1);
        somebody.close().await.unwrap();
    }
}

#[tokio::test]
async fn what_is_delivered_can_be_pushed_and_not_pulled() {
    const PUSH: &str = "INSERT INTO delivery (from_authority, to_authority, id) VALUES ($1, $2, $3)";
    const ALL: &str = "SELECT COUNT(*) FROM delivery";
    const EMPTY: &str = "DELETE FROM delivery";
    let Some(place) = postgres().await else { return };
    tamper(
        &place.store,
        "CREATE TABLE delivery (from_authority uuid NOT NULL, to_authority uuid NOT NULL, id uuid NOT NULL PRIMARY KEY); SELECT samlad_delivery('delivery')",
    )
    .await
    .unwrap();
    let people = people();
    let push = Statement::new(PUSH, args![people.social, people.police, people.id()]).one(Refusal::Duplicate);
    place.store.write(&Work::new(people.social).then(push)).await.unwrap();
    let forged = Statement::new(PUSH, args![people.social, people.police, people.id()]).one(Refusal::Duplicate);
    assert_eq!(
        place.store.write(&Work::new(people.police).then(forged)).await,
        Err(WriteError::Refused(Refusal::Unacceptable))
    );

    let mut social = place.store.snapshot(people.social).await.unwrap();
    assert_eq!(social.fetch(ALL, args![]).await.unwrap()[0].int(0).unwrap(), 0);
    let mut police = place.store.snapshot(people.police).await.unwrap();
    assert_eq!(police.fetch(ALL, args![]).await.unwrap()[0].int(0).unwrap(), 1);
    drop((social, police));
    let take_back = Statement::new(EMPTY, args![]).one(Refusal::Missing);
    assert_eq!(
        place.store.write(&Work::new(people.social).then(take_back.clone())).await,
        Err(WriteError::Refused(Refusal::Missing))
    );
    place.store.write(&Work::new(people.police).then(take_back)).await.unwrap();
}

#[tokio::test]
async fn every_table_is_under_forced_row_level_security_or_listed_with_its_reason() {
    let Some(place) = postgres().await else { return };
    let loose: BTreeSet<String> = look(
        &place.store,
        "SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
    )
    .await
    .unwrap()
    .into_iter()
    .collect();
    let listed: BTreeSet<String> = rls::OUTSIDE.iter().map(|(table, _)| (*table).to_owned()).collect();
    assert_eq!(loose, listed);
    assert!(rls::OUTSIDE.iter().all(|(_, reason)| reason.len() > 20));
    let owners = look(&place.store, "SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname IN ('public', 'samlad_keys') AND tablename <> '_sqlx_migrations'").await.unwrap();
    assert_eq!(owners, ["samlad_owner"]);
}

/// What each role must not be able to do, as SQL that its owner would run. A verb that is allowed fails the test.
#[tokio::test]
async fn each_role_is_denied_what_is_not_its_work() {
    const DENIED: &[(&str, &str)] = &[
        ("app", "SET ROLE samlad_app; UPDATE log_entry SET leaf = 'x'"),
        ("app", "SET ROLE samlad_app; UPDATE log_entry SET leaf_index = 0"),
        ("app", "SET ROLE samlad_app; DELETE FROM log_entry"),
        ("app", "SET ROLE samlad_app; DELETE FROM log_opening"),
        ("app", "SET ROLE samlad_app; DELETE FROM log_entry_subject"),
        ("app", "SET ROLE samlad_app; UPDATE log_head SET size = 0"),
        ("app", "SET ROLE samlad_app; INSERT INTO log_tile VALUES (gen_random_uuid(), 0, 0, 'x')"),
        ("app", "SET ROLE samlad_app; INSERT INTO log_checkpoint VALUES (gen_random_uuid(), 0, 0, 'x')"),
        ("app", "SET ROLE samlad_app; UPDATE log_leader SET epoch = 0"),
        ("app", "SET ROLE samlad_app; TRUNCATE log_entry"),
        ("app", "SET ROLE samlad_app; ALTER TABLE log_entry DISABLE ROW LEVEL SECURITY"),
        ("app", "SET ROLE samlad_app; CREATE TABLE mine (x int)"),
        ("app", "SET ROLE samlad_app; SELECT samlad_tenant('log_head')"),
        ("sequencer", "SET ROLE samlad_sequencer; UPDATE log_entry SET leaf = 'x'"),
        ("sequencer", "SET ROLE samlad_sequencer; INSERT INTO log_entry (authority_id) VALUES (gen_random_uuid())"),
        ("sequencer", "SET ROLE samlad_sequencer; DELETE FROM log_entry"),
        ("sequencer", "SET ROLE samlad_sequencer; DELETE FROM log_head"),
        ("sequencer", "SET ROLE samlad_sequencer; SELECT * FROM log_opening"),
        ("sequencer", "SET ROLE samlad_sequencer; SELECT user_id FROM log_entry"),
        ("sequencer", "SET ROLE samlad_sequencer; SELECT * FROM person"),
        ("sequencer", "SET ROLE samlad_sequencer; SELECT * FROM samlad_keys.data_key"),
        ("retention", "SET ROLE samlad_retention; UPDATE log_entry SET leaf_index = 0"),
        ("retention", "SET ROLE samlad_retention; INSERT INTO log_head (authority_id) VALUES (gen_random_uuid())"),
        ("retention", "SET ROLE samlad_retention; DELETE FROM log_head"),
        ("retention", "SET ROLE samlad_retention; DELETE FROM log_tile"),
        ("retention", "SET ROLE samlad_retention; UPDATE person SET version = 1"),
        ("retention", "SET ROLE samlad_retention; SELECT * FROM samlad_keys.data_key"),
        ("auditor", "SET ROLE samlad_auditor; SELECT * FROM person"),
        ("auditor", "SET ROLE samlad_auditor; SELECT * FROM note"),
        ("auditor", "SET ROLE samlad_auditor; SELECT * FROM samlad_keys.data_key"),
        ("auditor", "SET ROLE samlad_auditor; INSERT INTO log_entry (authority_id) VALUES (gen_random_uuid())"),
        ("auditor", "SET ROLE samlad_auditor; DELETE FROM log_opening"),
    ];
    let Some(place) = postgres().await else { return };
    for (role, sql) in DENIED {
        match tamper(&place.store, sql).await {
            Err(StoreError::Denied(_)) => {}
            other => panic!("{role} may: {sql} ({other:?})"),
        }
    }
    // The owner of the tables is under the policies too: FORCE.
    let owner =
        tamper(&place.store, "SET ROLE samlad_owner; SELECT count(*) FROM log_entry WHERE authority_id IS NOT NULL")
            .await;
    assert!(owner.is_err() || owner == Ok(1), "{owner:?}");
}

#[tokio::test]
async fn a_service_signs_in_without_any_right_to_the_schema_and_works() {
    let Some(place) = postgres().await else { return };
    let place = place.with_sample().await;
    let people = people();
    let name = format!("samlad_login_{}", people_name());
    let create: &'static str = format!("CREATE ROLE {name} LOGIN; GRANT samlad_app, samlad_sequencer TO {name}").leak();
    tamper(&place.store, create).await.unwrap();
    let (_, host) = place.url.split_once('@').unwrap();
    let url = format!("postgres://{name}@{host}");
    let careful = StoreOptions { migrate: false, ..StoreOptions::default() };
    let service = Store::open(&url, careful).await.unwrap();
    service.write(&Work::new(people.social).then(insert(people.social, people.id()))).await.unwrap();
    let mut snapshot = service.snapshot(people.social).await.unwrap();
    assert_eq!(snapshot.fetch(COUNT, args![people.social]).await.unwrap()[0].int(0).unwrap(), 1);
    drop(snapshot);
    assert!(service.lead().await.unwrap().is_some());
    assert!(service.keys().authority_keys(people.social).await.unwrap().is_empty());
    for sql in [
        "SET ROLE samlad_owner",
        "SET ROLE samlad_retention",
        "DROP TABLE sample",
        "ALTER TABLE sample DISABLE ROW LEVEL SECURITY",
    ] {
        assert!(matches!(tamper(&service, sql).await, Err(StoreError::Denied(_))), "{sql}");
    }
    service.close().await;
    let gone: &'static str = format!("DROP OWNED BY {name}; DROP ROLE {name}").leak();
    tamper(&place.store, gone).await.unwrap();
}

/// Roles outlive the databases of tests, so each run needs a name of its own.
fn people_name() -> String {
    vocabulary::Entropy::id(&vocabulary::SystemEntropy).simple().to_string()
}

#[tokio::test]
async fn a_server_that_would_acknowledge_too_early_is_overruled() {
    let Some(place) = postgres().await else { return };
    tamper(
        &place.store,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$",
    )
    .await
    .unwrap();
    let store = place.reopened().await;
    let mut snapshot = store.system().await.unwrap();
    let rows = snapshot
        .fetch(
            "SELECT current_setting('synchronous_commit'), current_setting('lock_timeout'), current_user::text",
            args![],
        )
        .await
        .unwrap();
    assert_eq!(
        (rows[0].text(0).unwrap(), rows[0].text(1).unwrap(), rows[0].text(2).unwrap()),
        ("on".into(), "5s".into(), "samlad_app".into())
    );
}

#[tokio::test]
async fn retention_deletes_only_below_the_pruned_index() {
    let Some(place) = postgres().await else { return };
    tamper(
        &place.store,
        "SELECT set_config('app.authority', '00000000-0000-4000-8000-000000000001', false);
         INSERT INTO log_entry SELECT current_setting('app.authority')::uuid, gen_random_uuid(), i, i, gen_random_uuid(), i + 1, 'leaf', gen_random_uuid(),
             gen_random_uuid(), 'case.read', 'consult', 'allow', 'case', NULL, NULL, 'case_handling', NULL, gen_random_uuid() FROM generate_series(0, 299) AS i;
         INSERT INTO log_head VALUES (current_setting('app.authority')::uuid, 300, '', decode(repeat('00', 32), 'hex'), NULL, NULL, NULL, 1, 256);
         SET ROLE samlad_retention;
         DELETE FROM log_entry",
    )
    .await
    .unwrap();
    assert_eq!(
        look(&place.store, "SELECT count(*)::text || ' from ' || min(leaf_index)::text FROM log_entry").await.unwrap(),
        ["44 from 256"]
    );
}
