//! The program `samlad`. What it does stands in the library beside it, so that tests can start the same product in their own process.

use std::process::ExitCode;

fn main() -> ExitCode {
    samlad::cli::run()
}
