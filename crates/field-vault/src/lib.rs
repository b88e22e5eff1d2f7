//! Sealed fields: the age key tree, the field codec, blind indexes and log openings of the authorities in one process.
//!
//! ```text
//! root identity (file 0600 | systemd credential | command)      recovery recipient (offline)
//!   | unwraps an age file
//! authority key: age identity, MAC key, index key, parcel signing key
//!   | unwraps an age file (about 60 us, then cached)
//! data key, one per unit of erasure: kid and cipher key by HKDF
//!   | AES-256-GCM-SIV
//! field, bound to its table, column, row (and version)
//! ```
//!
//! What it is: the only room where sealed content becomes readable, and only against a [`Recorded`](audit_log::Recorded) permit that covers the item:
//! no entry in the access log, no plain text. What it is not: it stores nothing (key rows are handed in and out), it decides nothing (`rbac-policy` does),
//! and it promises protection at rest only: whoever reads the memory of a running process reads what it is serving. `docs/formats.md` describes every byte.
//!
//! Who calls it: `case-registry` for every record, `identity` for what sign-in must keep, `parcel` for an authority's sealing and signing keys.

mod authority_keys;
mod birth_date;
mod cache;
mod codec;
mod data_key;
mod error;
mod framing;
mod identity_file;
mod key_file;
mod log_subject;
mod open;
mod opening;
mod place;
mod root;
mod subject;
mod vault;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod world;

pub use authority_keys::{AuthorityKeyRow, AuthorityKeys};
pub use birth_date::BirthDate;
pub use cache::CacheLimits;
pub use codec::{FIELD_VERSION, MAX_PLAIN};
pub use data_key::{DataKey, DataKeyRow};
pub use error::VaultError;
pub use identity_file::{IdentityError, IdentitySource};
pub use key_file::WRAP_FORMAT_AGE_X25519;
pub use place::{Padding, Place};
pub use root::{RecoveryKey, RecoveryRecipient, RootKey};
pub use subject::KeySubject;
pub use vault::Vault;
