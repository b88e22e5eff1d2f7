//! The `Purpose` header: a purpose stated by the client, for the few uses where none can be derived from the task or the case.

use axum::extract::FromRequestParts;
use case_registry::FieldError;
use http::request::Parts;
use vocabulary::Purpose;

use crate::failure::Failure;

/// The stated purpose, if any. The registry decides whether it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatedPurpose(pub Option<Purpose>);

impl<S: Send + Sync> FromRequestParts<S> for StatedPurpose {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Some(value) = parts.headers.get("purpose") else { return Ok(Self(None)) };
        let purpose = value.to_str().ok().and_then(|code| code.to_ascii_lowercase().parse().ok());
        // The service's own purposes are not for clients to claim.
        match purpose {
            Some(Purpose::Service | Purpose::Unknown) | None => Err(Failure::Invalid(vec![FieldError {
                field: "Purpose".to_owned(),
                code: "not-in-list",
                limit: None,
            }])),
            known => Ok(Self(known)),
        }
    }
}
