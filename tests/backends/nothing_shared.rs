//! No row has two owners, and no connection that is bound to one authority sees a row of the other.

use std::collections::BTreeMap;

use store::{Backend, args, testing};

use crate::house::{House, in_each_house};

/// Tables without an owner in their key, each with its reason.
const OWNERLESS: &[(&str, &str)] = &[
    ("_sqlx_migrations", "which migrations were applied"),
    ("log_leader", "the epoch of the sequencer's leader"),
    ("authority", "the directory: who exists and how to reach them; every row is about the authority that it names"),
    ("policy_state", "which access policy decides for the whole installation"),
    ("policy_text", "texts of access policies by their digest: rules and law"),
    ("session", "looked up by the digest of a token before an authority is known; carries its one authority"),
    ("sign_in_link", "looked up by the digest of a token before an authority is known; carries its one authority"),
];

/// SQL of a test, for functions that take constants only.
fn constant(sql: String) -> &'static str {
    sql.leak()
}

/// Columns of the primary key by table, in order.
async fn keys_of_tables(house: &House) -> BTreeMap<String, Vec<String>> {
    let store = &house.social().1.store;
    let sql = match store.backend() {
        Backend::Sqlite => {
            "SELECT m.name || '|' || i.name FROM sqlite_master m JOIN pragma_table_info(m.name) i \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND i.pk > 0 ORDER BY m.name, i.pk"
        }
        Backend::Postgres => {
            "SELECT t.table_name || '|' || k.column_name FROM information_schema.table_constraints t \
             JOIN information_schema.key_column_usage k ON k.constraint_name = t.constraint_name AND k.table_schema = t.table_schema \
             WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = 'public' ORDER BY t.table_name, k.ordinal_position"
        }
    };
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in testing::look(store, sql).await.unwrap() {
        let (table, column) = line.split_once('|').unwrap();
        keys.entry(table.to_owned()).or_default().push(column.to_owned());
    }
    keys
}

#[test]
fn every_row_has_one_owner_and_no_record_stands_under_two() {
    in_each_house(async |house| {
        let store = &house.social().1.store;
        let tables = keys_of_tables(house).await;
        assert!(tables.len() > 30, "{tables:?}");
        let mut rows = 0;
        for (table, key) in &tables {
            if OWNERLESS.iter().any(|(known, _)| known == table) {
                continue;
            }
            assert_eq!(key[0], "authority_id", "{table}: the owner does not stand first in the key");
            let owners = format!(
                "SELECT CAST(COUNT(*) AS TEXT) FROM {table} t WHERE NOT EXISTS \
                 (SELECT 1 FROM authority a WHERE a.authority_id = t.authority_id AND a.is_local = {})",
                if store.backend() == Backend::Postgres { "TRUE" } else { "1" }
            );
            assert_eq!(
                testing::look(store, constant(owners)).await.unwrap(),
                ["0"],
                "{table} has rows of nobody who lives here"
            );
            let count =
                testing::look(store, constant(format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}"))).await.unwrap();
            rows += count[0].parse::<u64>().unwrap();
            let Some(id) = key.get(1).filter(|column| column.ends_with("_id")) else { continue };
            let twice = format!(
                "SELECT CAST(COUNT(*) AS TEXT) FROM (SELECT {id} FROM {table} GROUP BY {id} HAVING COUNT(DISTINCT authority_id) > 1) shared"
            );
            assert_eq!(testing::look(store, constant(twice)).await.unwrap(), ["0"], "{table}: one record, two owners");
        }
        assert!(rows > 500, "{rows} rows: the demo world is not there");
    });
}

#[test]
fn a_connection_of_one_authority_sees_no_row_of_the_other() {
    in_each_house(async |house| {
        let ((social, registry), (police, _)) = (house.social(), house.police());
        if registry.store.backend() != Backend::Postgres {
            eprintln!(
                "SKIPPED on SQLite: an embedded database has no roles; there every statement names the owner, and the walk tries them all"
            );
            return;
        }
        for (own, other) in [(social, police), (police, social)] {
            let mut snapshot = registry.store.snapshot(own).await.unwrap();
            let mut seen = 0;
            for table in
                keys_of_tables(house).await.keys().filter(|table| OWNERLESS.iter().all(|(known, _)| known != table))
            {
                let sql = constant(format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {table} WHERE authority_id = $1"));
                let others = snapshot.fetch(sql, args![other]).await.unwrap();
                assert_eq!(others[0].int(0).unwrap(), 0, "{table}");
                seen += snapshot.fetch(sql, args![own]).await.unwrap()[0].int(0).unwrap();
            }
            assert!(seen > 100);
            snapshot.close().await.unwrap();
        }
    });
}

#[test]
fn what_crossed_is_a_copy_under_the_recipients_own_id() {
    in_each_house(async |house| {
        let store = &house.social().1.store;
        let copies = "SELECT CAST(COUNT(*) AS TEXT) FROM received_item r WHERE EXISTS (SELECT 1 FROM release_decision d WHERE d.release_id = r.received_item_id)";
        assert_eq!(testing::look(store, copies).await.unwrap(), ["0"]);
        let crossed = "SELECT CAST(COUNT(*) AS TEXT) FROM received_item r JOIN release_decision d \
            ON d.release_id = r.release_ref AND d.authority_id = r.from_authority WHERE d.authority_id <> r.authority_id";
        assert_ne!(testing::look(store, crossed).await.unwrap(), ["0"], "nothing has crossed in the demo world");
    });
}
