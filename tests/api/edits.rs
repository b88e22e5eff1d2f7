//! Edits on what one has read, and creates that are sent twice.

use reqwest::Method;
use serde_json::json;

use super::bodies;
use crate::house::in_each_house;
use crate::log_book::{of_request, request_of};

#[test]
fn an_edit_on_an_older_reading_is_refused_and_changes_nothing() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let logged = client
            .post(&format!("/api/v1/cases/{case}/measures"), &bodies::measure(house, "Ett samtal i veckan."))
            .await
            .unwrap();
        assert_eq!(logged.status, 201, "{}", logged.text());
        let path = logged.header("location").to_owned();
        let first = client.get(&path).await.unwrap();
        let tag = first.header("etag").to_owned();

        let without =
            client.send(client.request(Method::PATCH, &path).json(&json!({ "note": "Utan tagg." }))).await.unwrap();
        assert_eq!(without.status, 428, "{}", without.text());
        let later = bodies::day(house, 30);
        let changed = client.patch(&path, &tag, &json!({ "followUpOn": later })).await.unwrap();
        assert_eq!((changed.status, changed.text().as_str()), (204, ""), "nothing to show");
        let stale = client.patch(&path, &tag, &json!({ "followUpOn": bodies::day(house, 60) })).await.unwrap();
        assert_eq!(
            (stale.status, stale.json().unwrap()["type"].as_str().unwrap().to_owned()),
            (412, "urn:samlad:problem:stale".to_owned())
        );
        // The attempt named a record, so the log has it.
        let lines = of_request(house.social(), request_of(&stale)).await;
        assert!(
            matches!(lines.as_slice(), [line] if line.action == "measure.update" && line.outcome == "error"),
            "{lines:?}"
        );
        for never_ours in ["*", "\"0-0\"", "W/\"1-0\"", "nonsense"] {
            assert_eq!(
                client.patch(&path, never_ours, &json!({ "note": "x" })).await.unwrap().status,
                412,
                "{never_ours}"
            );
        }
        let now = client.get(&path).await.unwrap();
        assert_eq!(now.json().unwrap()["followUpOn"], later.as_str());
        assert_ne!(now.header("etag"), tag);
    });
}

#[test]
fn a_reader_who_asks_whether_a_case_changed_hears_of_what_was_written_in_it() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let path = format!("/api/v1/cases/{case}");
        let tag = client.get(&path).await.unwrap().header("etag").to_owned();
        let ask = async |tag: &str| {
            client.send(client.request(Method::GET, &path).header("if-none-match", tag)).await.unwrap()
        };
        assert_eq!(ask(&tag).await.status, 304);
        let logged =
            client.post(&format!("{path}/measures"), &bodies::measure(house, "Ett samtal i veckan.")).await.unwrap();
        assert_eq!(logged.status, 201, "{}", logged.text());
        let changed = ask(&tag).await;
        assert_eq!(changed.status, 200, "a measure was logged");
        assert_eq!(ask(changed.header("etag")).await.status, 304);
    });
}

#[test]
fn a_create_that_is_sent_twice_makes_one_record_and_another_body_is_refused() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let path = format!("/api/v1/cases/{case}/measures");
        let send = async |key: &str, what: &str| {
            let request =
                client.request(Method::POST, &path).header("idempotency-key", key).json(&bodies::measure(house, what));
            client.send(request).await.unwrap()
        };
        let first = send("a-1", "Ett samtal.").await;
        let again = send("a-1", "Ett samtal.").await;
        assert_eq!((first.status, again.status), (201, 200), "{}", again.text());
        assert_eq!(first.json().unwrap()["id"], again.json().unwrap()["id"]);
        // The repeat is a read of its own, and in the log as one.
        assert_ne!(first.log_entry().unwrap(), again.log_entry().unwrap());
        assert_eq!(of_request(house.social(), request_of(&again)).await.len(), 1);

        let other = send("a-1", "Ett annat samtal.").await;
        assert_eq!(
            (other.status, other.json().unwrap()["type"].as_str().unwrap().to_owned()),
            (422, "urn:samlad:problem:key-reused".to_owned())
        );
        for unlawful in ["", "två ord", &"k".repeat(200)] {
            let request = client
                .request(Method::POST, &path)
                .header("idempotency-key", unlawful)
                .json(&bodies::measure(house, "x"));
            assert_eq!(client.send(request).await.unwrap().status, 422, "{unlawful}");
        }
        let measures = client.get(&path).await.unwrap().json().unwrap();
        assert_eq!(measures.as_array().unwrap().len(), 1, "{measures}");

        // The same key of somebody else is another key.
        let (_, theirs) = bodies::new_case(house, "social-worker-2").await;
        let colleague = house.api("social-worker-2");
        let request = colleague
            .request(Method::POST, &format!("/api/v1/cases/{theirs}/measures"))
            .header("idempotency-key", "a-1");
        assert_eq!(colleague.send(request.json(&bodies::measure(house, "Ett samtal."))).await.unwrap().status, 201);
    });
}

#[test]
fn two_edits_of_one_reading_at_once_let_exactly_one_through() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let logged = client
            .post(&format!("/api/v1/cases/{case}/measures"), &bodies::measure(house, "Ett samtal."))
            .await
            .unwrap();
        let path = logged.header("location").to_owned();
        let tag = client.get(&path).await.unwrap().header("etag").to_owned();
        let edits = (0..6).map(async |number| {
            let body = json!({ "followUpOn": bodies::day(house, 20 + number) });
            client.patch(&path, &tag, &body).await.unwrap().status
        });
        let mut statuses = futures_util::future::join_all(edits).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 412, 412, 412, 412, 412]);
    });
}

#[test]
fn one_edit_follows_another_without_reading_in_between() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let path = format!("/api/v1/cases/{case}");
        let tag = client.get(&path).await.unwrap().header("etag").to_owned();
        let first = client.patch(&path, &tag, &json!({ "reviewOn": bodies::day(house, 30) })).await.unwrap();
        assert_eq!(first.status, 204, "{}", first.text());
        let second =
            client.patch(&path, first.header("etag"), &json!({ "reviewOn": bodies::day(house, 40) })).await.unwrap();
        assert_eq!(second.status, 204, "{}", second.text());
        let read = client.get(&path).await.unwrap();
        assert_eq!(read.json().unwrap()["reviewOn"], bodies::day(house, 40).as_str());
        let nothing = client.patch(&path, read.header("etag"), &json!({})).await.unwrap();
        assert_eq!(nothing.status, 422, "{}", nothing.text());
        assert_eq!(client.get(&path).await.unwrap().header("etag"), read.header("etag"), "and nothing has changed");
    });
}

#[test]
fn what_is_created_stands_where_its_location_says() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let note =
            json!({ "kind": "MEETING", "occurredOn": bodies::day(house, 0), "paragraphs": [{ "text": "Ett möte." }] });
        let written = client.post(&format!("/api/v1/cases/{case}/notes"), &note).await.unwrap();
        assert_eq!(written.status, 201, "{}", written.text());
        let (place, id) = written.header("location").split_once('#').unwrap();
        let notes = client.get(place).await.unwrap().json().unwrap();
        assert!(notes.as_array().unwrap().iter().any(|note| note["id"] == id), "{notes}");
        let authorities = client.get("/api/v1/authorities?limit=1").await.unwrap().json().unwrap();
        assert_eq!(authorities.as_array().unwrap().len(), 1);
        assert_eq!(authorities[0]["kind"], "POLICE", "the other party first");
    });
}
