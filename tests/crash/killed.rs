//! The product is killed while people write. What was acknowledged is there afterwards, and the log is sound.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use store::testing::Scratch;
use testkit::Backend;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Notify;

use crate::house::{hidden_field, on_each_database, rounds};

const WRITERS: usize = 6;
/// How many acknowledged writes a round waits for before it kills.
const ACKNOWLEDGED: usize = 40;
/// So long after the last of them, in steps of microseconds by round: the blow falls at another place each time.
const STEP: Duration = Duration::from_micros(700);
const PATIENCE: Duration = Duration::from_mins(2);

/// The product in a process of its own.
struct Product {
    process: Child,
    ready: Value,
    http: Client,
}

/// Writes that the product has acknowledged: where the record is, and its log entry.
type Acknowledged = Arc<Mutex<Vec<(String, String)>>>;

impl Product {
    async fn start(data: &Path, database: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_samlad-under-test"));
        command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("ready in time").unwrap();
        let ready = serde_json::from_str(&line.expect("the product ended before it was ready")).unwrap();
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { process, ready, http }
    }

    fn persona(&self, key: &str) -> &Value {
        self.ready["personas"].as_array().unwrap().iter().find(|persona| persona["key"] == key).unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.ready["baseUrl"].as_str().unwrap())
    }

    async fn get(&self, key: &str, path: &str) -> reqwest::Response {
        let token = self.persona(key)["token"].as_str().unwrap();
        self.http.get(self.url(path)).bearer_auth(token).send().await.unwrap()
    }

    /// An open case of the social worker's.
    async fn case(&self) -> String {
        let list: Value = self.get("social-worker", "/api/v1/cases").await.json().await.unwrap();
        let cases = list["cases"].as_array().unwrap();
        let open = cases
            .iter()
            .find(|case| case["phase"] == "OPEN" && case["protection"] == "NONE" && case["relation"] == "ASSIGNED");
        open.unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// Colleagues who log measures until nobody answers any more.
    fn write(&self, case: &str, done: &Acknowledged, progress: &Arc<Notify>) -> tokio::task::JoinSet<()> {
        let mut writers = tokio::task::JoinSet::new();
        for number in 0..WRITERS {
            let token = self.persona("social-worker")["token"].as_str().unwrap().to_owned();
            let (http, url) = (self.http.clone(), self.url(&format!("/api/v1/cases/{case}/measures")));
            let (done, progress) = (Arc::clone(done), Arc::clone(progress));
            writers.spawn(async move {
                let body = json!({ "kind": "contact_person", "what": format!("Samtal {number}."), "followUpOn": "2029-01-08" });
                while let Ok(answer) = http.post(&url).bearer_auth(&token).json(&body).send().await {
                    if answer.status() != 201 {
                        continue;
                    }
                    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
                    done.lock().unwrap().push((header("location"), header("samlad-log-entry")));
                    progress.notify_one();
                }
            });
        }
        writers
    }

    /// Whether an authority's log is computed again to the root that its checkpoint signs: what the auditor's page says.
    async fn assert_log_is_sound(&self, key: &str) {
        let persona = self.persona(key);
        let link = self.http.get(persona["signInUrl"].as_str().unwrap()).send().await.unwrap();
        let cookie = link.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let address = self.url("/ui/audit/verification");
        let page = self.http.get(&address).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
        let token = hidden_field(&page, "_csrf").unwrap();
        let checked =
            self.http.post(&address).header("cookie", &cookie).form(&[("_csrf", token)]).send().await.unwrap();
        assert_eq!(checked.status(), 200);
        let page = checked.text().await.unwrap();
        let words = web::i18n::Messages::new(vocabulary::Language::Swedish);
        let broken = words.verification_broken("\u{0}");
        let (sound, broken) = (words.verification_sound("\u{0}"), broken.split('\u{0}').next().unwrap().to_owned());
        let longest = sound.split('\u{0}').max_by_key(|part| part.len()).unwrap();
        assert!(page.contains(longest) && !page.contains(&broken), "{key}: {page}");
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_the_log_is_sound_afterwards() {
    on_each_database(async |backend| {
        let folder = tempfile::tempdir().unwrap();
        let scratch = match &backend {
            Backend::Sqlite => None,
            Backend::Postgres(superuser) => Some(Scratch::migrated(superuser).await.unwrap()),
        };
        let database = scratch.as_ref().map(Scratch::url);
        let done = Acknowledged::default();
        let mut product = Product::start(folder.path(), database).await;
        let case = product.case().await;
        for round in 0..rounds(5, 100) {
            let (before, progress) = (done.lock().unwrap().len(), Arc::new(Notify::new()));
            let mut writers = product.write(&case, &done, &progress);
            while done.lock().unwrap().len() < before + ACKNOWLEDGED {
                tokio::time::timeout(PATIENCE, progress.notified()).await.expect("writes are acknowledged");
            }
            tokio::time::sleep(STEP * u32::try_from(round % 16).unwrap()).await;
            product.process.kill().await.unwrap();
            while writers.join_next().await.is_some() {}

            product = Product::start(folder.path(), database).await;
            let written: Vec<_> = done.lock().unwrap()[before..].to_vec();
            for (location, entry) in written {
                let measure = product.get("social-worker", &location).await;
                assert_eq!(measure.status(), 200, "round {round}: {location} was acknowledged and is gone");
                let found = product.get("social-auditor", &format!("/api/v1/audit/entries/{entry}")).await;
                assert_eq!(found.status(), 200, "round {round}: entry {entry} was acknowledged and is gone");
            }
            product.assert_log_is_sound("social-auditor").await;
            product.assert_log_is_sound("police-auditor").await;
        }
        // Nothing half: every measure of the case opens.
        let case: Value = product.get("social-worker", &format!("/api/v1/cases/{case}")).await.json().await.unwrap();
        assert!(case["measures"].as_array().unwrap().len() >= done.lock().unwrap().len());
        product.process.kill().await.unwrap();
    });
}
