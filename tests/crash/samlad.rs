//! The product's own `main`, for the story that kills it.

use std::process::ExitCode;

fn main() -> ExitCode {
    samlad::cli::run()
}
