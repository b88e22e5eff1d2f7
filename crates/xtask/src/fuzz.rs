//! The fuzz targets of the policy's loader: they compile with the pinned compiler, and take a bounded number of inputs.
//!
//! `cargo fuzz` does the same without end, and watches every access to memory, for which it needs a nightly compiler. What runs here is led by coverage too:
//! the compiler's pass for it is a stable one. The seeds are the policies at hand.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::environment;
use crate::invocation::{Invocation, find};
use crate::report::Outcome;
use crate::workspace::Workspace;

/// A workspace of its own, so that nothing else builds libFuzzer.
const FOLDER: &str = "crates/decision-pages/fuzz";
/// Targets, and the seeds that they get.
const TARGETS: &[(&str, &[&str])] = &[
    (
        "loader",
        &[
            "crates/decision-pages/examples/lending-library/policy.csv",
            "crates/decision-pages/examples/lending-library/vocabulary.toml",
        ],
    ),
    ("lines", &["crates/decision-pages/examples/lending-library/policy.csv", "policy/policy.csv"]),
    ("requests", &["crates/decision-pages/examples/lending-library/requests.jsonl"]),
];
/// What `cargo fuzz` hands to the compiler, as far as a stable one takes it.
const COVERAGE: &[&str] = &[
    "--cfg fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions",
    "-Ccodegen-units=1",
];

/// How long one target goes on: whichever comes first.
#[derive(Clone, Copy)]
pub(crate) struct Bound {
    runs: u32,
    seconds: u32,
}

/// In the checks that a change must pass.
pub(crate) const SHORT: Bound = Bound { runs: 200_000, seconds: 20 };
/// In a soak.
pub(crate) const LONG: Bound = Bound { runs: 100_000_000, seconds: 600 };

/// Builds and runs every target.
///
/// # Errors
/// When one does not compile, or found an input that makes the loader panic, hang or take too much memory: it is left in `target/fuzz`.
pub(crate) fn run(workspace: &Workspace, bound: Bound) -> Result<Outcome> {
    if find("c++").is_none() {
        let advice = environment::advice(&["g++"]);
        return Ok(Outcome::Skipped(format!("libFuzzer needs a C++ compiler; {advice}")));
    }
    let host = host(workspace)?;
    let target = workspace.root.join("target/fuzz");
    // With a target of its own, the flags are not for the programs that run while compiling.
    let build =
        workspace.cargo().args(["build", "--release", "--locked", "--target", &host, "--target-dir"]).arg(&target);
    let manifest = workspace.root.join(FOLDER).join("Cargo.toml");
    build.arg("--manifest-path").arg(&manifest).env("RUSTFLAGS", COVERAGE.join(" ")).run()?;
    let programs = target.join(host).join("release");
    for (name, seeds) in TARGETS {
        let corpus = target.join("corpus").join(name);
        fs::create_dir_all(&corpus).with_context(|| corpus.display().to_string())?;
        for (number, seed) in seeds.iter().enumerate() {
            let copy = corpus.join(format!("seed-{number}"));
            fs::copy(workspace.root.join(seed), copy).with_context(|| (*seed).to_owned())?;
        }
        fuzzer(&programs.join(name), &target, &corpus, bound).run()?;
    }
    Ok(Outcome::Passed)
}

/// One input may take ten seconds and half a gigabyte.
fn fuzzer(program: &Path, target: &Path, corpus: &Path, bound: Bound) -> Invocation {
    Invocation::new(program)
        .arg(format!("-runs={}", bound.runs))
        .arg(format!("-max_total_time={}", bound.seconds))
        .args(["-timeout=10", "-rss_limit_mb=512", "-max_len=65536", "-verbosity=0", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", target.display()))
        .arg(corpus)
}

/// The target that the compiler itself runs on.
fn host(workspace: &Workspace) -> Result<String> {
    let version = Invocation::new("rustc").arg("-vV").dir(&workspace.root).text()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}
