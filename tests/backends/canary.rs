//! The demo's names, numbers and words as canaries: they stand in no database file, no trace and no answer to somebody who may not have them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use reqwest::Method;
use samlad::demo::people::{AuthorityKey, PersonaKey};
use samlad::demo::script::{Script, What, case_work::Item};
use store::{Backend, testing};
use web::route::Kind;
use web::routes;

use crate::house::{House, in_each_house};

/// Shorter words may stand anywhere by chance.
const SHORTEST: usize = 6;
/// So much of a text is as good as the whole of it.
const FRAGMENT: usize = 40;

struct Canaries {
    /// Full names, family names that no colleague has, twelve digits.
    identities: BTreeSet<String>,
    /// Beginnings of everything that was written about somebody.
    texts: BTreeSet<String>,
    /// Of these, what the social board wrote and never released.
    kept: BTreeSet<String>,
}

impl Canaries {
    fn of(house: &House) -> Self {
        // The people and their numbers hang on the day the house was opened.
        let kept = fs::read_to_string(house.folder.join("demo.toml")).unwrap();
        let start = kept.lines().find_map(|line| line.strip_prefix("start")).expect("demo.toml names its start");
        let start = start.trim_start_matches([' ', '=']).trim_matches(['"', ' ']);
        let start = start
            .parse()
            .map_or_else(|_| vocabulary::Timestamp::parse(start).unwrap(), vocabulary::Timestamp::from_micros);
        let script = Script::builtin(start).unwrap();
        let colleagues: String = script.personas.iter().map(|persona| persona.name.clone() + " ").collect();
        let mut identities = BTreeSet::new();
        for person in &script.people {
            identities.insert(format!("{} {}", person.given_name, person.family_name));
            identities.insert(person.identity.digits().to_owned());
            identities.insert(person.identity.digits()[2..].to_owned());
            if person.family_name.chars().count() >= SHORTEST && !colleagues.contains(&person.family_name) {
                identities.insert(person.family_name.clone());
            }
        }
        let mut texts = BTreeSet::new();
        let mut written = BTreeMap::new();
        let mut released = BTreeSet::new();
        for event in &script.events {
            let of_social = event
                .who
                .and_then(|who| script.persona(who))
                .is_some_and(|persona| persona.authority == AuthorityKey::Social);
            let mut add = |text: &str| {
                if let Some(fragment) = fragment(text) {
                    texts.insert(fragment);
                }
            };
            match &event.what {
                What::WriteNote(it) => {
                    for paragraph in &it.paragraphs {
                        add(&paragraph.text);
                        if let (true, Some(fragment)) = (of_social, fragment(&paragraph.text)) {
                            written.insert(fragment, paragraph.label.as_ref().map(|label| label.as_str().to_owned()));
                        }
                    }
                }
                What::LogMeasure(it) => {
                    add(&it.what);
                    add(&it.goal);
                    if let (true, Some(fragment)) = (of_social, fragment(&it.goal)) {
                        written.insert(fragment, Some(it.measure.as_str().to_owned()));
                    }
                }
                What::AnnotateNote(it) => add(&it.text),
                What::WriteEntry(it) => add(&it.text),
                What::TakePosition(it) => add(&it.reasons),
                What::ProposeAction(it) => add(&it.what),
                What::Abstain(it) => add(&it.reason),
                What::AskInformation(it) => add(&it.question),
                What::ConcernReport(it) => add(&it.text),
                What::DeclareConflict(it) => add(&it.reason),
                What::RevokeConsent(it) => add(&it.note),
                What::ReviewAction(it) => add(&it.note),
                What::OpenCase(it) => {
                    identities.insert(it.number.clone());
                }
                _ => {}
            }
            let items = match &event.what {
                What::Release(it) => &it.items,
                What::AnswerInformation(it) => &it.items,
                _ => continue,
            };
            released.extend(items.iter().map(|item| match item {
                Item::Paragraph(label) => label.as_str().to_owned(),
                Item::Measure(label) => label.as_str().to_owned(),
                Item::Entry(label) => label.as_str().to_owned(),
            }));
        }
        let kept =
            written.into_iter().filter(|(_, label)| label.as_ref().is_none_or(|label| !released.contains(label)));
        Self { identities, texts, kept: kept.map(|(fragment, _)| fragment).collect() }
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        self.identities.iter().chain(&self.texts)
    }
}

/// The beginning of a text that is long enough to be nobody else's.
fn fragment(text: &str) -> Option<String> {
    let fragment: String = text.chars().take(FRAGMENT).collect();
    (fragment.chars().count() >= 16).then_some(fragment)
}

fn find<'c>(bytes: &[u8], canaries: impl Iterator<Item = &'c String>) -> Vec<&'c String> {
    // Read once into one long string of bytes; what is sought is looked for by its first byte.
    canaries.filter(|canary| contains(bytes, canary.as_bytes())).collect()
}

fn contains(bytes: &[u8], sought: &[u8]) -> bool {
    let first = sought[0];
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == first) {
        if rest[at..].starts_with(sought) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

#[test]
fn the_canaries_are_many_and_would_be_found() {
    in_each_house(async |house| {
        let canaries = Canaries::of(house);
        assert!(canaries.identities.len() > 40 && canaries.texts.len() > 60 && canaries.kept.len() > 10);
        // Those who may read them do: otherwise the silence elsewhere would prove nothing.
        let client = house.api("social-worker");
        let cases = client.get("/api/v1/cases?limit=100").await.unwrap();
        let mut shown = cases.body.clone();
        for case in cases.json().unwrap()["cases"].as_array().unwrap() {
            shown.extend(client.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.unwrap().body);
        }
        assert!(find(&shown, canaries.identities.iter()).len() > 5);
        assert!(find(&shown, canaries.kept.iter()).len() > 5);
    });
}

#[test]
fn nothing_that_was_written_stands_in_a_file_or_a_table() {
    in_each_house(async |house| {
        let canaries = Canaries::of(house);
        let mut read = 0;
        for file in files(&house.folder) {
            let bytes = fs::read(&file).unwrap();
            read += bytes.len();
            let found = find(&bytes, canaries.all());
            assert!(found.is_empty(), "{}: {found:?}", file.display());
        }
        let store = &house.social().1.store;
        if store.backend() == Backend::Sqlite {
            assert!(read > 1_000_000, "{read} bytes: the databases are not there");
            return;
        }
        let tables = "SELECT table_schema || '.' || table_name FROM information_schema.tables \
            WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')";
        for table in testing::look(store, tables).await.unwrap() {
            // Bytes come out as hexadecimal.
            let rows =
                testing::look(store, format!("SELECT CAST(t AS TEXT) FROM {table} t").leak()).await.unwrap().join("\n");
            let found = find(rows.as_bytes(), canaries.all());
            assert!(found.is_empty(), "{table}: {found:?}");
            let hidden = canaries.all().filter(|canary| rows.contains(&hex(canary))).collect::<Vec<_>>();
            assert!(hidden.is_empty(), "{table}, as bytes: {hidden:?}");
        }
    });
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[test]
fn nothing_that_was_written_stands_in_what_the_service_says_of_itself() {
    in_each_house(async |house| {
        let canaries = Canaries::of(house);
        // Some traffic of this story's own, right and wrong, beside what the others make.
        for key in ["social-worker", "police-coordinator", "social-auditor"] {
            let client = house.api(key);
            for path in ["/api/v1/cases", "/api/v1/received-items", "/api/v1/joint-files", "/api/v1/nowhere"] {
                client.get(path).await.unwrap();
            }
            let term = canaries.identities.iter().next().unwrap();
            client.post("/api/v1/persons/search", &serde_json::json!({ "term": term })).await.unwrap();
            client.post("/api/v1/persons", &serde_json::json!({ "givenName": term, "oops": term })).await.unwrap();
        }
        let tracks = house.tracks.so_far();
        assert!(tracks.len() > 10_000, "{} bytes: nothing was traced", tracks.len());
        let found = find(&tracks, canaries.all());
        assert!(found.is_empty(), "{found:?}");
        // Nor does a token, or a session, or an id of a case in an address.
        for persona in &house.instance.ready().personas {
            assert!(!contains(&tracks, persona.token.as_bytes()), "the token of {}", persona.key);
            let cookie = house.session(persona.key).cookie.split_once('=').unwrap().1;
            assert!(!contains(&tracks, cookie.as_bytes()), "the session of {}", persona.key);
        }
        assert!(!contains(&tracks, b"/api/v1/cases/0"), "an address with an id");
    });
}

#[test]
fn the_police_never_see_what_was_not_released_and_those_without_cases_see_no_individual() {
    in_each_house(async |house| {
        let canaries = Canaries::of(house);
        for key in [PersonaKey::PoliceCoordinator, PersonaKey::PoliceCoordinator2] {
            let shown = everything_shown_to(house, key.code()).await;
            let found = find(&shown, canaries.kept.iter());
            assert!(found.is_empty(), "{key}: {found:?}");
            assert!(!find(&shown, canaries.texts.iter()).is_empty(), "{key} sees nothing at all");
        }
        for key in [
            PersonaKey::SocialAuditor,
            PersonaKey::PoliceAuditor,
            PersonaKey::Administrator,
            PersonaKey::PreventionCoordinator,
        ] {
            let shown = everything_shown_to(house, key.code()).await;
            assert!(shown.len() > 5_000, "{key} sees nothing at all");
            let found = find(&shown, canaries.all());
            assert!(found.is_empty(), "{key}: {found:?}");
        }
    });
}

/// All lists and homes, and every record that they lead to, as pages and as documents.
async fn everything_shown_to(house: &House, key: &str) -> Vec<u8> {
    let mut shown = Vec::new();
    let mut ahead: Vec<String> = routes::all()
        .filter(|route| {
            route.method == web::route::Method::Get && route.kind != Kind::Public && !route.path.contains('{')
        })
        .map(|route| route.path.to_owned())
        .collect();
    let mut known: BTreeSet<String> = ahead.iter().cloned().collect();
    while let Some(path) = ahead.pop() {
        let reply = if path.starts_with("/api/") {
            house.api(key).get(&path).await.unwrap()
        } else {
            house.send(house.browse(key, Method::GET, &path)).await
        };
        let text = reply.text();
        shown.extend(&reply.body);
        shown.push(b'\n');
        // Links of pages; and the documents of the same records.
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '#', '?']).next()) {
            let document = link.replace("/ui/", "/api/v1/");
            for next in [link.to_owned(), document] {
                if next.starts_with("/ui") | next.starts_with("/api") && known.len() < 400 && known.insert(next.clone())
                {
                    ahead.push(next);
                }
            }
        }
    }
    shown
}
