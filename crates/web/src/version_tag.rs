//! `ETag` and `If-Match`. A tag is the row's version, the policy's epoch and the shape of what is shown; never a digest of content: a digest would tell
//! who guesses right.

use core::fmt;
use core::hash::{Hash as _, Hasher as _};
use core::str::FromStr;
use std::hash::DefaultHasher;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use serde_json::Value;

use crate::failure::Failure;

/// `"<version>-<epoch>-<shape>"`. An edit is held against version and epoch; the shape tells a reader whether anything below the row has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionTag {
    /// Version of the row.
    pub version: i64,
    /// Epoch of the policy: a change of rights changes what the same row shows.
    pub epoch: i64,
    /// [`shape`] of the view; zero in an edit that names none.
    pub shape: u64,
}

/// What changes when anything below a record changes, without any of its words: which fields there are, which are empty, how long lists are, ids, versions
/// and yes or no; and the day, since clocks and ages turn at midnight.
#[must_use]
pub fn shape(view: &Value, day: i32) -> u64 {
    let mut hasher = DefaultHasher::new();
    day.hash(&mut hasher);
    feed(view, false, &mut hasher);
    hasher.finish()
}

fn feed(value: &Value, is_named: bool, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(yes) => (1_u8, yes).hash(hasher),
        Value::Number(number) if is_named => (2_u8, number.as_i64()).hash(hasher),
        Value::String(id) if is_named => (3_u8, id).hash(hasher),
        Value::Number(_) | Value::String(_) => 4_u8.hash(hasher),
        Value::Array(items) => {
            (5_u8, items.len()).hash(hasher);
            for item in items {
                feed(item, is_named, hasher);
            }
        }
        Value::Object(fields) => {
            (6_u8, fields.len()).hash(hasher);
            for (name, value) in fields {
                name.hash(hasher);
                feed(value, names(name), hasher);
            }
        }
    }
}

/// Fields whose values are no words: versions, ids and the codes of kinds.
fn names(field: &str) -> bool {
    matches!(field, "version" | "id" | "kind") || field.ends_with("Id") || field.ends_with("Ids")
}

impl fmt::Display for VersionTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}-{}-{:x}\"", self.version, self.epoch, self.shape)
    }
}

impl FromStr for VersionTag {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let inner = text.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(Failure::Stale)?;
        let (version, rest) = inner.split_once('-').ok_or(Failure::Stale)?;
        let (epoch, shape) = rest.split_once('-').unwrap_or((rest, "0"));
        match (version.parse(), epoch.parse(), u64::from_str_radix(shape, 16)) {
            (Ok(version), Ok(epoch), Ok(shape)) => Ok(Self { version, epoch, shape }),
            _ => Err(Failure::Stale),
        }
    }
}

/// The version that an edit was made on. Required: without `If-Match` an edit answers 428, with a tag that was never ours 412.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub VersionTag);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let value = parts.headers.get(header::IF_MATCH).ok_or(Failure::IfMatchNeeded)?;
        value.to_str().map_err(|_| Failure::Stale)?.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_survives_its_text_and_nothing_else_is_one() {
        let tag = VersionTag { version: 12, epoch: 3, shape: 255 };
        assert_eq!(tag.to_string(), "\"12-3-ff\"");
        assert_eq!(tag.to_string().parse::<VersionTag>().unwrap(), tag);
        assert_eq!("\"12-3\"".parse::<VersionTag>().unwrap(), VersionTag { shape: 0, ..tag });
        for text in ["*", "12-3", "\"12\"", "W/\"12-3\"", "\"a-b\"", "\"1-2-x\"", ""] {
            assert!(text.parse::<VersionTag>().is_err(), "{text}");
        }
    }
    #[test]
    fn what_is_added_below_a_record_changes_its_shape_and_its_words_do_not() {
        let case = |title: &str, notes: &[i64]| {
            let notes: Vec<Value> =
                notes.iter().map(|version| serde_json::json!({"version": version, "text": title})).collect();
            serde_json::json!({"id": "a", "title": title, "closedOn": null, "notes": notes})
        };
        let before = shape(&case("one", &[1]), 7);
        assert_eq!(before, shape(&case("another", &[1]), 7));
        assert_ne!(before, shape(&case("one", &[1, 1]), 7), "a note more");
        assert_ne!(before, shape(&case("one", &[2]), 7), "a note that changed");
        assert_ne!(before, shape(&case("one", &[1]), 8), "another day");
        let closed = serde_json::json!({"id": "a", "title": "one", "closedOn": "2026-11-27", "notes": [{"version": 1, "text": "one"}]});
        assert_ne!(before, shape(&closed, 7), "a field that was empty");
    }
}
