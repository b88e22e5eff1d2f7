//! Ids from the path. What is not an id names nothing: the same answer as for a record that does not exist.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// `At(id): At<CaseId>`, or `At((case, note)): At<(CaseId, NoteId)>` for two.
#[derive(Clone, Copy, Debug)]
pub struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        Path::from_request_parts(parts, state).await.map(|Path(id)| Self(id)).map_err(|_| Failure::NotFound)
    }
}
