//! Every registered SQL constant, on both databases.

use crate::support::{people, postgres, sqlite};
use store::sql;
use store::testing::{columns, look, plan};

#[tokio::test]
async fn both_databases_understand_every_statement_and_give_the_same_columns() {
    let embedded = sqlite().await;
    let server = postgres().await;
    let mut wrong = Vec::new();
    for statement in sql::ALL.iter().copied().flatten() {
        let here = columns(&embedded.store, *statement).await;
        let there = match &server {
            Some(place) => columns(&place.store, *statement).await,
            None => here.clone(),
        };
        if here.is_err() || here != there {
            wrong.push(format!("{}: SQLite {here:?}, PostgreSQL {there:?}", statement.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_application_may_do_on_postgresql_what_its_statements_say_and_reads_by_an_index() {
    let Some(place) = postgres().await else { return };
    let mut wrong = Vec::new();
    for statement in sql::ALL.iter().copied().flatten() {
        // Plans of writes need a transaction that may write; `plan` has one that only reads, and EXPLAIN does not execute.
        if let Err(error) = plan(&place.store, people().social, *statement).await {
            wrong.push(format!("{}: {error}", statement.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn each_search_of_the_log_uses_the_index_that_leads_it() {
    let place = sqlite().await;
    for (name, index) in [
        ("BY_TIME", "log_entry_by_time"),
        ("BY_USER", "log_entry_by_user"),
        ("BY_CASE", "log_entry_by_case"),
        ("BY_ACTION", "log_entry_by_action"),
        ("BY_OUTCOME", "log_entry_by_outcome"),
        ("BY_SUBJECT", "PRIMARY KEY"),
        ("WAITING", "log_entry_waiting"),
        ("LEAVES", "log_entry_leaf"),
    ] {
        let statement = sql::ALL.iter().copied().flatten().find(|it| it.name.ends_with(&format!("::{name}")));
        let statement = sql::ALL
            .iter()
            .copied()
            .flatten()
            .find(|it| it.name == format!("store::log::{name}") || it.name == format!("store::ledger_sql::{name}"))
            .or(statement)
            .unwrap();
        let plan = plan(&place.store, people().social, *statement).await.unwrap();
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{name}: {plan}");
    }
}

#[test]
fn every_module_that_declares_statements_is_registered() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in std::fs::read_dir(sources).unwrap() {
        let file = file.unwrap().path();
        let module = file.file_stem().unwrap().to_string_lossy().into_owned();
        if std::fs::read_to_string(&file).unwrap_or_default().lines().any(|line| line == "sql! {") {
            let prefix = format!("store::{module}::");
            assert!(
                sql::ALL.iter().copied().flatten().any(|it| it.name.starts_with(&prefix)),
                "add crate::{module}::SQL to sql::ALL"
            );
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |migrator: sqlx_names::Migrator| -> Vec<(i64, String)> {
        migrator.iter().map(|it| (it.version, it.description.to_string())).collect()
    };
    assert_eq!(names(store::migrate::records_sqlite()), names(store::migrate::records_postgres()));
    assert_eq!(names(store::migrate::keys_sqlite()), names(store::migrate::keys_postgres()));
}

use sqlx::migrate as sqlx_names;

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let Some(server) = postgres().await else { return };
    let embedded = sqlite().await;
    let here = look(
        &embedded.store,
        "SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' \
         AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY 1",
    )
    .await
    .unwrap();
    let there = look(
        &server.store,
        "SELECT (table_name || '.' || column_name)::text COLLATE \"C\" FROM information_schema.columns WHERE table_schema = 'public' \
         AND table_name NOT LIKE '\\_sqlx%' ORDER BY 1",
    )
    .await
    .unwrap();
    assert_eq!(here, there);
}

#[tokio::test]
async fn embedded_tables_are_strict() {
    let place = sqlite().await;
    let loose = look(&place.store, "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_sqlx_migrations'").await.unwrap();
    assert!(loose.is_empty(), "{loose:?}");
}
