//! `samlad policy evaluate`: any policy folder, asked in AuthZEN's words.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use decision_pages::{NotEvaluated, Pages, PolicyFolder};
use rbac_policy::PolicyError;
use serde_json::Value;

use crate::cli::Exit;

/// Longest line of a request, in bytes. A longer one is refused and passed over without being held.
const LINE: u64 = 64 * 1024;

const EXAMPLES: &str = "\
Examples:
  samlad policy evaluate --policy policy < requests.jsonl > answers.jsonl
  samlad policy evaluate --policy other-domain requests.jsonl

In, one a line: {\"subject\": {\"type\": \"user\", \"id\": \"7\", \"properties\": {\"role\": \"auditor\"}}, \"action\": {\"name\": \"audit.read\"},
                 \"resource\": {\"type\": \"log\", \"id\": \"1\"}, \"context\": {\"purpose\": \"log_control\"}}
or, from a test set, {\"request\": {..}, \"expected\": true}.
Out, one for each: {\"decision\": .., \"context\": {\"lines\": [..], \"law\": [..], \"obligations\": [..]}}.

The folder needs model.conf, policy.csv and vocabulary.toml; columns and values are its own. A line that is not understood is answered with
decision false and context.error. Exit code 3 when there was one, or a decision was not the expected one, or the policy is refused.";

/// Answers requests.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Evaluate {
    /// The policy folder.
    #[arg(long, value_name = "DIR")]
    policy: PathBuf,
    /// A file of requests instead of standard input.
    #[arg(value_name = "FILE")]
    requests: Option<PathBuf>,
}

/// What was answered.
#[derive(Default)]
struct Count {
    allowed: usize,
    denied: usize,
    not_understood: usize,
    unexpected: usize,
}

impl Evaluate {
    pub(super) fn run(self) -> Result<Exit> {
        let loaded = PolicyFolder::read(&self.policy).and_then(|texts| Pages::compile(&texts.text()));
        let pages = match loaded {
            Ok(pages) => pages,
            Err(refusals) => {
                // Standard output is answers, or nothing.
                eprintln!("{}", PolicyError::Refused(refusals));
                return Ok(Exit::Fault);
            }
        };
        let count = match &self.requests {
            Some(path) => {
                let file = File::open(path).with_context(|| path.display().to_string())?;
                answer(&pages, BufReader::new(file))?
            }
            None => answer(&pages, io::stdin().lock())?,
        };
        let Count { allowed, denied, not_understood, unexpected } = count;
        eprintln!("{allowed} allowed, {denied} denied, {not_understood} not understood, {unexpected} not as expected");
        Ok(if not_understood + unexpected == 0 { Exit::Done } else { Exit::Fault })
    }
}

fn answer(pages: &Pages, mut requests: impl BufRead) -> Result<Count> {
    let mut answers = BufWriter::new(io::stdout().lock());
    let mut count = Count::default();
    let (mut number, mut line) = (0_usize, Vec::new());
    while next_line(&mut requests, &mut line)? {
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = match understood(pages, &line) {
            Ok(evaluation) => {
                let one = if evaluation.decision.is_allowed() { &mut count.allowed } else { &mut count.denied };
                *one += 1;
                count.unexpected += usize::from(!evaluation.is_as_expected());
                evaluation.json()
            }
            Err(error) => {
                count.not_understood += 1;
                let mut answer = error.json();
                if let Some(Value::Object(error)) = answer.pointer_mut("/context/error") {
                    error.insert("line".to_owned(), number.into());
                }
                answer
            }
        };
        if !goes_on(writeln!(answers, "{answer}"))? {
            return Ok(count);
        }
    }
    goes_on(answers.flush())?;
    Ok(count)
}

/// Whether somebody still reads the answers. A reader that has seen enough (`| head`) is no failure.
fn goes_on(written: io::Result<()>) -> Result<bool> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error).context("standard output cannot be written"),
    }
}

fn understood<'p>(pages: &'p Pages, line: &[u8]) -> Result<decision_pages::Evaluation<'p>, NotEvaluated> {
    let wrong = |what: &str, instead: &str| NotEvaluated { what: what.to_owned(), instead: instead.to_owned() };
    if line.len() as u64 > LINE {
        return Err(wrong("the line is too long", "keep a request at 65536 bytes or less"));
    }
    let text = std::str::from_utf8(line).map_err(|_| wrong("no text", "write JSON in UTF-8"))?;
    pages.evaluate(text)
}

/// The next line, with at most one byte more than the limit; false at the end.
fn next_line(requests: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    requests.take(LINE + 1).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(true);
    }
    if line.len() as u64 > LINE {
        // The rest of it, buffer by buffer.
        loop {
            let buffer = requests.fill_buf()?;
            let (used, is_end) = match buffer.iter().position(|byte| *byte == b'\n') {
                Some(end) => (end + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            requests.consume(used);
            if is_end {
                return Ok(true);
            }
        }
    }
    Ok(!line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_end_is_passed_over_in_bounded_memory() {
        let endless = io::repeat(b'x').take(8 << 20);
        let mut requests = BufReader::new(endless.chain(&b"\nshort\n\nlast"[..]));
        let mut line = Vec::new();
        assert!(next_line(&mut requests, &mut line).unwrap());
        assert_eq!(line.len() as u64, LINE + 1);
        for expected in ["short", "", "last"] {
            assert!(next_line(&mut requests, &mut line).unwrap());
            assert_eq!(line, expected.as_bytes());
        }
        assert!(!next_line(&mut requests, &mut line).unwrap());
    }
}
