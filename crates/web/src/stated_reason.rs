//! The reason that a caller states where one is asked for: the form field `_reason` on pages, the header `Samlad-Reason` (UTF-8, percent-encoded) on the API.
//! It goes into the log, sealed; never into an address, never into a trace.

use case_registry::FieldError;
use http::HeaderMap;
use vocabulary::caller::StatedReason;

use crate::failure::Failure;
use crate::form::FormData;

/// Name of the form field.
pub const FIELD: &str = "_reason";
/// Name of the header.
pub const HEADER: &str = "samlad-reason";

/// The reason in a form, if it has the field and something stands in it.
///
/// # Errors
/// [`Failure::Invalid`] for a text that is too long or holds control characters.
pub fn of_form(form: &FormData) -> Result<Option<StatedReason>, Failure> {
    form.one(FIELD)
        .map(|text| text.replace(['\r', '\n'], " "))
        .filter(|text| !text.trim().is_empty())
        .map(|text| lawful(&text))
        .transpose()
}

/// The reason in a header, if there is one.
///
/// # Errors
/// [`Failure::Invalid`] for a text that is blank, too long, not UTF-8 or holds control characters.
pub fn of_headers(headers: &HeaderMap) -> Result<Option<StatedReason>, Failure> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    // Read by the rules of a form value, with the two signs that mean something else there taken literally.
    let encoded = format!("r={}", value.to_str().unwrap_or_default().replace('+', "%2B").replace('&', "%26"));
    let text = form_urlencoded::parse(encoded.as_bytes()).next().map(|(_, text)| text.into_owned()).unwrap_or_default();
    lawful(&text).map(Some)
}

fn lawful(text: &str) -> Result<StatedReason, Failure> {
    let limit = i64::try_from(StatedReason::LONGEST).ok();
    let reason = StatedReason::new(text).filter(|_| !text.contains('\u{fffd}'));
    reason.ok_or_else(|| Failure::Invalid(vec![FieldError { field: FIELD.to_owned(), code: "reason-form", limit }]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_in_swedish_survives_its_header() {
        let mut headers = HeaderMap::new();
        assert!(of_headers(&headers).unwrap().is_none());
        headers.insert(HEADER, "uppf%C3%B6ljning+5%25 & m%C3%B6te".parse().unwrap());
        assert_eq!(of_headers(&headers).unwrap().unwrap().text(), "uppföljning+5% & möte");
        headers.insert(HEADER, "%FF".parse().unwrap());
        assert!(of_headers(&headers).is_err());
    }
}
