//! The legal clocks of a case: what the person's age ends, and what a concern report in the case demands.

use field_vault::BirthDate;
use serde::Serialize;
use store::received::ReceivedRow;
use time::Date;
use utoipa::ToSchema;

use super::code;
use crate::{RegistryError, measure::day, received::ConcernClock};

vocabulary::closed_list! {
    /// What a clock runs to.
    pub enum ClockKind {
        /// The 18th birthday: guardians' consent ends.
        Turns18 = "turns_18",
        /// The 21st birthday: OSL 10 kap. 18 a § ends.
        Turns21 = "turns_21",
        /// The need of immediate protection is assessed.
        ConcernProtection = "concern_protection",
        /// The preliminary assessment of a concern report is made.
        ConcernPreliminary = "concern_preliminary",
        /// The inquiry of a child is finished.
        ConcernInquiry = "concern_inquiry",
    }
}

impl From<ConcernClock> for ClockKind {
    fn from(clock: ConcernClock) -> Self {
        match clock {
            ConcernClock::Protection => Self::ConcernProtection,
            ConcernClock::Preliminary => Self::ConcernPreliminary,
            ConcernClock::Inquiry => Self::ConcernInquiry,
        }
    }
}

/// One legal clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockView {
    /// What it runs to.
    pub kind: ClockKind,
    /// On which day in Stockholm.
    pub on: Date,
    /// Whole days from today; negative once passed.
    pub days: i64,
}

impl ClockView {
    fn to(kind: ClockKind, on: Date, today: Date) -> Self {
        Self { kind, on, days: (on - today).whole_days() }
    }
}

/// The clocks that an age sets: the 18th and the 21st birthday, as long as they lie ahead.
pub(crate) fn clocks(birth: Option<&BirthDate>, today: Date) -> Vec<ClockView> {
    let Some(birth) = birth else { return Vec::new() };
    [(ClockKind::Turns18, 18), (ClockKind::Turns21, 21)]
        .into_iter()
        .map(|(kind, years)| (kind, vocabulary::age::birthday(birth.date, years)))
        .filter(|(_, on)| *on > today)
        .map(|(kind, on)| ClockView::to(kind, on, today))
        .collect()
}

/// The clocks of the concern reports in a case's personal file: they run until the step is recorded.
pub(super) fn of_reports(filed: &[ReceivedRow], today: Date) -> Result<Vec<ClockView>, RegistryError> {
    filed
        .iter()
        .filter_map(|row| Some((row.clock.as_deref()?, row.respond_on.as_deref().and_then(day)?)))
        .map(|(clock, on)| Ok(ClockView::to(code::<ConcernClock>(clock)?.into(), on, today)))
        .collect()
}
