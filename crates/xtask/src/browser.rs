//! The browser tests and the pictures: Node drives Chromium against the demo.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::environment;
use crate::invocation::{Invocation, find};
use crate::report::Outcome;
use crate::workspace::Workspace;

/// Walks the product in Chromium.
///
/// # Errors
/// When the product does not build, npm fails, or a test does.
pub(crate) fn test(workspace: &Workspace) -> Result<Outcome> {
    let Some(browser) = Browser::find(workspace) else {
        return Ok(Outcome::Skipped(lacking()));
    };
    browser.install()?;
    let product = workspace.build_product()?;
    // The limit ends a test file that hangs, long before anyone's patience does.
    browser.node(&product).args(["--test", "--test-reporter=spec", "--test-timeout=900000"]).run()?;
    Ok(Outcome::Passed)
}

/// Takes the pictures of `docs/img`.
///
/// # Errors
/// As the tests do, or when there is no browser.
pub(crate) fn screenshots(workspace: &Workspace) -> Result<()> {
    let browser = Browser::find(workspace).with_context(lacking)?;
    browser.install()?;
    let product = workspace.build_product()?;
    browser.node(&product).arg("screenshot.mjs").run()
}

fn lacking() -> String {
    let mut missing = Vec::new();
    if environment::chromium().is_none() {
        missing.push("chromium");
    }
    if environment::node().is_err() {
        missing.push("nodejs");
    }
    if find("npm").is_none() {
        missing.push("npm");
    }
    format!("missing: {}; {}", missing.join(", "), environment::advice(&missing))
}

struct Browser {
    chromium: PathBuf,
    folder: PathBuf,
}

impl Browser {
    fn find(workspace: &Workspace) -> Option<Self> {
        environment::node().ok()?;
        find("npm")?;
        Some(Self { chromium: environment::chromium()?, folder: workspace.root.join("tests/browser") })
    }

    /// `npm ci` when nothing is installed or the lock file is newer than what is.
    fn install(&self) -> Result<()> {
        let changed = |path: &str| fs::metadata(self.folder.join(path)).and_then(|metadata| metadata.modified());
        let installed = changed("node_modules/.package-lock.json");
        if let (Ok(installed), Ok(locked)) = (installed, changed("package-lock.json"))
            && installed >= locked
        {
            return Ok(());
        }
        Invocation::new("npm").args(["ci", "--no-audit", "--no-fund"]).dir(&self.folder).run()
    }

    fn node(&self, product: &Path) -> Invocation {
        Invocation::new("node").dir(&self.folder).env("CHROMIUM", &self.chromium).env("SAMLAD_BIN", product)
    }
}
