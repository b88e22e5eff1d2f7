//! What was measured, as tables for people and as one JSON object for programs.

use core::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;
use vocabulary::{Clock as _, SystemClock};

use crate::kit::unit::multiple;
use crate::kit::{Bench, Figure};
use crate::suites::Suite;

/// Everything that one run measured.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    measured_on: String,
    machine: Machine,
    profile: String,
    rounds: u32,
    suites: Vec<Measured>,
}

/// What may explain a figure; nothing that names the machine.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Machine {
    system: &'static str,
    processor: &'static str,
    cores: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_mebibytes: Option<u64>,
}

/// One suite with its figures, or with why it has none.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Measured {
    name: &'static str,
    about: &'static str,
    figures: Vec<Figure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Measured {
    /// What a suite came to.
    pub(crate) fn of(suite: &Suite, figures: Result<Vec<Figure>>) -> Self {
        let (figures, error) = match figures {
            Ok(figures) => (figures, None),
            Err(error) => (Vec::new(), Some(format!("{error:#}"))),
        };
        Self { name: suite.name, about: suite.about, figures, error }
    }
}

impl Report {
    /// An empty report of this machine, now.
    pub(crate) fn new(bench: &Bench) -> Self {
        Self {
            measured_on: SystemClock::new().today().to_string(),
            machine: Machine::this(),
            profile: bench.profile().to_owned(),
            rounds: bench.rounds(),
            suites: Vec::new(),
        }
    }

    /// Adds a suite.
    pub(crate) fn add(&mut self, measured: Measured) {
        self.suites.push(measured);
    }

    /// Whether every suite could be measured.
    pub(crate) fn is_whole(&self) -> bool {
        self.suites.iter().all(|suite| suite.error.is_none())
    }

    /// One object on one line.
    pub(crate) fn json(&self) -> Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    /// A table per suite.
    pub(crate) fn tables(&self) -> String {
        let mut text = String::new();
        let memory = self.machine.memory_mebibytes.map(|size| format!(", {size} MiB")).unwrap_or_default();
        let _ = writeln!(
            text,
            "{}, {} {}, {} cores{memory}, profile {}, {} rounds",
            self.measured_on,
            self.machine.system,
            self.machine.processor,
            self.machine.cores,
            self.profile,
            self.rounds
        );
        for suite in &self.suites {
            let _ = writeln!(text, "\n{}: {}", suite.name, suite.about);
            match &suite.error {
                Some(error) => {
                    let _ = writeln!(text, "  could not be measured: {error}");
                }
                None => text += &table(&suite.figures),
            }
        }
        text
    }
}

const HEAD: [&str; 7] = ["what", "median", "middle half", "beside", "its median", "ratio", "aim"];
/// Numbers stand at the right edge of their column.
const TO_THE_RIGHT: [bool; 7] = [false, true, false, false, true, true, false];

fn table(figures: &[Figure]) -> String {
    let rows: Vec<[String; 7]> = figures.iter().map(row).collect();
    let widths: Vec<usize> = HEAD
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).chain([head.len()]).max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in std::iter::once(&HEAD.map(str::to_owned)).chain(&rows) {
        let mut line = String::new();
        for ((cell, width), right) in row.iter().zip(&widths).zip(TO_THE_RIGHT) {
            let _ = if right { write!(line, "  {cell:>width$}") } else { write!(line, "  {cell:<width$}") };
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn row(figure: &Figure) -> [String; 7] {
    let shown = |value| figure.unit.shown(value);
    let against = figure.against.as_ref();
    [
        figure.name.clone(),
        shown(figure.ours.median),
        format!("[{} .. {}]", shown(figure.ours.low), shown(figure.ours.high)),
        against.map(|against| against.name.clone()).unwrap_or_default(),
        against.map(|against| shown(against.theirs.median)).unwrap_or_default(),
        against.map(|against| multiple(against.ratio.median)).unwrap_or_default(),
        figure.aim_shown(),
    ]
}

impl Machine {
    fn this() -> Self {
        let memory = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        });
        Self {
            system: std::env::consts::OS,
            processor: std::env::consts::ARCH,
            cores: std::thread::available_parallelism().map_or(1, core::num::NonZero::get),
            memory_mebibytes: memory.map(|kibibytes| kibibytes / 1024),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Aim, Series, Unit};

    fn suite() -> Suite {
        Suite { name: "vault", about: "Fields", run: |_| Ok(Vec::new()) }
    }

    fn series(name: &str, value: f64) -> Series {
        let mut series = Series::new(name);
        series.push(value);
        series
    }

    #[test]
    fn the_table_shows_figure_yardstick_ratio_and_aim_in_one_line() {
        let figure =
            Figure::beside("open 100 B", Unit::Nanoseconds, &series("ours", 200.0), &series("raw cipher", 100.0));
        let mut report = Report::new(&Bench::new(1, "figures"));
        report.add(Measured::of(&suite(), Ok(vec![figure.aim(Aim::RatioAtMost(2.5))])));
        let text = report.tables();
        let line = text.lines().find(|line| line.contains("open 100 B")).unwrap();
        for part in ["200 ns", "raw cipher", "100 ns", "2.00", "<= 2.50 x  met"] {
            assert!(line.contains(part), "{line}");
        }
        assert!(report.is_whole());
    }

    #[test]
    fn a_suite_that_could_not_be_measured_says_why_and_the_others_stand() {
        let mut report = Report::new(&Bench::new(1, "figures"));
        report.add(Measured::of(&suite(), Err(anyhow::anyhow!("no port left"))));
        report.add(Measured::of(&suite(), Ok(vec![Figure::alone("x", Unit::Nanoseconds, &series("x", 1.0))])));
        assert!(!report.is_whole());
        assert!(report.tables().contains("could not be measured: no port left"));
        let json: serde_json::Value = serde_json::from_str(&report.json().unwrap()).unwrap();
        assert_eq!(json["suites"][0]["error"], "no port left");
        assert_eq!(json["suites"][1]["figures"][0]["median"], 1.0);
    }
}
