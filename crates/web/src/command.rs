//! JSON bodies: limited in size and depth, decoded into the registry's command types, every fault named by its field.

use std::collections::HashSet;

use axum::extract::{FromRequest, Request};
use case_registry::FieldError;
use http::{Method, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::failure::Failure;

mod faults;

/// Deeper than any command nests.
const DEEPEST: usize = 16;

/// The command in a request body, and a digest of its bytes to keep beside an [`crate::idempotency::IdempotencyKey`].
#[derive(Debug)]
pub struct Command<T> {
    /// The decoded command.
    pub command: T,
    /// SHA-256 of the body as sent.
    pub digest: [u8; 32],
}

impl<S: Send + Sync, T: DeserializeOwned + ToSchema> FromRequest<S> for Command<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let json =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
                let kind = value.split(';').next().unwrap_or_default().trim();
                kind.eq_ignore_ascii_case("application/json")
            });
        if !json {
            return Err(Failure::WrongMediaType);
        }
        let is_change = request.method() == Method::PATCH;
        // The gate has already held the body against the route's limit.
        let bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.map_err(|_| Failure::Malformed)?;
        let command = decode_described(&bytes)?;
        if is_change && serde_json::from_slice::<Map<String, Value>>(&bytes).is_ok_and(|fields| fields.is_empty()) {
            return Err(invalid(String::new(), "nothing-to-change"));
        }
        Ok(Self { command, digest: Sha256::digest(&bytes).into() })
    }
}

/// Decodes a command whose fields are described: every fault is named, not only the first one that the decoder meets.
///
/// # Errors
/// As [`decode`].
fn decode_described<T: DeserializeOwned + ToSchema>(bytes: &[u8]) -> Result<T, Failure> {
    decode(bytes).map_err(|failure| {
        let Failure::Invalid(met) = failure else { return failure };
        let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return Failure::Invalid(met) };
        if met.iter().any(|fault| fault.code == "too-deep") {
            return Failure::Invalid(met);
        }
        let mut all = faults::of::<T>(&value);
        all.extend(met.into_iter().filter(|fault| !fault.field.is_empty()));
        let mut seen = HashSet::new();
        all.retain(|fault| seen.insert(fault.field.clone()));
        if all.is_empty() { invalid(String::new(), "wrong-type") } else { Failure::Invalid(all) }
    })
}

/// Decodes a command.
///
/// # Errors
/// [`Failure::Malformed`] when it is not JSON, [`Failure::Invalid`] when a field is unknown, missing, of another type, or nested too deeply.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    if depth(bytes) > DEEPEST {
        return Err(invalid(String::new(), "too-deep"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let command = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let fault = error.into_inner();
        if !fault.is_data() {
            return Failure::Malformed;
        }
        let text = fault.to_string();
        let field = if path == "." { String::new() } else { path };
        // serde names the field in its own words; only the name between the first pair of backticks is taken, the value never appears there.
        let named = text.split('`').nth(1).unwrap_or_default().to_owned();
        if text.starts_with("unknown field") {
            invalid(field, "unknown-field")
        } else if text.starts_with("missing field") {
            invalid(if field.is_empty() { named } else { format!("{field}.{named}") }, "required")
        } else if text.starts_with("unknown variant") || text.starts_with("not a value of the closed list") {
            invalid(field, "not-in-list")
        } else {
            invalid(field, "wrong-type")
        }
    })?;
    reader.end().map_err(|_| Failure::Malformed)?;
    Ok(command)
}

fn invalid(field: String, code: &'static str) -> Failure {
    Failure::Invalid(vec![FieldError { field, code, limit: None }])
}

/// How deep the brackets nest, outside strings.
fn depth(bytes: &[u8]) -> usize {
    let (mut now, mut deepest, mut in_text, mut escaped) = (0usize, 0usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                now += 1;
                deepest = deepest.max(now);
            }
            b'}' | b']' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only decoded")]
        due_on: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only decoded")]
        rows: Vec<Row>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        #[expect(dead_code, reason = "only decoded")]
        text: String,
    }

    fn fault(json: &str) -> (String, &'static str) {
        match decode::<Sample>(json.as_bytes()) {
            Err(Failure::Invalid(errors)) => (errors[0].field.clone(), errors[0].code),
            Err(failure) => (String::new(), failure.code()),
            Ok(_) => panic!("accepted: {json}"),
        }
    }

    #[test]
    fn every_fault_names_its_field_and_never_its_value() {
        assert_eq!(fault("{}"), ("dueOn".to_owned(), "required"));
        assert_eq!(fault(r#"{"dueOn":1}"#), ("dueOn".to_owned(), "wrong-type"));
        assert_eq!(fault(r#"{"dueOn":"x","risk":1}"#), ("risk".to_owned(), "unknown-field"));
        assert_eq!(fault(r#"{"dueOn":"x","rows":[{"text":"a"},{}]}"#), ("rows[1].text".to_owned(), "required"));
        assert_eq!(fault(r#"{"dueOn":"#), (String::new(), "malformed"));
        assert_eq!(fault(r#"{"dueOn":"x"} {}"#), (String::new(), "malformed"));
    }

    #[test]
    fn a_bottomless_body_is_refused_before_it_is_read() {
        let deep = "[".repeat(100_000);
        assert_eq!(fault(&deep), (String::new(), "too-deep"));
        assert_eq!(depth(br#"{"a":"[[[[\"[[["}"#), 1);
    }
}
