//! The published vectors of formats: written by the tests that hold the formats against them, when they are told to.

use anyhow::Result;
use clap::ValueEnum;

use crate::workspace::Workspace;

/// A crate that publishes vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Owner {
    /// Leaves, trees, checkpoints and commitments of the access log (`audit/vectors`).
    AuditLog,
    /// Keys and sealed fields (`crates/field-vault/tests/vectors.json`).
    FieldVault,
    /// Parcels between authorities (`crates/parcel/tests/vectors.json`).
    Parcel,
}

/// What the tests look for.
const VARIABLE: &str = "UPDATE_VECTORS";

/// Writes the vectors of these crates, and then holds the formats against what was written.
///
/// # Errors
/// When a test fails.
pub(crate) fn write(workspace: &Workspace, owners: &[Owner]) -> Result<()> {
    for owner in owners {
        let tests = match owner {
            Owner::AuditLog => ["test", "--package", "audit-log", "--test", "vectors"].as_slice(),
            Owner::FieldVault => &["test", "--package", "field-vault", "--lib", "vectors::"],
            Owner::Parcel => &["test", "--package", "parcel", "--test", "vectors"],
        };
        workspace.cargo().args(tests).env(VARIABLE, "1").run()?;
        workspace.cargo().args(tests).run()?;
    }
    Ok(())
}
