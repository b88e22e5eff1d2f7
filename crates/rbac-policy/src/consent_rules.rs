//! Who must consent, by age, and whether the answers given so far amount to a consent (OSL 12 kap. 2-3 §§).
//!
//! What it is: a strict reader of `policy/consent.toml` and a pure check. What it is not: it says nothing about what a consent
//! covers (recipient, items, purpose, time); that is kept with the consent and compared at each release. Who calls it: the
//! conductor when a consent is recorded, and again on the day of every release, because guardians' consents end at 18.

use std::collections::BTreeSet;

use serde::Deserialize;
use time::Date;
use vocabulary::age::age_on;

use crate::legal_bases::{SectionRange, Wording};

/// The text of `policy/consent.toml` that the program was built with.
pub const BUILTIN: &str = include_str!("../../../policy/consent.toml");

vocabulary::closed_list! {
    /// Who answers.
    pub enum Consenter {
        /// The person.
        Person = "person",
        /// A guardian (vårdnadshavare).
        Guardian = "guardian",
    }
}

vocabulary::closed_list! {
    /// What part somebody has in the consent at an age.
    pub enum Part {
        /// A consent is needed from each.
        Required = "required",
        /// Is told and asked; the answer is kept and does not decide.
        Heard = "heard",
        /// No part in it.
        NotAsked = "not_asked",
    }
}

/// How many guardians answer, or are left out on a ground such as sole custody (FB 6 kap. 2 §).
const GUARDIANS: usize = 2;

/// Who must consent up to an age.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentBand {
    /// Stable code.
    pub code: String,
    /// The birthday on which the band ends; none for the last.
    pub below: Option<u8>,
    /// The person's part.
    pub person: Part,
    /// Each guardian's part.
    pub guardians: Part,
    /// In plain words.
    pub title: Wording,
}

/// Why a consent that the band asks for is not needed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotNeeded {
    /// Stable code.
    pub code: String,
    /// Whose consent can be left out on this ground.
    pub applies_to: Vec<Consenter>,
    /// In plain words.
    pub title: Wording,
}

/// One thing that the person must have been told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Information {
    /// Stable code.
    pub code: String,
    /// In plain words.
    pub title: Wording,
}

/// What one consenter answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stance {
    /// Ja.
    Given,
    /// Nej, or withdrawn.
    Refused,
    /// Told and asked, without a decision of their own.
    Heard,
    /// Left out.
    NotNeeded {
        /// Code of the ground.
        ground: String,
        /// Who decided so.
        decided_by: String,
    },
}

/// One consenter's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentAnswer {
    /// Who.
    pub consenter: Consenter,
    /// What they answered.
    pub stance: Stance,
}

/// Why the answers do not amount to a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ConsentGap {
    /// No answer from somebody who must consent or be heard.
    #[error("an answer is missing from the {0}")]
    Missing(Consenter),
    /// Somebody who must consent refused or withdrew.
    #[error("the {0} refused")]
    Refused(Consenter),
    /// Heard, where a consent of their own is needed.
    #[error("the {0} was heard but must consent")]
    OnlyHeard(Consenter),
    /// The ground does not exist, does not apply to them, or nobody stands behind it.
    #[error("the ground for leaving out the {0} does not hold")]
    GroundDoesNotHold(Consenter),
    /// Everyone was left out: nobody has consented.
    #[error("nobody has consented")]
    Nobody,
}

/// The rules, checked.
#[derive(Clone, Debug)]
pub struct ConsentRules {
    bands: Vec<ConsentBand>,
    unknown_age: usize,
    never_covers: Vec<SectionRange>,
    not_needed: Vec<NotNeeded>,
    information: Vec<Information>,
}

/// The file cannot be used. Written for whoever maintains it.
#[derive(Debug, thiserror::Error)]
pub enum ConsentRulesError {
    /// Not TOML, an unknown or missing key, or a value that is not in its closed list.
    #[error("the file of consent rules cannot be read: {0}")]
    Syntax(#[source] Box<toml::de::Error>),
    /// Readable, but incomplete or contradicting itself.
    #[error("consent.toml: {0}")]
    Fault(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    unknown_age: String,
    never_covers: Vec<SectionRange>,
    band: Vec<ConsentBand>,
    not_needed: Vec<NotNeeded>,
    information: Vec<Information>,
}

impl ConsentRules {
    /// Reads and checks the text of a `consent.toml`.
    pub fn parse(text: &str) -> Result<Self, ConsentRulesError> {
        let file: File = toml::from_str(text).map_err(|error| ConsentRulesError::Syntax(Box::new(error)))?;
        ensure(file.schema == 1, "this program reads schema 1")?;
        let (Some(last), limits) = (file.band.last(), file.band.iter().map(|band| band.below).collect::<Vec<_>>())
        else {
            return Err(ConsentRulesError::Fault("there is no band"));
        };
        ensure(
            last.below.is_none() && limits.iter().rev().skip(1).all(Option::is_some),
            "only the last band is open upwards",
        )?;
        ensure(limits.iter().flatten().is_sorted_by(|younger, older| younger < older), "bands stand in order of age")?;
        let someone = |band: &ConsentBand| band.person == Part::Required || band.guardians == Part::Required;
        ensure(file.band.iter().all(someone), "in every band somebody must consent")?;
        let unknown = file.band.iter().position(|band| band.code == file.unknown_age);
        let unknown_age = unknown.ok_or(ConsentRulesError::Fault("unknown_age names a band"))?;
        let codes = file.band.iter().map(|band| &band.code).chain(file.not_needed.iter().map(|ground| &ground.code));
        let mut seen = BTreeSet::new();
        ensure(
            codes.chain(file.information.iter().map(|told| &told.code)).all(|code| seen.insert(code)),
            "a code stands twice",
        )?;
        let titles = file.band.iter().map(|band| &band.title).chain(file.not_needed.iter().map(|ground| &ground.title));
        let worded = |text: &Wording| !text.sv.trim().is_empty() && !text.en.trim().is_empty();
        ensure(
            titles.chain(file.information.iter().map(|told| &told.title)).all(worded),
            "a title is missing in one language",
        )?;
        let File { never_covers, band: bands, not_needed, information, .. } = file;
        Ok(Self { bands, unknown_age, never_covers, not_needed, information })
    }

    /// The rules that the program was built with. A test keeps them valid.
    pub fn builtin() -> Result<Self, ConsentRulesError> {
        Self::parse(BUILTIN)
    }

    /// Who must consent for a person on a day (Stockholm). Without a certain birth date everyone who might have a say is asked.
    pub fn band(&self, born: Option<Date>, today: Date) -> Option<&ConsentBand> {
        let Some(born) = born else { return self.bands.get(self.unknown_age) };
        let age = age_on(born, today);
        self.bands.iter().find(|band| band.below.is_none_or(|limit| age < limit))
    }

    /// Secrecy that no consent lifts.
    pub fn never_covers(&self) -> &[SectionRange] {
        &self.never_covers
    }

    /// The grounds for leaving a consenter out.
    pub fn not_needed(&self) -> &[NotNeeded] {
        &self.not_needed
    }

    /// What the person must have been told.
    pub fn information(&self) -> &[Information] {
        &self.information
    }

    /// Whether the answers amount to a consent on a day (Stockholm): everyone required has said yes or is left out on a ground
    /// that holds, everyone to be heard was asked, and at least one consent was given. One refusal is enough to stop it.
    pub fn stands(&self, born: Option<Date>, today: Date, answers: &[ConsentAnswer]) -> Result<(), Vec<ConsentGap>> {
        let Some(band) = self.band(born, today) else { return Err(vec![ConsentGap::Nobody]) };
        let parts = [(Consenter::Person, band.person), (Consenter::Guardian, band.guardians)];
        let mut gaps = BTreeSet::new();
        for (consenter, part) in parts {
            let stances: Vec<_> =
                answers.iter().filter(|answer| answer.consenter == consenter).map(|answer| &answer.stance).collect();
            if part != Part::NotAsked && stances.is_empty() {
                gaps.insert(ConsentGap::Missing(consenter));
            }
            // Whoever has one guardian has it said why there is no second: an empty row must not hide a refusal.
            let wanted = if consenter == Consenter::Guardian && part == Part::Required { GUARDIANS } else { 0 };
            if stances.len() < wanted {
                gaps.insert(ConsentGap::Missing(consenter));
            }
            if part == Part::Required {
                gaps.extend(stances.into_iter().filter_map(|stance| self.gap(consenter, stance)));
            }
        }
        let required = |consenter| parts.contains(&(consenter, Part::Required));
        if !answers.iter().any(|answer| answer.stance == Stance::Given && required(answer.consenter)) {
            gaps.insert(ConsentGap::Nobody);
        }
        if gaps.is_empty() { Ok(()) } else { Err(gaps.into_iter().collect()) }
    }

    fn gap(&self, consenter: Consenter, stance: &Stance) -> Option<ConsentGap> {
        match stance {
            Stance::Given => None,
            Stance::Refused => Some(ConsentGap::Refused(consenter)),
            Stance::Heard => Some(ConsentGap::OnlyHeard(consenter)),
            Stance::NotNeeded { ground, decided_by } => {
                let known =
                    self.not_needed.iter().any(|known| known.code == *ground && known.applies_to.contains(&consenter));
                (!known || decided_by.trim().is_empty()).then_some(ConsentGap::GroundDoesNotHold(consenter))
            }
        }
    }
}

fn ensure(holds: bool, fault: &'static str) -> Result<(), ConsentRulesError> {
    if holds { Ok(()) } else { Err(ConsentRulesError::Fault(fault)) }
}
