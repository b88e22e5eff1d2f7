//! The README's commands, run: a fenced `sh` block after a `<!-- run -->` comment is a promise.
//!
//! - `<!-- run -->`: must succeed within 25 minutes;
//! - `<!-- run 90s -->`: within that time;
//! - `<!-- run until "text" -->`: must print the text within 25 minutes (a release build included), is then interrupted, and must end.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::report::Outcome;
use crate::workspace::Workspace;

const FILES: &[&str] = &["README.md", "README.sv.md"];
const LIMIT: Duration = Duration::from_mins(25);
const FAREWELL: Duration = Duration::from_secs(30);

/// A marked block.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    line: usize,
    script: String,
    limit: Duration,
    until: Option<String>,
}

/// Runs the marked blocks of both READMEs in the root of the work tree.
///
/// # Errors
/// When a block fails, or a mark cannot be read.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut ran = Vec::new();
    for file in FILES {
        let Ok(text) = fs::read_to_string(workspace.root.join(file)) else {
            continue;
        };
        for block in blocks(&text).with_context(|| (*file).to_owned())? {
            // The Swedish README shows the same commands; once is enough.
            if ran.contains(&block.script) {
                continue;
            }
            println!("{file}:{}\n{}", block.line, block.script.trim_end());
            run(&block, &workspace.root).with_context(|| format!("{file}:{}", block.line))?;
            ran.push(block.script);
        }
    }
    Ok(if ran.is_empty() {
        Outcome::Skipped("no README has a block marked <!-- run -->".to_owned())
    } else {
        Outcome::Passed
    })
}

fn blocks(text: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut mark = None;
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if let Some(block) = &mut open {
            if trimmed == "```" {
                blocks.extend(open.take());
            } else {
                block.script.push_str(line);
                block.script.push('\n');
            }
        } else if let Some(words) = mark_of(trimmed) {
            mark = Some(words);
        } else if trimmed == "```sh" {
            if let Some(words) = mark.take() {
                open = Some(Block::marked(&words, index + 1)?);
            }
        } else if !trimmed.is_empty() && mark.take().is_some() {
            bail!("line {}: a run mark without a ```sh block", index + 1);
        }
    }
    if open.is_some() || mark.is_some() {
        bail!("a run mark without a finished ```sh block");
    }
    Ok(blocks)
}

fn mark_of(line: &str) -> Option<String> {
    let words = line.strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    let rest = words.strip_prefix("run")?;
    (rest.is_empty() || rest.starts_with(' ')).then(|| rest.trim().to_owned())
}

impl Block {
    fn marked(words: &str, line: usize) -> Result<Self> {
        let mut block = Self { line, script: String::new(), limit: LIMIT, until: None };
        if let Some(text) = words.strip_prefix("until ") {
            block.until = Some(text.trim().trim_matches('"').to_owned());
        } else if !words.is_empty() {
            let seconds = words.strip_suffix('s').and_then(|n| n.parse().ok());
            let seconds = seconds.with_context(|| format!("line {line}: mark `{words}`"))?;
            block.limit = Duration::from_secs(seconds);
        }
        Ok(block)
    }
}

/// Runs the block in a process group of its own, so that the limit ends everything it started.
fn run(block: &Block, root: &Path) -> Result<()> {
    let mut shell = Command::new("sh")
        .args(["-eu", "-c", &block.script])
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .context("cannot start sh")?;
    let outcome = follow(&mut shell, block);
    signal(&shell, Signal::KILL);
    let _ = shell.wait();
    outcome
}

fn follow(shell: &mut Child, block: &Block) -> Result<()> {
    let output = shell.stdout.take().context("no standard output")?;
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{line}");
            let _ = sender.send(line);
        }
    });
    let deadline = Instant::now() + block.limit;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match (lines.recv_timeout(left), &block.until) {
            (Ok(line), Some(text)) if line.contains(text.as_str()) => {
                signal(shell, Signal::INT);
                return ended_within(shell, FAREWELL, "did not end when interrupted").map(|_| ());
            }
            (Ok(_), _) => {}
            (Err(RecvTimeoutError::Timeout), _) => {
                bail!("not done after {} s", block.limit.as_secs());
            }
            (Err(RecvTimeoutError::Disconnected), Some(text)) => {
                bail!("ended without printing `{text}`");
            }
            (Err(RecvTimeoutError::Disconnected), None) => {
                let left = deadline.saturating_duration_since(Instant::now());
                let success = ended_within(shell, left, "closed its output and went on")?;
                return if success { Ok(()) } else { bail!("the block failed") };
            }
        }
    }
}

fn ended_within(shell: &mut Child, limit: Duration, otherwise: &str) -> Result<bool> {
    let started = Instant::now();
    loop {
        if let Some(status) = shell.try_wait()? {
            return Ok(status.success());
        }
        if started.elapsed() > limit {
            bail!("{otherwise}");
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn signal(shell: &Child, signal: Signal) {
    if let Some(group) = i32::try_from(shell.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(script: &str) -> Block {
        Block { line: 1, script: script.to_owned(), limit: Duration::from_secs(20), until: None }
    }

    fn outcome(block: &Block) -> Result<()> {
        run(block, Path::new("."))
    }

    #[test]
    fn only_marked_shell_blocks_are_run() {
        let text = "```sh\nrm -rf elsewhere\n```\n<!-- run -->\n\n```sh\ntrue\n```\n\
            <!-- run until \"ready at\" -->\n```sh\nserve\n```\n<!-- running costs -->\n";
        let blocks = blocks(text).unwrap();
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0].script, "true\n");
        assert_eq!(blocks[1].until.as_deref(), Some("ready at"));
    }

    #[test]
    fn a_mark_says_its_time_limit() {
        let blocks = blocks("<!-- run 90s -->\n```sh\ntrue\n```").unwrap();
        assert_eq!(blocks[0].limit, Duration::from_secs(90));
    }

    #[test]
    fn a_mark_that_marks_nothing_is_an_error() {
        assert!(blocks("<!-- run -->\nprose\n```sh\ntrue\n```").is_err());
        assert!(blocks("<!-- run -->").is_err());
        assert!(blocks("<!-- run soon -->\n```sh\ntrue\n```").is_err());
    }

    #[test]
    fn a_block_fails_with_its_first_failing_command() {
        assert!(outcome(&block("true")).is_ok());
        assert!(outcome(&block("false\ntrue")).is_err());
    }

    #[test]
    fn a_block_that_does_not_end_is_ended() {
        let mut endless = block("exec sleep 600");
        endless.limit = Duration::from_millis(100);
        let error = outcome(&endless).unwrap_err().to_string();
        assert!(error.contains("not done"), "{error}");
    }

    #[test]
    fn a_server_is_interrupted_once_it_said_it_is_ready() {
        let mut server = block("echo ready at noon; exec sleep 600");
        server.until = Some("ready at".to_owned());
        outcome(&server).unwrap();
        server.until = Some("never said".to_owned());
        server.script = "echo something else".to_owned();
        assert!(outcome(&server).is_err());
    }
}
