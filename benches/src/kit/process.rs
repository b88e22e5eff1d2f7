//! What the operating system says about a process.

use anyhow::{Context as _, Result};

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
    use super::resident;

    #[test]
    fn this_process_has_memory_and_one_that_is_gone_has_none() {
        assert!(resident(std::process::id()).unwrap() > 100_000.0);
        assert!(resident(u32::MAX).is_err());
    }
}
