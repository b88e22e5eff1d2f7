//! Why nobody was recognised.

/// Why nobody was recognised. Unknown, expired, used and revoked are not told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Nobody.
    #[error("not signed in")]
    Unknown,
    /// Sessions cannot be read at the moment.
    #[error("sessions cannot be read at the moment")]
    Unavailable,
}

impl From<store::StoreError> for IdentityError {
    fn from(error: store::StoreError) -> Self {
        tracing::error!(%error, "sessions cannot be read");
        Self::Unavailable
    }
}

impl From<store::WriteError> for IdentityError {
    fn from(error: store::WriteError) -> Self {
        tracing::error!(%error, "a session cannot be written");
        Self::Unavailable
    }
}
