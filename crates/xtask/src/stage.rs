//! The stages of `cargo xtask test`: their order, what each does, and the run over them.

use std::env;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::ValueEnum;

use crate::postgres::{Cluster, ServerPrograms, TEST_VARIABLE};
use crate::report::{Outcome, Report};
use crate::workspace::Workspace;
use crate::{browser, edges, environment, fuzz, generators, licences, readme, switch};

/// A stage; the order here is the order in which they run: cheap ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Finds, or as root on Debian and Ubuntu installs, what the other stages need.
    Environment,
    /// cargo fmt --all --check
    Format,
    /// Which crate may use which, and which library belongs to which crate.
    Edges,
    /// Licences, banned crates and crates that may exist only once.
    Licences,
    /// cargo clippy over everything; a warning fails.
    Clippy,
    /// The product does not compile with the build switch that leaves the log out.
    Switch,
    /// cargo doc over the workspace; a warning fails.
    Docs,
    /// cargo test over the workspace, on both databases where PostgreSQL is found.
    Unit,
    /// The fuzz targets of the policy's loader compile, and random inputs neither break nor exhaust it.
    Fuzz,
    /// The suites of the store and the cross-crate tests on PostgreSQL alone.
    Databases,
    /// Real pages in real Chromium, with axe.
    Browser,
    /// Generated files are what their generators say.
    Generated,
    /// The marked commands of the README do what they say.
    Readme,
}

/// What stages of one run hand to each other.
struct Run<'w> {
    workspace: &'w Workspace,
    cluster: Option<Cluster>,
}

/// Runs the wanted stages (all when none is named) and prints the table.
pub(crate) fn run_all(workspace: &Workspace, only: &[Stage]) -> ExitCode {
    let strict = env::var("CI").is_ok_and(|value| value == "true" || value == "1");
    let mut report = Report::new(strict);
    let mut run = Run { workspace, cluster: None };
    for stage in Stage::value_variants() {
        if !only.is_empty() && !only.contains(stage) {
            continue;
        }
        println!("\n== {} ==", stage.name());
        let started = Instant::now();
        let ended = run.stage(*stage);
        if let Err(error) = &ended {
            println!("{error:#}");
        }
        println!("{}", report.add(&stage.name(), started.elapsed(), ended));
    }
    drop(run);
    println!("\n== result ==\n{}", report.shown().trim_end());
    if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The names of the stages with what they do.
pub(crate) fn list() -> String {
    let mut text = String::new();
    for stage in Stage::value_variants() {
        let about =
            stage.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string)).unwrap_or_default();
        let _ = writeln!(text, "{:<12} {about}", stage.name());
    }
    text
}

impl Stage {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

impl Run<'_> {
    fn stage(&mut self, stage: Stage) -> Result<Outcome> {
        let workspace = self.workspace;
        match stage {
            Stage::Environment => environment::prepare(),
            Stage::Format => self.cargo(&["fmt", "--all", "--check"]),
            Stage::Edges => edges::check(workspace),
            Stage::Licences => licences::check(workspace),
            Stage::Clippy => self.cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
            Stage::Switch => switch::check(workspace),
            Stage::Docs => {
                let docs = workspace.cargo().args(["doc", "--no-deps", "--workspace"]);
                docs.env("RUSTDOCFLAGS", "-D warnings").run()?;
                Ok(Outcome::Passed)
            }
            Stage::Unit => self.unit(),
            Stage::Fuzz => fuzz::run(workspace, fuzz::SHORT),
            Stage::Databases => self.databases(),
            Stage::Browser => browser::test(workspace),
            Stage::Generated => generators::check(workspace).map(|()| Outcome::Passed),
            Stage::Readme => readme::check(workspace),
        }
    }

    fn cargo(&self, arguments: &[&str]) -> Result<Outcome> {
        self.workspace.cargo().args(arguments).run()?;
        Ok(Outcome::Passed)
    }

    /// Everything, on PostgreSQL too where it is found; a machine without it still tests the embedded store.
    fn unit(&mut self) -> Result<Outcome> {
        let mut tests = self.workspace.cargo().args(["test", "--workspace", "--no-fail-fast"]);
        if let Some(cluster) = self.cluster()? {
            tests = tests.env(TEST_VARIABLE, cluster.url());
        }
        tests.run()?;
        Ok(Outcome::Passed)
    }

    /// The suites that talk to a database, with the embedded one left out: what passes here passed on PostgreSQL.
    fn databases(&mut self) -> Result<Outcome> {
        let tests =
            self.workspace.cargo().args(["test", "--no-fail-fast", "--package", "store", "--package", "samlad-tests"]);
        let Some(cluster) = self.cluster()? else {
            return Ok(Outcome::Skipped(format!(
                "no PostgreSQL server programs; {}",
                environment::advice(&["postgresql"])
            )));
        };
        tests.env(TEST_VARIABLE, cluster.url()).env("SAMLAD_TEST_DATABASE", "postgres").run()?;
        Ok(Outcome::Passed)
    }

    /// One cluster for all stages of a run, started when the first needs it.
    fn cluster(&mut self) -> Result<Option<&Cluster>> {
        if self.cluster.is_none()
            && let Some(programs) = ServerPrograms::find()
        {
            let cluster = Cluster::start(&programs)?;
            println!("PostgreSQL at {}", cluster.url());
            self.cluster = Some(cluster);
        }
        Ok(self.cluster.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_says_what_it_does() {
        for line in list().lines() {
            assert!(line.split_whitespace().count() > 2, "{line}");
        }
        assert_eq!(list().lines().count(), Stage::value_variants().len());
    }
}
