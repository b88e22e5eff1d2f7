//! Time is a parameter. Instants are microseconds in UTC; the law's dates are days in Europe/Stockholm.

use core::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, format = DateTime))]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the epoch, as stored.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch, as stored.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// From RFC 3339 text with any offset.
    ///
    /// # Errors
    /// When the text is not RFC 3339.
    pub fn parse(text: &str) -> Result<Self, time::error::Parse> {
        let at = OffsetDateTime::parse(text, &Rfc3339)?;
        Ok(Self(i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)))
    }

    /// RFC 3339 in UTC with exactly six decimals: the form of log entries and of the API.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let at = self.utc();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.microsecond()
        )
    }

    /// The instant as a UTC date and time.
    #[must_use]
    pub fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// The instant as a date and time in Europe/Stockholm.
    #[must_use]
    pub fn stockholm(self) -> OffsetDateTime {
        let seconds = self.0.div_euclid(1_000_000);
        let offset = tzdb_data::time_zone::europe::STOCKHOLM
            .find_local_time_type(seconds)
            .ok()
            .and_then(|local| UtcOffset::from_whole_seconds(local.ut_offset()).ok())
            .unwrap_or(UtcOffset::UTC);
        self.utc().to_offset(offset)
    }

    /// The day in Europe/Stockholm: the day that every legal clock counts in.
    #[must_use]
    pub fn day(self) -> Date {
        self.stockholm().date()
    }

    /// Midnight at the start of a day in Europe/Stockholm.
    #[must_use]
    pub fn start_of(day: Date) -> Self {
        let naive = PrimitiveDateTime::new(day, time::Time::MIDNIGHT).assume_utc();
        let guess = Self(naive.unix_timestamp() * 1_000_000);
        // The offset at local midnight is the offset one to two hours earlier in UTC; Sweden never changes clocks at midnight.
        let offset = Self(guess.0 - 3_600_000_000).stockholm().offset();
        Self(guess.0 - i64::from(offset.whole_seconds()) * 1_000_000)
    }

    /// This instant plus a number of seconds (negative: before).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// This instant plus whole days of 24 hours.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text)
            .map_err(|_| serde::de::Error::custom("expected a date and time as RFC 3339, such as 2026-11-22T23:15:00Z"))
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Today in Europe/Stockholm.
    fn today(&self) -> Date {
        self.now().day()
    }
}

/// The machine's clock, optionally moved so that the demo starts at a given instant.
#[derive(Clone, Copy, Default)]
pub struct SystemClock {
    shift_micros: i64,
}

impl SystemClock {
    /// The machine's clock.
    #[must_use]
    pub const fn new() -> Self {
        Self { shift_micros: 0 }
    }

    /// A clock that reads `start` now and runs on from there.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self { shift_micros: start.0 - Self::new().now().0 }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        let now = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1000;
        Timestamp(i64::try_from(now).unwrap_or(i64::MAX).saturating_add(self.shift_micros))
    }
}

/// A clock that stands still until it is set; each reading moves it by one microsecond so that order stays visible.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Stands at this instant.
    #[must_use]
    pub const fn at(instant: Timestamp) -> Self {
        Self(AtomicI64::new(instant.0))
    }

    /// Moves the clock to this instant.
    pub fn set(&self, instant: Timestamp) {
        self.0.store(instant.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_day_in_stockholm_starts_before_it_does_in_utc() {
        assert_eq!(Timestamp::start_of(date!(2026 - 11 - 23)).rfc3339(), "2026-11-22T23:00:00.000000Z");
        assert_eq!(Timestamp::start_of(date!(2026 - 07 - 01)).rfc3339(), "2026-06-30T22:00:00.000000Z");
        assert_eq!(Timestamp::start_of(date!(2026 - 03 - 30)).rfc3339(), "2026-03-29T22:00:00.000000Z");
        assert_eq!(Timestamp::start_of(date!(2026 - 03 - 29)).day(), date!(2026 - 03 - 29));
        assert_eq!(Timestamp::start_of(date!(2026 - 03 - 29)).plus_seconds(-1).day(), date!(2026 - 03 - 28));
    }

    #[test]
    fn an_instant_survives_its_text() {
        let at = Timestamp::from_micros(1_795_000_000_123_456);
        assert_eq!(Timestamp::parse(&at.rfc3339()).unwrap(), at);
    }
}
