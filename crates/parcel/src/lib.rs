//! The sealed form of every crossing between two authorities: a parcel, and the receipt that comes back.
//!
//! What it is: `seal` signs and seals a copy for exactly one recipient authority; `open` verifies and opens it there; `order` tells the next parcel of a
//! row from a replay and a gap; [`acknowledge`] and [`check_receipt`] close the circle. One code path, whether the two authorities live in one instance or
//! in two. What it is not: no transport, no storage, and no decision: that something may cross was decided and recorded by the sender before it came here.
//!
//! Who calls it: `case-registry`, on both sides. `docs/formats.md` describes every byte, `tests/vectors.json` gives examples.

mod error;
mod header;
mod order;
mod padding;
mod public;
mod receipt;
mod wire;

pub use error::ParcelError;
pub use header::Header;
pub use order::{Order, order};
pub use padding::MAX_PAYLOAD;
pub use public::AuthorityPublic;
pub use receipt::{Receipt, acknowledge, check_receipt};
pub use wire::{MAX_PARCEL, Opened, Verified, open, peek, seal, verify};
