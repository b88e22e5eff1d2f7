//! Age in whole years, and the bands that the law's clocks cut.

use serde::{Deserialize, Serialize};
use time::{Date, Month};

/// Age in whole years on a day. A person born on 29 February has the birthday on 28 February in common years.
#[must_use]
pub fn age_on(born: Date, on: Date) -> u8 {
    let mut years = on.year() - born.year();
    if (on.month() as u8, on.day()) < birthday_in(born, on.year()) {
        years -= 1;
    }
    u8::try_from(years.max(0)).unwrap_or(u8::MAX)
}

/// The day on which a person reaches an age.
#[must_use]
pub fn birthday(born: Date, years: u8) -> Date {
    let year = born.year() + i32::from(years);
    let (_, day) = birthday_in(born, year);
    Date::from_calendar_date(year, born.month(), day).unwrap_or(born)
}

fn birthday_in(born: Date, year: i32) -> (u8, u8) {
    let leap_day = born.month() == Month::February && born.day() == 29 && !time::util::is_leap_year(year);
    (born.month() as u8, if leap_day { 28 } else { born.day() })
}

crate::closed_list! {
    /// The age bands that the policy sees. `Unknown` gets the most protective treatment.
    pub enum AgeBand {
        /// Not yet 18.
        Under18 = "under_18",
        /// 18 to 20: the 18th birthday has come, the 21st not.
        From18To20 = "from_18_to_20",
        /// 21 or older: OSL 10 kap. 18 a § has lapsed.
        From21 = "from_21",
        /// No certain birth date.
        Unknown = "unknown",
    }
}

impl AgeBand {
    /// The band on a day in Stockholm.
    #[must_use]
    pub fn on(born: Option<Date>, day: Date) -> Self {
        match born.map(|born| age_on(born, day)) {
            None => Self::Unknown,
            Some(0..=17) => Self::Under18,
            Some(18..=20) => Self::From18To20,
            Some(_) => Self::From21,
        }
    }
}

/// How sure a birth date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BirthCertainty {
    /// Registered.
    Certain,
    /// Estimated by somebody.
    Estimated,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn the_twenty_first_birthday_begins_at_midnight() {
        let born = date!(2005 - 11 - 23);
        assert_eq!(AgeBand::on(Some(born), date!(2026 - 11 - 22)), AgeBand::From18To20);
        assert_eq!(AgeBand::on(Some(born), date!(2026 - 11 - 23)), AgeBand::From21);
    }

    #[test]
    fn a_leap_day_child_turns_on_28_february_in_common_years() {
        let born = date!(2004 - 02 - 29);
        assert_eq!(age_on(born, date!(2025 - 02 - 27)), 20);
        assert_eq!(age_on(born, date!(2025 - 02 - 28)), 21);
        assert_eq!(age_on(born, date!(2028 - 02 - 28)), 23);
        assert_eq!(age_on(born, date!(2028 - 02 - 29)), 24);
        assert_eq!(birthday(born, 21), date!(2025 - 02 - 28));
        assert_eq!(birthday(born, 24), date!(2028 - 02 - 29));
    }
}
