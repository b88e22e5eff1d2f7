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
mod generators;
mod invocation;
mod licences;
mod postgres;
mod readme;
mod report;
mod rooms;
mod spdx;
mod stage;
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
    /// Print the table of figures (release build).
    #[command(after_help = "Examples:\n  cargo xtask bench\n  cargo xtask bench --only decision --json")]
    Bench(BenchArguments),
    /// Run the cross-crate tests in release with many more rounds.
    #[command(after_help = "Examples:\n  cargo xtask soak\n  cargo xtask soak crash")]
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
    /// Only the figure of this name.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Further arguments for the bench itself.
    #[arg(last = true)]
    rest: Vec<String>,
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
        Command::Bench(arguments) => bench(&Workspace::find()?, &arguments)?,
        Command::Soak { filter } => soak(&Workspace::find()?, filter.as_deref())?,
        Command::Screenshot => browser::screenshots(&Workspace::find()?)?,
        Command::Postgres { command } => return postgres::beside(&command),
    }
    Ok(ExitCode::SUCCESS)
}

/// The bench is a program of `testkit`; only the arguments are ours.
fn bench(workspace: &Workspace, arguments: &BenchArguments) -> Result<()> {
    let mut bench = workspace
        .cargo()
        .args(["run", "--quiet", "--release", "--package", "testkit", "--bin", "bench", "--"])
        .quietly();
    if let Some(name) = &arguments.only {
        bench = bench.args(["--only", name]);
    }
    if arguments.json {
        bench = bench.arg("--json");
    }
    bench.args(&arguments.rest).run()
}

/// The tests read `SAMLAD_SOAK` and scale their rounds by it; no story is marked `#[ignore]`.
fn soak(workspace: &Workspace, filter: Option<&str>) -> Result<()> {
    let cluster = postgres::ServerPrograms::find().map(|programs| postgres::Cluster::start(&programs)).transpose()?;
    let mut tests = workspace.cargo().args(["test", "--package", "samlad-tests", "--release"]).env("SAMLAD_SOAK", "1");
    if let Some(cluster) = &cluster {
        tests = tests.env(postgres::TEST_VARIABLE, cluster.url());
    } else {
        println!("no PostgreSQL server programs found: on SQLite only");
    }
    if let Some(filter) = filter {
        tests = tests.arg(filter);
    }
    tests.run()
}
