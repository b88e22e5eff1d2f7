//! The values of one variant, one a round.

use serde::Serialize;

/// What a variant came to in each round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series {
    name: String,
    values: Vec<f64>,
}

/// A series in three numbers: the middle value, and the range that holds the middle half.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Half of the rounds lie below.
    pub(crate) median: f64,
    /// A quarter of the rounds lies below.
    pub(crate) low: f64,
    /// A quarter of the rounds lies above.
    pub(crate) high: f64,
}

impl Series {
    /// A series without values yet.
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), values: Vec::new() }
    }

    /// Adds the value of the next round.
    pub(crate) fn push(&mut self, value: f64) {
        self.values.push(value);
    }

    /// What the variant is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The same values under another name: what is a figure in one line may be the yardstick of the next.
    pub(crate) fn named(&self, name: &str) -> Self {
        Self { name: name.to_owned(), values: self.values.clone() }
    }

    /// How many rounds it holds.
    pub(crate) fn rounds(&self) -> usize {
        self.values.len()
    }

    /// Round by round, this series as a multiple of another: what drifts during a run drifts out of the quotient.
    pub(crate) fn over(&self, other: &Self) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(ours, theirs)| ours / theirs).collect();
        Self { name: self.name.clone(), values }
    }

    /// Median and quartiles; not a number when there was no round.
    pub(crate) fn summary(&self) -> Summary {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        let quarters = (sorted.len().saturating_sub(1), |quarter: usize, last: usize| {
            // Linear between the two neighbours.
            let (whole, rest) = ((last * quarter) / 4, (last * quarter) % 4);
            let below = sorted.get(whole).copied().unwrap_or(f64::NAN);
            let above = sorted.get(whole + 1).copied().unwrap_or(below);
            below + (above - below) * [0.0, 0.25, 0.5, 0.75].get(rest).copied().unwrap_or(0.0)
        });
        let (last, at) = quarters;
        Summary { median: at(2, last), low: at(1, last), high: at(3, last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        Series { name: String::new(), values: values.to_vec() }
    }

    #[test]
    fn a_median_does_not_follow_one_round_that_was_disturbed() {
        let summary = series(&[5.0, 1.0, 2.0, 900.0, 3.0]).summary();
        assert_eq!(summary, Summary { median: 3.0, low: 2.0, high: 5.0 });
        assert_eq!(series(&[1.0, 2.0]).summary(), Summary { median: 1.5, low: 1.25, high: 1.75 });
        assert_eq!(series(&[7.0]).summary(), Summary { median: 7.0, low: 7.0, high: 7.0 });
        assert!(series(&[]).summary().median.is_nan());
    }

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        // Both double in the second round, as they do when somebody else takes half of the machine.
        let ratio = series(&[10.0, 20.0]).over(&series(&[5.0, 10.0])).summary();
        assert_eq!(ratio, Summary { median: 2.0, low: 2.0, high: 2.0 });
    }
}
