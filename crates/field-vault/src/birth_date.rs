//! A birth date, kept apart from the identity number (the number's date part can differ from the true date).

use serde::{Deserialize, Serialize};
use time::Date;
use vocabulary::AgeBand;
use vocabulary::age::BirthCertainty;

/// A birth date and how sure it is. Its `Debug` shows nothing.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BirthDate {
    /// The day, written `YYYY-MM-DD`.
    pub date: Date,
    /// How sure it is.
    pub certainty: BirthCertainty,
}

impl BirthDate {
    /// A registered date.
    #[must_use]
    pub const fn certain(date: Date) -> Self {
        Self { date, certainty: BirthCertainty::Certain }
    }

    /// The band that the policy sees on a day in Stockholm: an estimated date gives `Unknown`, which gets the most protective treatment.
    #[must_use]
    pub fn band_on(&self, day: Date) -> AgeBand {
        match self.certainty {
            BirthCertainty::Certain => AgeBand::on(Some(self.date), day),
            BirthCertainty::Estimated => AgeBand::Unknown,
        }
    }
}

impl core::fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[sealed]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_birth_date_is_written_as_a_plain_day_and_shows_nothing_when_debugged() {
        let born = BirthDate::certain(date!(2008 - 02 - 29));
        let json = serde_json::to_string(&born).unwrap();
        assert_eq!(json, r#"{"date":"2008-02-29","certainty":"certain"}"#);
        assert_eq!(serde_json::from_str::<BirthDate>(&json).unwrap(), born);
        assert_eq!(format!("{born:?}"), "[sealed]");
    }

    #[test]
    fn an_estimated_date_gives_no_band() {
        let born = BirthDate { date: date!(1990 - 01 - 01), certainty: BirthCertainty::Estimated };
        assert_eq!(born.band_on(date!(2026 - 11 - 22)), AgeBand::Unknown);
        assert_eq!(BirthDate::certain(born.date).band_on(date!(2026 - 11 - 22)), AgeBand::From21);
    }
}
