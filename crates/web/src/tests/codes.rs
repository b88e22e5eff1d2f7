//! Every code that can reach a person has its words. The convention: the values of the closed list `CasePhase` are the messages `case-phase-<code>`, the
//! codes of field errors `field-error-<code>`, of conflicts `conflict-<code>`. Found in the sources, so that nobody needs to remember this test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use vocabulary::Language;

use crate::failure::Failure;
use crate::i18n::Messages;

/// Lists that never reach a page: facts and obligations inside the policy, the service's own marks.
const UNSEEN: &[&str] = &["Language", "Owner", "Ask", "Resource"];

fn sources(krate: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(krate).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
                found.push((path, text));
            }
        }
    }
    found
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

/// Names and codes of the closed lists in a source text.
fn closed_lists(text: &str) -> Vec<(String, Vec<String>)> {
    let mut lists = Vec::new();
    for part in text.split("closed_list! {").skip(1) {
        let Some((head, body)) = part.split_once("enum ").and_then(|(_, rest)| rest.split_once('{')) else { continue };
        let name = head.trim().to_owned();
        if !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            continue;
        }
        let body = body.split('}').next().unwrap_or_default();
        let codes = body
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .filter_map(|line| line.split_once(" = \""))
            .filter_map(|(_, rest)| rest.split('"').next());
        lists.push((name, codes.map(str::to_owned).collect()));
    }
    lists
}

fn missing(prefix: &str, code: &str) -> Option<String> {
    let arguments = [("limit", "1".to_owned())];
    let words = Language::ALL.iter().all(|language| Messages::new(*language).fill(prefix, code, &arguments).is_some());
    (!words).then(|| format!("{prefix}-{}", code.replace(['_', '.'], "-").to_ascii_lowercase()))
}

#[test]
fn every_value_of_every_closed_list_has_its_words() {
    let mut lists: Vec<_> = ["vocabulary", "case-registry"]
        .into_iter()
        .flat_map(sources)
        .flat_map(|(_, text)| closed_lists(&text))
        .collect();
    // Action is declared through a macro of its own.
    lists.push(("Action".to_owned(), vocabulary::Action::ALL.iter().map(|action| action.code().to_owned()).collect()));
    let of_policy = sources("rbac-policy").into_iter().filter(|(path, _)| path.ends_with("measures.rs"));
    lists.extend(of_policy.flat_map(|(_, text)| closed_lists(&text)));
    let of_log = sources("audit-log").into_iter().filter(|(path, _)| path.ends_with("draft.rs"));
    lists.extend(of_log.flat_map(|(_, text)| closed_lists(&text)));
    assert!(lists.len() > 10, "the sources were not found");
    let missing: BTreeSet<_> = lists
        .iter()
        .filter(|(name, _)| !UNSEEN.contains(&name.as_str()))
        .flat_map(|(name, codes)| codes.iter().filter_map(|code| missing(&kebab(name), code)).collect::<Vec<_>>())
        .collect();
    assert!(missing.is_empty(), "add to locales/sv and locales/en: {missing:#?}");
}

/// Codes in calls such as `check.fail("dueOn", "before-start")`: the last quoted text of the call.
fn codes_in_calls<'t>(text: &'t str, call: &'t str) -> impl Iterator<Item = String> + 't {
    text.split(call).skip(1).filter_map(|rest| {
        let call = rest.split(';').next()?;
        let code = call.rsplit('"').nth(1)?;
        let lawful = !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        lawful.then(|| code.to_owned())
    })
}

#[test]
fn every_fault_that_the_registry_or_this_crate_names_has_its_words() {
    let mut faults = BTreeSet::new();
    for (path, text) in ["case-registry", "web"].into_iter().flat_map(sources) {
        if path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs") {
            continue;
        }
        for call in [".fail(", ".require("] {
            faults.extend(codes_in_calls(&text, call).filter_map(|code| missing("field-error", &code)));
        }
        for part in text.split("code: \"").skip(1).filter_map(|rest| rest.split('"').next()) {
            faults.extend(missing("field-error", part));
        }
        for part in text.split("Conflict(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            faults.extend(missing("conflict", part));
        }
    }
    assert!(faults.is_empty(), "add to locales/sv and locales/en: {faults:#?}");
}

#[test]
fn every_failure_says_what_happened_why_and_what_to_do() {
    let missing: Vec<_> = Failure::CODES
        .iter()
        .flat_map(|code| ["title", "detail", "next"].map(|part| missing("problem", &format!("{code}-{part}"))))
        .flatten()
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_rule_that_lets_somebody_see_something_has_its_words() {
    let rules = include_str!("../../../../policy/policy.csv");
    let allowing = rules.lines().filter(|line| line.starts_with("p, ") && line.ends_with("allow"));
    let missing: Vec<_> =
        allowing.filter_map(|line| line.split(',').nth(1)).filter_map(|id| missing("rule", id.trim())).collect();
    assert!(missing.is_empty(), "add to locales/sv and locales/en: {missing:#?}");
}

#[test]
fn every_kind_of_received_item_has_its_words() {
    let crossing = include_str!("../../../case-registry/src/crossing.rs");
    let kinds = crossing.split("fn kind(").nth(1).unwrap().split('}').next().unwrap();
    let kinds = kinds.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next());
    // A notice is about an item and none itself; an answer and a concern report travel as releases.
    let kinds: BTreeSet<&str> = kinds.filter(|kind| *kind != "notice").chain(["answer", "concern_report"]).collect();
    assert!(kinds.len() > 6, "{kinds:?}");
    let shown = ["received-kind", "joint-received-kind", "waiting-kind"];
    let missing: Vec<_> = kinds.iter().flat_map(|kind| shown.map(|list| missing(list, kind))).flatten().collect();
    assert!(missing.is_empty(), "add to locales/sv and locales/en: {missing:#?}");
}

#[test]
fn every_kind_of_record_in_the_log_has_its_words() {
    let opened = ["Target::kind(\"", "Target::record(\""];
    let kinds: BTreeSet<String> = sources("case-registry")
        .iter()
        .flat_map(|(_, text)| opened.iter().flat_map(move |call| text.split(call).skip(1)))
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect();
    assert!(kinds.len() > 20, "{kinds:?}");
    let missing: Vec<String> = kinds.iter().filter_map(|kind| missing("record", kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
