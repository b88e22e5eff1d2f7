//! Messages of the service itself: to standard error, with ids and rule names only.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How messages are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// One JSON object per line, for a collector.
    Json,
}

/// Starts writing messages. `RUST_LOG` chooses which; the demo is quiet unless something is wrong.
pub(super) fn start(format: Format, is_demo: bool) {
    let usual = if is_demo { "error" } else { "info" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let messages = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        Format::Text => messages.init(),
        Format::Json => messages.json().init(),
    }
}
