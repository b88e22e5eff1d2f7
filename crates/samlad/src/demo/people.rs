//! Who lives in the demo world: authorities with their units, the personas who act, and the fictitious young people.
//!
//! Birth dates are computed from the demo's start day, so that the 18 and 21 clocks bite on whatever day the demo is started.
//! Birth numbers come from the test series 980-999, which the Swedish Tax Agency never gives to anyone.

use serde::Deserialize;
use time::{Date, Duration, Month};
use vocabulary::age::BirthCertainty;
use vocabulary::personal_number::check_digit;
use vocabulary::{AuthorityKind, Protection, Role};

use super::script::label::PersonLabel;

vocabulary::closed_list! {
    /// The personas of the demo; the keys are part of the contract of `samlad demo --json`.
    pub enum PersonaKey {
        /// Socialsekreterare with most of the cases.
        SocialWorker = "social-worker",
        /// A second socialsekreterare.
        SocialWorker2 = "social-worker-2",
        /// Enhetschef with delegation.
        SocialLead = "social-lead",
        /// Coordinator of the SIG group, social side.
        SigCoordinator = "sig-coordinator",
        /// Kommunpolis.
        PoliceCoordinator = "police-coordinator",
        /// A second coordinator at the police.
        PoliceCoordinator2 = "police-coordinator-2",
        /// Loggranskare of the social board.
        SocialAuditor = "social-auditor",
        /// Loggranskare of the police.
        PoliceAuditor = "police-auditor",
        /// System administrator of the social board.
        Administrator = "administrator",
        /// System administrator of the police.
        PoliceAdministrator = "police-administrator",
        /// Brottsförebyggande samordnare.
        PreventionCoordinator = "prevention-coordinator",
    }
}

vocabulary::closed_list! {
    /// The authorities of the demo.
    pub enum AuthorityKey {
        /// Socialnämnden i Mellerud.
        Social = "social",
        /// Polismyndigheten, region Väst.
        Police = "police",
        /// Barn- och utbildningsnämnden i Mellerud: only in the directory, never local.
        School = "school",
    }
}

/// An authority of the directory.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// How the script names it.
    pub key: AuthorityKey,
    /// Its name in Swedish.
    pub name: String,
    /// What kind of authority it is.
    pub kind: AuthorityKind,
    /// Four digits, where it is a municipal board.
    pub municipality_code: Option<String>,
    /// Two digits.
    pub county_code: Option<String>,
    /// Origin line of its access log.
    pub log_origin: String,
    /// Whether the demo holds its records. The school's are elsewhere.
    pub local: bool,
    /// Number of the reception that takes consultation calls.
    pub phone: String,
    /// Its units.
    #[serde(default)]
    pub units: Vec<Unit>,
    /// Legal bases in state `confirm` whose wording the authority's counsel has read (fictitious).
    #[serde(default)]
    pub confirmations: Vec<Confirmation>,
    /// The delegation list.
    #[serde(default)]
    pub delegations: Vec<Delegated>,
}

/// A unit inside an authority.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// How the script names it; unique within the authority.
    pub key: String,
    /// Its name in Swedish.
    pub name: String,
    /// Its number.
    pub phone: String,
}

/// One point of the delegation list: what a role decides.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegated {
    /// The point.
    pub point: String,
    /// The role.
    pub role: Role,
    /// Codes of the legal bases.
    pub bases: Vec<String>,
    /// First day.
    pub from: Date,
}

/// Counsel's confirmation of one version of a legal basis.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// Code of the basis.
    pub basis: String,
    /// Its version.
    pub version: u32,
    /// Counsel's name.
    pub by: String,
    /// The day.
    pub on: Date,
    /// The wording that was read.
    pub wording: String,
}

/// Somebody who acts in the demo and can be signed in as.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// The key.
    pub key: PersonaKey,
    /// Whose mandate.
    pub authority: AuthorityKey,
    /// Key of the unit.
    pub unit: String,
    /// Name.
    pub name: String,
    /// Title in Swedish.
    pub title: String,
    /// What the other side sees instead of the name.
    pub service_number: String,
    /// Roles of the mandate.
    pub roles: Vec<Role>,
}

/// A fictitious young person. Each authority that knows the person registers its own record.
#[derive(Clone)]
pub struct YoungPerson {
    /// How the script names the person.
    pub key: PersonLabel,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Birth date, apart from the number.
    pub born: Date,
    /// How sure the birth date is.
    pub certainty: BirthCertainty,
    /// The number.
    pub identity: Identity,
    /// Protected personal data.
    pub protection: Protection,
}

/// How the person is identified.
#[derive(Clone, PartialEq, Eq)]
pub enum Identity {
    /// Personnummer, twelve digits.
    Personal(String),
    /// Samordningsnummer, twelve digits.
    Coordination(String),
}

impl Identity {
    /// The twelve digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        match self {
            Self::Personal(digits) | Self::Coordination(digits) => digits,
        }
    }
}

/// A young person as the script writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonSpec {
    key: PersonLabel,
    given_name: String,
    family_name: String,
    born: Born,
    birth_number: u16,
    /// A samordningsnummer instead of a personnummer.
    #[serde(default)]
    coordination_number: bool,
    #[serde(default)]
    estimated: bool,
    protection: Option<Protection>,
}

/// When somebody was born, relative to the day on which the demo starts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Born {
    /// So old on the start day.
    Age { years: u8, months: u8, days: u8 },
    /// Has that birthday so many days after (negative: before) the start day.
    Turns { years: u8, in_days: i16 },
}

/// Why a young person of the script cannot be.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// Outside the test series.
    #[error("the birth number of {0} is not in the test series 980-999")]
    BirthNumber(PersonLabel),
    /// No such day.
    #[error("the birth date of {0} cannot be computed")]
    BirthDate(PersonLabel),
}

impl PersonSpec {
    /// Computes birth date and number for a demo that starts on this day.
    pub(super) fn on(self, start: Date) -> Result<YoungPerson, PersonError> {
        if !(980..=999).contains(&self.birth_number) {
            return Err(PersonError::BirthNumber(self.key));
        }
        let Some((born, digits)) = self.born.date(start).and_then(|born| Some((born, self.digits(born)?))) else {
            return Err(PersonError::BirthDate(self.key));
        };
        Ok(YoungPerson {
            key: self.key,
            given_name: self.given_name,
            family_name: self.family_name,
            born,
            certainty: if self.estimated { BirthCertainty::Estimated } else { BirthCertainty::Certain },
            identity: if self.coordination_number {
                Identity::Coordination(digits)
            } else {
                Identity::Personal(digits)
            },
            protection: self.protection.unwrap_or(Protection::None),
        })
    }

    fn digits(&self, born: Date) -> Option<String> {
        // A samordningsnummer carries the day plus 60.
        let day = born.day() + if self.coordination_number { 60 } else { 0 };
        let eleven = format!("{:04}{:02}{day:02}{:03}", born.year(), u8::from(born.month()), self.birth_number);
        let digit = check_digit(eleven.get(2..)?)?;
        Some(format!("{eleven}{digit}"))
    }
}

impl Born {
    fn date(&self, start: Date) -> Option<Date> {
        match *self {
            Self::Age { years, months, days } => {
                let months_back = i32::from(years) * 12 + i32::from(months);
                let index = start.year() * 12 + i32::from(u8::from(start.month())) - 1 - months_back;
                let month = Month::try_from(u8::try_from(index.rem_euclid(12)).ok()? + 1).ok()?;
                let year = index.div_euclid(12);
                let day = Date::from_calendar_date(year, month, start.day().min(month.length(year))).ok()?;
                day.checked_sub(Duration::days(days.into()))
            }
            Self::Turns { years, in_days } => {
                let birthday = start.checked_add(Duration::days(in_days.into()))?;
                let year = birthday.year() - i32::from(years);
                // The birthday falls on a leap day and the birth year has none: one day later.
                Date::from_calendar_date(year, birthday.month(), birthday.day())
                    .or_else(|_| Date::from_calendar_date(year, Month::March, 1))
                    .ok()
            }
        }
    }
}
