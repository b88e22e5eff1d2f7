//! Requests in AuthZEN's shape.

use crate::support::{POLICY, VOCABULARY, compile, model};
use decision_pages::{Pages, PolicyText};
use serde_json::{Value, json};

fn request() -> Value {
    json!({
        "subject": { "type": "user", "id": "police-7", "properties": { "role": "police_coordinator" } },
        "action": { "name": "read_received_item" },
        "resource": { "type": "received_item", "id": "41", "properties": { "rel": "recipient", "basis": "osl_10_18a" } },
        "context": { "conflict": "no" },
    })
}

fn answer(request: &Value) -> Value {
    match compile(POLICY).unwrap().evaluate(&request.to_string()) {
        Ok(answer) => answer.json(),
        Err(error) => error.json(),
    }
}

fn message(request: &Value) -> String {
    let answer = answer(request);
    assert_eq!(answer["decision"], false, "{answer}");
    assert_eq!(answer["context"]["error"]["status"], 400, "{answer}");
    answer["context"]["error"]["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_request_is_answered_with_its_lines_law_and_obligations() {
    assert_eq!(
        answer(&request()),
        json!({ "decision": true, "context": {
            "lines": ["received", "own_item"],
            "law": ["OSL 10:18a", "2018:1693 3:2"],
            "obligations": ["redact_health", "notify_owner"],
        }})
    );
    let mut conflicted = request();
    conflicted["context"]["conflict"] = json!("yes");
    assert_eq!(answer(&conflicted)["decision"], false);
    assert_eq!(answer(&conflicted)["context"]["lines"], json!(["no_conflict"]));
}

#[test]
fn what_nobody_says_is_unknown_or_a_mistake() {
    let mut silent = request();
    silent["context"] = json!({});
    assert_eq!(answer(&silent)["context"]["lines"], json!(["no_conflict"]), "an unknown conflict bars");
    let mut nobody = request();
    nobody["subject"]["properties"] = json!({});
    assert!(message(&nobody).starts_with("nothing says the role: write it at `/context/role`"), "{}", message(&nobody));
}

#[test]
fn a_request_that_is_not_understood_whole_is_denied_with_what_to_write() {
    let changed = |pointer: &str, value: Value| {
        let mut request = request();
        *request.pointer_mut(pointer).unwrap() = value;
        message(&request)
    };
    assert_eq!(
        changed("/subject/properties/role", json!("police_cordinator")),
        "unknown role `police_cordinator`: did you mean `police_coordinator`?"
    );
    assert!(changed("/subject/properties/role", json!(["auditor"])).contains("is a list or an object"));
    assert!(changed("/subject", json!("police-7")).contains("`subject` is missing or no object"));
    assert!(changed("/context", json!([])).contains("`context` is no object"));
    let mut twice = request();
    twice["context"]["basis"] = json!("review");
    assert!(message(&twice).starts_with("basis is `review` at `/context/basis` and `osl_10_18a` at"));
    let mut misspelt = request();
    misspelt["contxt"] = json!({ "conflict": "yes" });
    assert_eq!(message(&misspelt), "unknown member `contxt`: did you mean `context`?");
    let pages = compile(POLICY).unwrap();
    for text in ["", "[]", "{", "null", "7", &"[".repeat(100_000), "{\"subject\": 1e999}"] {
        assert!(pages.evaluate(text).is_err(), "{text:.20}");
    }
}

#[test]
fn a_line_of_a_test_set_says_what_it_expects() {
    let pages = compile(POLICY).unwrap();
    let line = |expected: Value| json!({ "request": request(), "expected": expected }).to_string();
    assert!(pages.evaluate(&line(json!(true))).unwrap().is_as_expected());
    let answer = pages.evaluate(&line(json!(false))).unwrap();
    assert!(!answer.is_as_expected());
    assert_eq!(answer.json()["context"]["expected"], false);
    assert!(pages.evaluate(&line(json!("yes"))).is_err());
    assert!(pages.evaluate(&json!({ "request": request(), "expect": true }).to_string()).is_err());
    assert!(pages.evaluate(&json!({ "request": 7 }).to_string()).is_err());
}

#[test]
fn a_declared_place_is_the_only_one() {
    let vocabulary = format!("{VOCABULARY}[authzen]\nrole = \"/subject/properties/job\"\n");
    let text = PolicyText { model: &model(), policy: POLICY, vocabulary: &vocabulary };
    let pages = Pages::compile(&text).unwrap();
    let mut by_job = request();
    by_job["subject"]["properties"] = json!({ "job": "police_coordinator", "role": "auditor" });
    assert!(pages.evaluate(&by_job.to_string()).unwrap().decision.is_allowed());
    assert!(pages.evaluate(&request().to_string()).is_err());
}

#[test]
fn the_example_folder_is_sound_and_answers_its_own_test_set() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/lending-library");
    let texts = decision_pages::PolicyFolder::read(&folder).unwrap();
    let pages = Pages::compile(&texts.text()).unwrap_or_else(|refusals| panic!("{refusals:?}"));
    pages.differential(&texts.text(), 1_000, 1).unwrap();
    let requests = std::fs::read_to_string(folder.join("requests.jsonl")).unwrap();
    for line in requests.lines() {
        let answer = pages.evaluate(line).unwrap();
        assert!(answer.expected.is_some() && answer.is_as_expected(), "{line}");
    }
}
