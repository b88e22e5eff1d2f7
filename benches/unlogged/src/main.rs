//! The product's demo in a build whose log acknowledges reads without writing them.
//!
//! What it is: the other side of one comparison, `cargo xtask bench --only http`. Everything but that write is the product's own. What it is not: part of the
//! product, or able to serve: an instance over anything but the demo's invented people refuses to open in this build.

use std::process::ExitCode;

const _: () = assert!(!audit_log::RECORDS, "with a log this is the product, and the comparison compares nothing");

fn main() -> ExitCode {
    samlad::cli::run()
}
