//! What authorities know of each other's keys.

use field_vault::AuthorityKeys;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use vocabulary::AuthorityId;

use crate::header::hex;

/// The public keys of an authority: exchanged once, checked by telephone ([`Self::fingerprint`]), then kept by the other side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityPublic {
    /// Whose keys.
    pub authority: AuthorityId,
    /// age recipient (`age1...`): parcels to the authority are sealed to it.
    pub recipient: String,
    /// Ed25519 public key: parcels and receipts from the authority are verified with it.
    pub verifying: [u8; 32],
}

impl AuthorityPublic {
    /// The public part of an authority's keys.
    #[must_use]
    pub fn of(keys: &AuthorityKeys) -> Self {
        Self { authority: keys.authority(), recipient: keys.recipient().to_owned(), verifying: keys.verifying() }
    }

    /// Eight groups of four hexadecimal digits, for two people to compare: the first half of SHA-256 over id, recipient and verifying key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new()
            .chain_update(b"samlad-authority/1\n")
            .chain_update(self.authority.0.as_bytes())
            .chain_update(self.verifying)
            .chain_update(self.recipient.as_bytes())
            .finalize();
        let groups: Vec<String> = digest.chunks(2).take(8).map(hex).collect();
        groups.join(" ")
    }
}
