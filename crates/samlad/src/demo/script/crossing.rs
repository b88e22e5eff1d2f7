//! Payloads of what crosses between authorities, or is kept from crossing.

use std::collections::BTreeMap;

use case_registry::received::ConcernOutcome;
use serde::Deserialize;
use time::Date;
use vocabulary::Timestamp;

use super::case_work::Item;
use super::label::{CaseLabel, ConsentLabel, JointFileLabel, PersonLabel, ReleaseLabel, RequestLabel};
use crate::demo::people::{AuthorityKey, PersonaKey};

/// The answer to one test of a legal basis, written `"yes"`, `"no"` or `"yes: the reasons"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Answered {
    /// Yes or no.
    pub yes: bool,
    /// Written reasons.
    pub reason: Option<String>,
}

impl TryFrom<String> for Answered {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (answer, reason) =
            text.split_once(": ").map_or((text.as_str(), None), |(answer, reason)| (answer, Some(reason.to_owned())));
        match answer {
            "yes" => Ok(Self { yes: true, reason }),
            "no" => Ok(Self { yes: false, reason }),
            _ => Err("an answer is \"yes\" or \"no\", with reasons after \": \""),
        }
    }
}

/// The legal basis of a crossing with its answered tests (those that the system does not answer by itself).
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    /// Code in `policy/legal-bases.toml`.
    pub basis: String,
    /// Answers by the test's id.
    #[serde(default)]
    pub answers: BTreeMap<String, Answered>,
    /// The consent, for `OSL_12_2`.
    pub consent: Option<ConsentLabel>,
    /// Who approved, where the direction asks for approval.
    pub approved_by: Option<PersonaKey>,
}

vocabulary::closed_list! {
    /// How something was released.
    pub enum Channel {
        /// Through the system.
        System = "system",
        /// By mouth in a meeting.
        Meeting = "meeting",
        /// By telephone.
        Phone = "phone",
        /// On paper.
        Letter = "letter",
    }
}

/// See [`super::What::Release`]. Exactly one of `case` and `joint_file` is set.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Makes this release.
    pub release: ReleaseLabel,
    /// Out of which case.
    pub case: Option<CaseLabel>,
    /// Out of which joint file.
    pub joint_file: Option<JointFileLabel>,
    /// Which items, each at its version of that moment.
    pub items: Vec<Item>,
    /// To whom.
    pub to: AuthorityKey,
    /// The unit or person there, by function.
    pub attention: String,
    /// On what basis.
    pub grounds: Grounds,
    /// A wish about handling; not binding on an authority.
    pub handling_note: Option<String>,
    /// How.
    pub channel: Channel,
    /// When it was said or sent, if not through the system; the event's time is when it was recorded.
    pub occurred_at: Option<Timestamp>,
}

/// See [`super::What::Abstain`]. Exactly one of `case` and `joint_file` is set.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abstain {
    /// About which case.
    pub case: Option<CaseLabel>,
    /// About which joint file.
    pub joint_file: Option<JointFileLabel>,
    /// Which items were considered.
    pub items: Vec<Item>,
    /// Toward whom.
    pub to: AuthorityKey,
    /// Which basis was tried, if any.
    pub basis: Option<String>,
    /// Why not.
    pub reason: String,
    /// When to think again.
    pub reconsider_on: Option<Date>,
}

/// See [`super::What::Withdraw`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// Which release.
    pub release: ReleaseLabel,
    /// Why.
    pub reason: String,
}

/// See [`super::What::ConcernReport`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcernReport {
    /// Makes this release.
    pub report: ReleaseLabel,
    /// About whom, in the own record.
    pub person: PersonLabel,
    /// The own matter.
    pub case: CaseLabel,
    /// To whom.
    pub to: AuthorityKey,
    /// What is reported.
    pub text: String,
    /// Whether protection is needed the same day.
    pub immediate: bool,
    /// `SOL_19_1` or `LUL_6`.
    pub grounds: Grounds,
}

/// See [`super::What::AskInformation`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskInformation {
    /// Makes this request.
    pub request: RequestLabel,
    /// In which joint file.
    pub joint_file: JointFileLabel,
    /// Whom.
    pub to: AuthorityKey,
    /// What is asked.
    pub question: String,
    /// What it is needed for.
    pub need: String,
    /// By when an answer is needed.
    pub answer_by: Date,
    /// Asking tells something too: on what basis.
    pub grounds: Grounds,
}

vocabulary::closed_list! {
    /// How a request was answered.
    pub enum RequestAnswer {
        /// All that was asked.
        Wholly = "wholly",
        /// Some of it.
        Partly = "partly",
        /// Nothing, with reasons.
        Refused = "refused",
    }
}

/// See [`super::What::AnswerInformation`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerInformation {
    /// Which request.
    pub request: RequestLabel,
    /// How.
    pub answer: RequestAnswer,
    /// What is answered; none when refused.
    pub text: Option<String>,
    /// Items that go along.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Why not, or not all.
    pub reason: Option<String>,
    /// The authority that the item belongs to and that is to be asked instead.
    pub belongs_to: Option<AuthorityKey>,
    /// On what basis; none when refused.
    pub grounds: Option<Grounds>,
}

/// See [`super::What::FileReceived`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileReceived {
    /// What arrived by this release.
    pub received: ReleaseLabel,
    /// The own case.
    pub case: CaseLabel,
    /// Why.
    pub reason: String,
}

/// See [`super::What::AssessConcern`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessConcern {
    /// What arrived by this report.
    pub received: ReleaseLabel,
    /// What the step came to.
    pub outcome: ConcernOutcome,
    /// Why.
    pub reason: String,
}

/// See [`super::What::DecideLapsed`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideLapsed {
    /// What arrived by this release.
    pub received: ReleaseLabel,
    /// Keep or erase.
    pub decision: LapseDecision,
    /// The law that the own ground stands in; set when kept.
    pub law: Option<String>,
    /// Why.
    pub reason: String,
    /// Until when it is kept.
    pub until: Option<Date>,
}

vocabulary::closed_list! {
    /// What happens to a lapsed copy.
    pub enum LapseDecision {
        /// Kept on an own ground.
        Keep = "keep",
        /// Erased.
        Erase = "erase",
    }
}
