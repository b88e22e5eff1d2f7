//! Every look is in the log before anything is shown, once.

use std::collections::HashSet;

use futures_util::future::join_all;
use rbac_policy::Assignment;
use reqwest::Method;

use crate::house::{House, in_each_house};
use crate::log_book::{of_request, request_of};
use crate::people::Someone;
use crate::records::Records;

async fn own_case(house: &House) -> uuid::Uuid {
    let who = Someone::of(house, "social-worker").await;
    let (own, _) = Records::of(house.social()).await.samples(&who, "cases");
    let (record, assigned) = own.expect("the social worker has cases");
    assert_eq!(assigned, Assignment::Assigned);
    record.id
}

#[test]
fn a_read_is_in_the_log_when_its_answer_arrives_whatever_the_method_and_however_short_the_answer() {
    in_each_house(async |house| {
        let path = format!("/api/v1/cases/{}", own_case(house).await);
        let client = house.api("social-worker");
        let read = client.get(&path).await.unwrap();
        let tag = read.header("etag").to_owned();
        let head = client.send(client.request(Method::HEAD, &path)).await.unwrap();
        let same = client.send(client.request(Method::GET, &path).header("if-none-match", &tag)).await.unwrap();
        assert_eq!((read.status, head.status, same.status), (200, 200, 304), "{}", read.text());
        assert!(head.body.is_empty() && same.body.is_empty());
        assert!(!tag.is_empty() && same.header("etag") == tag);
        for reply in [read, head, same] {
            // Read through another connection, after the answer: what is not there now was not there before.
            let lines = of_request(house.social(), request_of(&reply)).await;
            assert_eq!(lines.len(), 1, "{lines:?}");
            assert_eq!((lines[0].action.as_str(), lines[0].outcome.as_str()), ("case.read", "allow"));
            assert_eq!(reply.log_entry(), Some(lines[0].id.to_string().as_str()));
        }
        assert!(of_request(house.police(), uuid::Uuid::nil()).await.is_empty());
    });
}

#[test]
fn a_refusal_is_in_the_log_too_and_names_what_was_asked_for() {
    in_each_house(async |house| {
        let case = own_case(house).await;
        for key in ["police-coordinator", "social-auditor", "administrator"] {
            let reply = house.api(key).get(&format!("/api/v1/cases/{case}")).await.unwrap();
            assert_eq!((reply.status, reply.log_entry()), (404, None));
            let lines = of_request(house.rooms_of(key), request_of(&reply)).await;
            assert_eq!(lines.len(), 1, "{key}: {lines:?}");
            assert_eq!(
                (lines[0].action.as_str(), lines[0].outcome.as_str(), lines[0].resource),
                ("case.read", "deny", Some(case))
            );
        }
    });
}

#[test]
fn eight_clients_who_read_at_once_five_times_each_make_forty_entries() {
    in_each_house(async |house| {
        let path = format!("/api/v1/cases/{}", own_case(house).await);
        let reads = join_all((0..8).map(async |_| {
            let client = house.api("social-worker");
            let mut replies = Vec::new();
            for _ in 0..5 {
                replies.push(client.get(&path).await.unwrap());
            }
            replies
        }))
        .await;
        let mut entries = HashSet::new();
        for reply in reads.iter().flatten() {
            assert_eq!(reply.status, 200);
            let lines = of_request(house.social(), request_of(reply)).await;
            assert!(
                matches!(lines.as_slice(), [line] if line.action == "case.read" && line.outcome == "allow"),
                "{lines:?}"
            );
            entries.insert(lines[0].id);
        }
        assert_eq!(entries.len(), 40);
    });
}

#[test]
fn the_auditor_finds_what_the_social_worker_did_and_never_what_the_case_says() {
    in_each_house(async |house| {
        let case = own_case(house).await;
        let read = house.api("social-worker").get(&format!("/api/v1/cases/{case}")).await.unwrap();
        let entry = read.log_entry().unwrap().to_owned();
        let auditor = house.api("social-auditor");
        let found = auditor
            .post("/api/v1/audit/entries/search", &serde_json::json!({ "caseId": case, "limit": 50 }))
            .await
            .unwrap();
        assert_eq!(found.status, 200, "{}", found.text());
        let lines = found.json().unwrap()["lines"].as_array().unwrap().clone();
        assert!(lines.iter().any(|line| line["id"] == entry.as_str() && line["user"] == "Maria Lindholm"), "{lines:?}");
        let one = auditor.get(&format!("/api/v1/audit/entries/{entry}")).await.unwrap();
        assert_eq!(one.status, 200);
        assert_eq!(one.json().unwrap()["opening"], "OPENED");
        // The same question to the other authority's log: it has no such entry.
        let other = house.api("police-auditor").get(&format!("/api/v1/audit/entries/{entry}")).await.unwrap();
        assert_eq!(other.status, 404);
        // The auditor's own look is in the log as well.
        let own = of_request(house.social(), request_of(&one)).await;
        assert!(matches!(own.as_slice(), [line] if line.action == "audit.read"), "{own:?}");
    });
}
