//! One row of the table of legal bases.

use serde::{Deserialize, Deserializer};
use time::{Date, Month};
use vocabulary::{AuthorityKind, Language, age};

use super::section::SectionRange;

/// A text in both languages of the interface.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Swedish.
    pub sv: String,
    /// English.
    pub en: String,
}

impl Wording {
    /// The text in the reader's language.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Swedish => &self.sv,
            Language::English => &self.en,
        }
    }
}

vocabulary::closed_list! {
    /// The answer to a test's question.
    pub enum YesNo {
        /// Ja.
        Yes = "yes",
        /// Nej.
        No = "no",
    }
}

impl YesNo {
    /// `true` for yes.
    #[must_use]
    pub const fn is_yes(self) -> bool {
        matches!(self, Self::Yes)
    }
}

vocabulary::closed_list! {
    /// Whether a basis may be used.
    pub enum State {
        /// May be used.
        On = "on",
        /// Shown, but refuses until the authority's counsel has confirmed the wording.
        Confirm = "confirm",
        /// Neither shown nor usable.
        Off = "off",
    }
}

vocabulary::closed_list! {
    /// Whose approval a release needs besides the case officer's decision.
    pub enum Approval {
        /// The lead (förste socialsekreterare, enhetschef).
        Lead = "lead",
    }
}

vocabulary::closed_list! {
    /// Whether the law obliges the holder to release.
    pub enum Duty {
        /// The holder may, and need not.
        None = "none",
        /// The holder must when asked.
        OnRequest = "on_request",
        /// The holder must, at once, without being asked.
        AtOnce = "at_once",
    }
}

vocabulary::closed_list! {
    /// What the system finds out by itself; the answer to the test's question.
    pub enum Computed {
        /// Is the person under the years of the row's age rule?
        Age = "age",
        /// Has the recipient asked?
        OnRequest = "on_request",
        /// Is it contact details only?
        ContactDetailsOnly = "contact_details_only",
        /// Does a secrecy that the basis cannot lift protect the item?
        ExcludedSecrecy = "excluded_secrecy",
        /// Is one of the required other bases met too?
        AnotherBasis = "another_basis",
        /// Is there a valid consent from everyone who must consent?
        ConsentValid = "consent_valid",
        /// Does another identifiable person remain in the item without a basis of their own? Only a yes is found out: a mark says so.
        OtherIdentifiablePerson = "other_identifiable_person",
    }
}

impl Computed {
    /// Whether a person is asked as well. A mark that is not there is no answer: that somebody else is marked in the item stops the release, and that
    /// nobody is marked leaves the question to whoever decides.
    #[must_use]
    pub const fn asks_a_person_too(self) -> bool {
        matches!(self, Self::OtherIdentifiablePerson)
    }
}

/// What age has to do with a basis. Years are the birthday on which the condition ceases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawAgeRule")]
pub enum AgeRule {
    /// No age limit.
    Any,
    /// The basis lapses on this birthday, for follow-ups too; an unknown age needs an explicit statement (OSL 10 kap. 18 a §).
    LapsesAt(u8),
    /// The person is under this age. Where the birth date is unknown, the case officer answers the question.
    SubjectUnder(u8),
    /// The person is, or can be presumed to be, under this age (OSL 10 kap. 20 §).
    PresumedUnder(u8),
    /// The victim of the crime is under this age; asked as a test.
    VictimUnder(u8),
    /// Whoever received the goods is under this age; asked as a test.
    BuyerUnder(u8),
    /// The person was under this age when the crime was committed; asked as a test.
    AtCrimeUnder(u8),
    /// Age is one of several listed grounds; asked as a test.
    ByLimb,
}

impl AgeRule {
    /// The years that the system compares with the person's own birth date.
    #[must_use]
    pub const fn computed_limit(self) -> Option<u8> {
        match self {
            Self::LapsesAt(years) | Self::SubjectUnder(years) | Self::PresumedUnder(years) => Some(years),
            Self::Any | Self::VictimUnder(_) | Self::BuyerUnder(_) | Self::AtCrimeUnder(_) | Self::ByLimb => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAgeRule {
    kind: String,
    years: Option<u8>,
}

impl TryFrom<RawAgeRule> for AgeRule {
    type Error = &'static str;

    fn try_from(raw: RawAgeRule) -> Result<Self, Self::Error> {
        Ok(match (raw.kind.as_str(), raw.years) {
            ("any", None) => Self::Any,
            ("by_limb", None) => Self::ByLimb,
            ("lapses_at", Some(years)) => Self::LapsesAt(years),
            ("subject_under", Some(years)) => Self::SubjectUnder(years),
            ("presumed_under", Some(years)) => Self::PresumedUnder(years),
            ("victim_under", Some(years)) => Self::VictimUnder(years),
            ("buyer_under", Some(years)) => Self::BuyerUnder(years),
            ("at_crime_under", Some(years)) => Self::AtCrimeUnder(years),
            _ => return Err("an age rule is any or by_limb without years, or a known kind with years"),
        })
    }
}

/// Who may release to whom under a basis.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// Kinds of holder.
    pub from: Vec<AuthorityKind>,
    /// Kinds of recipient.
    pub to: Vec<AuthorityKind>,
    /// Whose approval the release needs in this direction.
    pub approval: Option<Approval>,
    /// Shown after every other basis in this direction.
    #[serde(default)]
    pub offered_last: bool,
    /// A reservation (förbehåll, OSL 10 kap. 14 §) is possible: only toward private persons, such as a private school.
    #[serde(default)]
    pub reservation: bool,
}

/// One question whose answer decides, with a worked example of each answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Stable code, unique within the basis.
    pub id: String,
    /// Set where the system answers by itself.
    pub computed: Option<Computed>,
    /// The question, plain and positive.
    pub question: Wording,
    /// The only answer that lets the release go on.
    pub required_answer: YesNo,
    /// Whether the answer needs written reasons.
    #[serde(default)]
    pub reason_required: bool,
    /// A case where the answer is yes.
    pub example_yes: Wording,
    /// A case where the answer is no.
    pub example_no: Wording,
    /// What to do next when the answer is the other one.
    pub if_fails: Wording,
}

impl Test {
    /// Whether a person answers it; the rest the system answers alone.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.computed.is_none_or(Computed::asks_a_person_too)
    }
}

/// One legal basis in one version.
#[expect(clippy::struct_excessive_bools, reason = "each is a property that the law gives or does not; none is a state")]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// Stable code, for example `OSL_10_18A`.
    pub code: String,
    /// Counted from 1 for each code.
    pub version: u32,
    /// The statute and section, as shown to people.
    pub citation: String,
    /// A short name.
    pub title: Wording,
    /// One or two plain sentences.
    pub summary: Wording,
    /// First day on which the version may be used.
    #[serde(deserialize_with = "day")]
    pub valid_from: Date,
    /// Last day on which the version may be used; none: until further notice.
    #[serde(default, deserialize_with = "optional_day")]
    pub valid_to: Option<Date>,
    /// Whether it may be used.
    pub state: State,
    /// Who may release to whom.
    pub directions: Vec<Direction>,
    /// What age has to do with it.
    pub age: AgeRule,
    /// Whether the law obliges the holder.
    #[serde(default = "no_duty")]
    pub duty: Duty,
    /// Usable only when the recipient has asked.
    #[serde(default)]
    pub on_request_only: bool,
    /// Usable only for contact details.
    #[serde(default)]
    pub contact_details_only: bool,
    /// Sections of the OSL whose secrecy the basis cannot lift.
    #[serde(default)]
    pub excludes_sections: Vec<SectionRange>,
    /// The basis never stands alone: one of these must be met for the same items.
    #[serde(default)]
    pub requires_one_of: Vec<String>,
    /// Whether later fields of a joint action may follow a release under this basis.
    pub follow_up_allowed: bool,
    /// Who decides, as shown to people.
    pub who_decides: Wording,
    /// Kinds of holder at which it is decided only by whom the authority's delegation list names (KL 6 kap. 37 § och 7 kap. 5 §).
    #[serde(default)]
    pub delegated_at: Vec<AuthorityKind>,
    /// Whether the lead decides there without standing in the list.
    #[serde(default = "yes")]
    pub lead_decides: bool,
    /// The questions, in the order of the page.
    #[serde(rename = "test")]
    pub tests: Vec<Test>,
}

impl LegalBasis {
    /// Whether the version is in force on a day (Stockholm).
    #[must_use]
    pub fn in_force(&self, date: Date) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|last| date <= last)
    }

    /// The direction for this holder and recipient, if the basis covers it.
    #[must_use]
    pub fn direction(&self, from: AuthorityKind, to: AuthorityKind) -> Option<&Direction> {
        self.directions.iter().find(|direction| direction.from.contains(&from) && direction.to.contains(&to))
    }

    /// Whose approval a release from this holder to this recipient needs.
    #[must_use]
    pub fn approval(&self, from: AuthorityKind, to: AuthorityKind) -> Option<Approval> {
        self.direction(from, to).and_then(|direction| direction.approval)
    }

    /// Whether the basis is shown after all others for this holder and recipient.
    #[must_use]
    pub fn offered_last(&self, from: AuthorityKind, to: AuthorityKind) -> bool {
        self.direction(from, to).is_some_and(|direction| direction.offered_last)
    }

    /// The tests that a person answers.
    pub fn asked(&self) -> impl Iterator<Item = &Test> {
        self.tests.iter().filter(|test| test.is_asked())
    }

    /// The test with this id.
    #[must_use]
    pub fn test(&self, id: &str) -> Option<&Test> {
        self.tests.iter().find(|test| test.id == id)
    }

    /// The day on which releases under this basis lapse for a person born on this day: OSL 10 kap. 18 a §, the 21st birthday.
    #[must_use]
    pub fn lapses_on(&self, born: Date) -> Option<Date> {
        match self.age {
            AgeRule::LapsesAt(years) => Some(age::birthday(born, years)),
            _ => None,
        }
    }
}

/// What protects an item once a kind of recipient holds it; shown in the preview.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientSecrecy {
    /// The section, for example "OSL 35 kap. 1 §".
    pub citation: String,
    /// What it means, in plain words.
    pub note: Wording,
}

const fn yes() -> bool {
    true
}

const fn no_duty() -> Duty {
    Duty::None
}

/// A TOML local date, without time or offset.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let toml::value::Datetime { date: Some(date), time: None, offset: None } =
        toml::value::Datetime::deserialize(deserializer)?
    else {
        return Err(serde::de::Error::custom("a date without time is expected, for example 2025-04-01"));
    };
    Month::try_from(date.month)
        .and_then(|month| Date::from_calendar_date(i32::from(date.year), month, date.day))
        .map_err(serde::de::Error::custom)
}

fn optional_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}
