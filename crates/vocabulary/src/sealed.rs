//! Bytes that are sealed at rest. They can be stored and handed on; only `field-vault` can open them, and only against a recorded permit.

use core::marker::PhantomData;

/// The sealed form of a `T` as it lies in the database. Deliberately without `Serialize`, `Debug`, `Deref` and `Clone`.
pub struct Sealed<T> {
    bytes: Vec<u8>,
    holds: PhantomData<fn() -> T>,
}

impl<T> Sealed<T> {
    /// Wraps bytes read from the database or just made by the vault.
    #[must_use]
    pub const fn from_stored(bytes: Vec<u8>) -> Self {
        Self { bytes, holds: PhantomData }
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_stored(&self) -> &[u8] {
        &self.bytes
    }
}

/// A data key or authority key as it lies in the key store: one age file and the MAC that shows who made it.
#[derive(Clone)]
pub struct WrappedKey {
    /// The format of `wrapped`; 1 is an age file to x25519 recipients.
    pub wrap_format: i64,
    /// The age file.
    pub wrapped: Vec<u8>,
    /// HMAC under the authority's MAC key; empty for authority keys, whose own file is unwrapped by the root.
    pub mac: Vec<u8>,
}
