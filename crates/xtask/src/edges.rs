//! The crate-edge check: the manifests against the plan in `rooms.rs`, and what else the plan forbids: a second ledger, a switch that reaches the product.

use anyhow::{Result, bail};

use crate::report::Outcome;
use crate::rooms::{LIBRARIES, Library, May, ROOMS, Room};
use crate::workspace::{Package, Workspace};
use crate::{one_ledger, switch};

/// Fails on every edge that the plan does not have.
///
/// # Errors
/// With one line per edge.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut faults = faults(&workspace.packages);
    faults.extend(switch::faults(&workspace.packages));
    faults.extend(one_ledger::faults(workspace)?);
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    println!(
        "{} crates, every edge is in the plan; one ledger; no switch reaches the product",
        workspace.packages.len()
    );
    Ok(Outcome::Passed)
}

fn faults(packages: &[Package]) -> Vec<String> {
    packages
        .iter()
        .flat_map(|package| match ROOMS.iter().find(|room| room.name == package.name) {
            Some(room) => faults_of(room, package, packages),
            None => vec![format!("{}: not in the plan (crates/xtask/src/rooms.rs)", package.name)],
        })
        .collect()
}

fn faults_of(room: &Room, package: &Package, packages: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        let kind = dependency.kind.as_deref().unwrap_or("normal");
        let ours = packages.iter().any(|other| other.name == name);
        // A crate that tests its own features depends on itself; that crosses no wall.
        if ours && name != package.name && !may_use(room, name) {
            faults.push(format!("{} -> {name} ({kind}): not an edge of the plan", room.name));
        }
        for library in LIBRARIES.iter().filter(|library| library.covers(name)) {
            if !room.development && !library.owners.contains(&room.name) {
                faults.push(format!("{} -> {name} ({kind}): {}", room.name, library.rule()));
            }
        }
    }
    faults
}

fn may_use(room: &Room, name: &str) -> bool {
    match room.may {
        May::UseAll => true,
        May::Use(allowed) => allowed.contains(&name),
    }
}

impl Library {
    fn covers(&self, name: &str) -> bool {
        name.strip_prefix(self.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    fn rule(&self) -> String {
        match self.owners {
            [] => format!("{} is named by no crate of ours", self.name),
            owners => format!("{} belongs to {}", self.name, owners.join(" and ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::workspace::Dependency;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        Package {
            name: name.to_owned(),
            dependencies: dependencies
                .iter()
                .map(|(name, kind)| Dependency {
                    name: (*name).to_owned(),
                    kind: kind.map(str::to_owned),
                    features: Vec::new(),
                })
                .collect(),
            features: BTreeMap::new(),
        }
    }

    fn house(guest: Package) -> Vec<Package> {
        let mut packages = vec![guest];
        for name in ["store", "case-registry", "vocabulary", "testkit"] {
            if packages.iter().all(|package| package.name != name) {
                packages.push(package(name, &[]));
            }
        }
        packages
    }

    #[test]
    fn the_house_as_it_stands_follows_the_plan() {
        let workspace = Workspace::find().unwrap();
        assert_eq!(faults(&workspace.packages), Vec::<String>::new());
    }

    #[test]
    fn the_web_may_use_the_registry_and_never_the_store() {
        let web = package("web", &[("case-registry", None), ("store", None)]);
        assert_eq!(faults(&house(web)), ["web -> store (normal): not an edge of the plan"]);
    }

    #[test]
    fn an_edge_for_tests_alone_is_an_edge() {
        let store = package("store", &[("case-registry", Some("dev"))]);
        assert_eq!(faults(&house(store)), ["store -> case-registry (dev): not an edge of the plan"]);
    }

    #[test]
    fn sql_outside_the_store_is_refused_under_every_name_it_has() {
        let identity = package("identity", &[("sqlx-core", None), ("sqlx", Some("dev"))]);
        assert_eq!(faults(&house(identity)).len(), 2);
        let vocabulary = package("vocabulary", &[("agent", None)]);
        assert!(faults(&house(vocabulary)).is_empty());
    }

    #[test]
    fn the_world_builder_may_use_everything() {
        let testkit = package("testkit", &[("store", None), ("sqlx", None)]);
        assert!(faults(&house(testkit)).is_empty());
    }

    #[test]
    fn a_crate_that_is_not_in_the_plan_is_refused() {
        assert_eq!(faults(&house(package("helpers", &[]))), ["helpers: not in the plan (crates/xtask/src/rooms.rs)"]);
    }
}
