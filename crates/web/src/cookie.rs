//! Cookies: read by exact name, set with every protection that the connection allows.

use http::{HeaderMap, HeaderValue, header};

use crate::site::Settings;

/// The session.
pub const SESSION: &str = "samlad-session";
/// The chosen language.
pub const LANGUAGE: &str = "samlad-language";
/// A message for the next page, after a form was carried out.
pub const NOTICE: &str = "samlad-notice";
/// The page to come back to after signing in.
pub const RETURN: &str = "samlad-return";

/// The cookie's full name: with TLS it carries the prefix `__Host-`, which browsers tie to this host, this path and TLS.
#[must_use]
pub fn full_name(settings: &Settings, name: &str) -> String {
    if settings.secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// The value of a cookie. A name that occurs twice counts as absent: somebody else may have planted one of them.
#[must_use]
pub fn read<'h>(headers: &'h HeaderMap, settings: &Settings, name: &str) -> Option<&'h str> {
    let name = full_name(settings, name);
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| value);
    let value = found.next()?;
    found.next().is_none().then_some(value)
}

/// A `Set-Cookie` value. `value` must be of cookie characters; `seconds` none: until the browser closes; 0: removed.
#[must_use]
pub fn set(settings: &Settings, name: &str, value: &str, seconds: Option<u32>) -> Option<HeaderValue> {
    let lawful = value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\'));
    if !lawful {
        return None;
    }
    let name = full_name(settings, name);
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if settings.secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")).ok()
}

/// A path of this site that a person may be sent to. Anything that a browser could read as another site is refused.
#[must_use]
pub fn local_path(path: &str) -> Option<&str> {
    let lawful = path.starts_with("/ui")
        && !path.contains("//")
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.?=&".contains(&byte));
    lawful.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(secure: bool) -> Settings {
        Settings { secure, demo: true, place: String::new(), accessibility_contact: String::new() }
    }

    #[test]
    fn a_cookie_planted_twice_counts_as_absent() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; samlad-session=x; b=2"));
        assert_eq!(read(&headers, &settings(false), SESSION), Some("x"));
        headers.append(header::COOKIE, HeaderValue::from_static("samlad-session=y"));
        assert_eq!(read(&headers, &settings(false), SESSION), None);
        assert_eq!(read(&headers, &settings(true), SESSION), None);
    }

    #[test]
    fn over_tls_a_cookie_belongs_to_the_host_alone() {
        let value = set(&settings(true), SESSION, "abc", None).unwrap();
        assert_eq!(value, "__Host-samlad-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert!(set(&settings(true), SESSION, "a;b", None).is_none());
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(local_path("/ui/cases?page=2"), Some("/ui/cases?page=2"));
        for path in ["//evil.example", "/ui//evil.example", "https://evil.example", "/\\evil", "/ui\r\nx", "/admin"] {
            assert_eq!(local_path(path), None, "{path}");
        }
    }
}
