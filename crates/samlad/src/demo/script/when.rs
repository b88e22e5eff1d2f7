//! Times of the script, relative to the demo's start.
//!
//! `-42w 09:15` is a quarter past nine, Stockholm time, on the 42nd working day (Monday to Friday) before the start day; `+14d` is the calendar day two
//! weeks after it. Office work is written in working days, so that nobody in the world works on a Sunday unless the story says so;
//! birthdays and legal terms are written in calendar days.

use time::{Date, Duration, Weekday};
use vocabulary::Timestamp;

/// A text that should be a time relative to the start, and is not.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("times are relative to the start, such as \"-42w 09:15\" or \"+14d\", not {0:?}")]
pub struct WhenError(pub String);

/// The calendar of one demo.
pub(super) struct Calendar {
    today: Date,
}

impl Calendar {
    pub(super) fn starting(start: Timestamp) -> Self {
        Self { today: start.day() }
    }

    /// The day on which the demo starts.
    pub(super) const fn today(&self) -> Date {
        self.today
    }

    /// Replaces every relative time in the value by RFC 3339 or ISO text. Absolute times are refused: they would age.
    pub(super) fn resolve(&self, value: &mut toml::Value) -> Result<(), WhenError> {
        match value {
            toml::Value::String(text) => {
                if let Some(resolved) = self.text(text)? {
                    *text = resolved;
                }
                Ok(())
            }
            toml::Value::Array(values) => values.iter_mut().try_for_each(|value| self.resolve(value)),
            toml::Value::Table(table) => table.iter_mut().try_for_each(|(_, value)| self.resolve(value)),
            toml::Value::Datetime(absolute) => Err(WhenError(absolute.to_string())),
            _ => Ok(()),
        }
    }

    fn text(&self, text: &str) -> Result<Option<String>, WhenError> {
        let refused = || WhenError(text.to_owned());
        let bytes = text.as_bytes();
        if bytes.first().is_some_and(u8::is_ascii_digit) && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-') {
            return Err(refused());
        }
        if !matches!(bytes, [b'+' | b'-', b'0'..=b'9', ..]) {
            return Ok(None);
        }
        let (day, time) = text.split_once(' ').map_or((text, None), |(day, time)| (day, Some(time)));
        let day = self.day(day).ok_or_else(refused)?;
        match time {
            None => Ok(Some(day.to_string())),
            Some(time) => Ok(Some(at(day, minutes(time).ok_or_else(refused)?).rfc3339())),
        }
    }

    fn day(&self, text: &str) -> Option<Date> {
        if let Some(days) = text.strip_suffix('d') {
            return self.today.checked_add(Duration::days(days.parse::<i16>().ok()?.into()));
        }
        self.working_day(text.strip_suffix('w')?.parse().ok()?)
    }

    /// The n-th working day before (negative) or after the start day; 0 is the start day, or the Friday before a weekend.
    pub(super) fn working_day(&self, count: i16) -> Option<Date> {
        let step = if count > 0 { Duration::DAY } else { -Duration::DAY };
        let mut day = self.today;
        let mut left = count.unsigned_abs();
        while left > 0 || is_weekend(day) {
            day = day.checked_add(step)?;
            if !is_weekend(day) {
                left = left.saturating_sub(1);
            }
        }
        Some(day)
    }
}

/// So many minutes past midnight by the clock on a wall in Stockholm.
pub(super) fn at(day: Date, minutes: u16) -> Timestamp {
    let midnight = Timestamp::start_of(day);
    let reached = midnight.plus_seconds(i64::from(minutes) * 60);
    // Clocks change on two nights a year: keep the wall time.
    let change = reached.stockholm().offset().whole_seconds() - midnight.stockholm().offset().whole_seconds();
    reached.plus_seconds(-i64::from(change))
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2)?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(start: &str, relative: &str) -> Option<String> {
        Calendar::starting(Timestamp::parse(start).unwrap()).text(relative).unwrap()
    }

    #[test]
    fn working_days_skip_the_weekend() {
        // 2026-11-23 is a Monday.
        assert_eq!(text("2026-11-23T08:00:00Z", "-1w").unwrap(), "2026-11-20");
        assert_eq!(text("2026-11-22T08:00:00Z", "-1w").unwrap(), "2026-11-20");
        assert_eq!(text("2026-11-21T08:00:00Z", "+1w").unwrap(), "2026-11-23");
        assert_eq!(text("2026-11-23T08:00:00Z", "-6w").unwrap(), "2026-11-13");
        assert_eq!(text("2026-11-23T08:00:00Z", "-1d").unwrap(), "2026-11-22");
    }

    #[test]
    fn a_time_is_the_time_on_the_wall_in_stockholm() {
        assert_eq!(text("2026-11-23T08:00:00Z", "-0d 09:15").unwrap(), "2026-11-23T08:15:00.000000Z");
        // The night when clocks go forward, and an hour that is there before and after.
        assert_eq!(text("2026-03-29T08:00:00Z", "-0d 09:15").unwrap(), "2026-03-29T07:15:00.000000Z");
        assert_eq!(text("2026-10-25T08:00:00Z", "-0d 09:15").unwrap(), "2026-10-25T08:15:00.000000Z");
    }

    #[test]
    fn prose_is_left_alone_and_absolute_times_are_refused() {
        assert_eq!(text("2026-11-23T08:00:00Z", "Hembesök klockan 09:15"), None);
        let calendar = Calendar::starting(Timestamp::parse("2026-11-23T08:00:00Z").unwrap());
        for refused in ["2026-11-01", "2026-11-01T09:15:00Z", "-3", "-3x", "-3d 9:15", "-3d 24:00", "+9999999d"] {
            assert!(calendar.text(refused).is_err(), "{refused}");
        }
        assert!(calendar.resolve(&mut toml::Value::Datetime("2026-11-01".parse().unwrap())).is_err());
    }
}
