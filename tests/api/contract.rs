//! What a client may count on: the nouns, the documents of failures in both languages, the headers.

use serde_json::Value;
use web::route::Kind;
use web::routes;

use crate::house::in_each_house;

/// The nouns of the API that others build on: method and path below `/api/v1`.
const NOUNS: &[&str] = &[
    "get /api-info",
    "get /me",
    "post /persons",
    "post /persons/search",
    "get /cases",
    "post /cases",
    "get /cases/{id}",
    "patch /cases/{id}",
    "get /cases/{id}/measures",
    "post /cases/{id}/measures",
    "get /cases/{id}/notes",
    "post /cases/{id}/notes",
    "get /measures/{id}",
    "patch /measures/{id}",
    "get /releases",
    "post /releases",
    "get /releases/{id}",
    "post /abstentions",
    "get /received-items",
    "get /received-items/{id}",
    "get /joint-files",
    "post /joint-files",
    "get /joint-files/{id}",
    "get /joint-files/{id}/actions",
    "post /joint-files/{id}/actions",
    "get /joint-actions/{id}",
    "post /joint-actions/{id}/replies",
    "post /joint-actions/{id}/reviews",
    "get /legal-bases",
    "get /audit/entries",
    "get /audit/entries/{id}",
    "get /audit/checkpoint",
];

/// Nouns of which it does not matter under which address they are made.
const SOMEWHERE: &[&str] = &["consents", "assessment-positions"];

fn document() -> Value {
    serde_json::from_str(&web::openapi::json()).unwrap()
}

#[test]
fn every_noun_that_others_build_on_is_described() {
    let document = document();
    let missing: Vec<_> = NOUNS
        .iter()
        .filter(|noun| {
            let (method, path) = noun.split_once(' ').unwrap();
            document["paths"][format!("/api/v1{path}")][method].is_null()
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let paths = document["paths"].as_object().unwrap();
    for noun in SOMEWHERE {
        assert!(paths.keys().any(|path| path.split('/').any(|part| part == *noun)), "{noun}");
    }
}

#[test]
fn what_is_served_is_described() {
    let document = document();
    let mut served = 0;
    for route in routes::all().filter(|route| route.kind == Kind::Api) {
        let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        assert!(
            operation["description"].is_string() || operation["summary"].is_string(),
            "{} is not described",
            route.path
        );
        served += 1;
    }
    assert!(served > 15);
}

#[test]
fn the_running_service_says_what_it_is() {
    in_each_house(async |house| {
        let stranger = house.instance.as_stranger();
        let info = stranger.get("/api/v1/api-info").await.unwrap().json().unwrap();
        for field in ["apiName", "apiVersion", "apiReleased", "apiDocumentation", "apiStatus"] {
            assert!(info[field].is_string(), "{info}");
        }
        let described = stranger.get(info["apiDocumentation"].as_str().unwrap()).await.unwrap();
        assert_eq!(described.json().unwrap(), document());
        assert_eq!(stranger.get("/health/live").await.unwrap().status, 200);
        assert_eq!(stranger.get("/health/ready").await.unwrap().status, 200);
        let me = house.api("police-coordinator").get("/api/v1/me").await.unwrap();
        assert_eq!(me.status, 200);
        assert!(me.text().contains("Peter Backlund") && me.log_entry().is_some(), "{}", me.text());
    });
}

#[test]
fn a_failure_is_told_in_the_readers_language() {
    in_each_house(async |house| {
        let client = house.api("social-worker");
        let nobody = format!("/api/v1/cases/{}", uuid::Uuid::nil());
        let mut titles = Vec::new();
        for (wish, language) in [("sv", "sv"), ("en-GB,sv;q=0.5", "en"), ("fi", "sv")] {
            let request = client.request(reqwest::Method::GET, &nobody).header("accept-language", wish);
            let reply = client.send(request).await.unwrap();
            assert_eq!((reply.status, reply.header("content-type")), (404, "application/problem+json"));
            assert_eq!(reply.header("content-language"), language);
            let problem = reply.json().unwrap();
            assert_eq!(problem["status"], 404);
            assert_eq!(problem["type"], "urn:samlad:problem:not-found");
            assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{problem}");
            titles.push(problem["title"].as_str().unwrap().to_owned());
        }
        assert!(titles[0] != titles[1] && titles[0] == titles[2], "{titles:?}");
    });
}

#[test]
fn a_token_is_wanted_in_the_one_form_it_has() {
    in_each_house(async |house| {
        let stranger = house.instance.as_stranger();
        let token = &house.instance.persona("social-worker").token;
        for value in
            [String::new(), token.clone(), format!("Basic {token}"), format!("Bearer {token}x"), "Bearer".to_owned()]
        {
            let request = stranger.request(reqwest::Method::GET, "/api/v1/cases").header("authorization", &value);
            let reply = stranger.send(request).await.unwrap();
            assert_eq!(reply.status, 401);
            assert_eq!(reply.json().unwrap()["type"], "urn:samlad:problem:sign-in-needed");
        }
        let cookie = house.session("social-worker").cookie.clone();
        let request = stranger.request(reqwest::Method::GET, "/api/v1/cases").header("cookie", cookie);
        assert_eq!(stranger.send(request).await.unwrap().status, 401, "a cookie opens no API");
        let request = stranger.request(reqwest::Method::GET, "/ui/cases").bearer_auth(token);
        assert_eq!(stranger.send(request).await.unwrap().status, 303, "a token opens no page");
    });
}

#[test]
fn lists_come_in_pages_without_a_gap_or_a_repeat() {
    in_each_house(async |house| {
        let client = house.api("social-lead");
        let page = async |query: &str| {
            let reply = client.get(&format!("/api/v1/cases{query}")).await.unwrap();
            assert_eq!(reply.status, 200, "{query}: {}", reply.text());
            let list = reply.json().unwrap();
            let ids: Vec<String> =
                list["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect();
            (ids, list["hasMore"].as_bool().unwrap())
        };
        let (first, more) = page("?limit=3").await;
        let (again, _) = page("?limit=3&page=1").await;
        let (second, _) = page("?limit=3&offset=3").await;
        let (as_page, _) = page("?limit=3&page=2").await;
        assert!(more && first.len() == 3 && first == again && second == as_page);
        assert!(first.iter().all(|id| !second.contains(id)));
        for query in ["?limit=0", "?limit=101", "?limit=ten", "?page=0", "?offset=1&page=1"] {
            let reply = client.get(&format!("/api/v1/cases{query}")).await.unwrap();
            assert_eq!(reply.status, 422, "{query}");
            assert!(reply.json().unwrap()["errors"].as_array().is_some_and(|errors| !errors.is_empty()));
        }
    });
}
