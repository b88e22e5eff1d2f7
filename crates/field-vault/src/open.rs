//! Opening: the one door from sealed bytes to plain text. It asks for a permit that is already in the access log.

use audit_log::Recorded;
use rbac_policy::Permit;
use serde::de::DeserializeOwned;
use vocabulary::{Opens, Sealed};

use crate::{DataKey, Place, Vault, VaultError};

impl Vault {
    /// Opens a field.
    ///
    /// The permit must be of an action that opens content ([`Opens`]), recorded, given in the authority that the key belongs to, and cover `place.item`.
    ///
    /// # Errors
    /// [`VaultError::NotCovered`], [`VaultError::OtherAuthority`], [`VaultError::OtherKey`], [`VaultError::WrongKind`], [`VaultError::Malformed`],
    /// [`VaultError::NotAuthentic`], [`VaultError::UnexpectedContent`].
    pub fn open<T: DeserializeOwned, A: Opens>(
        &self,
        key: &DataKey,
        place: &Place,
        sealed: &Sealed<T>,
        recorded: &Recorded<Permit<'_, A>>,
    ) -> Result<T, VaultError> {
        let permit = recorded.what();
        if permit.caller().authority != key.authority() {
            return Err(VaultError::OtherAuthority);
        }
        if !permit.covers(place.item) {
            return Err(VaultError::NotCovered);
        }
        Self::open_place(key, place, sealed)
    }
}
