//! `samlad demo`: the whole product with a fictitious world, on embedded databases that end with it.
//!
//! What it is: the same rooms as in service, filled by the same use cases, each at the instant at which it happened in the story. What it is not: a mode of
//! the product. Its reusable sign-in links are accepted only by an instance that was opened for a demo.

pub mod clock;
mod founding;
mod home;
mod keys;
pub mod people;
pub mod ready;
pub mod script;
mod start;
mod world;

pub use start::{Demo, Options};
