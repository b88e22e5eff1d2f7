//! Every way in which a request can fail, and the one place that gives each its status. [`crate::edge`] gives it its body.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use case_registry::{FieldError, LegalRefusal, RegistryError};
use http::StatusCode;

use crate::sign_in::SignInError;

/// Why a request got no answer. Use the variant; never build an error response by hand.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Hidden and missing alike, unknown addresses and malformed ids too: one body for all.
    NotFound,
    /// Nobody is signed in, or no longer.
    SignInNeeded,
    /// The form did not come from this site or this session.
    ForeignForm,
    /// Field errors of a command.
    Invalid(Vec<FieldError>),
    /// The body cannot be read as what it says it is.
    Malformed,
    /// The body, or a part of it, is larger than this address takes.
    TooLarge,
    /// The header is larger than any request needs.
    HeaderTooLarge,
    /// The body is of a kind that this address does not take.
    WrongMediaType,
    /// The address has no such method.
    MethodNotAllowed,
    /// The body came too slowly.
    TooSlow,
    /// The record was changed in the meantime.
    Stale,
    /// An edit without `If-Match`.
    IfMatchNeeded,
    /// The record's state does not allow it; a code.
    Conflict(&'static str),
    /// The idempotency key came before with another body.
    KeyReused,
    /// A legal test was not met.
    Refused(Box<LegalRefusal>),
    /// The sign-in must be repeated first (step-up).
    StepUpNeeded,
    /// A reason must be stated first, and goes into the log.
    ReasonNeeded,
    /// Too many attempts.
    Throttled {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The log cannot be written, or a room is closed: nothing was done.
    Unavailable,
    /// A defect. What it was stands in the trace, never in the answer.
    Internal,
}

impl Failure {
    /// A parameter that is not in its closed list.
    #[must_use]
    pub fn unknown_code(field: &str) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), code: "not-in-list", limit: None }])
    }

    /// The status code.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignInNeeded => StatusCode::UNAUTHORIZED,
            Self::ForeignForm | Self::StepUpNeeded => StatusCode::FORBIDDEN,
            Self::Invalid(_) | Self::KeyReused | Self::Refused(_) | Self::ReasonNeeded => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::HeaderTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::WrongMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::IfMatchNeeded => StatusCode::PRECONDITION_REQUIRED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The code: the last part of a problem's `type`, and of the message ids `problem-<code>-title`, `-detail` and `-next`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::SignInNeeded => "sign-in-needed",
            Self::ForeignForm => "foreign-form",
            Self::Invalid(_) => "invalid",
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::HeaderTooLarge => "header-too-large",
            Self::WrongMediaType => "wrong-media-type",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::TooSlow => "too-slow",
            Self::Stale => "stale",
            Self::IfMatchNeeded => "if-match-needed",
            Self::Conflict(_) => "conflict",
            Self::KeyReused => "key-reused",
            Self::Refused(_) => "refused",
            Self::StepUpNeeded => "step-up-needed",
            Self::ReasonNeeded => "reason-needed",
            Self::Throttled { .. } => "throttled",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// Every code, for the OpenAPI document and the test that each has its words.
    pub const CODES: &'static [&'static str] = &[
        "not-found",
        "sign-in-needed",
        "foreign-form",
        "invalid",
        "malformed",
        "too-large",
        "header-too-large",
        "wrong-media-type",
        "method-not-allowed",
        "too-slow",
        "stale",
        "if-match-needed",
        "conflict",
        "key-reused",
        "refused",
        "step-up-needed",
        "reason-needed",
        "throttled",
        "unavailable",
        "internal",
    ];
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::NotFound => Self::NotFound,
            RegistryError::Invalid(errors) => Self::Invalid(errors),
            RegistryError::Stale => Self::Stale,
            RegistryError::Conflict(code) => Self::Conflict(code),
            RegistryError::Refused(refusal) => Self::Refused(refusal),
            RegistryError::KeyReused => Self::KeyReused,
            RegistryError::StepUpRequired => Self::StepUpNeeded,
            RegistryError::ReasonRequired => Self::ReasonNeeded,
            RegistryError::Unavailable => Self::Unavailable,
            RegistryError::Internal(what) => {
                tracing::error!(what, "a use case failed");
                Self::Internal
            }
        }
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Unknown => Self::SignInNeeded,
            SignInError::Throttled { retry_after } => Self::Throttled { retry_after },
            SignInError::Unavailable => Self::Unavailable,
        }
    }
}

impl IntoResponse for Failure {
    /// A bare status that carries the failure; the edge knows the reader's language and whether it is an API client or a browser.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
