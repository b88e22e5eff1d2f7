//! `cargo xtask`: the house's own tool.
//!
//! It runs every check a change must pass, regenerates the files that are generated, starts throw-away
//! PostgreSQL clusters, and delegates to the benches, the soak run and the screenshots.
//!
//! It is not part of the product: nothing here is shipped, and no other crate uses it. Developers call it
//! through the alias in `.cargo/config.toml`; `.ci/run` calls `cargo xtask test`.

mod browser;
mod debian;
mod edges;
mod environment;
mod fuzz;
mod generators;
mod invocation;
mod licences;
mod one_ledger;
mod postgres;
mod readme;
mod report;
mod rooms;
mod spdx;
mod stage;
mod switch;
mod vectors;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::stage::Stage;
use crate::workspace::Workspace;

/// Checks, generators, throw-away databases and figures of the house.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the checks that a change must pass, stage by stage.
    #[command(after_help = "Examples:\n  cargo xtask test\n  cargo xtask test --only format --only edges\n  \
        CI=true cargo xtask test      a stage that cannot run is then a failure")]
    Test(TestArguments),
    /// Write the generated files: the access matrix and the description of the API.
    #[command(after_help = "Examples:\n  cargo xtask generate\n  cargo xtask generate --check")]
    Generate {
        /// Write nothing; fail when a file differs from what its generator says.
        #[arg(long)]
        check: bool,
    },
    /// Write published vectors anew: when a format gets a new version, never to make a failing test pass.
    #[command(
        after_help = "Examples:\n  cargo xtask vectors parcel\n  cargo xtask vectors audit-log field-vault parcel\n\n\
        Vectors of field-vault and parcel are made under new keys, so that every run changes them."
    )]
    Vectors {
        /// Whose vectors.
        #[arg(required = true, value_name = "CRATE")]
        crates: Vec<vectors::Owner>,
    },
    /// Print the table of figures, each beside what it is compared to in the same run.
    #[command(after_help = "Examples:\n  cargo xtask bench\n  cargo xtask bench --list\n  \
        cargo xtask bench --only decision --json\n  cargo xtask bench --only http --rounds 5\n  \
        cargo xtask bench --profile release      with the optimisation of a released binary; takes long to build\n\n\
        Exit codes: 0 measured, aims met or not; 1 a suite could not be measured; 2 arguments not understood.")]
    Bench(BenchArguments),
    /// Run the cross-crate tests, the trials of the log and the tests of the policy in release with many more rounds: a hundred kills, ten million entries
    /// (about 25 GB of disk). Without a filter, the fuzz targets of the policy's loader too.
    #[command(
        after_help = "Examples:\n  cargo xtask soak\n  cargo xtask soak crash\n  cargo xtask soak killed_writer\n  cargo xtask soak long_log"
    )]
    Soak {
        /// Only tests whose name contains this.
        filter: Option<String>,
    },
    /// Start the demo and take the pictures in docs/img.
    #[command(after_help = "Example:\n  cargo xtask screenshot")]
    Screenshot,
    /// Start a throw-away PostgreSQL cluster and run a command beside it, or wait until interrupted.
    #[command(after_help = "Examples:\n  cargo xtask postgres\n  cargo xtask postgres -- cargo test -p store\n\n\
        The command finds the address in SAMLAD_TEST_POSTGRES.")]
    Postgres {
        /// The command and its arguments.
        #[arg(last = true)]
        command: Vec<String>,
    },
}

#[derive(Args)]
struct TestArguments {
    /// Run only this stage (may be repeated; the order stays that of the list).
    #[arg(long, value_name = "STAGE")]
    only: Vec<Stage>,
    /// List the stages and stop.
    #[arg(long)]
    list: bool,
}

#[derive(Args)]
struct BenchArguments {
    /// Only the suite of this name (may be repeated).
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// List the suites and stop.
    #[arg(long)]
    list: bool,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    /// How many times each variant has its turn.
    #[arg(long, value_name = "N")]
    rounds: Option<u32>,
    /// The build profile that is measured.
    #[arg(long, value_name = "PROFILE", default_value = "figures")]
    profile: String,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Test(arguments) if arguments.list => print!("{}", stage::list()),
        Command::Test(arguments) => {
            return Ok(stage::run_all(&Workspace::find()?, &arguments.only));
        }
        Command::Generate { check: true } => generators::check(&Workspace::find()?)?,
        Command::Generate { check: false } => generators::write(&Workspace::find()?)?,
        Command::Vectors { crates } => vectors::write(&Workspace::find()?, &crates)?,
        Command::Bench(arguments) => return bench(&Workspace::find()?, &arguments),
        Command::Soak { filter } => soak(&Workspace::find()?, filter.as_deref())?,
        Command::Screenshot => browser::screenshots(&Workspace::find()?)?,
        Command::Postgres { command } => return postgres::beside(&command),
    }
    Ok(ExitCode::SUCCESS)
}

/// The bench is a program of its own, built in its own profile; the arguments and the way it ends are its own too.
fn bench(workspace: &Workspace, arguments: &BenchArguments) -> Result<ExitCode> {
    let profile = arguments.profile.as_str();
    let run = ["run", "--quiet", "--profile", profile, "--package", "benches", "--bin", "benches", "--"];
    let mut bench = workspace.cargo().args(run).args(["--profile", profile]).quietly();
    for name in &arguments.only {
        bench = bench.args(["--only", name]);
    }
    for (wanted, flag) in [(arguments.list, "--list"), (arguments.json, "--json")] {
        if wanted {
            bench = bench.arg(flag);
        }
    }
    if let Some(rounds) = arguments.rounds {
        bench = bench.args(["--rounds", &rounds.to_string()]);
    }
    bench.code()
}

/// The tests read `SAMLAD_SOAK` and scale their rounds by it; no story is marked `#[ignore]`.
fn soak(workspace: &Workspace, filter: Option<&str>) -> Result<()> {
    let cluster = postgres::ServerPrograms::find().map(|programs| postgres::Cluster::start(&programs)).transpose()?;
    let packages = ["samlad-tests", "log-trials", "decision-pages", "rbac-policy"].map(|name| ["--package", name]);
    let packages = packages.iter().flatten();
    let mut tests = workspace.cargo().args(["test", "--release"]).args(packages).env("SAMLAD_SOAK", "1");
    if let Some(cluster) = &cluster {
        tests = tests.env(postgres::TEST_VARIABLE, cluster.url());
    } else {
        println!("no PostgreSQL server programs found: on SQLite only");
    }
    if let Some(filter) = filter {
        return tests.arg(filter).run();
    }
    tests.run()?;
    fuzz::run(workspace, fuzz::LONG).map(drop)
}
