//! The one build switch that must never reach the product: `unlogged` of `audit-log`, with which a read is acknowledged and not written.
//!
//! Two checks. The plain one reads the manifests: the switch is off by default, nobody's dependency turns it on, and one program outside the product may
//! forward it. The other asks the compiler: the product with the switch must not compile, for the reason that its `main` gives (ADR 6).

use std::fs;

use anyhow::{Result, bail, ensure};

use crate::report::Outcome;
use crate::workspace::{Package, Workspace};

const OWNER: &str = "audit-log";
const SWITCH: &str = "unlogged";
/// The only package that may name the switch, and its feature of the same name.
const FORWARDER: &str = "samlad-unlogged";
/// Where the product refuses, and in which words.
const MAIN: &str = "crates/samlad/src/main.rs";
const REASON: &str = "nothing may leave without a log entry";

/// What the manifests do that they must not.
pub(crate) fn faults(packages: &[Package]) -> Vec<String> {
    let forwarded = format!("{OWNER}/{SWITCH}");
    let mut faults = Vec::new();
    for package in packages {
        let name = package.name.as_str();
        for (feature, turns_on) in &package.features {
            let names_it = turns_on
                .iter()
                .any(|turned| turned.replace("?/", "/") == forwarded || (name == OWNER && turned == SWITCH));
            if names_it && !(name == FORWARDER && feature == SWITCH) {
                faults.push(format!("{name}: feature {feature} turns on {forwarded}"));
            }
            if name == FORWARDER && turns_on.iter().any(|turned| turned == SWITCH) {
                faults.push(format!("{name}: feature {feature} turns on {SWITCH}, which only a command line may"));
            }
        }
        for dependency in &package.dependencies {
            let switchable = [OWNER, FORWARDER].contains(&dependency.name.as_str());
            if switchable && dependency.features.iter().any(|feature| feature == SWITCH) {
                faults.push(format!("{name} -> {}: turns on {SWITCH}", dependency.name));
            }
            if dependency.name == FORWARDER {
                faults.push(format!("{name} -> {FORWARDER}: nothing depends on it"));
            }
        }
    }
    faults
}

/// Compiles the product with the switch. It must fail, and for no other reason than the one in its `main`.
///
/// # Errors
/// When it compiles, or fails in other words.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let text = fs::read_to_string(workspace.root.join(MAIN))?;
    ensure!(text.contains(REASON), "{MAIN} no longer says \"{REASON}\"");
    let feature = format!("{OWNER}/{SWITCH}");
    let (ended_well, said) = workspace
        .cargo()
        .args(["check", "--package", "samlad", "--bin", "samlad", "--features", &feature])
        .outcome()?;
    judge(ended_well, &said)?;
    println!("the product does not compile with {feature}");
    Ok(Outcome::Passed)
}

fn judge(compiled: bool, said: &str) -> Result<()> {
    if compiled {
        bail!("the product compiles with {OWNER}/{SWITCH}: it would release records without a log entry");
    }
    if !said.contains(REASON) {
        bail!("the product does not compile with {OWNER}/{SWITCH}, but not because {MAIN} refuses:\n{said}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    fn package(name: &str, features: &[(&str, &[&str])], dependency: Option<(&str, &[&str])>) -> Package {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Package {
            name: name.to_owned(),
            features: features.iter().map(|(name, turns_on)| ((*name).to_owned(), owned(turns_on))).collect(),
            dependencies: dependency
                .into_iter()
                .map(|(name, features)| Dependency { name: name.to_owned(), kind: None, features: owned(features) })
                .collect(),
        }
    }

    #[test]
    fn the_house_as_it_stands_keeps_the_switch_out_of_the_product() {
        let packages = Workspace::find().unwrap().packages;
        assert_eq!(faults(&packages), Vec::<String>::new());
        let declares =
            |name: &str| packages.iter().any(|package| package.name == name && package.features.contains_key(SWITCH));
        assert!(declares(OWNER) && declares(FORWARDER), "the check looks at a switch that is there");
    }

    #[test]
    fn only_the_unlogged_program_forwards_the_switch_and_only_under_its_own_feature() {
        let forwards: &[&str] = &["audit-log/unlogged"];
        let optional: &[&str] = &["audit-log?/unlogged"];
        let own: &[&str] = &["unlogged"];
        assert!(faults(&[package("samlad-unlogged", &[("unlogged", forwards)], None)]).is_empty());
        for (name, feature, turns_on) in [
            ("store", "unlogged", forwards),
            ("samlad", "fast", optional),
            ("samlad-unlogged", "default", forwards),
            ("samlad-unlogged", "default", own),
            ("audit-log", "default", own),
        ] {
            assert_eq!(faults(&[package(name, &[(feature, turns_on)], None)]).len(), 1, "{name} {feature}");
        }
    }

    #[test]
    fn no_dependency_turns_the_switch_on() {
        let house = |features| faults(&[package("case-registry", &[], Some(("audit-log", features)))]);
        assert_eq!(house(&["unlogged"]), ["case-registry -> audit-log: turns on unlogged"]);
        assert!(house(&["testing"]).is_empty());
        assert_eq!(faults(&[package("samlad", &[], Some(("samlad-unlogged", &[])))]).len(), 1);
    }

    #[test]
    fn a_product_that_compiles_or_fails_for_another_reason_is_a_fault() {
        assert!(judge(false, "error: nothing may leave without a log entry: the product ...").is_ok());
        assert!(judge(true, "").is_err());
        assert!(judge(false, "error[E0433]: cannot find `audit_log`").is_err());
    }
}
