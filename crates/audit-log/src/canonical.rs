//! RFC 8785 (JSON Canonicalization Scheme), restricted: no null, no fractions, integers with a magnitude below 2^53.
//!
//! Openings, index rows of an export and the diagnosis of a broken leaf use this general form. Leaves themselves have a codec of their own
//! ([`crate::leaf`]), because their grammar is so narrow that reading them needs no tree.

use std::collections::BTreeMap;

use serde_json::Value;

/// The largest magnitude of an integer that every JSON reader carries exactly (RFC 8785 3.2.2.3, RFC 7493 2.2): 2^53 - 1.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// A value of the restricted JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// A string.
    Text(String),
    /// An integer.
    Integer(i64),
    /// True or false.
    Flag(bool),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(BTreeMap<String, Json>),
}

/// Reads a record that is its own canonical form: its fields stand in alphabetical order and hold neither null nor fractions, so that writing it again
/// gives the bytes it came from, or they were not canonical. Much faster than by way of [`Json`].
pub fn record<T: serde::Serialize + serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let record: T = serde_json::from_slice(bytes).ok()?;
    (serde_json::to_vec(&record).ok()? == bytes).then_some(record)
}

/// Why bytes are not canonical.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// Not JSON at all, or not UTF-8.
    #[error("not JSON")]
    NotJson,
    /// A null, a fraction, or an integer that is too large.
    #[error("a value that strict JSON does not have here (null, fraction or large integer)")]
    Value,
    /// JSON, but not in the one canonical form: order, white space, escapes, a repeated key.
    #[error("not in canonical form (RFC 8785)")]
    NotCanonical,
}

impl Json {
    /// Reads bytes that must be canonical.
    ///
    /// # Errors
    /// When they are not; two different byte strings never give the same value.
    pub fn parse(bytes: &[u8]) -> Result<Self, CanonicalError> {
        let value: Value = serde_json::from_slice(bytes).map_err(|_| CanonicalError::NotJson)?;
        let json = Self::restrict(value)?;
        // One form per value: whatever the reader forgave (order, spaces, escapes, repeated keys) shows up as a difference here.
        if json.to_bytes() == bytes { Ok(json) } else { Err(CanonicalError::NotCanonical) }
    }

    /// From a general JSON value.
    ///
    /// # Errors
    /// On null, fractions and integers of 2^53 and more.
    pub fn restrict(value: Value) -> Result<Self, CanonicalError> {
        Ok(match value {
            Value::Null => return Err(CanonicalError::Value),
            Value::Bool(flag) => Self::Flag(flag),
            Value::Number(number) => {
                let integer = number.as_i64().ok_or(CanonicalError::Value)?;
                if integer.unsigned_abs() > MAX_INTEGER.unsigned_abs() {
                    return Err(CanonicalError::Value);
                }
                Self::Integer(integer)
            }
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items.into_iter().map(Self::restrict).collect::<Result<_, _>>()?),
            Value::Object(members) => Self::Object(
                members
                    .into_iter()
                    .map(|(key, value)| Ok((key, Self::restrict(value)?)))
                    .collect::<Result<_, CanonicalError>>()?,
            ),
        })
    }

    /// The canonical bytes of anything that serialises to restricted JSON.
    ///
    /// # Errors
    /// When it does not.
    pub fn bytes_of<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
        let value = serde_json::to_value(value).map_err(|_| CanonicalError::Value)?;
        Ok(Self::restrict(value)?.to_bytes())
    }

    /// The canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => write_text(out, text),
            Self::Integer(integer) => out.extend_from_slice(integer.to_string().as_bytes()),
            Self::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
            Self::List(items) => {
                out.push(b'[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(members) => {
                // RFC 8785 3.2.3 sorts by UTF-16 code units; that differs from the map's own order beyond U+FFFF.
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
                out.push(b'{');
                for (place, (key, value)) in members.into_iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    write_text(out, key);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            0x0d => out.extend_from_slice(b"\\r"),
            0x00..=0x1f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            any::<String>().prop_map(Json::Text),
            (-MAX_INTEGER..=MAX_INTEGER).prop_map(Json::Integer),
            any::<bool>().prop_map(Json::Flag),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::List),
                prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(Json::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back_as_the_same_value(value in json()) {
            prop_assert_eq!(Json::parse(&value.to_bytes()), Ok(value));
        }

        #[test]
        fn a_changed_byte_is_another_value_or_none(value in json(), at in any::<prop::sample::Index>(), flip in 1_u8..) {
            let mut bytes = value.to_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert_ne!(Json::parse(&bytes), Ok(value));
        }
    }

    #[test]
    fn the_example_of_rfc_8785_sorts_by_utf_16() {
        let text = "{\"\u{20ac}\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\",\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin Small Letter O With Diaeresis\"}";
        let value = Json::restrict(serde_json::from_str(text).unwrap()).unwrap();
        let keys: Vec<String> = match Json::parse(&value.to_bytes()).unwrap() {
            Json::Object(_) => {
                let bytes = value.to_bytes();
                let text = String::from_utf8(bytes).unwrap();
                ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"]
                    .iter()
                    .map(|word| format!("{:05}", text.find(word).unwrap()))
                    .collect()
            }
            _ => unreachable!(),
        };
        assert!(keys.is_sorted(), "{keys:?}");
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for (text, why) in [
            ("{\"b\":1,\"a\":2}", CanonicalError::NotCanonical),
            ("{\"a\":1,\"a\":1}", CanonicalError::NotCanonical),
            ("{\"a\": 1}", CanonicalError::NotCanonical),
            ("{\"a\":1}\n", CanonicalError::NotCanonical),
            ("\"\\u0041\"", CanonicalError::NotCanonical),
            ("\"\\/\"", CanonicalError::NotCanonical),
            ("\"\\u000A\"", CanonicalError::NotCanonical),
            ("\"\\u001F\"", CanonicalError::NotCanonical),
            ("\"\\q\"", CanonicalError::NotJson),
            ("\"\\ud800\"", CanonicalError::NotJson),
            ("[1.0]", CanonicalError::Value),
            ("[1e3]", CanonicalError::Value),
            ("[-0]", CanonicalError::Value),
            ("[null]", CanonicalError::Value),
            ("[9007199254740992]", CanonicalError::Value),
            ("[01]", CanonicalError::NotJson),
            ("", CanonicalError::NotJson),
        ] {
            assert_eq!(Json::parse(text.as_bytes()), Err(why), "{text}");
        }
        assert!(Json::parse(&[b'"', 0xff, b'"']).is_err());
        assert!(Json::parse(b"[9007199254740991,-9007199254740991]").is_ok());
    }
}
