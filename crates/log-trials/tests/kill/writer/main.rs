//! A process that writes the log until it is killed, and says on its standard output which entries it has acknowledged.
//!
//! `log-writer-under-test URL AUTHORITY sound|early`: with `early`, commits are acknowledged before they happen. That is the negative control of the story
//! that kills this program; nothing of the product can be told to do so.

mod early;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use audit_log::testing::{GlassSealer, draft, service};
use audit_log::{AccessLog, Ledger, LogSettings};
use early::Early;
use store::{Store, StoreOptions};
use vocabulary::{Action, AuthorityId, Clock as _, Entropy as _, EntryId, SystemClock, SystemEntropy};

const WRITERS: usize = 6;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, authority, mode] = arguments.as_slice() else { return ExitCode::from(2) };
    let Ok(authority) = authority.parse::<AuthorityId>() else { return ExitCode::from(2) };
    let Ok(store) = Store::open(url, StoreOptions { migrate: false, ..StoreOptions::default() }).await else {
        return ExitCode::FAILURE;
    };
    if mode == "early" { write(Early(Arc::new(store)), authority).await } else { write(store, authority).await }
}

async fn write<L: Ledger>(ledger: L, authority: AuthorityId) -> ExitCode {
    let clock = Arc::new(SystemClock::new());
    let entropy = Arc::new(SystemEntropy);
    let started = AccessLog::start(Arc::new(ledger), clock, entropy, LogSettings::new(service())).await;
    let Ok(log) = started else { return ExitCode::FAILURE };
    let writers: Vec<_> = (0..WRITERS).map(|_| tokio::spawn(write_for_ever(log.clone(), authority))).collect();
    for writer in writers {
        drop(writer.await);
    }
    ExitCode::FAILURE
}

async fn write_for_ever<L: Ledger>(log: AccessLog<L>, authority: AuthorityId) {
    let clock = SystemClock::new();
    loop {
        let now = clock.now();
        let what = draft(authority, Action::ReadCase);
        let id = EntryId(SystemEntropy.ordered_id(now));
        let Ok(prepared) = what.clone().prepare(id, now, &SystemEntropy, &GlassSealer) else { return };
        if log.record(what, prepared).await.is_ok() {
            // One write, so that a line is there whole or not at all.
            let mut out = std::io::stdout().lock();
            if out.write_all(format!("{id}\n").as_bytes()).and_then(|()| out.flush()).is_err() {
                return;
            }
        }
    }
}
