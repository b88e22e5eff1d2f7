//! What we build on: licences, crates that are banned, crates that may exist only once.
//!
//! The rules are read from `deny.toml`, so that `cargo deny` (used when it is installed) and this check
//! cannot say different things. Judged is what is really compiled here: `Cargo.lock` also names crates
//! that no chosen feature activates.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::invocation::find;
use crate::report::Outcome;
use crate::spdx;
use crate::workspace::Workspace;

/// The parts of `deny.toml` that this check reads.
#[derive(Debug, Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Debug, Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default)]
    reason: String,
    /// Not banned as such, but there may be only one version of it.
    #[serde(default, rename = "deny-multiple-versions")]
    only_once: bool,
}

/// One crate of the resolved graph.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
    licence: String,
}

/// Checks the resolved graph against the rules.
///
/// # Errors
/// With one line per crate that breaks a rule.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let text = fs::read_to_string(workspace.root.join("deny.toml")).context("deny.toml")?;
    let rules: Rules = toml::from_str(&text).context("deny.toml")?;
    // The figures hold us beside other engines, which bring crates that the product may not have.
    let compiled = resolved(workspace, "normal,build", &["--exclude", "benches"])?;
    let tested = resolved(workspace, "normal,build,dev", &[])?;
    let mut faults = unlicensed(&tested, &rules.licenses.allow);
    faults.extend(banned(&compiled, &rules.bans.deny));
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    println!("{} crates compiled into the workspace, {} with the tests", compiled.len(), tested.len());
    if find("cargo-deny").is_some() {
        let checks = ["deny", "check", "licenses", "bans", "sources"];
        workspace.cargo().args(checks).run()?;
    }
    Ok(Outcome::Passed)
}

fn resolved(workspace: &Workspace, edges: &str, but: &[&str]) -> Result<BTreeSet<Crate>> {
    let text = workspace
        .cargo()
        .args(["tree", "--workspace", "--locked", "--prefix", "none"])
        .args(["--format", "{p}\t{l}", "--edges", edges])
        .args(but)
        .text()
        .context("is Cargo.lock behind the manifests?")?;
    Ok(text.lines().filter_map(read).collect())
}

fn read(line: &str) -> Option<Crate> {
    let (package, licence) = line.split_once('\t')?;
    let mut words = package.split_whitespace();
    Some(Crate {
        name: words.next()?.to_owned(),
        version: words.next()?.to_owned(),
        licence: licence.trim_end_matches("(*)").trim().to_owned(),
    })
}

fn unlicensed(crates: &BTreeSet<Crate>, allowed: &[String]) -> Vec<String> {
    crates
        .iter()
        .filter(|found| !spdx::is_allowed(&found.licence, allowed))
        .map(|found| {
            format!("{} {}: licence `{}` is not on the list in deny.toml", found.name, found.version, found.licence)
        })
        .collect()
}

fn banned(crates: &BTreeSet<Crate>, bans: &[Ban]) -> Vec<String> {
    let mut faults = Vec::new();
    for ban in bans {
        let versions: Vec<&str> =
            crates.iter().filter(|found| found.name == ban.name).map(|found| found.version.as_str()).collect();
        let allowed = usize::from(ban.only_once);
        if versions.len() > allowed {
            faults.push(format!("{} {}: {}", ban.name, versions.join(" and "), ban.reason));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(lines: &[&str]) -> BTreeSet<Crate> {
        lines.iter().copied().filter_map(read).collect()
    }

    fn ban(name: &str, only_once: bool) -> Ban {
        Ban { name: name.to_owned(), reason: "said so".to_owned(), only_once }
    }

    #[test]
    fn a_line_of_the_tree_names_crate_version_and_licence() {
        let found = read("store v0.1.0 (/house/crates/store)\tEUPL-1.2 (*)").unwrap();
        assert_eq!(found.name, "store");
        assert_eq!(found.licence, "EUPL-1.2");
    }

    #[test]
    fn a_banned_crate_is_refused_and_its_name_inside_another_is_not() {
        let crates = graph(&["ring v0.17.0\tISC", "string v1.0.0\tMIT"]);
        assert_eq!(banned(&crates, &[ban("ring", false)]), ["ring v0.17.0: said so"]);
        assert!(banned(&crates, &[ban("tring", false)]).is_empty());
    }

    #[test]
    fn a_second_version_is_refused_where_one_is_the_rule() {
        let one = graph(&["sqlx-core v0.9.0\tMIT", "sqlx-core v0.9.0\tMIT (*)"]);
        let two = graph(&["sqlx-core v0.9.0\tMIT", "sqlx-core v0.8.0\tMIT"]);
        assert!(banned(&one, &[ban("sqlx-core", true)]).is_empty());
        assert_eq!(banned(&two, &[ban("sqlx-core", true)]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_licence_is_refused() {
        let crates = graph(&["quiet v1.0.0\t"]);
        assert_eq!(unlicensed(&crates, &["MIT".to_owned()]).len(), 1);
    }
}
