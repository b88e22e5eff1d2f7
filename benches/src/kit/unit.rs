//! What a figure counts, and how a person reads it.

use serde::Serialize;

/// The unit of a figure's values. JSON gives the plain number in this unit; the table scales it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Unit {
    /// A time.
    Nanoseconds,
    /// How many a second.
    PerSecond,
    /// A size.
    Bytes,
}

impl Unit {
    /// Three significant digits with the scale that fits.
    pub(crate) fn shown(self, value: f64) -> String {
        match self {
            Self::Nanoseconds => scaled(value, &[(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns")]),
            Self::PerSecond => format!("{} /s", digits(value)),
            Self::Bytes => scaled(value, &[(1e6, "MB"), (1e3, "kB"), (1.0, "B")]),
        }
    }
}

fn scaled(value: f64, scales: &[(f64, &str)]) -> String {
    let fitting = scales.iter().find(|(scale, _)| value.abs() >= *scale).or_else(|| scales.last());
    let Some((scale, name)) = fitting else { return digits(value) };
    format!("{} {name}", digits(value / scale)).trim_end().to_owned()
}

/// Three significant digits.
fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

/// A multiple; a very small one is easier to read as one part of so many.
pub(crate) fn multiple(value: f64) -> String {
    if value > 0.0 && value < 0.01 { format!("1 / {}", digits(1.0 / value)) } else { digits(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_in_the_scale_that_fits() {
        for (nanoseconds, shown) in
            [(0.4, "0.40 ns"), (9.87, "9.87 ns"), (1234.0, "1.23 us"), (45_600_000.0, "45.6 ms"), (2e9, "2.00 s")]
        {
            assert_eq!(Unit::Nanoseconds.shown(nanoseconds), shown);
        }
    }

    #[test]
    fn a_multiple_below_a_hundredth_is_shown_as_a_fraction() {
        assert_eq!(multiple(0.000_25), "1 / 4000");
        assert_eq!(multiple(0.5), "0.50");
    }
}
