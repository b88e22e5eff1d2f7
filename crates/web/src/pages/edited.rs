//! The version that a form was made on: carried by the form, checked by the use case, no part of the command.

use http::StatusCode;

use crate::failure::Failure;
use crate::form::{Field, Form, FormData, Unsent};

const FIELD: &str = "_version";

/// The form as it is shown, with the version that it was made on.
pub(super) fn on(form: Form, version: i64) -> Form {
    form.field(Field::hidden(FIELD, version.to_string()))
}

/// The version that a sent form was made on.
pub(super) fn version(data: &FormData) -> Result<i64, Failure> {
    data.one(FIELD).and_then(|text| text.parse().ok()).ok_or(Failure::Malformed)
}

/// The version for showing a form once more: after somebody else's change the one that now stands, because the page says so and the reader compares;
/// after any other fault still the one that the form was made on.
pub(super) fn again(unsent: &Unsent, sent: i64, stands: i64) -> i64 {
    match unsent {
        Unsent::Again { status, .. } if *status == StatusCode::PRECONDITION_FAILED => stands,
        _ => sent,
    }
}
