//! Requests and answers in the shape of the OpenID AuthZEN Authorization API 1.0 (Access Evaluation), for policies over any vocabulary.
//!
//! `{"subject": .., "action": {"name": ..}, "resource": .., "context": ..}` goes in, `{"decision": .., "context": ..}` comes out, so that foreign
//! test sets can be run against a policy folder. Where a column finds its value:
//!
//! 1. at the JSON pointer that the optional table `[authzen]` of `vocabulary.toml` names for it, and nowhere else;
//! 2. without one, in `context`, `resource.properties`, `subject.properties` or `action.properties` under the column's own name, and for the
//!    columns `action`, `subject_type`, `subject_id`, `resource_type` and `resource_id` also in AuthZEN's own members.
//!
//! What nobody says is `unknown`, where the column has such a value, and otherwise a mistake. Two places that differ, a value outside the closed
//! list and an unknown member at the top are mistakes too: an answer is given only to a question that was understood whole.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::{
    decision::Decision,
    load_error::{did_you_mean, quoted},
    pages::Pages,
    vocabulary::Column,
};

/// The value that stands for what nobody says.
const UNKNOWN: &str = "unknown";
/// Members of a request.
const MEMBERS: [&str; 4] = ["subject", "action", "resource", "context"];
/// Members of a line of a test set.
const TEST_MEMBERS: [&str; 2] = ["request", "expected"];

/// A request that was not understood. It was not decided; whoever answers it must deny.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}: {instead}")]
pub struct NotEvaluated {
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub instead: String,
}

impl NotEvaluated {
    /// As an answer: a denial with AuthZEN's `context.error`.
    pub fn json(&self) -> Value {
        json!({ "decision": false, "context": { "error": { "status": 400, "message": self.to_string() } } })
    }
}

/// A request that was understood, and its decision.
#[derive(Debug, Clone)]
pub struct Evaluation<'p> {
    /// The index of a value per column.
    pub request: Vec<u16>,
    /// The answer.
    pub decision: Decision<'p>,
    /// What the line of a test set expects; `None` for a bare request.
    pub expected: Option<bool>,
}

impl Evaluation<'_> {
    /// Whether the decision is the expected one; a bare request expects nothing.
    pub fn is_as_expected(&self) -> bool {
        self.expected.is_none_or(|expected| expected == self.decision.is_allowed())
    }

    /// The answer: decision, deciding lines, legal references, obligations; for a test set also what was expected.
    pub fn json(&self) -> Value {
        let reason = self.decision.reason();
        let mut context = json!({ "lines": reason.lines, "law": reason.law, "obligations": reason.obligations });
        if let (Some(expected), Some(members)) = (self.expected, context.as_object_mut()) {
            members.insert("expected".to_owned(), expected.into());
        }
        json!({ "decision": self.decision.is_allowed(), "context": context })
    }
}

impl Pages {
    /// Decides one AuthZEN request, or one line `{"request": .., "expected": true}` of a test set.
    ///
    /// ```
    /// # use decision_pages::{Pages, PolicyText, Vocabulary};
    /// # let vocabulary = "[columns]\norder = [\"role\", \"action\", \"rel\"]\n[values]\nrole = [\"clerk\", \"guest\"]\n\
    /// #     action = [\"read\", \"write\"]\nrel = [\"own\", \"other\", \"unknown\"]\n";
    /// # let model = Pages::golden_model(&Vocabulary::parse(vocabulary)?);
    /// # let text = PolicyText { model: &model, policy: "p, own_file, clerk, *, own, -, Act 1:2, allow\n", vocabulary };
    /// # let pages = Pages::compile(&text).map_err(|refusals| refusals[0].clone())?;
    /// let answer = pages.evaluate(r#"{"subject": {"type": "user", "id": "eva", "properties": {"role": "clerk"}},
    ///     "action": {"name": "read"}, "resource": {"type": "file", "id": "7", "properties": {"rel": "own"}}}"#)?;
    /// assert_eq!(answer.json()["decision"], true);
    /// assert_eq!(answer.json()["context"]["lines"][0], "own_file");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See the rules above; the JSON itself is refused when it is none, or nested too deep.
    pub fn evaluate(&self, json: &str) -> Result<Evaluation<'_>, NotEvaluated> {
        let parsed: Value = serde_json::from_str(json)
            .map_err(|error| wrong(format!("no JSON: {error}"), "write one request a line"))?;
        let members = parsed.as_object().ok_or_else(|| wrong("not an object", "write `{\"subject\": ..}`"))?;
        let (members, expected) = if members.contains_key("request") { expectation(members)? } else { (members, None) };
        known(members, &MEMBERS)?;
        for member in ["subject", "action", "resource"] {
            if !members.get(member).is_some_and(Value::is_object) {
                return Err(wrong(format!("`{member}` is missing or no object"), "write subject, action and resource"));
            }
        }
        if members.get("context").is_some_and(|context| !context.is_object()) {
            return Err(wrong("`context` is no object", "write an object, or leave it out"));
        }
        let whole = Value::Object(members.clone());
        let columns = self.vocabulary().columns().iter();
        let request = columns.map(|column| index(column, &whole)).collect::<Result<Vec<_>, _>>()?;
        Ok(Evaluation { decision: self.decide(&request), request, expected })
    }
}

fn wrong(what: impl Into<String>, instead: impl Into<String>) -> NotEvaluated {
    NotEvaluated { what: what.into(), instead: instead.into() }
}

/// Whether a pointer can lead anywhere in a request.
pub(crate) fn is_pointer(text: &str) -> bool {
    MEMBERS.iter().any(|member| text.strip_prefix('/').and_then(|rest| rest.strip_prefix(member)).is_some_and(is_path))
}

fn is_path(rest: &str) -> bool {
    rest.len() > 1 && rest.starts_with('/') && !rest.ends_with('/')
}

fn known(members: &Map<String, Value>, known: &[&str]) -> Result<(), NotEvaluated> {
    match members.keys().find(|member| !known.contains(&member.as_str())) {
        Some(other) => {
            Err(wrong(format!("unknown member {}", quoted(other)), did_you_mean(other, known.iter().copied())))
        }
        None => Ok(()),
    }
}

/// A line of a test set: the request inside, and what is expected of it.
fn expectation(members: &Map<String, Value>) -> Result<(&Map<String, Value>, Option<bool>), NotEvaluated> {
    known(members, &TEST_MEMBERS)?;
    let request = members.get("request").and_then(Value::as_object);
    let request = request.ok_or_else(|| wrong("`request` is no object", "write the request there"))?;
    match members.get("expected") {
        Some(Value::Bool(expected)) => Ok((request, Some(*expected))),
        Some(_) => Err(wrong("`expected` is no boolean", "write true or false")),
        None => Ok((request, None)),
    }
}

/// The value of a column in a request.
fn index(column: &Column, request: &Value) -> Result<u16, NotEvaluated> {
    let mut found: Option<(Cow<'_, str>, String)> = None;
    for place in places(column) {
        let Some(value) = request.pointer(&place).filter(|value| !value.is_null()) else { continue };
        let text = text(value).ok_or_else(|| {
            wrong(
                format!("{} at `{place}` is a list or an object", column.name()),
                "write one value of the closed list",
            )
        })?;
        match &found {
            Some((other, elsewhere)) if *other != text => {
                let what = format!(
                    "{} is {} at `{elsewhere}` and {} at `{place}`",
                    column.name(),
                    quoted(other),
                    quoted(&text)
                );
                return Err(wrong(what, "say it once"));
            }
            Some(_) => {}
            None => found = Some((text, place)),
        }
    }
    let values = || column.values().iter().map(String::as_str);
    let Some((value, _)) = found else {
        let what = || format!("nothing says the {}", column.name());
        let places = places(column).collect::<Vec<_>>().join("`, `");
        return column.index(UNKNOWN).ok_or_else(|| wrong(what(), format!("write it at `{places}`")));
    };
    column
        .index(&value)
        .ok_or_else(|| wrong(format!("unknown {} {}", column.name(), quoted(&value)), did_you_mean(&value, values())))
}

/// Where a column's value can stand.
fn places(column: &Column) -> impl Iterator<Item = String> {
    let name = column.name();
    let own = match name {
        "action" => Some("/action/name"),
        "subject_type" => Some("/subject/type"),
        "subject_id" => Some("/subject/id"),
        "resource_type" => Some("/resource/type"),
        "resource_id" => Some("/resource/id"),
        _ => None,
    };
    let usual = ["/context", "/resource/properties", "/subject/properties", "/action/properties"];
    let declared = column.place().map(str::to_owned);
    let (own, usual) = if declared.is_some() { (None, &[][..]) } else { (own.map(str::to_owned), &usual[..]) };
    let usual: Vec<String> = usual.iter().map(|parent| format!("{parent}/{name}")).collect();
    declared.into_iter().chain(own).chain(usual)
}

/// A value as the closed lists write it.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(yes) => Some(Cow::Borrowed(if *yes { "true" } else { "false" })),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
