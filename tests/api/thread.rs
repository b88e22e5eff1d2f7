//! The main job from end to end by the API: a measure is logged, released, read by the police, planned together, answered, reviewed, and seen by the auditors.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Client, Reply};

use super::bodies::{self, id_of};
use crate::house::{House, in_each_house};

/// What the social worker writes and what crosses; what stays.
const WHAT: &str = "Kontaktperson två kvällar i veckan under våren.";
const STAYS: &str = "Modern berättar att hon sover dåligt.";

/// Somebody at work: every step must succeed as expected.
struct Desk(Client);

impl Desk {
    fn of(house: &House, key: &str) -> Self {
        Self(house.api(key))
    }

    async fn reads(&self, path: &str) -> Reply {
        as_expected(self.0.get(path).await.unwrap(), 200)
    }

    async fn document(&self, path: &str) -> Value {
        self.reads(path).await.json().unwrap()
    }

    async fn finds_nothing(&self, path: &str) {
        as_expected(self.0.get(path).await.unwrap(), 404);
    }

    /// Makes a record; its id.
    async fn makes(&self, path: &str, body: &Value) -> String {
        let made = as_expected(self.0.post(path, body).await.unwrap(), 201);
        assert!(made.log_entry().is_some());
        let made = made.json().unwrap();
        made["personId"].as_str().map_or_else(|| id_of(&made), str::to_owned)
    }

    async fn asks(&self, path: &str, body: &Value) -> Reply {
        done(self.0.post(path, body).await.unwrap())
    }

    /// Acts on a record as it was read last.
    async fn acts(&self, record: &str, method: Method, path: &str, body: &Value) {
        let tag = self.reads(record).await.header("etag").to_owned();
        let request = self.0.request(method, path).header("if-match", tag).json(body);
        done(self.0.send(request).await.unwrap());
    }

    async fn received(&self) -> Vec<String> {
        let list = self.document("/api/v1/received-items?limit=100").await;
        list["items"].as_array().unwrap().iter().map(id_of).collect()
    }

    async fn activates(&self, file: &str) {
        let path = format!("/api/v1/joint-files/{file}");
        let next = self.document(&path).await["next"].as_array().cloned().unwrap_or_default();
        if next.iter().any(|state| state == "ACTIVE") {
            self.acts(&path, Method::PATCH, &path, &json!({ "state": "ACTIVE" })).await;
        }
    }

    async fn first_action(&self, file: &str) -> String {
        let actions = self.document(&format!("/api/v1/joint-files/{file}/actions")).await;
        id_of(&actions.as_array().or_else(|| actions["actions"].as_array()).unwrap()[0])
    }
}

/// Answered with something to show, or with nothing.
fn done(reply: Reply) -> Reply {
    assert!(matches!(reply.status, 200 | 204), "{} {}", reply.status, reply.text());
    reply
}

fn as_expected(reply: Reply, status: u16) -> Reply {
    assert_eq!(reply.status, status, "{}", reply.text());
    reply
}

/// The harm test of OSL 26 kap. 1 §, passed.
fn harm_test() -> Value {
    json!({ "basis": "OSL_26_1", "answers": [
        { "testId": "clear_that_nobody_is_harmed", "answer": "YES", "reason": "Familjen vill att polisen vet vilka kvällar det gäller." },
        { "testId": "other_identifiable_person", "answer": "NO" }
    ] })
}

/// The general clause, OSL 10 kap. 27 §, met.
fn general_clause() -> Value {
    json!({ "basis": "OSL_10_27", "answers": [
        { "testId": "obvious_that_interest_outweighs", "answer": "YES", "reason": "Svaret behövs för den gemensamma planeringen." },
        { "testId": "contrary_to_statute", "answer": "NO" }
    ] })
}

/// A case that the social worker has begun.
struct Begun {
    number: String,
    person: String,
    case: String,
}

async fn begun(house: &House, social: &Desk) -> Begun {
    let number = bodies::young_number(house);
    let person = social.makes("/api/v1/persons", &bodies::person(&number, "Sigge", "Provsson")).await;
    let case = social.makes("/api/v1/cases", &bodies::case(&person)).await;
    social.makes(&format!("/api/v1/cases/{case}/notes"), &bodies::note(house, STAYS)).await;
    Begun { number, person, case }
}

#[test]
fn a_measure_is_logged_and_released_and_the_police_read_exactly_that() {
    in_each_house(async |house| {
        let (social, police) = (Desk::of(house, "social-worker"), Desk::of(house, "police-coordinator"));
        let Begun { number, person, case } = begun(house, &social).await;
        let measure = social.makes(&format!("/api/v1/cases/{case}/measures"), &bodies::measure(house, WHAT)).await;
        let measure = social.document(&format!("/api/v1/measures/{measure}")).await;

        // A colleague who registers the same person hears only that the person exists.
        let colleague = Desk::of(house, "social-worker-2");
        let twice = colleague.asks("/api/v1/persons", &bodies::person(&number, "Sigge", "Provsson")).await;
        assert!(twice.json().unwrap()["exists"].is_object() && !twice.text().contains("Provsson"), "{}", twice.text());

        let waiting = police.received().await;
        let release = json!({
            "caseId": case, "recipientId": house.police().0, "attention": "Områdespolisgruppen", "grounds": harm_test(),
            "items": [{ "kind": "MEASURE", "id": measure["id"], "version": measure["version"] }]
        });
        let release = social.makes("/api/v1/releases", &release).await;
        social.reads(&format!("/api/v1/releases/{release}")).await;

        let mut item = None;
        for id in police.received().await.iter().filter(|id| !waiting.contains(id)) {
            let opened = police.reads(&format!("/api/v1/received-items/{id}")).await;
            if opened.json().unwrap()["releaseRef"] == release.as_str() {
                item = Some(opened);
            }
        }
        let item = item.expect("the released measure did not arrive");
        assert!(item.text().contains(WHAT) && !item.text().contains(STAYS), "{}", item.text());
        assert!(item.log_entry().is_some());
        for hidden in [format!("cases/{case}"), format!("releases/{release}"), format!("persons/{person}")] {
            police.finds_nothing(&format!("/api/v1/{hidden}")).await;
        }
        assert_seen_by_auditors(house, &case, &["case.open", "note.write", "measure.log", "release.decide"]).await;
    });
}

#[test]
fn a_joint_action_is_proposed_accepted_and_reviewed_and_its_reasons_stay_where_they_were_written() {
    in_each_house(async |house| {
        let (social, police) = (Desk::of(house, "social-worker"), Desk::of(house, "police-coordinator"));
        let begun = begun(house, &social).await;
        let nomination = json!({
            "caseId": begun.case, "to": house.police().0, "reason": "Vi vill planera kvällarna tillsammans.", "goal": "Färre sena kvällar",
            "grounds": harm_test()
        });
        let social_file = social.makes("/api/v1/joint-files", &nomination).await;
        let police_file = linked(house, &social, &police, &social_file, &begun.number).await;
        social.activates(&social_file).await;
        police.activates(&police_file).await;

        let proposal = json!({
            "kind": "home_visit", "what": "Hembesök tillsammans en fredag kväll.", "grounds": harm_test(), "dueOn": bodies::day(house, 30),
            "followUpOn": bodies::day(house, 20), "followFields": ["REPLY", "STATUS"], "followUntil": bodies::day(house, 60)
        });
        social.makes(&format!("/api/v1/joint-files/{social_file}/actions"), &proposal).await;
        let listed = police.reads(&format!("/api/v1/joint-files/{police_file}")).await;
        assert!(listed.text().contains("Hembesök tillsammans") && !listed.text().contains(STAYS), "{}", listed.text());

        let action = format!("/api/v1/joint-actions/{}", police.first_action(&police_file).await);
        assert_eq!(police.document(&action).await["needsAnswer"], true);
        let reply = json!({ "answer": "ACCEPTED", "reason": "Vi har en patrull.", "grounds": general_clause() });
        police.acts(&action, Method::POST, &format!("{action}/replies"), &reply).await;

        let proposed = social.first_action(&social_file).await;
        let answered = social.reads(&format!("/api/v1/joint-actions/{proposed}")).await;
        assert_eq!(answered.json().unwrap()["peerAnswer"], "accepted", "{}", answered.text());
        assert!(!answered.text().contains("Vi har en patrull"), "{}", answered.text());

        let review = json!({ "step": "PROGRESS", "status": "ONGOING", "note": "Första besöket är bokat." });
        police.acts(&action, Method::POST, &format!("{action}/reviews"), &review).await;
        assert_seen_by_auditors(house, &begun.case, &["joint_file.nominate", "joint_action.propose"]).await;
    });
}

/// The police's own file of a nomination: found by the reference that crossed, hung on a matter of their own.
async fn linked(house: &House, social: &Desk, police: &Desk, social_file: &str, number: &str) -> String {
    let reference = social.document(&format!("/api/v1/joint-files/{social_file}")).await["reference"].clone();
    let files = police.document("/api/v1/joint-files?limit=100").await;
    let file = files["jointFiles"].as_array().unwrap().iter().find(|file| file["reference"] == reference);
    let file = id_of(file.unwrap_or_else(|| panic!("the nomination did not arrive: {files}")));
    let person = police.makes("/api/v1/persons", &bodies::person(number, "Sigge", "Provsson")).await;
    let mut matter = bodies::case(&person);
    matter["purpose"] = json!("POLICE_MATTER");
    let matter = police.makes("/api/v1/cases", &matter).await;
    let link = json!({ "caseId": matter, "nextFollowUp": bodies::day(house, 14) });
    police.asks(&format!("/api/v1/joint-files/{file}/link"), &link).await;
    file
}

/// The social auditor finds what was done in the case, the police auditor that there is no such case, and neither what anybody wrote.
async fn assert_seen_by_auditors(house: &House, case: &str, actions: &[&str]) {
    let search = json!({ "caseId": case, "limit": 99 });
    let own = Desk::of(house, "social-auditor").asks("/api/v1/audit/entries/search", &search).await;
    for action in actions {
        assert!(own.text().contains(&action.to_uppercase().replace('.', "_")), "{action}: {}", own.text());
    }
    let other = Desk::of(house, "police-auditor").asks("/api/v1/audit/entries/search", &search).await;
    assert!(other.json().unwrap()["lines"].as_array().unwrap().is_empty(), "{}", other.text());
    for page in [own, other] {
        assert!(!page.text().contains("Provsson") && !page.text().contains(WHAT), "{}", page.text());
    }
}
