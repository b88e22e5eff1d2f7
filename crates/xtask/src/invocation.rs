//! Running other programs: shown before it runs, no standard input, an error that names the command.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};

/// One command, not yet run.
#[derive(Debug)]
pub(crate) struct Invocation {
    command: Command,
    quiet: bool,
}

impl Invocation {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        Self { command, quiet: false }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn dir(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Do not print the command line first, for output that another program reads.
    pub(crate) fn quietly(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Runs with output going where ours goes.
    ///
    /// # Errors
    /// When the program cannot be started or ends with anything but success.
    pub(crate) fn run(mut self) -> Result<()> {
        let shown = self.shown();
        if !self.quiet {
            println!("$ {shown}");
        }
        let status = self.command.status().with_context(|| format!("cannot start `{shown}`"))?;
        if !status.success() {
            bail!("`{shown}`: {status}");
        }
        Ok(())
    }

    /// Runs with output going where ours goes, and ends as the program ended.
    ///
    /// # Errors
    /// When the program cannot be started or was killed.
    pub(crate) fn code(mut self) -> Result<ExitCode> {
        let shown = self.shown();
        let status = self.command.status().with_context(|| format!("cannot start `{shown}`"))?;
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        code.map(ExitCode::from).with_context(|| format!("`{shown}`: {status}"))
    }

    /// Runs and returns whether it ended well, and what it said on standard error.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub(crate) fn outcome(mut self) -> Result<(bool, String)> {
        let shown = self.shown();
        let output = self.command.output().with_context(|| format!("cannot start `{shown}`"))?;
        Ok((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    /// Runs and returns standard output; standard error passes through.
    ///
    /// # Errors
    /// As [`Invocation::run`], or when the output is not UTF-8.
    pub(crate) fn text(mut self) -> Result<String> {
        let shown = self.shown();
        let output =
            self.command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{shown}`"))?;
        if !output.status.success() {
            bail!("`{shown}`: {}", output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed something other than UTF-8"))
    }

    fn shown(&self) -> String {
        let program = Path::new(self.command.get_program());
        let name = program.file_name().unwrap_or(program.as_os_str());
        std::iter::once(name)
            .chain(self.command.get_args())
            .map(|part| part.to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Where a program lies in `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|directory| directory.join(program))
        .find(|candidate| candidate.is_file())
}
