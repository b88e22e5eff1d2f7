//! Joint files (samverkansakter): one per party authority, on an own open case, joined to the other side's only by a random reference.
//!
//! What the other side wrote exists here only as received items. Before anything is released to it, an authority sees only what it wrote or received.

mod arrival;
mod at_hand;
mod change;
mod home;
mod link;
mod list;
mod nomination;
pub(crate) mod outward;
mod read;

use field_vault::{BirthDate, Place};
use rbac_policy::{Assignment, ClassFact};
use serde::{Deserialize, Serialize};
use vocabulary::{JointFileId, JointRef, Protection, ReceivedItemId};

use crate::crossing::{Carried, IdentityCopy, SenderCard};

pub(crate) use at_hand::JointAtHand;
pub use change::{ChangeJointFile, ChangeMembers};
pub use home::CoordinatorHome;
pub use link::LinkToCase;
pub use list::{JointFileBrief, JointFileList};
pub(crate) use nomination::months_after;
pub use nomination::{Nominate, Nominated};
pub use read::{JointFileView, JointMemberView, ReceivedInFile, ReceivedPart};

vocabulary::closed_list! {
    /// Where a joint file stands.
    pub enum JointState {
        /// Nominated; the two sides have not both taken a position.
        Nominated = "nominated",
        /// Both sides have said yes: the joint assessment stands.
        Assessed = "assessed",
        /// Worked on.
        Active = "active",
        /// Resting, for example while a consent is missing.
        Paused = "paused",
        /// Measures are done; followed up.
        FollowUp = "follow_up",
        /// Closed: read only.
        Closed = "closed",
    }
}

vocabulary::closed_list! {
    /// Why a joint file was closed.
    pub enum ClosedReason {
        /// Målet är nått.
        GoalReached = "goal_reached",
        /// Avbrutet.
        BrokenOff = "broken_off",
        /// Samtycket är återkallat.
        ConsentWithdrawn = "consent_withdrawn",
        /// Personen har flyttat.
        Moved = "moved",
        /// Personen har passerat åldern.
        Age = "age",
        /// Personen är frihetsberövad.
        Detained = "detained",
        /// Nomineringen togs inte upp. Nothing is told to the other side.
        NotTakenUp = "not_taken_up",
    }
}

impl JointState {
    /// Whether a file comes here only while the joint assessment stands.
    #[must_use]
    pub const fn needs_assessment(self) -> bool {
        matches!(self, Self::Assessed | Self::Active)
    }

    /// Where a joint file can go from here.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Nominated => &[Self::Assessed, Self::Active, Self::Closed],
            Self::Assessed => &[Self::Active, Self::Paused, Self::Closed],
            Self::Active => &[Self::Paused, Self::FollowUp, Self::Closed],
            Self::Paused | Self::FollowUp => &[Self::Active, Self::Closed],
            Self::Closed => &[],
        }
    }
}

/// What of a joint file is sealed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct JointBody {
    /// Why coordination is wanted: on the nominator's side the own words, on the other side as received.
    pub(crate) reason: String,
    /// What coordination is to reach.
    pub(crate) goal: String,
    /// Who the person is, as received with a nomination.
    pub(crate) received: Option<IdentityCopy>,
    /// Whom to call about the nomination.
    pub(crate) sender: Option<SenderCard>,
    /// The received item that the nomination became.
    pub(crate) nomination: Option<ReceivedItemId>,
    /// How long the nomination's basis carries it.
    #[serde(default)]
    pub(crate) carried_until: Option<Carried>,
}

impl JointBody {
    /// What of it is shown on a day: the own words always, what came with a nomination while its basis carries it.
    pub(crate) fn on(self, today: time::Date, copy_stands: bool) -> Self {
        let is_over = self.carried_until.as_ref().is_some_and(|carried| carried.day < today);
        if self.nomination.is_some() && (is_over || !copy_stands) { Self::default() } else { self }
    }
}

pub(crate) fn joint_place(id: JointFileId) -> Place {
    Place::of("joint_file", "body_sealed", id.0)
}

/// The reference as people say it over the telephone: the first eight digits in two groups.
pub(crate) fn short_reference(joint_ref: JointRef) -> String {
    let digits = joint_ref.0.simple().to_string().to_uppercase();
    match (digits.get(..4), digits.get(4..8)) {
        (Some(first), Some(second)) => format!("{first}-{second}"),
        _ => digits,
    }
}

/// The initials and the birth date of a received identity.
pub(crate) fn shown(identity: &IdentityCopy) -> (String, Option<time::Date>) {
    let initials = [&identity.given_name, &identity.family_name];
    let initials = initials.into_iter().filter_map(|name| name.chars().next()).flat_map(char::to_uppercase).collect();
    (initials, identity.birth_date)
}

pub(crate) const fn strongest(own: Protection, received: Protection) -> Protection {
    if matches!(own, Protection::None) { received } else { own }
}

pub(crate) fn age(birth: Option<&BirthDate>, received: Option<time::Date>, today: time::Date) -> Option<u8> {
    birth.map(|birth| birth.date).or(received).map(|born| vocabulary::age_on(born, today))
}

/// The strongest of the relations to a joint file and to the case that it hangs on.
pub(crate) fn closest(to_file: Assignment, to_case: Assignment) -> Assignment {
    to_file.min(to_case)
}

pub(crate) const fn class_of(protection: Protection) -> ClassFact {
    ClassFact::of_person(protection)
}
