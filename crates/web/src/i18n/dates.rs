//! Days and instants as people write them: `22 november 2026`, `22 november 2026 kl. 23.15`. Instants are shown in Europe/Stockholm.

use time::Date;
use vocabulary::{Language, Timestamp};

use super::Messages;

impl Messages {
    /// `22 november 2026` or `22 November 2026`.
    #[must_use]
    pub fn day(self, day: Date) -> String {
        format!("{} {} {}", day.day(), self.month_name(day.month()), day.year())
    }

    /// `22 november 2026 kl. 23.15` or `22 November 2026 at 23:15`, Swedish time.
    #[must_use]
    pub fn instant(self, at: Timestamp) -> String {
        let local = at.stockholm();
        let (hour, minute) = (local.hour(), local.minute());
        match self.language() {
            Language::Swedish => format!("{} kl. {hour:02}.{minute:02}", self.day(local.date())),
            Language::English => format!("{} at {hour:02}:{minute:02}", self.day(local.date())),
        }
    }

    /// `23.15` or `23:15`, Swedish time.
    #[must_use]
    pub fn clock(self, at: Timestamp) -> String {
        let local = at.stockholm();
        let sign = if self.language() == Language::Swedish { '.' } else { ':' };
        format!("{:02}{sign}{:02}", local.hour(), local.minute())
    }

    /// `november 2026`.
    #[must_use]
    pub fn month(self, day: Date) -> String {
        format!("{} {}", self.month_name(day.month()), day.year())
    }

    /// The name of a month.
    #[must_use]
    pub fn month_name(self, month: time::Month) -> String {
        self.of("month", &u8::from(month).to_string())
    }

    /// The name of a weekday.
    #[must_use]
    pub fn weekday_name(self, day: time::Weekday) -> String {
        self.of("weekday", &day.number_from_monday().to_string())
    }
}

/// The day in the form of the `datetime` attribute and of date fields: `2026-11-22`.
#[must_use]
pub fn iso_day(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

/// A day from a date field.
#[must_use]
pub fn parse_day(text: &str) -> Option<Date> {
    Date::parse(text, time::macros::format_description!("[year]-[month]-[day]")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn an_instant_reads_as_a_swede_and_as_a_briton_would_write_it() {
        let at = Timestamp::parse("2026-11-22T22:15:00Z").unwrap();
        assert_eq!(Messages::new(Language::Swedish).instant(at), "22 november 2026 kl. 23.15");
        assert_eq!(Messages::new(Language::English).instant(at), "22 November 2026 at 23:15");
    }

    #[test]
    fn every_month_and_weekday_has_a_name() {
        for language in Language::ALL {
            let msg = Messages::new(*language);
            let mut day = date!(2026 - 01 - 01);
            while day.year() == 2026 {
                assert!(!msg.day(day).contains(msg.unknown_value()));
                assert_ne!(msg.weekday_name(day.weekday()), msg.unknown_value());
                day = day.next_day().unwrap();
            }
        }
    }

    #[test]
    fn a_day_survives_its_field() {
        assert_eq!(parse_day(&iso_day(date!(2026 - 02 - 28))), Some(date!(2026 - 02 - 28)));
        assert_eq!(parse_day("2026-02-30"), None);
        assert_eq!(parse_day("28/2 2026"), None);
    }
}
