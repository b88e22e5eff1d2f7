//! One line of a table: what was measured, beside what it is compared to.

use serde::Serialize;

use super::series::Summary;
use super::unit::multiple;
use super::{Series, Unit};

/// A figure.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: String,
    /// What the numbers count.
    pub(crate) unit: Unit,
    /// How many rounds stand behind it.
    pub(crate) rounds: usize,
    /// The figure itself.
    #[serde(flatten)]
    pub(crate) ours: Summary,
    /// What it is compared to, measured in the same rounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) against: Option<Against>,
    /// What we want it to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aim: Option<Aim>,
    /// Whether it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_met: Option<bool>,
}

/// The yardstick of the same run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Against {
    /// What it is.
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) theirs: Summary,
    /// The figure as a multiple of the yardstick, taken within each round.
    pub(crate) ratio: Summary,
}

/// What a figure should be. Missing it fails nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Aim {
    /// The figure itself, at most.
    AtMost(f64),
    /// The ratio, at most.
    RatioAtMost(f64),
    /// The ratio, at least.
    RatioAtLeast(f64),
}

impl Figure {
    /// A figure that stands alone.
    pub(crate) fn alone(name: impl Into<String>, unit: Unit, ours: &Series) -> Self {
        Self {
            name: name.into(),
            unit,
            rounds: ours.rounds(),
            ours: ours.summary(),
            against: None,
            aim: None,
            is_met: None,
        }
    }

    /// A figure beside its yardstick.
    pub(crate) fn beside(name: impl Into<String>, unit: Unit, ours: &Series, theirs: &Series) -> Self {
        let against =
            Against { name: theirs.name().to_owned(), theirs: theirs.summary(), ratio: ours.over(theirs).summary() };
        Self { against: Some(against), ..Self::alone(name, unit, ours) }
    }

    /// The same with what it should be.
    pub(crate) fn aim(self, aim: Aim) -> Self {
        let ratio = self.against.as_ref().map(|against| against.ratio.median);
        let is_met = match aim {
            Aim::AtMost(most) => Some(self.ours.median <= most),
            Aim::RatioAtMost(most) => ratio.map(|ratio| ratio <= most),
            Aim::RatioAtLeast(least) => ratio.map(|ratio| ratio >= least),
        };
        Self { aim: Some(aim), is_met, ..self }
    }

    /// The aim for the table, with whether it was met.
    pub(crate) fn aim_shown(&self) -> String {
        let Some(aim) = self.aim else { return String::new() };
        let wanted = match aim {
            Aim::AtMost(most) => format!("<= {}", self.unit.shown(most)),
            Aim::RatioAtMost(most) => format!("<= {} x", multiple(most)),
            Aim::RatioAtLeast(least) => format!(">= {} x", multiple(least)),
        };
        match self.is_met {
            Some(true) => format!("{wanted}  met"),
            Some(false) => format!("{wanted}  MISSED"),
            None => wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, value: f64) -> Series {
        let mut series = Series::new(name);
        series.push(value);
        series
    }

    #[test]
    fn an_aim_is_held_against_the_median() {
        let figure =
            |aim| Figure::beside("open", Unit::Nanoseconds, &series("ours", 20.0), &series("raw", 10.0)).aim(aim);
        assert_eq!(figure(Aim::RatioAtMost(2.0)).aim_shown(), "<= 2.00 x  met");
        assert_eq!(figure(Aim::RatioAtMost(1.5)).aim_shown(), "<= 1.50 x  MISSED");
        assert_eq!(figure(Aim::RatioAtLeast(3.0)).is_met, Some(false));
        assert_eq!(figure(Aim::AtMost(25.0)).is_met, Some(true));
    }

    #[test]
    fn a_figure_in_json_says_what_it_is_compared_to() {
        let figure = Figure::beside("open", Unit::Nanoseconds, &series("ours", 20.0), &series("raw", 10.0));
        let json = serde_json::to_value(figure.aim(Aim::RatioAtMost(2.5))).unwrap();
        assert_eq!(json["median"], 20.0);
        assert_eq!(json["against"]["name"], "raw");
        assert_eq!(json["against"]["ratio"]["median"], 2.0);
        assert_eq!(json["aim"]["ratioAtMost"], 2.5);
        assert_eq!(json["isMet"], true);
    }
}
