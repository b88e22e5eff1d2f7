//! The signals to stop.

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};

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
