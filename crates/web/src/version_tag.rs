//! `ETag` and `If-Match`. A tag is the row's version and the policy's epoch, never a digest of content: a digest would tell who guesses right.

use core::fmt;
use core::str::FromStr;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;

use crate::failure::Failure;

/// `"<version>-<epoch>"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionTag {
    /// Version of the row.
    pub version: i64,
    /// Epoch of the policy: a change of rights changes what the same row shows.
    pub epoch: i64,
}

impl fmt::Display for VersionTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}-{}\"", self.version, self.epoch)
    }
}

impl FromStr for VersionTag {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let inner = text.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(Failure::Stale)?;
        let (version, epoch) = inner.split_once('-').ok_or(Failure::Stale)?;
        match (version.parse(), epoch.parse()) {
            (Ok(version), Ok(epoch)) => Ok(Self { version, epoch }),
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
        let tag = VersionTag { version: 12, epoch: 3 };
        assert_eq!(tag.to_string(), "\"12-3\"");
        assert_eq!(tag.to_string().parse::<VersionTag>().unwrap(), tag);
        for text in ["*", "12-3", "\"12\"", "W/\"12-3\"", "\"a-b\"", ""] {
            assert!(text.parse::<VersionTag>().is_err(), "{text}");
        }
    }
}
