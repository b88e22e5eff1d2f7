//! The legal bases on which one item may be released to one other authority, as versioned data, and the examination of one
//! release against one of them.
//!
//! What it is: a strict reader of `policy/legal-bases.toml` and a pure function, [`examine`], that compares a row with a
//! [`Situation`]. What it is not: it holds no rule of law (those are data) and it does no I/O. Who calls it: the conductor, before
//! it asks the policy for a permit to release, again for every message that follows a release ([`retest`]), and the pages, which
//! show the questions and the examples.
//!
//! A release is possible only when *every* test of the row passes: one wrong answer refuses. What the system knows by itself
//! (age, consent, third persons, the item's secrecy) it answers by itself; a person may add an answer that stops a release, but
//! never one that lets it through.

mod basis;
mod confirmation;
mod examination;
mod loader;
mod place;
mod refusal;
mod rows;
mod section;
mod situation;
mod versions;

use std::collections::BTreeMap;

use time::Date;
use vocabulary::{AuthorityKind, SecrecyClass};

pub use basis::{
    AgeRule, Approval, Computed, Direction, Duty, LegalBasis, RecipientSecrecy, State, Test, Wording, YesNo,
};
pub use confirmation::{Confirmation, Confirmations};
pub use examination::{AnsweredTest, Examination, ExaminationOutcome, examine, retest};
pub use loader::BasisError;
pub(crate) use loader::{BYTES, FILE};
pub use refusal::{FailedTest, Failure};
pub use section::{Section, SectionError, SectionRange};
pub use situation::{AgeStatement, Answer, Situation};

/// The text of `policy/legal-bases.toml` that the program was built with, for its digest and for `samlad policy`.
pub const BUILTIN: &str = include_str!("../../../policy/legal-bases.toml");

/// Every legal basis in every version, checked.
#[derive(Clone, Debug)]
pub struct LegalBases {
    bases: Vec<LegalBasis>,
    at_recipient: BTreeMap<AuthorityKind, RecipientSecrecy>,
    at_holder: BTreeMap<AuthorityKind, BTreeMap<SecrecyClass, Section>>,
}

impl LegalBases {
    /// Reads and checks the text of a `legal-bases.toml`.
    pub fn parse(toml: &str) -> Result<Self, BasisError> {
        loader::load(toml)
    }

    /// The bases that the program was built with. A test keeps them valid.
    pub fn builtin() -> Result<Self, BasisError> {
        Self::parse(BUILTIN)
    }

    /// Every version of every basis, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &LegalBasis> {
        self.bases.iter()
    }

    /// The versions in force on a day (Stockholm), switched-off ones included.
    pub fn at(&self, date: Date) -> impl Iterator<Item = &LegalBasis> {
        self.bases.iter().filter(move |basis| basis.in_force(date))
    }

    /// One version, as an earlier release refers to it.
    pub fn get(&self, code: &str, version: u32) -> Option<&LegalBasis> {
        self.bases.iter().find(|basis| basis.code == code && basis.version == version)
    }

    /// The version of a basis that is in force on a day (Stockholm).
    pub fn current(&self, code: &str, date: Date) -> Option<&LegalBasis> {
        self.at(date).find(|basis| basis.code == code)
    }

    /// What the release page shows for this sender and recipient. Bases that still wait for counsel's confirmation are shown,
    /// after the usable ones; a basis offered last comes last of all. A switched-off basis is not shown.
    pub fn offered(
        &self,
        from: AuthorityKind,
        to: AuthorityKind,
        date: Date,
        confirmations: &Confirmations,
    ) -> Vec<&LegalBasis> {
        let mut offered: Vec<&LegalBasis> =
            self.at(date).filter(|basis| basis.state != State::Off && basis.direction(from, to).is_some()).collect();
        // A stable sort: within each group the order of the file, so that the page does not jump.
        offered.sort_by_key(|basis| (basis.offered_last(from, to), !confirmations.cover(basis)));
        offered
    }

    /// The secrecy that will protect an item once this kind of recipient holds it.
    pub fn secrecy_at_recipient(&self, to: AuthorityKind) -> Option<&RecipientSecrecy> {
        self.at_recipient.get(&to)
    }

    /// The section that protects an item of this class while this kind of authority holds it; `None` for an unclassified item,
    /// which a basis that excludes sections then refuses.
    pub fn secrecy_at_holder(&self, holder: AuthorityKind, class: SecrecyClass) -> Option<Section> {
        self.at_holder.get(&holder)?.get(&class).copied()
    }
}
