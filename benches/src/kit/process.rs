//! What the operating system says about a process.

use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::time::{ClockId, clock_gettime};

/// How long this thread has been on a processor. What it had to wait while others were, is not in it: the right clock for work that waits for nothing and
/// that one thread does.
pub(crate) fn on_processor() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// Resident memory of a process in bytes (Linux: `VmRSS` of `/proc`).
///
/// # Errors
/// When the process is gone, or the system does not say.
pub(crate) fn resident(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).context("the process is gone")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in the status")?;
    let kibibytes: u32 = line.split_whitespace().next().context("VmRSS without a number")?.parse()?;
    Ok(f64::from(kibibytes) * 1024.0)
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;
    use std::time::Instant;

    use super::*;

    #[test]
    fn waiting_takes_no_processor_and_working_does() {
        let (began, clock) = (on_processor(), Instant::now());
        std::thread::park_timeout(Duration::from_millis(30));
        let waited = on_processor().saturating_sub(began);
        assert!(waited < clock.elapsed() / 2, "{waited:?}");
        while on_processor() == began + waited {
            black_box(0);
        }
    }

    #[test]
    fn this_process_has_memory_and_one_that_is_gone_has_none() {
        assert!(resident(std::process::id()).unwrap() > 100_000.0);
        assert!(resident(u32::MAX).is_err());
    }
}
