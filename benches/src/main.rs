//! `cargo xtask bench`: the table of figures.
//!
//! What it is: a program that measures and prints. Every figure stands beside what it is compared to, measured in the same run and in alternating rounds, so
//! that a slow or busy machine slows both. What it is not: a test. Nothing fails because a machine is slow; a missed aim is printed as missed and the program
//! ends well. `docs/figures.md` says how to read the table and how to add a suite.
//!
//! `cargo xtask bench` builds it in the profile `figures` and runs it. It reads no configuration and leaves nothing behind.

mod kit;
mod report;
mod suites;

use std::process::ExitCode;

use clap::Parser;

use crate::kit::Bench;
use crate::report::{Measured, Report};
use crate::suites::{SUITES, Suite};

const EXAMPLES: &str = "\
Examples:
  cargo xtask bench
  cargo xtask bench --list
  cargo xtask bench --only vault
  cargo xtask bench --only decision --only vault --json
  cargo xtask bench --rounds 5                a rougher answer, sooner

The table goes to standard output, progress to standard error. Figures are medians over the rounds; the range in brackets holds the middle half of them.

Exit codes:
  0  every figure was measured, whether its aim was met or not
  1  a suite could not be measured; the others are printed all the same
  2  the arguments were not understood";

/// Measures and prints figures of the product, each beside what it is compared to in the same run.
#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench", version, after_help = EXAMPLES)]
struct Arguments {
    /// Only the suite of this name (may be repeated).
    #[arg(long, value_name = "NAME", value_parser = suite)]
    only: Vec<&'static Suite>,
    /// List the suites and stop.
    #[arg(long)]
    list: bool,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    /// The build profile that is measured: the one that this program was built in.
    #[arg(long, value_name = "PROFILE", default_value = "figures")]
    profile: String,
    /// How many times each variant has its turn; suites whose turns take seconds use a third of it.
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
}

fn suite(name: &str) -> Result<&'static Suite, String> {
    SUITES.iter().find(|suite| suite.name == name).ok_or_else(|| {
        let names: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
        format!("there is no such suite; there are {}", names.join(", "))
    })
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        print!("{}", suites::list());
        return ExitCode::SUCCESS;
    }
    let bench = Bench::new(arguments.rounds, arguments.profile);
    let mut report = Report::new(&bench);
    for suite in SUITES.iter().filter(|suite| is_wanted(&arguments.only, suite)) {
        bench.say(suite.name);
        let measured = (suite.run)(&bench);
        if let Err(error) = &measured {
            eprintln!("error: {}: {error:#}", suite.name);
        }
        report.add(Measured::of(suite, measured));
    }
    let printed = if arguments.json { report.json() } else { Ok(report.tables()) };
    match printed {
        Ok(text) => print!("{text}"),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    }
    if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_wanted(only: &[&Suite], suite: &Suite) -> bool {
    only.is_empty() || only.iter().any(|wanted| wanted.name == suite.name)
}
