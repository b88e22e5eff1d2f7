//! `Idempotency-Key` on creates, as digests of the key and of the request for the registry to keep. Neither the key nor the body is ever stored.

use case_registry::FieldError;
use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use vocabulary::caller::Idempotency;

use crate::failure::Failure;

/// The longest key.
const LONGEST: i64 = 128;

/// The key of a request, if the client sent one.
///
/// # Errors
/// [`Failure::Invalid`] for a key that is empty, too long, not of visible ASCII, or sent twice.
pub fn read(headers: &HeaderMap, path: &str, body: &[u8]) -> Result<Option<Idempotency>, Failure> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let lawful = !value.is_empty() && i64::try_from(value.len()).is_ok_and(|length| length <= LONGEST) && value.as_bytes().iter().all(u8::is_ascii_graphic);
    if !lawful || values.next().is_some() {
        return Err(Failure::Invalid(vec![FieldError { field: "Idempotency-Key".to_owned(), code: "key-form", limit: Some(LONGEST) }]));
    }
    // The path is part of the key: the same key on two addresses means two creates.
    let mut key = Sha256::new();
    key.update(path.as_bytes());
    key.update([0]);
    key.update(value.as_bytes());
    Ok(Some(Idempotency { key: key.finalize().into(), request: Sha256::digest(body).into() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_on_another_address_is_another_key() {
        let mut headers = HeaderMap::new();
        assert_eq!(read(&headers, "/a", b"{}").unwrap(), None);
        headers.insert("idempotency-key", "k-1".parse().unwrap());
        let first = read(&headers, "/a", b"{}").unwrap().unwrap();
        assert_eq!(first, read(&headers, "/a", b"{}").unwrap().unwrap());
        assert_ne!(first.key, read(&headers, "/b", b"{}").unwrap().unwrap().key);
        assert_ne!(first.request, read(&headers, "/a", b"{ }").unwrap().unwrap().request);
        headers.append("idempotency-key", "k-2".parse().unwrap());
        assert!(read(&headers, "/a", b"{}").is_err());
    }
}
