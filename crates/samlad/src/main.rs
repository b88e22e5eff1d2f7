//! The program `samlad`. What it does stands in the library beside it, so that tests can start the same product in their own process.

use std::process::ExitCode;

// The first promise, at compile time: with the feature `unlogged` of `audit-log`, which the figures need, this program does not exist (ADR 6).
const _: () = assert!(
    audit_log::RECORDS,
    "nothing may leave without a log entry: the product is not built with `audit-log/unlogged`"
);

fn main() -> ExitCode {
    samlad::cli::run()
}
