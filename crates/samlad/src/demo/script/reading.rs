//! Payloads of reads, searches and jobs: what fills the access log from day to day.

use serde::Deserialize;
use time::Date;

use super::label::{CaseLabel, JointFileLabel, PersonLabel, ReleaseLabel};
use crate::demo::people::PersonaKey;

/// See [`super::What::ReadCase`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadCase {
    /// Which case.
    pub case: CaseLabel,
}

/// See [`super::What::ReadJointFile`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadJointFile {
    /// Which file, on the own side.
    pub joint_file: JointFileLabel,
}

/// See [`super::What::ReadReceived`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadReceived {
    /// What arrived by this release.
    pub received: ReleaseLabel,
}

vocabulary::closed_list! {
    /// SoLPuF 15 §: by nothing else.
    pub enum SearchBy {
        /// Name.
        Name = "name",
        /// Personnummer or samordningsnummer.
        Number = "number",
    }
}

/// See [`super::What::Search`]. The term is the person's full name or number, whether or not the authority knows the person.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// By what.
    pub by: SearchBy,
    /// Whose name or number is the term.
    pub person: PersonLabel,
}

/// See [`super::What::ReadLog`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadLog {
    /// First day of the period; it runs to the day of the event.
    pub from: Date,
    /// Only this user's.
    pub user: Option<PersonaKey>,
    /// Only about this person.
    pub person: Option<PersonLabel>,
    /// Only refusals.
    #[serde(default)]
    pub refusals_only: bool,
}

macro_rules! empty {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {}
    )+};
}

empty! {
    /// See [`super::What::ListCases`].
    ListCases,
    /// See [`super::What::ListJointFiles`].
    ListJointFiles,
    /// See [`super::What::VerifyLog`].
    VerifyLog,
    /// See [`super::What::ReadFigures`].
    ReadFigures,
    /// See [`super::What::RunClocks`].
    RunClocks,
}
