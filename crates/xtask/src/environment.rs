//! What the stages need from the machine, found or installed.
//!
//! rustup's cargo and a C compiler suffice for the product; the rest here is for testing it.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::debian;
use crate::invocation::{Invocation, find};
use crate::postgres::ServerPrograms;
use crate::report::Outcome;

/// playwright-core asks for it.
const OLDEST_NODE: u32 = 20;

/// One thing that a stage needs.
struct Need {
    what: &'static str,
    packages: &'static [&'static str],
    /// Where it is, or what is wrong with it.
    look: fn() -> Result<String, String>,
}

const NEEDS: &[Need] = &[
    Need { what: "C compiler", packages: &["gcc", "libc6-dev"], look: || program(&["cc"]) },
    Need { what: "git", packages: &["git"], look: || program(&["git"]) },
    Need {
        what: "PostgreSQL server programs",
        packages: &["postgresql"],
        look: || {
            ServerPrograms::find()
                .map(|programs| programs.directory().display().to_string())
                .ok_or_else(|| "no folder with initdb and postgres".to_owned())
        },
    },
    Need {
        what: "Chromium",
        packages: &["chromium", "fonts-dejavu-core"],
        look: || {
            chromium()
                .map(|path| path.display().to_string())
                .ok_or_else(|| "none of its usual names is in PATH, CHROMIUM is not set".to_owned())
        },
    },
    Need { what: "Node", packages: &["nodejs"], look: node },
    Need { what: "npm", packages: &["npm"], look: || program(&["npm"]) },
];

/// Looks for everything; installs what is missing where it may; says the rest.
///
/// # Errors
/// When the installation fails.
pub(crate) fn prepare() -> Result<Outcome> {
    let packages: Vec<&str> =
        NEEDS.iter().filter(|need| (need.look)().is_err()).flat_map(|need| need.packages).copied().collect();
    if !packages.is_empty() && debian::can_install() {
        debian::install(&packages)?;
    }
    let mut missing = Vec::new();
    for need in NEEDS {
        match (need.look)() {
            Ok(found) => println!("{:<28} {found}", need.what),
            Err(wrong) => {
                let advice = advice(need.packages);
                println!("{:<28} MISSING: {wrong}; {advice}", need.what);
                missing.push(format!("{} ({advice})", need.what));
            }
        }
    }
    Ok(if missing.is_empty() { Outcome::Passed } else { Outcome::Skipped(format!("missing: {}", missing.join(", "))) })
}

/// How a person installs packages by hand.
pub(crate) fn advice(packages: &[&str]) -> String {
    format!("on Debian or Ubuntu: sudo apt-get install {}", packages.join(" "))
}

/// The browser: what `CHROMIUM` names, else the first usual name in `PATH`.
pub(crate) fn chromium() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find))
}

/// Node of a version that can drive the browser.
///
/// # Errors
/// With the reason as a person reads it.
pub(crate) fn node() -> Result<String, String> {
    let program = program(&["node"])?;
    let version = Invocation::new(&program).arg("--version").text().map_err(|error| error.to_string())?;
    let version = version.trim().to_owned();
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|number| number.parse::<u32>().ok())
        .unwrap_or_default();
    if major < OLDEST_NODE {
        return Err(format!("{version} is too old, {OLDEST_NODE} or newer is needed"));
    }
    Ok(format!("{program} {version}"))
}

fn program(names: &[&str]) -> Result<String, String> {
    names
        .iter()
        .find_map(|name| find(name))
        .map(|path| path.display().to_string())
        .ok_or_else(|| format!("`{}` is not in PATH", names.join("` or `")))
}
