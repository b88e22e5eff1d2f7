//! What stands on the outside of a parcel: signed, readable in transit, nothing personal.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use vocabulary::{AuthorityId, JointRef, ParcelId, Timestamp};

use crate::ParcelError;

/// Integers in canonical JSON stay below 2^53 (RFC 8785).
const MAX_NUMBER: i64 = (1 << 53) - 1;

/// Longest kind code.
const MAX_KIND: usize = 64;

/// The header of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Id of the parcel, chosen by the sender.
    pub id: ParcelId,
    /// The authority that releases.
    pub from: AuthorityId,
    /// The one authority that receives.
    pub to: AuthorityId,
    /// The joint file that it belongs to, if any.
    pub joint_ref: Option<JointRef>,
    /// Number within the row of parcels with this joint reference, sender and recipient, from 1.
    pub number: i64,
    /// What kind of thing is inside: a stable code (`a-z`, `0-9`, `_`, `.`).
    pub kind: String,
    /// When it was sealed.
    pub sent: Timestamp,
}

/// The header as it is written: canonical JSON (RFC 8785), so the fields stand in alphabetical order and nothing else is accepted.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Written {
    from: AuthorityId,
    id: ParcelId,
    #[serde(skip_serializing_if = "Option::is_none")]
    joint_ref: Option<JointRef>,
    kind: String,
    number: i64,
    sent: String,
    to: AuthorityId,
}

impl Header {
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, ParcelError> {
        if !self.is_sound() {
            return Err(ParcelError::Unsealable);
        }
        let Self { id, from, to, joint_ref, number, kind, sent } = self.clone();
        let written = Written { from, id, joint_ref, kind, number, sent: sent.rfc3339(), to };
        serde_json::to_vec(&written).map_err(|_| ParcelError::Unsealable)
    }

    /// Reads a header; bytes that are not exactly what [`Self::to_bytes`] writes are refused.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ParcelError> {
        let malformed = ParcelError::Malformed;
        let Written { from, id, joint_ref, kind, number, sent, to } =
            serde_json::from_slice(bytes).map_err(|_| malformed)?;
        let sent = Timestamp::parse(&sent).map_err(|_| malformed)?;
        let header = Self { id, from, to, joint_ref, number, kind, sent };
        if header.to_bytes().map_err(|_| malformed)? == bytes { Ok(header) } else { Err(malformed) }
    }

    fn is_sound(&self) -> bool {
        let code = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '_' | '.');
        (1..=MAX_NUMBER).contains(&self.number)
            && (1..=MAX_KIND).contains(&self.kind.len())
            && self.kind.chars().all(code)
            && self.from != self.to
            && Timestamp::parse(&self.sent.rfc3339()) == Ok(self.sent)
    }
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}
