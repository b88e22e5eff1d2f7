//! What is known about one intended release.

use time::{Date, Duration};
use vocabulary::AuthorityKind;
use vocabulary::age::{BirthCertainty, age_on};

/// Someone's explicit statement of age where the birth date is unknown or only estimated.
///
/// It is kept as the earliest day on which the person can have been born, so that it runs out by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgeStatement {
    /// The earliest day on which the person can have been born.
    pub born_no_earlier_than: Date,
    /// Who states it (a person or an authority).
    pub stated_by: String,
}

impl AgeStatement {
    /// "On this day the person is so many years old", read in the most protective way: the next birthday may be tomorrow.
    #[must_use]
    pub fn of_age(years: u8, on: Date, stated_by: impl Into<String>) -> Self {
        // At most a few days too early: the 28th exists in every month.
        let year = on.year() - i32::from(years) - 1;
        let mut earliest = Date::from_calendar_date(year, on.month(), on.day().min(28)).unwrap_or(on);
        while age_on(earliest, on) > years {
            earliest = earliest.saturating_add(Duration::DAY);
        }
        Self { born_no_earlier_than: earliest, stated_by: stated_by.into() }
    }

    /// The greatest age that the person can have; `None` where nobody stands behind the statement or it lies in the future.
    pub(super) fn greatest_age(&self, today: Date) -> Option<u8> {
        let sound = self.born_no_earlier_than <= today && !self.stated_by.trim().is_empty();
        sound.then(|| age_on(self.born_no_earlier_than, today))
    }
}

/// One answer to one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The test's id.
    pub test_id: String,
    /// Yes or no.
    pub answer: bool,
    /// Written reasons.
    pub reason: Option<String>,
}

/// Everything that the examination of one release looks at. The conductor fills it from records, never from the client, apart
/// from `answers` and the age statement.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that a test asks about; none is a state")]
pub struct Situation<'a> {
    /// Kind of the holder.
    pub from: AuthorityKind,
    /// Kind of the recipient.
    pub to: AuthorityKind,
    /// Today in Europe/Stockholm.
    pub today: Date,
    /// The person's birth date, if there is one.
    pub born: Option<Date>,
    /// Whether the birth date is registered or somebody's estimate; an estimate counts as unknown.
    pub birth_certainty: BirthCertainty,
    /// An explicit statement of age, used only where no certain birth date is known.
    pub age_statement: Option<&'a AgeStatement>,
    /// The recipient has asked for the items.
    pub on_request: bool,
    /// The OSL sections that protect the items at the holder, `chapter:section`. Empty means unclassified, which is treated as excluded.
    pub secrecy_sections: &'a [&'a str],
    /// The items are contact details only.
    pub contact_details_only: bool,
    /// Codes of other bases that were examined and met for the same items.
    pub together_with: &'a [&'a str],
    /// Counsel has confirmed this version ([`super::Confirmations::cover`]).
    pub confirmed: bool,
    /// A valid consent exists from everyone who must consent, for this recipient and today.
    pub consent_valid: bool,
    /// A paragraph marked as speaking of another identifiable person remains in the items, without a basis of its own.
    pub other_identifiable_person: bool,
    /// What the case officer answered.
    pub answers: &'a [Answer],
}

impl Situation<'_> {
    /// The registered birth date; one in the future is no birth date.
    pub(super) fn certain_birth_date(&self) -> Option<Date> {
        self.born.filter(|born| self.birth_certainty == BirthCertainty::Certain && *born <= self.today)
    }
}
