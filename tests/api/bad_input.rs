//! What is wrong is told clearly in the reader's language; nothing of it is stored, nothing leaks, and what named a record is in the log.

use reqwest::Method;
use serde_json::{Value, json};
use store::testing;
use testkit::Reply;
use vocabulary::{Entropy as _, SystemEntropy};

use super::bodies;
use crate::house::{House, in_each_house};
use crate::log_book::{of_request, request_of};

/// A word that stands in nothing but what these stories send.
const MARK: &str = "Kvastfenig";

/// How many rows there are of what could have been stored for one case or person: only what this story could have made is counted, because others write
/// at the same time.
async fn rows_of_case(house: &House, case: &str) -> Vec<String> {
    let hex = case.replace('-', "");
    let own = if house.backend == testkit::Backend::Sqlite {
        format!("hex(case_id) = upper('{hex}')")
    } else {
        format!("case_id = '{case}'")
    };
    let mut counts = Vec::new();
    for table in ["measure", "note", "paragraph", "annotation", "consent", "release_decision", "case_file"] {
        let sql = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table} WHERE {own}");
        counts.extend(testing::look(&house.social().1.store, sql.leak()).await.unwrap());
    }
    counts
}

/// A problem document in the language that was asked for, with the fields it names.
fn problem(reply: &Reply, status: u16, language: &str) -> Value {
    assert_eq!((reply.status, reply.header("content-type")), (status, "application/problem+json"), "{}", reply.text());
    assert_eq!(reply.header("content-language"), language);
    assert!(!reply.text().contains(MARK), "what was sent came back: {}", reply.text());
    let problem = reply.json().unwrap();
    for field in ["title", "detail"] {
        assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
    }
    problem
}

fn fields(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|error| {
            assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{problem}");
            format!("{} {}", error["field"].as_str().unwrap(), error["code"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn bodies_that_are_no_commands_are_refused_in_both_languages_and_nothing_is_stored() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let before = rows_of_case(house, &case).await;
        let path = format!("/api/v1/cases/{case}/measures");
        let send = async |kind: &str, language: &str, body: Vec<u8>| {
            let request = client
                .request(Method::POST, &path)
                .header("content-type", kind)
                .header("accept-language", language)
                .body(body);
            client.send(request).await.unwrap()
        };
        let mut unknown = bodies::measure(house, MARK);
        unknown["riskScore"] = json!(9);
        let mut wrong_type = bodies::measure(house, MARK);
        wrong_type["what"] = json!([MARK]);
        let json = "application/json";
        for language in ["sv", "en"] {
            problem(&send(json, language, format!("{{\"what\": \"{MARK}").into_bytes()).await, 400, language);
            problem(&send(json, language, vec![0xff, 0xfe, 0x00]).await, 400, language);
            problem(&send("text/plain", language, unknown.to_string().into_bytes()).await, 415, language);
            problem(&send(json, language, vec![b'['; 60_000]).await, 422, language);
            let found = problem(&send(json, language, unknown.to_string().into_bytes()).await, 422, language);
            assert_eq!(fields(&found), ["riskScore UNKNOWN_FIELD"]);
            let found = problem(&send(json, language, wrong_type.to_string().into_bytes()).await, 422, language);
            assert_eq!(fields(&found), ["what WRONG_TYPE"]);
        }
        assert_eq!(rows_of_case(house, &case).await, before);
    });
}

#[test]
fn a_body_of_ten_megabytes_is_not_even_read() {
    in_each_house(async |house| {
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let before = rows_of_case(house, &case).await;
        let client = house.api("social-worker");
        for path in [
            format!("/api/v1/cases/{case}/notes"),
            format!("/api/v1/cases/{case}/measures"),
            "/api/v1/persons".to_owned(),
        ] {
            let body = bodies::note(house, &"x".repeat(10 * 1024 * 1024)).to_string();
            // A server that stops reading may close the connection before the client has sent everything: that is a refusal, too.
            let request = client.request(Method::POST, &path).header("content-type", "application/json").body(body);
            if let Ok(reply) = client.send(request).await {
                problem(&reply, 413, "sv");
            }
        }
        // A stranger's is refused before it is looked at.
        let stranger = house.instance.as_stranger();
        let request = stranger.request(Method::POST, "/api/v1/persons").body(vec![b'x'; 10 * 1024 * 1024]);
        if let Ok(reply) = stranger.send(request).await {
            assert_eq!(reply.status, 401);
        }
        assert_eq!(rows_of_case(house, &case).await, before);
        assert_eq!(house.instance.as_stranger().get("/health/ready").await.unwrap().status, 200);
    });
}

#[test]
fn a_note_of_a_hundred_thousand_paragraphs_is_no_note() {
    in_each_house(async |house| {
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let before = rows_of_case(house, &case).await;
        let client = house.api("social-worker");
        let path = format!("/api/v1/cases/{case}/notes");
        let many = |count: usize| {
            let mut note = bodies::note(house, "Ett stycke.");
            note["paragraphs"] = Value::Array(vec![json!({ "text": "." }); count]);
            note
        };
        if let Ok(reply) = client.post(&path, &many(100_000)).await {
            problem(&reply, 413, "sv");
        }
        // As many as fit into a body are still too many for a note.
        let reply = client.post(&path, &many(5_000)).await.unwrap();
        let found = problem(&reply, 422, "sv");
        assert!(fields(&found).iter().all(|field| field.starts_with("paragraphs")), "{found}");
        assert_eq!(rows_of_case(house, &case).await, before);
    });
}

#[test]
fn numbers_and_dates_that_cannot_be_are_named_field_by_field() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let number = bodies::young_number(house);
        let (rest, last) = number.split_at(11);
        let other = (last.parse::<u32>().unwrap() + 1) % 10;
        let mut wrong_digit = bodies::person(&number, MARK, "Provsson");
        wrong_digit["identityValue"] = json!(format!("{rest}{other}"));
        let mut unborn = bodies::person(&number, MARK, "Provsson");
        unborn["identityKind"] = json!("UNKNOWN");
        unborn["identityValue"] = json!("");
        unborn["birthDate"] = json!(bodies::day(house, 3));
        for (person, field) in [(&wrong_digit, "identityValue"), (&unborn, "birthDate")] {
            let reply = client.post("/api/v1/persons", person).await.unwrap();
            let found = problem(&reply, 422, "sv");
            assert!(fields(&found).iter().any(|error| error.starts_with(field)), "{found}");
        }
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let before = rows_of_case(house, &case).await;
        let path = format!("/api/v1/cases/{case}/measures");
        let mut backwards = bodies::measure(house, MARK);
        backwards["startOn"] = json!(bodies::day(house, 20));
        backwards["dueOn"] = json!(bodies::day(house, 10));
        let found = problem(&client.post(&path, &backwards).await.unwrap(), 422, "sv");
        assert!(fields(&found).iter().any(|error| error.starts_with("dueOn")), "{found}");
        for day in ["2026-02-30", "igår", "12/03/2026"] {
            let mut measure = bodies::measure(house, MARK);
            measure["followUpOn"] = json!(day);
            problem(&client.post(&path, &measure).await.unwrap(), 422, "sv");
        }
        assert_eq!(rows_of_case(house, &case).await, before);
    });
}

#[test]
fn characters_that_nobody_can_see_are_refused() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let before = rows_of_case(house, &case).await;
        // A bell, an escape sequence, a zero, and a mark that turns the direction of the text.
        for hidden in ['\u{7}', '\u{1b}', '\u{0}', '\u{202e}'] {
            let text = format!("{MARK}{hidden} i veckan");
            let measure =
                client.post(&format!("/api/v1/cases/{case}/measures"), &bodies::measure(house, &text)).await.unwrap();
            assert_eq!(fields(&problem(&measure, 422, "sv")), ["what CONTROL_CHARACTERS"]);
            let note = client.post(&format!("/api/v1/cases/{case}/notes"), &bodies::note(house, &text)).await.unwrap();
            assert!(fields(&problem(&note, 422, "sv"))[0].ends_with("CONTROL_CHARACTERS"));
        }
        assert_eq!(rows_of_case(house, &case).await, before);
    });
}

#[test]
fn ids_of_the_other_authority_lead_nowhere_in_whatever_place_they_are_sent() {
    in_each_house(async |house| {
        let (person, case) = bodies::new_case(house, "social-worker").await;
        let before = rows_of_case(house, &case).await;
        let police = house.api("police-coordinator");
        let mut visit = bodies::measure(house, MARK);
        visit["kind"] = json!("home_visit");
        let nobody = SystemEntropy.id().to_string();
        // Each with an id of the social board, and with nobody's: the same answer, letter by letter.
        let tries = |person: &str, case: &str| {
            [
                (Method::POST, "/api/v1/cases".to_owned(), bodies::case(person)),
                (Method::POST, format!("/api/v1/cases/{case}/measures"), visit.clone()),
                (Method::POST, format!("/api/v1/cases/{case}/notes"), bodies::note(house, MARK)),
                (Method::PATCH, format!("/api/v1/cases/{case}"), json!({ "close": true })),
                (Method::POST, "/api/v1/audit/entries/search".to_owned(), json!({ "caseId": case })),
            ]
        };
        for ((method, path, body), (_, same_path, same_body)) in
            tries(&person, &case).into_iter().zip(tries(&nobody, &nobody))
        {
            let send = async |path: &str, body: &Value| {
                police
                    .send(police.request(method.clone(), path).header("if-match", "\"1-1\"").json(body))
                    .await
                    .unwrap()
            };
            let (hidden, missing) = (send(&path, &body).await, send(&same_path, &same_body).await);
            assert_eq!((hidden.status, &hidden.body), (missing.status, &missing.body), "{path}");
            assert_eq!(hidden.status, 404, "{path}: {}", hidden.text());
            let lines = of_request(house.police(), request_of(&hidden)).await;
            assert!(matches!(lines.as_slice(), [line] if line.outcome == "deny"), "{path}: {lines:?}");
        }
        assert_eq!(rows_of_case(house, &case).await, before);
    });
}

#[test]
fn a_form_in_a_browser_comes_back_with_what_is_wrong_and_stores_nothing() {
    in_each_house(async |house| {
        let (_, case) = bodies::new_case(house, "social-worker").await;
        let before = rows_of_case(house, &case).await;
        let path = format!("/ui/cases/{case}/measures/new");
        for (language, word) in [("sv", "Fel:"), ("en", "Error:")] {
            let wrong = [("kind", "contact_person"), ("what", "\u{7}"), ("followUpOn", "i morgon")];
            let request = house.form("social-worker", &path, &wrong).header("accept-language", language);
            let page = house.send(request).await;
            assert_eq!(page.status, 422, "{}", page.text());
            assert!(page.text().contains(word) && page.text().contains("i morgon"), "{}", page.text());
        }
        let elsewhere = house.form("social-worker", &path, &[]).header("origin", "https://evil.example");
        assert_eq!(house.send(elsewhere).await.status, 403);
        assert_eq!(rows_of_case(house, &case).await, before);
    });
}
