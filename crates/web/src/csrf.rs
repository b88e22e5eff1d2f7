//! Forms can only be sent from this site's own pages: a token bound to the session, and the browser's own word about where the request comes from.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Name of the hidden field.
pub const FIELD: &str = "_csrf";

/// The token of a session. All parts have a fixed length, so the digest is over exactly one reading of them.
#[must_use]
pub fn token(key: &[u8; 32], session: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(key);
    digest.update(b"samlad form token 1");
    digest.update(Sha256::digest(session.as_bytes()));
    URL_SAFE_NO_PAD.encode(digest.finalize())
}

/// Whether a form came with the session's token.
#[must_use]
pub fn holds(expected: &str, given: Option<&str>) -> bool {
    given.is_some_and(|given| bool::from(expected.as_bytes().ct_eq(given.as_bytes())))
}

/// Whether the browser says that the request comes from this site. Browsers that say nothing are judged by `Origin`; without that, by the token alone.
#[must_use]
pub fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("invalid"));
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, origin)| origin == host),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_token_belongs_to_one_session() {
        let key = [7; 32];
        let mine = token(&key, "mine");
        assert!(holds(&mine, Some(&token(&key, "mine"))));
        assert!(!holds(&mine, Some(&token(&key, "yours"))));
        assert!(!holds(&mine, None));
    }

    #[test]
    fn a_form_on_another_site_is_refused() {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("samlad.example"));
        assert!(same_origin(&headers));
        headers.insert("origin", HeaderValue::from_static("https://samlad.example"));
        assert!(same_origin(&headers));
        headers.insert("origin", HeaderValue::from_static("https://evil.example"));
        assert!(!same_origin(&headers));
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        assert!(same_origin(&headers));
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-site"));
        assert!(!same_origin(&headers));
    }
}
