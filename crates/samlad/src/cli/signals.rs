//! The signals to stop, and the one to read the access policy anew.

use anyhow::{Context as _, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Waits for SIGINT or SIGTERM. The handlers stand from the call on, so that no signal in between kills the process.
///
/// # Errors
/// When the operating system gives no handlers.
pub(super) fn asked_to_stop() -> Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be handled")?;
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be handled")?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// SIGHUP, as often as it comes: to read the access policy anew. From the call on it no longer ends the process.
///
/// # Errors
/// When the operating system gives no handler.
pub(super) fn asked_to_reload() -> Result<Signal> {
    signal(SignalKind::hangup()).context("SIGHUP cannot be handled")
}
