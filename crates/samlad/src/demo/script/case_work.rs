//! Payloads of the work inside one authority: persons, cases, notes, measures, consents.

use serde::Deserialize;
use time::Date;
use vocabulary::SecrecyClass;
use vocabulary::purpose::CasePurpose;

use super::label::{CaseLabel, ConsentLabel, JointFileLabel, MeasureLabel, NoteLabel, ParagraphLabel, PersonLabel};
use crate::demo::people::{AuthorityKey, PersonaKey};

/// See [`super::What::RegisterPerson`]; who it is stands in [`super::Script::person`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterPerson {
    /// The person.
    pub person: PersonLabel,
}

/// See [`super::What::OpenCase`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// Makes this case.
    pub case: CaseLabel,
    /// About whom.
    pub person: PersonLabel,
    /// SoLPuF 12 § 1, 3, 9 or 11.
    pub purpose: CasePurpose,
    /// Number in the case-management system: opaque text.
    pub number: String,
    /// What the case is about, in a line.
    pub title: String,
    /// When the case is to be looked over.
    pub review_on: Date,
}

/// See [`super::What::OpenPoliceMatter`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenPoliceMatter {
    /// Makes this matter.
    pub case: CaseLabel,
    /// About whom.
    pub person: PersonLabel,
    /// The police diary number: opaque text.
    pub number: String,
    /// What the matter is about, in a line.
    pub title: String,
    /// When the matter is to be looked over.
    pub review_on: Date,
}

/// See [`super::What::CloseCase`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseCase {
    /// Which case.
    pub case: CaseLabel,
    /// Why.
    pub reason: String,
}

/// What is assigned.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A case.
    Case(CaseLabel),
    /// A joint file.
    JointFile(JointFileLabel),
}

vocabulary::closed_list! {
    /// In which way somebody belongs to a case or a joint file; the codes are those of the policy.
    pub enum AssignmentKind {
        /// Assigned.
        Assigned = "assigned",
        /// Covers for somebody, for a time.
        Cover = "cover",
        /// Member of the group around a joint file.
        Group = "group",
    }
}

/// See [`super::What::Assign`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// What.
    pub work: Work,
    /// Who gets it.
    pub to: PersonaKey,
    /// In which way.
    pub kind: AssignmentKind,
    /// Last day; always set for cover.
    pub until: Option<Date>,
}

/// See [`super::What::DeclareConflict`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclareConflict {
    /// With whom.
    pub person: PersonLabel,
    /// Whose conflict.
    pub user: PersonaKey,
    /// Why.
    pub reason: String,
    /// At most 90 days ahead.
    pub review_on: Date,
}

vocabulary::closed_list! {
    /// What a note tells of.
    pub enum NoteKind {
        /// Samtal.
        Conversation = "conversation",
        /// Hembesök.
        HomeVisit = "home_visit",
        /// Telefonsamtal.
        PhoneCall = "phone_call",
        /// Möte.
        Meeting = "meeting",
        /// Inkommen handling.
        IncomingDocument = "incoming_document",
        /// Bedömning.
        Assessment = "assessment",
    }
}

/// See [`super::What::WriteNote`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteNote {
    /// Makes this note.
    pub note: NoteLabel,
    /// In which case.
    pub case: CaseLabel,
    /// What it tells of.
    pub kind: NoteKind,
    /// The day on which it happened.
    pub occurred_on: Date,
    /// The paragraphs, in order.
    pub paragraphs: Vec<Paragraph>,
}

/// One paragraph: the smallest item that can be released.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paragraph {
    /// Makes this paragraph, where a later event needs it.
    pub label: Option<ParagraphLabel>,
    /// Secrecy class.
    pub class: SecrecyClass,
    /// Speaks of another identifiable person.
    #[serde(default)]
    pub third_party: bool,
    /// The text.
    pub text: String,
}

/// An item that can be released or corrected, at its version of that moment.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A paragraph of a note.
    Paragraph(ParagraphLabel),
    /// A measure.
    Measure(MeasureLabel),
    /// An own entry in a joint file.
    Entry(super::label::EntryLabel),
}

/// See [`super::What::AnnotateNote`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnotateNote {
    /// What is corrected.
    pub item: Item,
    /// What is right.
    pub text: String,
}

/// See [`super::What::LockNote`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockNote {
    /// Which note.
    pub note: NoteLabel,
}

vocabulary::closed_list! {
    /// Where a measure or an action is in its life; the codes are those of `policy/measures.toml`.
    pub enum Status {
        /// Proposed.
        Proposed = "proposed",
        /// Decided.
        Decided = "decided",
        /// Accepted.
        Accepted = "accepted",
        /// Under way.
        Ongoing = "ongoing",
        /// Paused.
        Paused = "paused",
        /// Done.
        Done = "done",
        /// Cancelled.
        Cancelled = "cancelled",
        /// Declined.
        Declined = "declined",
        /// Decided and never carried out.
        NotExecuted = "not_executed",
    }
}

vocabulary::closed_list! {
    /// Whether the goal was reached.
    pub enum Attained {
        /// Reached.
        Reached = "reached",
        /// Partly.
        Partly = "partly",
        /// Not.
        Not = "not",
    }
}

/// See [`super::What::LogMeasure`]. Secrecy class and the rest of the defaults are those of the catalogue.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogMeasure {
    /// Makes this measure.
    pub measure: MeasureLabel,
    /// In which case.
    pub case: CaseLabel,
    /// Code of the catalogue, `policy/measures.toml`.
    pub kind: String,
    /// What is done.
    pub what: String,
    /// To what end.
    pub goal: String,
    /// First day.
    pub start: Option<Date>,
    /// Last day.
    pub due: Option<Date>,
    /// Day of follow-up.
    pub follow_up: Date,
    /// Where it begins.
    pub status: Status,
    /// Who answers for it.
    pub responsible: PersonaKey,
    /// Voluntary or not; none: as the catalogue says.
    pub voluntary: Option<bool>,
    /// Number of the decision, where there is one.
    pub decision: Option<String>,
}

/// See [`super::What::UpdateMeasure`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateMeasure {
    /// Which measure.
    pub measure: MeasureLabel,
    /// Its new status.
    pub status: Status,
    /// Asked when it is done.
    pub outcome: Option<Attained>,
    /// The reason where the life cycle asks for one, otherwise a comment.
    pub note: Option<String>,
}

vocabulary::closed_list! {
    /// Who is asked.
    pub enum ConsenterRole {
        /// The young person.
        Person = "person",
        /// A guardian.
        Guardian = "guardian",
    }
}

vocabulary::closed_list! {
    /// What was answered.
    pub enum ConsentAnswer {
        /// Yes.
        Given = "given",
        /// No.
        Refused = "refused",
        /// Needs not be asked, on a ground.
        NotNeeded = "not_needed",
    }
}

/// One who is asked to consent.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consenter {
    /// The young person or a guardian.
    pub role: ConsenterRole,
    /// Name of the guardian.
    pub name: Option<String>,
    /// The answer.
    pub answer: ConsentAnswer,
    /// Code of `[[not_needed]]` in `policy/consent.toml`.
    pub ground: Option<String>,
    /// Who decided that the consent is not needed.
    pub decided_by: Option<PersonaKey>,
    /// On paper.
    #[serde(default)]
    pub written: bool,
}

/// See [`super::What::RecordConsent`]. The person was told all that `[[information]]` in `policy/consent.toml` lists.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordConsent {
    /// Makes this consent.
    pub consent: ConsentLabel,
    /// In which case.
    pub case: CaseLabel,
    /// For releases to whom.
    pub recipient: AuthorityKey,
    /// Which kinds of data, in plain words.
    pub kinds_of_data: Vec<String>,
    /// To what end.
    pub purpose: String,
    /// Last day.
    pub valid_until: Date,
    /// Language in which the information was given.
    pub language: String,
    /// Everyone who was asked.
    pub consenters: Vec<Consenter>,
}

/// See [`super::What::RevokeConsent`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeConsent {
    /// Which consent.
    pub consent: ConsentLabel,
    /// Who withdraws it.
    pub by: ConsenterRole,
    /// How it was said.
    pub note: String,
}
