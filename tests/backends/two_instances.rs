//! Each authority as an instance of its own: what crosses goes over HTTP, and nothing else.

use serde_json::json;
use testkit::{Backend, Builder, TestInstance};
use vocabulary::AuthorityKind;

use crate::house::on_each_database;

#[test]
fn parcels_between_two_instances_end_as_received_items() {
    on_each_database(async |backend: Backend| {
        let instance = Builder::on(backend).two_instances().start().await.unwrap();
        let (social, social_rooms) = instance.registry(AuthorityKind::SocialBoard).unwrap();
        let (police, police_rooms) = instance.registry(AuthorityKind::Police).unwrap();
        assert_ne!(instance.persona("social-worker").base_url, instance.persona("police-coordinator").base_url);

        // The story of the demo crossed from one instance to the other.
        let before = received(&instance).await;
        assert!(!before.is_empty(), "nothing has crossed");

        // One more copy, by a harm test, addressed to the police's reception.
        let worker = instance.as_persona("social-worker");
        let cases = worker.get("/api/v1/cases").await.unwrap().json().unwrap();
        let open = cases["cases"]
            .as_array()
            .unwrap()
            .iter()
            .find(|case| case["phase"] == "OPEN" && case["protection"] == "NONE");
        let released = worker
            .post(
                "/api/v1/releases",
                &json!({
                    "caseId": open.unwrap()["id"], "recipientId": police, "attention": "Mottagningen",
                    "statements": [{ "title": "Tid", "text": "Nästa gemensamma möte flyttas till den 12 mars." }],
                    "grounds": { "basis": "OSL_26_1", "answers": [
                        { "testId": "clear_that_nobody_is_harmed", "answer": "YES", "reason": "Bara en tid." },
                        { "testId": "other_identifiable_person", "answer": "NO" }
                    ] }
                }),
            )
            .await
            .unwrap();
        assert_eq!(released.status, 201, "{}", released.text());
        social_rooms.deliver(social).await;
        assert_eq!(received(&instance).await.len(), before.len() + 1);

        // Neither database holds a row of the other side, and both logs are sound.
        for (own, other, rooms) in [(social, police, social_rooms), (police, social, police_rooms)] {
            let mut snapshot = rooms.store.snapshot(own).await.unwrap();
            let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM case_file WHERE authority_id = $1";
            assert_eq!(snapshot.fetch(sql, store::args![other]).await.unwrap()[0].int(0).unwrap(), 0);
            assert_ne!(snapshot.fetch(sql, store::args![own]).await.unwrap()[0].int(0).unwrap(), 0);
            snapshot.close().await.unwrap();
            super::logs::assert_sound(own, rooms).await;
        }
        instance.stop().await.unwrap();
    });
}

/// The ids of what the police have received.
async fn received(instance: &TestInstance) -> Vec<String> {
    let reply = instance.as_persona("police-coordinator").get("/api/v1/received-items?limit=100").await.unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text());
    let items = reply.json().unwrap()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}
