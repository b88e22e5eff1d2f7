//! The access log: what an entry costs with many writers, what it costs to verify a log, and what it costs to find something in it.
//!
//! *Appending.* Group commit is what the product does. It stands beside the same log with one entry per transaction, on the same database, and beside bare
//! `fdatasync` of as many bytes, the least that anybody pays who commits one by one. *Verifying* stands beside the hash limit: SHA-256 over the same leaves
//! and nodes on one core, and nothing else. *Searching* stands beside the same search in a log of a tenth of the size: an index that is used makes both the
//! same. `SAMLAD_BENCH_ENTRIES` sets the size of the large log (one million); `SAMLAD_TEST_POSTGRES` names a server, without which PostgreSQL is left out.

mod appending;
mod searching;
mod verifying;
mod world;

use anyhow::Result;

use crate::kit::{Bench, Figure};

pub(crate) fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut figures = runtime.block_on(appending::run(bench))?;
    figures.extend(runtime.block_on(verifying::run(bench))?);
    figures.extend(runtime.block_on(searching::run(bench))?);
    Ok(figures)
}
