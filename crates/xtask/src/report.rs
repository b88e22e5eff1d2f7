//! What a run of stages prints at its end.

use std::fmt::Write as _;
use std::time::Duration;

/// How a stage ended when it did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// It could not run here; the reason says what is missing.
    Skipped(String),
}

/// The lines of the table, in the order in which the stages ran.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
    /// Continuous integration: what could not run counts as failed.
    strict: bool,
}

#[derive(Debug)]
struct Line {
    stage: String,
    took: Duration,
    verdict: Verdict,
    reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    Skipped,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Skipped => "SKIPPED",
        }
    }
}

impl Report {
    pub(crate) fn new(strict: bool) -> Self {
        Self { lines: Vec::new(), strict }
    }

    /// Adds a stage and returns its line as printed when it ends.
    pub(crate) fn add(&mut self, stage: &str, took: Duration, ended: anyhow::Result<Outcome>) -> String {
        let (verdict, reason) = match ended {
            Ok(Outcome::Passed) => (Verdict::Passed, String::new()),
            Ok(Outcome::Skipped(reason)) if self.strict => (Verdict::Failed, format!("could not run: {reason}")),
            Ok(Outcome::Skipped(reason)) => (Verdict::Skipped, reason),
            Err(error) => (Verdict::Failed, format!("{error:#}")),
        };
        let line = Line { stage: stage.to_owned(), took, verdict, reason };
        let shown = line.shown();
        self.lines.push(line);
        shown
    }

    pub(crate) fn is_good(&self) -> bool {
        self.count(Verdict::Failed) == 0 && !self.lines.is_empty()
    }

    /// The table, then the counts alone on the last line.
    pub(crate) fn shown(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            let _ = writeln!(text, "{}", line.shown());
        }
        let _ = writeln!(
            text,
            "\n{} passed, {} failed, {} skipped",
            self.count(Verdict::Passed),
            self.count(Verdict::Failed),
            self.count(Verdict::Skipped)
        );
        text
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.lines.iter().filter(|line| line.verdict == verdict).count()
    }
}

impl Line {
    fn shown(&self) -> String {
        let first = self.reason.lines().next().unwrap_or_default();
        format!("{:<12} {:>5.1} min  {:<8} {first}", self.stage, self.took.as_secs_f64() / 60.0, self.verdict.word())
            .trim_end()
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_of(strict: bool) -> Report {
        let mut report = Report::new(strict);
        report.add("format", Duration::from_secs(6), Ok(Outcome::Passed));
        report.add("databases", Duration::ZERO, Ok(Outcome::Skipped("no initdb".to_owned())));
        report
    }

    #[test]
    fn the_last_line_counts_stages_and_stands_alone() {
        let shown = run_of(false).shown();
        assert_eq!(shown.lines().last(), Some("1 passed, 0 failed, 1 skipped"));
        assert!(shown.contains("SKIPPED  no initdb"));
        assert!(run_of(false).is_good());
    }

    #[test]
    fn in_continuous_integration_a_skip_is_a_failure() {
        let report = run_of(true);
        assert!(!report.is_good());
        assert_eq!(report.shown().lines().last(), Some("1 passed, 1 failed, 0 skipped"));
    }

    #[test]
    fn a_run_of_no_stage_is_not_good() {
        assert!(!Report::new(false).is_good());
    }
}
