//! `audit-verify`.

use std::process::ExitCode;

fn main() -> ExitCode {
    audit_verify::run()
}
