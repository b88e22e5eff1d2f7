//! RFC 9457 problem documents: what went wrong, why, and what to do next, in the reader's language.

use axum::response::{IntoResponse, Response};
use case_registry::FieldError;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::i18n::Messages;

/// `application/problem+json`. The same bytes for what is hidden and what is missing: it holds no id, no address and no time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `urn:samlad:problem:` and a stable code.
    #[serde(rename = "type")]
    #[schema(example = "urn:samlad:problem:not-found")]
    pub kind: String,
    /// What went wrong, in a few words.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 404)]
    pub status: u16,
    /// What went wrong and what to do next.
    pub detail: String,
    /// A stable code inside the kind, for conflicts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Every wrong field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Every legal test that was not met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TestProblem>,
}

/// One wrong field.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldProblem {
    /// Name of the field as in the body.
    #[schema(example = "dueOn")]
    pub field: String,
    /// A stable code.
    #[schema(example = "BEFORE_START")]
    pub code: String,
    /// What is wrong with it.
    pub detail: String,
}

/// One legal test that was not met.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestProblem {
    /// The test's id in the legal basis.
    pub test: String,
    /// What was not met.
    pub detail: String,
    /// What to do next.
    pub next: String,
}

/// The words for one wrong field.
#[must_use]
pub fn field_words(msg: Messages, error: &FieldError) -> String {
    let limit = [("limit", error.limit.unwrap_or_default().to_string())];
    msg.fill("field-error", error.code, &limit).unwrap_or_else(|| msg.field_error_other().to_owned())
}

/// The words for a failure: a title, and the paragraphs that say why and what to do next.
#[must_use]
pub fn words(msg: Messages, failure: &Failure) -> (String, Vec<String>) {
    let code = failure.code();
    let title = msg.of("problem", &format!("{code}-title"));
    let next = msg.of("problem", &format!("{code}-next"));
    let why = match failure {
        Failure::Conflict(reason) => {
            msg.find("conflict", reason).map_or_else(|| msg.of("problem", "conflict-detail"), str::to_owned)
        }
        _ => msg.of("problem", &format!("{code}-detail")),
    };
    (title, vec![why, next])
}

impl Problem {
    /// The document for a failure.
    #[must_use]
    pub fn new(msg: Messages, failure: &Failure) -> Self {
        let (title, paragraphs) = words(msg, failure);
        let upper = |code: &str| code.replace(['-', '.'], "_").to_ascii_uppercase();
        let errors = match failure {
            Failure::Invalid(errors) => errors
                .iter()
                .map(|error| FieldProblem {
                    field: error.field.clone(),
                    code: upper(error.code),
                    detail: field_words(msg, error),
                })
                .collect(),
            _ => Vec::new(),
        };
        let tests = match failure {
            Failure::Refused(refusal) => refusal
                .failed
                .iter()
                .map(|test| TestProblem { test: test.test.clone(), detail: test.what.clone(), next: test.next.clone() })
                .collect(),
            _ => Vec::new(),
        };
        let code = match failure {
            Failure::Conflict(code) => Some(upper(code)),
            Failure::Refused(refusal) => Some(refusal.basis.clone()),
            _ => None,
        };
        Self {
            kind: format!("urn:samlad:problem:{}", failure.code()),
            title,
            status: failure.status().as_u16(),
            detail: paragraphs.join(" "),
            code,
            errors,
            tests,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match serde_json::to_vec(&self) {
            Ok(bytes) => {
                (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))], bytes)
                    .into_response()
            }
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}
