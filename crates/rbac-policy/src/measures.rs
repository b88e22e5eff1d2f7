//! The catalogue of measures (insatser, åtgärder) and the life cycle that each of them goes through.
//!
//! What it is: a strict reader of `policy/measures.toml` and the two questions asked of it: may this kind of authority log that
//! measure for a person of this age, and may it move from one status to another. What it is not: it holds no measure of a real
//! person. Who calls it: the conductor when a measure is logged or moved, and the pages that list the choices.

use std::collections::BTreeSet;

use serde::Deserialize;
use time::Date;
use vocabulary::age::{age_on, birthday};
use vocabulary::{AuthorityKind, SecrecyClass};

use crate::legal_bases::Wording;

/// The text of `policy/measures.toml` that the program was built with.
pub const BUILTIN: &str = include_str!("../../../policy/measures.toml");

vocabulary::closed_list! {
    /// Who stands for a kind of measure.
    pub enum Owner {
        /// Social services.
        Social = "S",
        /// The police.
        Police = "P",
        /// A school.
        School = "K",
        /// Social services and the police together.
        Joint = "J",
        /// A court or a prosecutor decides; the social board or the police carry out.
        Court = "X",
    }
}

impl Owner {
    /// Whether an authority of this kind may log measures of this owner. What a court has decided is logged by the social board,
    /// which carries it out; a joint measure by either side, each in its own records.
    #[must_use]
    pub const fn logged_by(self, kind: AuthorityKind) -> bool {
        match kind {
            AuthorityKind::SocialBoard => matches!(self, Self::Social | Self::Joint | Self::Court),
            AuthorityKind::Police => matches!(self, Self::Police | Self::Joint),
            AuthorityKind::EducationBoard | AuthorityKind::PrivateSchool => matches!(self, Self::School),
            AuthorityKind::Prosecutor => matches!(self, Self::Court),
            AuthorityKind::SecurityService | AuthorityKind::Health | AuthorityKind::OtherAuthority => false,
        }
    }
}

vocabulary::closed_list! {
    /// Where a measure stands.
    pub enum MeasureStatus {
        /// Föreslagen.
        Proposed = "proposed",
        /// Beslutad.
        Decided = "decided",
        /// Accepterad.
        Accepted = "accepted",
        /// Pågår.
        Ongoing = "ongoing",
        /// Pausad.
        Paused = "paused",
        /// Avslutad.
        Done = "done",
        /// Avbruten.
        Cancelled = "cancelled",
        /// Avböjd.
        Declined = "declined",
        /// Inte genomförd.
        NotExecuted = "not_executed",
    }
}

vocabulary::closed_list! {
    /// What must be written down when a measure moves.
    pub enum Ask {
        /// Why.
        Reason = "reason",
        /// How far the goal was reached.
        Outcome = "outcome",
    }
}

vocabulary::closed_list! {
    /// How far the goal was reached.
    pub enum MeasureOutcome {
        /// Uppnått.
        Reached = "reached",
        /// Delvis.
        Partly = "partly",
        /// Inte uppnått.
        Not = "not",
    }
}

/// One allowed move.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// From this status.
    pub from: MeasureStatus,
    /// To this one.
    pub to: MeasureStatus,
    /// What must be written down.
    #[serde(default)]
    pub asks: Vec<Ask>,
}

/// How measures move from proposal to end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeCycle {
    /// The statuses that a measure can be logged with.
    pub starts: Vec<MeasureStatus>,
    /// The allowed moves.
    pub transitions: Vec<Transition>,
}

impl LifeCycle {
    /// The move, if it is allowed.
    #[must_use]
    pub fn transition(&self, from: MeasureStatus, to: MeasureStatus) -> Option<&Transition> {
        self.transitions.iter().find(|step| step.from == from && step.to == to)
    }

    /// The statuses that a measure can move to from here; none when it has ended.
    pub fn next(&self, from: MeasureStatus) -> impl Iterator<Item = &Transition> {
        self.transitions.iter().filter(move |step| step.from == from)
    }

    /// Whether a measure in this status has ended.
    #[must_use]
    pub fn has_ended(&self, status: MeasureStatus) -> bool {
        self.next(status).next().is_none()
    }

    /// Every way of ending asks the same whether it is logged at once or reached step by step: what a status asks for.
    #[must_use]
    pub fn asks(&self, status: MeasureStatus) -> &[Ask] {
        self.transitions.iter().find(|step| step.to == status).map_or(&[], |step| &step.asks)
    }
}

/// Age limits of a measure; both are birthdays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeLimits {
    /// The person has not reached this age on the day of the decision (LVU 3 §: 20).
    pub decided_under: Option<u8>,
    /// The measure is over at the latest on this birthday (LVU 3 §: 21).
    pub ends_at: Option<u8>,
}

/// One kind of measure.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureKind {
    /// Stable code, for example `outpatient_treatment`.
    pub code: String,
    /// The group that it is listed under.
    pub group: String,
    /// Its name.
    pub title: Wording,
    /// Who stands for it.
    pub owners: Vec<Owner>,
    /// The statute, as help.
    pub citation: Option<String>,
    /// What the form starts with: the person agrees to it, or it is decided regardless.
    pub voluntary: bool,
    /// The secrecy class that the form starts with.
    #[serde(default = "standard")]
    pub class: SecrecyClass,
    /// Age limits.
    #[serde(default)]
    pub age: AgeLimits,
    /// The measure is re-examined at least this often, in months (LVU 3 §: 6).
    pub reexamined_every_months: Option<u8>,
}

impl MeasureKind {
    /// Whether an authority of this kind may log it.
    #[must_use]
    pub fn logged_by(&self, kind: AuthorityKind) -> bool {
        self.owners.iter().any(|owner| owner.logged_by(kind))
    }

    /// Whether the person is young enough on the day of the decision. With an unknown birth date a measure that has a limit
    /// cannot be decided before the age is known.
    #[must_use]
    pub fn may_be_decided(&self, born: Option<Date>, on: Date) -> bool {
        self.age
            .decided_under
            .or(self.age.ends_at)
            .is_none_or(|limit| born.is_some_and(|born| age_on(born, on) < limit))
    }

    /// The birthday on which it must have ended.
    #[must_use]
    pub fn ends_by(&self, born: Date) -> Option<Date> {
        self.age.ends_at.map(|years| birthday(born, years))
    }
}

/// A heading of the list of measures.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureGroup {
    /// Stable code.
    pub code: String,
    /// The heading.
    pub title: Wording,
}

/// The whole catalogue, checked.
#[derive(Clone, Debug)]
pub struct Measures {
    life_cycle: LifeCycle,
    groups: Vec<MeasureGroup>,
    kinds: Vec<MeasureKind>,
}

/// The file cannot be used. Written for whoever maintains it.
#[derive(Debug, thiserror::Error)]
pub enum MeasuresError {
    /// Not TOML, an unknown or missing key, or a value that is not in its closed list.
    #[error("the file of measures cannot be read: {0}")]
    Syntax(#[source] Box<toml::de::Error>),
    /// Readable, but incomplete or contradicting itself.
    #[error("{place}: {fault}")]
    Fault {
        /// The measure or part of the file.
        place: String,
        /// What is wrong.
        fault: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    life_cycle: LifeCycle,
    group: Vec<MeasureGroup>,
    measure: Vec<MeasureKind>,
}

impl Measures {
    /// Reads and checks the text of a `measures.toml`.
    pub fn parse(text: &str) -> Result<Self, MeasuresError> {
        let file: File = toml::from_str(text).map_err(|error| MeasuresError::Syntax(Box::new(error)))?;
        ensure("schema", file.schema == 1, "this program reads schema 1")?;
        check_life_cycle(&file.life_cycle)?;
        let mut groups = BTreeSet::new();
        for group in &file.group {
            ensure(&group.code, groups.insert(group.code.as_str()), "two groups have the same code")?;
            ensure(&group.code, worded(&group.title), "the title is missing in one language")?;
        }
        let mut codes = BTreeSet::new();
        for kind in &file.measure {
            ensure(&kind.code, snake_case(&kind.code), "a code is written in lower case, digits and underscores")?;
            ensure(&kind.code, codes.insert(kind.code.as_str()), "two measures have the same code")?;
            ensure(&kind.code, worded(&kind.title), "the title is missing in one language")?;
            ensure(&kind.code, groups.contains(kind.group.as_str()), "the group does not exist")?;
            let owners: BTreeSet<_> = kind.owners.iter().collect();
            ensure(
                &kind.code,
                !owners.is_empty() && owners.len() == kind.owners.len(),
                "owners are missing or listed twice",
            )?;
            let AgeLimits { decided_under, ends_at } = kind.age;
            let ordered = decided_under.zip(ends_at).is_none_or(|(decided, ends)| decided <= ends);
            ensure(&kind.code, ordered, "it must end before it may be decided")?;
        }
        Ok(Self { life_cycle: file.life_cycle, groups: file.group, kinds: file.measure })
    }

    /// The catalogue that the program was built with. A test keeps it valid.
    pub fn builtin() -> Result<Self, MeasuresError> {
        Self::parse(BUILTIN)
    }

    /// How measures move.
    pub fn life_cycle(&self) -> &LifeCycle {
        &self.life_cycle
    }

    /// The headings, in the order of the list.
    pub fn groups(&self) -> &[MeasureGroup] {
        &self.groups
    }

    /// Every kind of measure, in the order of the list.
    pub fn all(&self) -> impl Iterator<Item = &MeasureKind> {
        self.kinds.iter()
    }

    /// One kind of measure.
    pub fn get(&self, code: &str) -> Option<&MeasureKind> {
        self.kinds.iter().find(|kind| kind.code == code)
    }

    /// What an authority of this kind may log, in the order of the list.
    pub fn logged_by(&self, authority: AuthorityKind) -> impl Iterator<Item = &MeasureKind> {
        self.kinds.iter().filter(move |kind| kind.logged_by(authority))
    }
}

fn check_life_cycle(life_cycle: &LifeCycle) -> Result<(), MeasuresError> {
    let mut seen = BTreeSet::new();
    for step in &life_cycle.transitions {
        let place = format!("life_cycle, {} to {}", step.from, step.to);
        ensure(
            &place,
            step.from != step.to && seen.insert((step.from, step.to)),
            "a move stands twice, or leads nowhere",
        )?;
        ensure(&place, step.asks == life_cycle.asks(step.to), "two ways to the same status ask for different things")?;
    }
    ensure("life_cycle", !life_cycle.starts.is_empty(), "no status to begin with")?;
    for status in MeasureStatus::ALL {
        let reachable =
            life_cycle.starts.contains(status) || life_cycle.transitions.iter().any(|step| step.to == *status);
        ensure(format!("life_cycle, {status}"), reachable, "no measure can ever come here")?;
    }
    Ok(())
}

const fn standard() -> SecrecyClass {
    SecrecyClass::Standard
}

fn worded(text: &Wording) -> bool {
    !text.sv.trim().is_empty() && !text.en.trim().is_empty()
}

fn snake_case(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn ensure(place: impl Into<String>, holds: bool, fault: &'static str) -> Result<(), MeasuresError> {
    if holds { Ok(()) } else { Err(MeasuresError::Fault { place: place.into(), fault }) }
}
