//! The command line. One file per command; each gives an [`Exit`] or fails with a reason.

mod audit;
mod authority;
mod counsel;
mod demo;
mod doctor;
mod founding;
mod init;
mod logging;
mod migrate;
mod policy;
mod serve;
mod signals;
mod user;

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use crate::config::ConfigError;
use crate::secret::SecretError;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed; the reason is on standard error
  2  wrong usage
  3  a check found something wrong (doctor, policy check)
  4  the configuration, or a secret that it names, cannot be used
 audit verify has exit codes of its own, the same as audit-verify: see its help";

/// Samlad: lawful coordination between a social board and the police.
///
/// Each authority keeps its own records under its own keys. What crosses is a sealed copy, released item by item under a legal basis, and every access
/// stands in a log before it leaves.
#[derive(Parser)]
#[command(name = "samlad", version, after_help = EXIT_CODES, max_term_width = 110)]
struct Arguments {
    /// How the service writes its own messages to standard error.
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    log_format: logging::Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the whole product with a fictitious world and one sign-in link per persona.
    Demo(demo::Demo),
    /// Serves an instance that `init` has set up.
    Serve(serve::Serve),
    /// Sets up an instance with its first authority: configuration, keys, database, the first administrator's one-time link.
    Init(Box<init::Init>),
    /// Brings the databases to this program's schema.
    Migrate(migrate::Migrate),
    /// Checks configuration, secrets, database, keys and logs.
    Doctor(doctor::Doctor),
    /// The access log.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Authorities of this instance and of others.
    #[command(subcommand)]
    Authority(authority::Authority),
    /// Users of the authorities that live here.
    #[command(subcommand)]
    User(user::User),
    /// The access policy.
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Prints the OpenAPI document of the JSON API.
    #[command(after_help = "Example:\n  samlad openapi > docs/openapi.json")]
    Openapi,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// As asked.
    Done,
    /// A check found something wrong.
    Fault,
    /// The verification of a log found this.
    Finding(u8),
}

/// Reads the command line, carries it out, and says how it ended.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let is_demo = matches!(arguments.command, Command::Demo(_));
    logging::start(arguments.log_format, is_demo);
    match carry_out(arguments.command) {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Fault) => ExitCode::from(3),
        Ok(Exit::Finding(code)) => ExitCode::from(code),
        Err(error) => {
            eprintln!("samlad: {error:#}");
            let is_configuration = error.chain().any(|cause| {
                cause.is::<ConfigError>() || cause.is::<SecretError>() || cause.is::<field_vault::IdentityError>()
            });
            ExitCode::from(if is_configuration { 4 } else { 1 })
        }
    }
}

fn carry_out(command: Command) -> Result<Exit> {
    match command {
        Command::Openapi => {
            say(&web::openapi::json())?;
            Ok(Exit::Done)
        }
        Command::Policy(command) => command.run(),
        Command::Demo(command) => wait_for(command.run()),
        Command::Serve(command) => wait_for(command.run()),
        Command::Init(command) => wait_for(command.run()),
        Command::Migrate(command) => wait_for(command.run()),
        Command::Doctor(command) => wait_for(command.run()),
        Command::Audit(command) => wait_for(command.run()),
        Command::Authority(command) => wait_for(command.run()),
        Command::User(command) => wait_for(command.run()),
    }
}

/// Writes to standard output. A reader that has seen enough (`| head`) is no failure.
fn say(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("standard output cannot be written"),
    }
}

fn wait_for<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(work)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        fn leaves(command: &clap::Command, found: &mut Vec<clap::Command>) {
            let mut below = command.get_subcommands().filter(|below| below.get_name() != "help").peekable();
            if below.peek().is_none() {
                found.push(command.clone());
            }
            below.for_each(|below| leaves(below, found));
        }
        let mut found = Vec::new();
        leaves(&Arguments::command(), &mut found);
        assert!(found.len() >= 8);
        for command in found {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("samlad "), "{} has no example", command.get_name());
        }
    }
}
