//! Payloads of the work around joint files: nomination, entries, positions, actions.

use serde::Deserialize;
use time::Date;
use vocabulary::SecrecyClass;

use super::case_work::{Attained, Status};
use super::crossing::Grounds;
use super::label::{ActionLabel, CaseLabel, EntryLabel, JointFileLabel};
use crate::demo::people::{AuthorityKey, PersonaKey};

/// See [`super::What::Nominate`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nominate {
    /// Makes this joint file on the own side.
    pub joint_file: JointFileLabel,
    /// The own open case it hangs on.
    pub case: CaseLabel,
    /// To whom.
    pub to: AuthorityKey,
    /// Why coordination is wanted: goes to the other side.
    pub reason: String,
    /// On what basis the nomination leaves.
    pub grounds: Grounds,
}

/// See [`super::What::AcceptNomination`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptNomination {
    /// Makes the own side of this joint file.
    pub joint_file: JointFileLabel,
    /// The own open case it hangs on.
    pub case: CaseLabel,
    /// Day of the next follow-up.
    pub next_follow_up: Date,
}

vocabulary::closed_list! {
    /// State of a joint file.
    pub enum JointState {
        /// Nominated.
        Nominated = "nominated",
        /// Assessed.
        Assessed = "assessed",
        /// Active.
        Active = "active",
        /// Paused.
        Paused = "paused",
        /// Followed up.
        FollowUp = "follow_up",
        /// Closed.
        Closed = "closed",
    }
}

/// See [`super::What::UpdateJointFile`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateJointFile {
    /// Which file, on the own side.
    pub joint_file: JointFileLabel,
    /// Its new state.
    pub state: JointState,
    /// Day of the next follow-up.
    pub next_follow_up: Option<Date>,
    /// Code of the reason, when it is closed.
    pub reason: Option<String>,
}

/// See [`super::What::WriteEntry`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteEntry {
    /// Makes this entry.
    pub entry: EntryLabel,
    /// In which file, on the own side.
    pub joint_file: JointFileLabel,
    /// Secrecy class.
    pub class: SecrecyClass,
    /// The text.
    pub text: String,
    /// What the police mark; none on the social side.
    pub police: Option<PoliceMarks>,
}

vocabulary::closed_list! {
    /// To whom inside the police the item is available.
    pub enum Availability {
        /// A few named persons.
        FewNamed = "few_named",
        /// Jointly available (2018:1693 3 kap. 2 §).
        JointlyAvailable = "jointly_available",
    }
}

vocabulary::closed_list! {
    /// Whether the person is suspected; others are marked (2018:1693 3 kap. 4 §).
    pub enum Suspicion {
        /// Skäligen misstänkt.
        ReasonablySuspected = "reasonably_suspected",
        /// Kan misstänkas.
        Suspected = "suspected",
        /// Not suspected.
        NotSuspected = "not_suspected",
    }
}

vocabulary::closed_list! {
    /// How credible the source is.
    pub enum Credibility {
        /// Reliable.
        Reliable = "reliable",
        /// Usually reliable.
        UsuallyReliable = "usually_reliable",
        /// Not reliable.
        NotReliable = "not_reliable",
        /// Cannot be judged.
        Unknown = "unknown",
    }
}

vocabulary::closed_list! {
    /// How accurate the information is.
    pub enum Accuracy {
        /// Known to be true without reservation.
        Confirmed = "confirmed",
        /// Known personally to the source, not confirmed.
        Probable = "probable",
        /// Second hand, supported by other information.
        Possible = "possible",
        /// Cannot be judged.
        Unknown = "unknown",
    }
}

/// How the police mark an entry.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoliceMarks {
    /// To whom it is available.
    pub availability: Availability,
    /// Code of the ground in 2018:1693 3 kap. 2 §, when jointly available.
    pub ground: Option<String>,
    /// The named persons, otherwise.
    #[serde(default)]
    pub named: Vec<PersonaKey>,
    /// Whether the person is suspected.
    pub suspicion: Suspicion,
    /// How credible the source is.
    pub credibility: Credibility,
    /// How accurate the information is.
    pub accuracy: Accuracy,
    /// Clearance by the head of the criminal investigation: who and on which day.
    pub cleared: Option<Clearance>,
    /// Last day.
    pub expires_on: Date,
}

/// The head of the criminal investigation has cleared the item for release.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clearance {
    /// By function and number.
    pub by: String,
    /// The day.
    pub on: Date,
}

/// See [`super::What::WithdrawEntry`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawEntry {
    /// Which entry.
    pub entry: EntryLabel,
    /// Why.
    pub reason: String,
}

vocabulary::closed_list! {
    /// The two limbs of the definition of crime-active.
    pub enum Limb {
        /// Occurs in criminal investigations, any age.
        A = "a",
        /// Under 21, overall assessment.
        B = "b",
    }
}

/// See [`super::What::TakePosition`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakePosition {
    /// Which file, on the own side.
    pub joint_file: JointFileLabel,
    /// Which limb.
    pub limb: Limb,
    /// Yes or no.
    pub stands: bool,
    /// Codes of what a yes on limb B rests on; they stay on the own side.
    #[serde(default)]
    pub on: Vec<String>,
    /// Reasons; they stay on the own side.
    pub reasons: String,
    /// At most six months ahead.
    pub review_on: Date,
    /// On what basis limb and answer are told to the other side; none: nothing is told.
    pub tell: Option<Grounds>,
}

vocabulary::closed_list! {
    /// Which later fields of an action may follow to the other side.
    pub enum FollowField {
        /// The reply.
        Reply = "reply",
        /// The status.
        Status = "status",
        /// The due date.
        DueDate = "due_date",
        /// The outcome code.
        OutcomeCode = "outcome_code",
    }
}

/// See [`super::What::ProposeAction`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeAction {
    /// Makes this action, on both sides.
    pub action: ActionLabel,
    /// In which file, on the own side.
    pub joint_file: JointFileLabel,
    /// To whom.
    pub to: AuthorityKey,
    /// Code of the catalogue, `policy/measures.toml`.
    pub kind: String,
    /// What is proposed.
    pub what: String,
    /// To what end.
    #[serde(default)]
    pub goal: String,
    /// What the own side does.
    pub own_part: String,
    /// What the other side is asked to do.
    pub your_part: String,
    /// Who answers for the own part.
    pub responsible: PersonaKey,
    /// Last day.
    pub due: Date,
    /// Day of follow-up.
    pub follow_up: Date,
    /// What may follow later.
    pub follow_fields: Vec<FollowField>,
    /// Until when.
    pub follow_until: Option<Date>,
    /// On what basis the text leaves.
    pub grounds: Grounds,
}

vocabulary::closed_list! {
    /// The receiver's reply.
    pub enum Reply {
        /// Accepted.
        Accepted = "accepted",
        /// Declined.
        Declined = "declined",
    }
}

/// See [`super::What::ReplyAction`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyAction {
    /// Which action, as received.
    pub action: ActionLabel,
    /// The reply.
    pub reply: Reply,
    /// Reason; stays on the own side.
    pub reason: Option<String>,
    /// Who answers for the own part, when accepted.
    pub responsible: Option<PersonaKey>,
    /// Last day of the own part.
    pub due: Option<Date>,
    /// On what basis of the own side the answer leaves; without one it stays there.
    pub grounds: Option<Grounds>,
    /// What of the own part may follow later.
    #[serde(default)]
    pub follow_fields: Vec<FollowField>,
    /// Until when.
    pub follow_until: Option<Date>,
}

vocabulary::closed_list! {
    /// What a review says.
    pub enum ReviewStep {
        /// How it goes.
        Progress = "progress",
        /// The own part is done.
        Complete = "complete",
        /// Looking back.
        Evaluate = "evaluate",
    }
}

/// See [`super::What::ReviewAction`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewAction {
    /// Which action, on the own side.
    pub action: ActionLabel,
    /// What kind of review.
    pub step: ReviewStep,
    /// Status of the own part from now on, if it changes.
    pub status: Option<Status>,
    /// Whether the goal was reached.
    pub outcome: Option<Attained>,
    /// In words; stays on the own side.
    pub note: String,
}
