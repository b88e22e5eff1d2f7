//! Why a policy was refused, for people and for scripts.

use anyhow::Result;
use decision_pages::LoadError;
use rbac_policy::PolicyError;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::{Exit, say};

/// One refusal of a loader.
#[derive(Serialize)]
struct Refusal<'e> {
    file: &'e str,
    line: usize,
    column: usize,
    what: &'e str,
    instead: &'e str,
}

/// Prints the refusal, as sentences or as one JSON object, and ends with the exit code of a check that found something.
pub(super) fn told(error: &PolicyError, is_json: bool) -> Result<Exit> {
    if is_json {
        say(&format!("{}\n", json(error)))?;
    } else {
        say(&format!("{error}\n"))?;
    }
    Ok(Exit::Fault)
}

pub(super) fn json(error: &PolicyError) -> Value {
    let refusals: &[LoadError] = match error {
        PolicyError::Refused(refusals) => refusals,
        PolicyError::Bases(error) => &error.0,
        PolicyError::Invariants(refusal) => std::slice::from_ref(&**refusal),
        _ => &[],
    };
    let broken: &[String] = if let PolicyError::Broken(sentences) = error { sentences } else { &[] };
    let other = (refusals.is_empty() && broken.is_empty()).then(|| error.to_string());
    json!({
        "isSound": false,
        "refusals": refusals.iter().map(refusal).collect::<Vec<_>>(),
        "broken": broken,
        "faults": other.into_iter().collect::<Vec<_>>(),
    })
}

fn refusal(error: &LoadError) -> Refusal<'_> {
    let LoadError { file, line, column, what, instead } = error;
    Refusal { file, line: *line, column: *column, what, instead }
}
