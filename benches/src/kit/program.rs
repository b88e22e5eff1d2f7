//! Programs that a suite builds, starts and stops: the product itself, as a user runs it.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::Bench;

/// A built program.
#[derive(Debug)]
pub(crate) struct Program {
    path: PathBuf,
}

/// A program that runs, in a folder of its own that ends with it. It is told to stop when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    folder: TempDir,
    began: Instant,
}

/// How long a program may take to end.
const FAREWELL: Duration = Duration::from_secs(30);

impl Program {
    /// Builds a program of the workspace in the profile of this run.
    ///
    /// # Errors
    /// When it does not compile.
    pub(crate) fn build(bench: &Bench, package: &str, features: &[&str]) -> Result<Self> {
        bench.say(&format!("{package} is built"));
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the bench lies in the workspace")?;
        let built = Command::new(cargo)
            .current_dir(root)
            .args(["build", "--quiet", "--message-format", "json-render-diagnostics"])
            .args(["--profile", bench.profile(), "--package", package, "--bin", package])
            .args(["--features", &features.join(",")])
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("cargo cannot be started")?;
        if !built.status.success() {
            bail!("{package} does not compile");
        }
        let artifacts = built.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        let mut executables =
            artifacts.filter_map(|artifact: Value| Some(artifact.get("executable")?.as_str()?.into()));
        Ok(Self { path: executables.next_back().with_context(|| format!("{package} has no program"))? })
    }

    /// A folder for a while, beside the program: on the disk that the build is on.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn folder(&self) -> Result<TempDir> {
        let beside = self.path.parent().context("a program lies in a folder")?;
        Ok(tempfile::Builder::new().prefix("bench-").tempdir_in(beside)?)
    }

    /// Starts it with the arguments that `with` gives for its [`Self::folder`].
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn start(&self, with: impl FnOnce(&Path) -> Vec<String>) -> Result<Running> {
        let folder = self.folder()?;
        let words = File::create(folder.path().join(WORDS))?;
        let mut command = Command::new(&self.path);
        command.args(with(folder.path())).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(words);
        let began = Instant::now();
        let mut child = command.spawn().context("the program cannot be started")?;
        let output = BufReader::new(child.stdout.take().context("the program's output is piped")?);
        Ok(Running { child, output, folder, began })
    }
}

/// What a program says on standard error.
const WORDS: &str = "stderr";

impl Running {
    /// The next line on its standard output as JSON.
    ///
    /// # Errors
    /// When it ended instead, with its last words.
    pub(crate) fn json(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).with_context(|| {
            let mut words = String::new();
            let read = File::open(self.folder.path().join(WORDS)).and_then(|mut file| file.read_to_string(&mut words));
            let last = words.lines().last().filter(|_| read.is_ok()).unwrap_or("nothing");
            format!("the program ended before it was ready; its last words: {last}")
        })
    }

    /// Since it was started.
    pub(crate) fn since_start(&self) -> Duration {
        self.began.elapsed()
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // It may have ended by itself.
            kill_process(pid, Signal::TERM).ok();
        }
        let until = Instant::now() + FAREWELL;
        while Instant::now() < until {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(20)),
                _ => return,
            }
        }
        eprintln!("a program that was told to stop did not; it is killed");
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
