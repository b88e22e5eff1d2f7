//! A PostgreSQL cluster of one's own, thrown away afterwards.
//!
//! Data directory, socket and port are private to the run; nothing of a PostgreSQL that may already be
//! installed or running is touched. `fsync` is off because a test cluster need not survive a power cut;
//! `synchronous_commit` stays at its default, because the product asserts it.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use crate::invocation::Invocation;

/// Where tests look for a superuser's address; unset means that only the embedded database is tested.
pub(crate) const TEST_VARIABLE: &str = "SAMLAD_TEST_POSTGRES";

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(50);

/// The folder that holds `initdb` and `postgres`.
#[derive(Debug)]
pub(crate) struct ServerPrograms {
    directory: PathBuf,
}

impl ServerPrograms {
    /// Asks `pg_config`, then looks where Debian keeps its versions (newest first), then in `PATH`.
    pub(crate) fn find() -> Option<Self> {
        let asked = crate::invocation::find("pg_config")
            .and_then(|program| Invocation::new(program).arg("--bindir").text().ok())
            .map(|text| PathBuf::from(text.trim()));
        let in_path = crate::invocation::find("initdb").and_then(|program| program.parent().map(Path::to_path_buf));
        asked
            .into_iter()
            .chain(debian_versions())
            .chain(in_path)
            .find(|directory| directory.join("initdb").is_file() && directory.join("postgres").is_file())
            .map(|directory| Self { directory })
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    fn command(&self, program: &str, home: &Path, owner: Option<Owner>) -> Command {
        let mut command = Command::new(self.directory.join(program));
        command.current_dir(home).stdin(Stdio::null()).env_remove("PGDATA").env_remove("PGPORT").env_remove("PGHOST");
        if let Some(owner) = owner {
            command.uid(owner.user).gid(owner.group).env("HOME", home);
        }
        command
    }
}

fn debian_versions() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, path)| path).collect()
}

/// Whom the server runs as when we are root: PostgreSQL refuses root.
#[derive(Debug, Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    /// `None` when we are an ordinary user and can run the server ourselves.
    fn needed() -> Result<Option<Self>> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        let accounts = fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::in_accounts(&accounts, name))
            .map(Some)
            .context("root cannot run PostgreSQL, and there is neither a user `postgres` nor `nobody`")
    }

    fn in_accounts(accounts: &str, name: &str) -> Option<Self> {
        accounts.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next()? != name {
                return None;
            }
            Some(Self { user: fields.nth(1)?.parse().ok()?, group: fields.next()?.parse().ok()? })
        })
    }
}

/// A running cluster; dropping it, by a panic too, stops the server and removes every file.
#[derive(Debug)]
pub(crate) struct Cluster {
    server: Child,
    keeper: Keeper,
    port: u16,
    home: TempDir,
}

impl Cluster {
    /// Creates and starts a cluster on a free loopback port, ready for connections.
    ///
    /// # Errors
    /// With the server's own words when it does not start.
    pub(crate) fn start(programs: &ServerPrograms) -> Result<Self> {
        let owner = Owner::needed()?;
        let home = tempfile::Builder::new().prefix("samlad-postgres-").tempdir()?;
        if let Some(owner) = owner {
            chown(home.path(), Some(owner.user), Some(owner.group))?;
        }
        initialise(programs, home.path(), owner)?;
        let mut lost_port = None;
        // Between choosing a port and the server binding it another program may take it.
        for _ in 0..3 {
            match Self::launch(programs, &home, owner) {
                Ok((server, keeper, port)) => {
                    return Ok(Self { server, keeper, port, home });
                }
                Err(error) => lost_port = Some(error),
            }
        }
        Err(lost_port.unwrap_or_else(|| anyhow!("PostgreSQL was never started")))
    }

    /// The superuser's address.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn launch(programs: &ServerPrograms, home: &TempDir, owner: Option<Owner>) -> Result<(Child, Keeper, u16)> {
        let port = free_port()?;
        let home = home.path();
        let log = fs::File::create(home.join("server.log"))?;
        let mut server = programs
            .command("postgres", home, owner)
            .arg("-D")
            .arg(home.join("data"))
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
            .arg(home)
            .args(["-c", "fsync=off"])
            .args(["-c", "max_connections=300"])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start postgres")?;
        let keeper = match Keeper::over(&server, home) {
            Ok(keeper) => keeper,
            Err(error) => {
                stop(&mut server);
                return Err(error);
            }
        };
        match wait_until_ready(&mut server, home) {
            Ok(()) => Ok((server, keeper, port)),
            Err(error) => {
                stop(&mut server);
                keeper.dismiss();
                Err(error)
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        stop(&mut self.server);
        // The keeper goes last: should we be killed halfway, it finishes.
        let _ = fs::remove_dir_all(self.home.path());
        self.keeper.dismiss_now();
    }
}

fn initialise(programs: &ServerPrograms, home: &Path, owner: Option<Owner>) -> Result<()> {
    let output = programs
        .command("initdb", home, owner)
        .arg("-D")
        .arg(home.join("data"))
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
        .args(["--locale=C", "--no-sync"])
        .output()
        .context("cannot start initdb")?;
    if !output.status.success() {
        bail!("initdb: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The server writes its state on the eighth line of its pid file.
fn wait_until_ready(server: &mut Child, home: &Path) -> Result<()> {
    let pid_file = home.join("data/postmaster.pid");
    let started = Instant::now();
    loop {
        if let Some(status) = server.try_wait()? {
            bail!("postgres ended at its start ({status}): {}", said(home));
        }
        let state = fs::read_to_string(&pid_file).unwrap_or_default();
        if state.lines().nth(7).map(str::trim_end) == Some("ready") {
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            bail!("postgres was not ready after a minute: {}", said(home));
        }
        thread::sleep(PAUSE);
    }
}

fn said(home: &Path) -> String {
    let log = fs::read_to_string(home.join("server.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    let from = lines.len().saturating_sub(10);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// Fast shutdown (SIGINT to the postmaster); by force when it takes too long.
fn stop(server: &mut Child) {
    let pid = i32::try_from(server.id()).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid
        && matches!(server.try_wait(), Ok(None))
    {
        let _ = kill_process(pid, Signal::INT);
        let asked = Instant::now();
        while matches!(server.try_wait(), Ok(None)) && asked.elapsed() < PATIENCE {
            thread::sleep(PAUSE);
        }
        let _ = server.kill();
    }
    let _ = server.wait();
}

/// Cleans up when we are killed without a chance to: a shell that waits on a pipe from us, stops the
/// server and removes its folder when the pipe closes, unless it was dismissed first.
#[derive(Debug)]
struct Keeper {
    shell: Child,
    pipe: Option<ChildStdin>,
}

const KEEPER: &str = r#"read -r word && exit 0
kill -INT "$1" 2>/dev/null
while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
rm -rf -- "$2""#;

impl Keeper {
    fn over(server: &Child, home: &Path) -> Result<Self> {
        let mut shell = Command::new("sh")
            .args(["-c", KEEPER, "keeper", &server.id().to_string()])
            .arg(home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start sh")?;
        let pipe = shell.stdin.take();
        Ok(Self { shell, pipe })
    }

    fn dismiss(mut self) {
        self.dismiss_now();
    }

    fn dismiss_now(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            let _ = pipe.write_all(b"dismissed\n");
        }
        let _ = self.shell.wait();
    }
}

/// Runs a command with [`TEST_VARIABLE`] set, or waits until interrupted when none is given.
///
/// # Errors
/// When there is no PostgreSQL, or it or the command does not start.
pub(crate) fn beside(command: &[String]) -> Result<ExitCode> {
    let programs = ServerPrograms::find()
        .with_context(|| format!("no PostgreSQL server programs; {}", crate::environment::advice(&["postgresql"])))?;
    let mut cluster = Cluster::start(&programs)?;
    println!("{}", cluster.url());
    let Some((program, arguments)) = command.split_first() else {
        cluster.server.wait()?;
        return Ok(ExitCode::SUCCESS);
    };
    let status = Command::new(program)
        .args(arguments)
        .env(TEST_VARIABLE, cluster.url())
        .status()
        .with_context(|| format!("cannot start `{program}`"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn the_account_to_run_as_is_read_from_the_list_of_accounts() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        let owner = Owner::in_accounts(accounts, "postgres").unwrap();
        assert_eq!((owner.user, owner.group), (101, 104));
        assert!(Owner::in_accounts(accounts, "nobody").is_none());
    }

    /// The embedded store is tested without PostgreSQL, so a machine without it passes this too.
    fn on_a_cluster(story: impl FnOnce(Cluster)) {
        match ServerPrograms::find() {
            Some(programs) => story(Cluster::start(&programs).unwrap()),
            None => eprintln!("no PostgreSQL server programs here"),
        }
    }

    #[test]
    fn a_cluster_answers_on_its_address_and_leaves_nothing_behind() {
        on_a_cluster(|cluster| {
            let (port, home) = (cluster.port, cluster.home.path().to_path_buf());
            assert_eq!(cluster.url(), format!("postgres://postgres@127.0.0.1:{port}/postgres"));
            TcpStream::connect(("127.0.0.1", port)).unwrap();
            drop(cluster);
            assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
            assert!(!home.exists());
        });
    }

    #[test]
    fn a_panic_stops_the_cluster_too() {
        on_a_cluster(|cluster| {
            let port = cluster.port;
            let story = AssertUnwindSafe(move || {
                let _running = cluster;
                std::panic::resume_unwind(Box::new("a failing test"));
            });
            assert!(catch_unwind(story).is_err());
            assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        });
    }

    #[test]
    fn two_clusters_live_side_by_side() {
        on_a_cluster(|first| on_a_cluster(|second| assert_ne!(first.port, second.port)));
    }
}
