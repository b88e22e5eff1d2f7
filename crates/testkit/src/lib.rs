//! The real product in a test's own process: the demo world on a free port, its personas with their tokens, on either database.
//!
//! What it is: [`TestInstance`], started with [`TestInstance::start`] or built with [`Builder`]; [`backends`] says on which databases a test runs. What it
//! is not: no double of any room. What a test sees here is what `samlad demo` serves. The tests in `tests/` call it; the product never does.
//!
//! ```no_run
//! # async fn story() -> anyhow::Result<()> {
//! for backend in testkit::backends() {
//!     let instance = testkit::TestInstance::start(backend).await?;
//!     let police = instance.as_persona("police-coordinator");
//!     let cases = police.get("/api/v1/cases").await?;
//!     assert_eq!(cases.status, 200);
//!     instance.stop().await?;
//! }
//! # Ok(())
//! # }
//! ```

mod backend;
mod client;
mod instance;

pub use backend::{Backend, backends};
pub use client::{Client, Reply};
pub use instance::{Builder, TestInstance};
