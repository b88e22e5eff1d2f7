//! The offline verifier's own `main`, for the stories that run it.

use std::process::ExitCode;

fn main() -> ExitCode {
    audit_verify::run()
}
