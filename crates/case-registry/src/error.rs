//! What can go wrong in a use case, named for what the caller can do about it.

use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use vocabulary::EntryId;

/// Why a use case gave no answer. No variant carries personal data.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Hidden or missing: the two are never told apart.
    #[error("not found")]
    NotFound,
    /// The command is not acceptable; every field error at once.
    #[error("{} field(s) are not acceptable", .0.len())]
    Invalid(Vec<FieldError>),
    /// Somebody changed the record since it was read: read it again.
    #[error("the record has been changed since it was read")]
    Stale,
    /// The record's state does not allow this; the code names why.
    #[error("not possible in this state: {0}")]
    Conflict(&'static str),
    /// A legal test was not met: nothing was released, and the answer says which test and what to do next.
    #[error("a legal test was not met")]
    Refused(Box<LegalRefusal>),
    /// An idempotency key was used before with another body.
    #[error("the idempotency key was used with another request")]
    KeyReused,
    /// The caller may, once the sign-in has been repeated (step-up).
    #[error("repeat the sign-in first")]
    StepUpRequired,
    /// The caller may, once a reason is stated: it goes into the log.
    #[error("state a reason first")]
    ReasonRequired,
    /// The access could not be logged, so nothing leaves: try again later.
    #[error("the access log could not be written")]
    Unavailable,
    /// A defect or a damaged store. The text is for the operator and names no content.
    #[error("internal error: {0}")]
    Internal(&'static str),
}

/// One field of a command that is not acceptable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// Name of the field as in the command, for example `identityValue` or `paragraphs[2].text`.
    pub field: String,
    /// What is wrong, as a message code, for example `required`, `too-long`, `check-digit`.
    pub code: &'static str,
    /// The limit that was passed, where one applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// Which test failed and what to do next.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegalRefusal {
    /// The legal basis that was examined.
    pub basis: String,
    /// Every failed test.
    pub failed: Vec<FailedTestView>,
    /// The log entry of the refusal.
    pub entry: Option<EntryId>,
}

/// One test that was not met.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailedTestView {
    /// The test's id in `policy/legal-bases.toml`.
    pub test: String,
    /// What failed, in the caller's language.
    pub what: String,
    /// What to do next, in the caller's language.
    pub next: String,
}

/// Days ahead that anything is planned for: five years.
const FURTHEST_AHEAD: i64 = 5 * 366;
/// Days back that anything is written about: thirty years.
const FURTHEST_BACK: i64 = 30 * 366;

/// Collects field errors, so that a reader gets all of them at once.
#[derive(Default)]
pub struct Check(Vec<FieldError>);

impl Check {
    /// An empty check.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes an error for a field.
    pub fn fail(&mut self, field: impl Into<String>, code: &'static str) {
        self.0.push(FieldError { field: field.into(), code, limit: None });
    }

    /// Notes an error when the condition does not hold.
    pub fn require(&mut self, holds: bool, field: impl Into<String>, code: &'static str) {
        if !holds {
            self.fail(field, code);
        }
    }

    /// A text that must not be empty, too long, or hold control characters other than line breaks and tabs.
    pub fn text(&mut self, field: &str, text: &str, longest: usize) {
        if text.trim().is_empty() {
            self.fail(field, "required");
        } else {
            self.optional_text(field, text, longest);
        }
    }

    /// A text that may be empty, but neither too long nor with control characters.
    pub fn optional_text(&mut self, field: &str, text: &str, longest: usize) {
        if text.chars().count() > longest {
            self.0.push(FieldError { field: field.to_owned(), code: "too-long", limit: i64::try_from(longest).ok() });
        }
        if text.chars().any(|c| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || is_bidi_control(c)) {
            self.fail(field, "control-characters");
        }
    }

    /// A day that somebody plans for: not passed, and not so far ahead that it can only be a slip of the pen.
    pub fn planned(&mut self, field: &str, day: impl Into<Option<Date>>, today: Date) {
        let Some(day) = day.into() else { return };
        self.require(day >= today, field, "in-the-past");
        self.require((day - today).whole_days() <= FURTHEST_AHEAD, field, "too-far-ahead");
    }

    /// The day of something that has happened: not to come, and not before anybody whom the product is for was born.
    pub fn happened(&mut self, field: &str, day: Date, today: Date) {
        self.require(day <= today, field, "in-the-future");
        self.require((today - day).whole_days() <= FURTHEST_BACK, field, "too-long-ago");
    }

    /// Ok when nothing was noted.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] with every noted field.
    pub fn done(self) -> Result<(), RegistryError> {
        if self.0.is_empty() { Ok(()) } else { Err(RegistryError::Invalid(self.0)) }
    }
}

/// Characters that turn the direction of the text around them and so can make a line read as something else.
const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 23);

    fn codes(note: impl FnOnce(&mut Check)) -> Vec<&'static str> {
        let mut check = Check::new();
        note(&mut check);
        let Err(RegistryError::Invalid(errors)) = check.done() else { return Vec::new() };
        errors.into_iter().map(|error| error.code).collect()
    }

    #[test]
    fn a_follow_up_a_hundred_years_ahead_is_a_slip_of_the_pen() {
        assert_eq!(codes(|check| check.planned("followUpOn", TODAY, TODAY)), [""; 0]);
        assert_eq!(codes(|check| check.planned("followUpOn", date!(2031 - 11 - 23), TODAY)), [""; 0]);
        assert_eq!(codes(|check| check.planned("followUpOn", date!(2126 - 11 - 23), TODAY)), ["too-far-ahead"]);
        assert_eq!(codes(|check| check.planned("followUpOn", date!(2026 - 11 - 22), TODAY)), ["in-the-past"]);
        assert_eq!(codes(|check| check.planned("followUpOn", None, TODAY)), [""; 0]);
    }

    #[test]
    fn a_note_is_not_about_a_day_before_anybody_was_born() {
        assert_eq!(codes(|check| check.happened("occurredOn", date!(1926 - 11 - 23), TODAY)), ["too-long-ago"]);
        assert_eq!(codes(|check| check.happened("occurredOn", date!(2005 - 1 - 1), TODAY)), [""; 0]);
        assert_eq!(codes(|check| check.happened("occurredOn", date!(2026 - 11 - 24), TODAY)), ["in-the-future"]);
    }
}
