//! No row has two owners, and no business row is readable under two authorities' scopes or keys.

use crate::common::World;
use crate::joint::scene::{Joined, joined, section_18a, section_27};
use case_registry::{assessment::TakePosition, joint_action::ProposeAction};
use serde_json::json;
use store::Row;
use time::macros::date;
use uuid::Uuid;
use vocabulary::{AuthorityId, KeyId};

/// Everything that one authority has at the other's disposal, and everything else besides.
async fn work_on_both_sides(world: &World) {
    let Joined { social, police, .. } = Box::pin(joined(world, date!(2009 - 03 - 04))).await;
    let worker = world.caller("social-worker");
    let coordinator = world.caller("police-coordinator");
    let proposal: ProposeAction = serde_json::from_value(json!({
        "kind": "home_visit", "what": "Hembesök", "dueOn": "2026-12-04", "followFields": ["REPLY"], "followUntil": "2027-01-01", "grounds": section_18a(),
    }))
    .unwrap();
    world.registry.propose_action(&worker, social, proposal).await.unwrap();
    let card = world.registry.read_joint_file(&coordinator, police).await.unwrap().view.actions.remove(0);
    let accept = serde_json::from_value(json!({ "answer": "ACCEPTED" })).unwrap();
    world.registry.reply_action(&coordinator, card.id, card.version, accept).await.unwrap();
    let position: TakePosition = serde_json::from_value(json!({
        "limb": "LIMB_A", "stands": true, "reasons": "Förekommer i två utredningar.", "reviewOn": "2027-03-01", "tell": section_27(),
    }))
    .unwrap();
    world.registry.take_position(&coordinator, police, position).await.unwrap();
    let ask =
        serde_json::from_value(json!({ "question": "Bor hen hemma?", "need": "Planering.", "grounds": section_27() }))
            .unwrap();
    world.registry.ask_information(&coordinator, police, ask).await.unwrap();
    world
        .registry
        .write_entry(&worker, social, serde_json::from_value(json!({ "text": "Egen uppgift." })).unwrap())
        .await
        .unwrap();
}

/// Tables that belong to nobody's secrets: the directory, sign-in, the access policy of the installation, what was migrated.
fn is_common(table: &str) -> bool {
    matches!(table, "authority" | "session" | "sign_in_link" | "log_leader" | "policy_state" | "policy_text")
        || table.starts_with("_sqlx")
        || table.starts_with("sqlite_")
}

/// A column in which the other authority is addressed. Everywhere else its id would be a second owner.
fn is_address(column: &str) -> bool {
    matches!(column, "peer_id" | "recipient_id" | "from_authority" | "to_authority" | "holder_id")
}

async fn fetch(world: &World, sql: String) -> Vec<Row> {
    let mut snapshot = world.registry.store.snapshot(world.social).await.unwrap();
    let rows = snapshot.fetch(sql.leak(), Vec::new()).await.unwrap();
    snapshot.close().await.unwrap();
    rows
}

#[tokio::test]
async fn no_row_has_two_owners_and_no_sealed_field_lies_under_the_others_key() {
    let world = World::new().await;
    Box::pin(work_on_both_sides(&world)).await;
    let tables = fetch(&world, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name".to_owned()).await;
    let tables: Vec<String> = tables.iter().map(|row| row.text(0).unwrap()).filter(|table| !is_common(table)).collect();
    let (mut rows_seen, mut fields_seen, mut busy) = (0, 0, Vec::new());
    for table in &tables {
        let columns =
            fetch(&world, format!("SELECT name, type FROM pragma_table_info('{table}') WHERE type = 'BLOB'")).await;
        let columns: Vec<String> =
            columns.iter().map(|row| row.text(0).unwrap()).filter(|name| name != "authority_id").collect();
        let listed =
            ["authority_id"].into_iter().chain(columns.iter().map(String::as_str)).collect::<Vec<_>>().join(", ");
        let rows = fetch(&world, format!("SELECT {listed} FROM {table}")).await;
        if !rows.is_empty() {
            busy.push(table.as_str());
        }
        for row in rows {
            rows_seen += 1;
            let owner = AuthorityId(row.uuid(0).unwrap());
            assert!([world.social, world.police].contains(&owner), "{table}: a row without an owner of the two");
            let other = if owner == world.social { world.police } else { world.social };
            for (column, position) in columns.iter().zip(1..) {
                let Some(bytes) = row.opt_bytes(position).unwrap() else { continue };
                if column.ends_with("_sealed") {
                    // version(1) | kid(16) | nonce(12) | ciphertext | tag(16)
                    let kid = KeyId(Uuid::from_slice(&bytes[1..17]).unwrap());
                    assert!(
                        world.registry.store.keys().data_key(owner, kid).await.unwrap().is_some(),
                        "{table}.{column}: a key that the owner does not have"
                    );
                    assert!(
                        world.registry.store.keys().data_key(other, kid).await.unwrap().is_none(),
                        "{table}.{column}: the other side's key"
                    );
                    fields_seen += 1;
                } else if !is_address(column) {
                    assert_ne!(
                        bytes,
                        other.0.as_bytes(),
                        "{table}.{column} names the other authority as if it were an owner"
                    );
                }
            }
        }
    }
    for table in [
        "joint_file",
        "joint_action",
        "joint_action_event",
        "received_item",
        "assessment_position",
        "info_request",
        "joint_entry",
    ] {
        assert!(busy.contains(&table), "{table}: nothing to look at");
    }
    assert!(
        rows_seen > 60 && fields_seen > 20,
        "the world was too small: {rows_seen} rows, {fields_seen} sealed fields"
    );

    // One id never stands in two authorities' rows. What both sides have in common are references made for the purpose.
    let ids = [
        ("person", "person_id"),
        ("case_file", "case_id"),
        ("joint_file", "joint_file_id"),
        ("joint_action", "joint_action_id"),
        ("received_item", "received_item_id"),
        ("info_request", "info_request_id"),
        ("assessment_position", "position_id"),
    ];
    for (table, id) in ids {
        let twice =
            fetch(&world, format!("SELECT {id} FROM {table} GROUP BY {id} HAVING COUNT(DISTINCT authority_id) > 1"))
                .await;
        assert!(twice.is_empty(), "{table}: one id with two owners");
    }
    for (table, reference) in
        [("joint_file", "joint_ref"), ("joint_action", "action_ref"), ("info_request", "request_ref")]
    {
        let shared = fetch(
            &world,
            format!("SELECT {reference} FROM {table} GROUP BY {reference} HAVING COUNT(DISTINCT authority_id) = 2"),
        )
        .await;
        assert_eq!(shared.len(), 1, "{table}.{reference} joins the two sides");
    }
}

#[tokio::test]
async fn a_row_of_the_others_is_not_there_even_for_whoever_knows_its_id() {
    let world = World::new().await;
    Box::pin(work_on_both_sides(&world)).await;
    let mine = store::joint_file::by_id;
    let files = fetch(&world, "SELECT authority_id, joint_file_id FROM joint_file".to_owned()).await;
    for row in files {
        let (owner, id) = (AuthorityId(row.uuid(0).unwrap()), row.id(1).unwrap());
        let other = if owner == world.social { world.police } else { world.social };
        let mut snapshot = world.registry.store.snapshot(other).await.unwrap();
        assert!(mine(&mut snapshot, other, id).await.unwrap().is_none());
        snapshot.close().await.unwrap();
    }
}
