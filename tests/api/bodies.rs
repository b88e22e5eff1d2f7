//! Lawful bodies, so that what refuses them is the access and not the form.

use serde_json::{Value, json};
use time::{Date, Duration};
use uuid::Uuid;
use vocabulary::personal_number::check_digit;
use vocabulary::{Entropy as _, SystemEntropy};
use web::route::{Kind, Method, Route};

use crate::house::House;

/// The demo's day in Stockholm, moved by some days.
pub(crate) fn day(house: &House, days: i64) -> String {
    (today(house) + Duration::days(days)).to_string()
}

fn today(house: &House) -> Date {
    house.social().1.clock.today()
}

/// A number that nobody has: sixteen years old, from the test series 980-999, with its check digit.
pub(crate) fn young_number(house: &House) -> String {
    let born = today(house) - Duration::days(16 * 366 + i64::try_from(SystemEntropy.id().as_u128() % 500).unwrap());
    let series = 980 + SystemEntropy.id().as_u128() % 20;
    let eleven = format!("{:04}{:02}{:02}{series:03}", born.year(), u8::from(born.month()), born.day());
    let digit = check_digit(&eleven[2..]).unwrap();
    format!("{eleven}{digit}")
}

/// A person with that number.
pub(crate) fn person(number: &str, given_name: &str, family_name: &str) -> Value {
    let (year, rest) = number.split_at(4);
    let (month, rest) = rest.split_at(2);
    json!({
        "givenName": given_name, "familyName": family_name, "identityKind": "PERSONAL_NUMBER", "identityValue": number,
        "birthDate": format!("{year}-{month}-{}", &rest[..2])
    })
}

/// A case about a person.
pub(crate) fn case(person: &str) -> Value {
    json!({ "personId": person, "purpose": "SOLPUF_12_1", "externalNumber": format!("P-{}", SystemEntropy.id().simple()) })
}

/// A measure with its four required fields; the caller answers for it.
pub(crate) fn measure(house: &House, what: &str) -> Value {
    json!({ "kind": "contact_person", "what": what, "followUpOn": day(house, 14) })
}

/// A note of one paragraph.
pub(crate) fn note(house: &House, text: &str) -> Value {
    json!({ "kind": "MEETING", "occurredOn": day(house, -1), "paragraphs": [{ "text": text }] })
}

/// A lawful body for a route of the API that changes something; none where the walk has nothing better than an empty one.
pub(crate) fn valid(route: &Route) -> Option<Value> {
    if route.kind != Kind::Api || route.method == Method::Get {
        return None;
    }
    let nobody = Uuid::nil();
    Some(match route.path {
        "/api/v1/cases/{id}" => json!({ "close": false }),
        "/api/v1/cases/{id}/notes" => {
            json!({ "kind": "MEETING", "occurredOn": "2026-01-07", "paragraphs": [{ "text": "En rad." }] })
        }
        "/api/v1/cases/{id}/annotations" => {
            json!({ "itemKind": "PARAGRAPH", "itemId": nobody, "text": "En rättelse." })
        }
        "/api/v1/cases/{id}/measures" => {
            // Of the kinds that both sides log.
            json!({ "kind": "home_visit", "what": "Ett besök.", "followUpOn": "2029-01-08" })
        }
        "/api/v1/measures/{id}" => json!({ "note": "En rad." }),
        "/api/v1/notes/{id}/lock" => json!({}),
        _ => return None,
    })
}

/// A persona's new person with an open case, by the API: the ids of both.
pub(crate) async fn new_case(house: &House, key: &str) -> (String, String) {
    let client = house.api(key);
    let registered = client.post("/api/v1/persons", &person(&young_number(house), "Prov", "Provsson")).await.unwrap();
    assert_eq!(registered.status, 201, "{}", registered.text());
    let person = registered.json().unwrap()["personId"].as_str().unwrap().to_owned();
    let opened = client.post("/api/v1/cases", &case(&person)).await.unwrap();
    assert_eq!(opened.status, 201, "{}", opened.text());
    (person, id_of(&opened.json().unwrap()))
}

/// The `id` of a document.
pub(crate) fn id_of(document: &Value) -> String {
    document["id"].as_str().unwrap_or_else(|| panic!("no id in {document}")).to_owned()
}
