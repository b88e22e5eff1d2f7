//! `Idempotency-Key` on creates: a digest of the key for the registry to keep, beside the digest of the body. Neither the key nor the body is ever stored.

use axum::extract::FromRequestParts;
use case_registry::FieldError;
use http::HeaderMap;
use http::request::Parts;
use sha2::{Digest as _, Sha256};

use crate::failure::Failure;

/// The longest key.
const LONGEST: i64 = 128;

/// SHA-256 over address and key, if the client sent one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<[u8; 32]>);

impl IdempotencyKey {
    /// The key of a request to a path.
    ///
    /// # Errors
    /// [`Failure::Invalid`] for a key that is empty, too long, not of visible ASCII, or sent twice.
    pub fn read(headers: &HeaderMap, path: &str) -> Result<Self, Failure> {
        let mut values = headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let fits = i64::try_from(value.len()).is_ok_and(|length| (1..=LONGEST).contains(&length));
        if !fits || !value.as_bytes().iter().all(u8::is_ascii_graphic) || values.next().is_some() {
            return Err(Failure::Invalid(vec![FieldError {
                field: "Idempotency-Key".to_owned(),
                code: "key-form",
                limit: Some(LONGEST),
            }]));
        }
        // The path is part of the key: the same key on two addresses means two creates.
        let mut digest = Sha256::new();
        digest.update(path.as_bytes());
        digest.update([0]);
        digest.update(value.as_bytes());
        Ok(Self(Some(digest.finalize().into())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Self::read(&parts.headers, parts.uri.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_on_another_address_is_another_key() {
        let mut headers = HeaderMap::new();
        assert_eq!(IdempotencyKey::read(&headers, "/a").unwrap(), IdempotencyKey(None));
        headers.insert("idempotency-key", "k-1".parse().unwrap());
        let first = IdempotencyKey::read(&headers, "/a").unwrap();
        assert_eq!(first, IdempotencyKey::read(&headers, "/a").unwrap());
        assert_ne!(first, IdempotencyKey::read(&headers, "/b").unwrap());
        headers.append("idempotency-key", "k-2".parse().unwrap());
        assert!(IdempotencyKey::read(&headers, "/a").is_err());
    }
}
