//! `audit-verify DIR`: verifies an exported access log, offline.
//!
//! What it is: a small program for somebody who does not trust the service that wrote the log. It reads a directory and a key, computes everything again,
//! and names the first thing that is wrong. What it is not: it opens no database and no network, and it shares with the service only the mathematics and
//! the reading of entries (`audit-log` without its appender). `audit/FORMAT.md` says how to do the same with other tools.

mod invocation;
mod report;

use std::process::ExitCode;

use clap::Parser as _;

use invocation::{Invocation, Preparation};

/// Reads the command line, verifies, and says what was found.
#[must_use]
pub fn run() -> ExitCode {
    let invocation = Invocation::parse();
    let found = invocation.prepare().and_then(|Preparation { trust, key_from_export }| {
        let verified = audit_log::verify::directory::verify(&invocation.directory, trust, &|done, all| {
            invocation.progress(done, all);
        });
        verified.map(|verification| (verification, key_from_export))
    });
    match found {
        Ok((verification, key_from_export)) => {
            report::whole(&verification, key_from_export, invocation.json);
            ExitCode::SUCCESS
        }
        Err(error) => {
            report::broken(&error, invocation.json);
            ExitCode::from(error.code())
        }
    }
}
