//! The work tree as cargo sees it: root, target directory, packages and what their manifests ask for.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::invocation::Invocation;

/// `cargo metadata --no-deps`, the parts that the checks read.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
    #[serde(rename = "workspace_root")]
    pub(crate) root: PathBuf,
    target_directory: PathBuf,
}

/// One crate of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// Its features, each with what it turns on.
    pub(crate) features: BTreeMap<String, Vec<String>>,
}

/// One line of a manifest's dependency tables.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
    /// The features that it turns on.
    pub(crate) features: Vec<String>,
}

impl Workspace {
    /// Reads the workspace that this tool was built in.
    ///
    /// # Errors
    /// When cargo cannot read the manifests.
    pub(crate) fn find() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let text = Invocation::new(cargo_program())
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .arg("--manifest-path")
            .arg(&manifest)
            .text()?;
        serde_json::from_str(&text).context("cargo metadata")
    }

    /// cargo in the root of the work tree, the same one that runs us.
    pub(crate) fn cargo(&self) -> Invocation {
        Invocation::new(cargo_program()).dir(&self.root)
    }

    /// The product binary as `cargo build -p samlad` leaves it.
    pub(crate) fn product(&self) -> PathBuf {
        self.target_directory.join("debug").join(format!("samlad{}", env::consts::EXE_SUFFIX))
    }

    /// Builds the product (development profile) and says where it is.
    ///
    /// # Errors
    /// When it does not compile.
    pub(crate) fn build_product(&self) -> Result<PathBuf> {
        self.cargo().args(["build", "--package", "samlad"]).run()?;
        Ok(self.product())
    }
}

fn cargo_program() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
