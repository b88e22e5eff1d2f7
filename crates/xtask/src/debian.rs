//! Installing packages on Debian and Ubuntu.

use anyhow::Result;
use rustix::process::geteuid;

use crate::invocation::{Invocation, find};

/// Whether packages can be installed here: we are root and there is apt.
pub(crate) fn can_install() -> bool {
    geteuid().is_root() && find("apt-get").is_some()
}

/// Reads the package lists once, then installs all packages in one go, asking nothing.
///
/// # Errors
/// When apt does.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    apt_get(&["update", "--quiet"]).run()?;
    apt_get(&["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages).run()
}

fn apt_get(arguments: &[&str]) -> Invocation {
    Invocation::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive")
}
