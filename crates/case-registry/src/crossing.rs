//! What crosses from one authority to another: the payload of a parcel. Always a copy, always under a decision; never a reference that could be followed back.
//!
//! The sender's ids of cases, persons and items do not cross. What joins the two sides are random references made for the purpose: the `joint_ref` of the
//! parcel's header, the release's own reference, an action's and a request's reference.

use serde::{Deserialize, Serialize};
use time::Date;
use uuid::Uuid;
use vocabulary::{ReleaseId, SecrecyClass, Timestamp};

use crate::person::IdentityKind;

/// The payload of a parcel.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "crossing", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Crossing {
    /// Items released under a legal basis; also concern reports and answers to requests.
    Release(ReleasedCopy),
    /// A person nominated for coordination: the identity is released, and a joint file opens on both sides.
    Nomination(ReleasedCopy),
    /// A joint action proposed or amended: its text is released.
    Proposal(ProposedAction),
    /// A later field of a joint action that the releasing decision lets follow: reply, status, due date, outcome code.
    FollowUp(FollowUp),
    /// A position was taken, ended or lapsed. Limb and review date only, never the reasons.
    Position(PositionNotice),
    /// A request for information, with its stated need.
    Request(InformationRequest),
    /// Something about an earlier release: withdrawn, lapsed, corrected.
    Notice(Notice),
}

impl Crossing {
    /// The kind, as it stands on the outside of the parcel.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Release(_) => "release",
            Self::Nomination(_) => "nomination",
            Self::Proposal(_) => "proposal",
            Self::FollowUp(_) => "follow_up",
            Self::Position(_) => "position",
            Self::Request(_) => "request",
            Self::Notice(_) => "notice",
        }
    }
}

/// What the recipient learns of the decision behind a copy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionCopy {
    /// The release's reference, for notices and questions.
    pub(crate) release_ref: ReleaseId,
    /// Code of the legal basis.
    pub(crate) basis_code: String,
    /// Its version.
    pub(crate) basis_version: i64,
    /// Its citation.
    pub(crate) citation: String,
    /// When decided.
    pub(crate) decided_at: Timestamp,
    /// When it was given, for a release by mouth, telephone or letter.
    pub(crate) occurred_at: Timestamp,
    /// `system`, `meeting`, `phone`, `letter`.
    pub(crate) channel: String,
    /// Who to call. Never a name: a number, a unit and a telephone.
    pub(crate) sender: SenderCard,
    /// A wish on how to handle it; it does not bind an authority.
    pub(crate) handling_note: String,
    /// The unit or person it is meant for.
    pub(crate) attention: String,
    /// The last day on which the basis carries it as far as is known at the decision; what ends it earlier comes as a notice.
    #[serde(default)]
    pub(crate) carried_until: Option<Carried>,
}

impl DecisionCopy {
    /// Why the basis carries the copy no longer on a day (Stockholm); none while it does. The recipient asks at every look: no job and no notice must
    /// have run for a copy to be out of use.
    pub(crate) fn over(&self, today: Date) -> Option<&str> {
        self.carried_until.as_ref().filter(|carried| carried.day < today).map(|carried| carried.then.as_str())
    }
}

/// How long a basis carries a release by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Carried {
    /// The last day.
    pub(crate) day: Date,
    /// What it is then: `turned_21`, `consent_expired`, `basis_ended`.
    pub(crate) then: String,
}

/// The sender as the other side sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SenderCard {
    pub(crate) service_number: String,
    pub(crate) unit: String,
    pub(crate) phone: String,
}

/// A person's identity as released.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityCopy {
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    pub(crate) kind: IdentityKind,
    pub(crate) value: Option<String>,
    pub(crate) birth_date: Option<Date>,
    /// With protected identity the recipient shows only the reference in lists.
    pub(crate) is_protected: bool,
}

/// One released item.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CopiedItem {
    /// Place in the release: what a correction names.
    pub(crate) position: i64,
    /// `paragraph`, `measure`, `joint_entry`, `received_item`, `identity`, `statement`.
    pub(crate) kind: String,
    /// A heading, for example the kind of note or the measure's name.
    pub(crate) title: String,
    /// The text.
    pub(crate) text: String,
    /// The day that it is about.
    pub(crate) dated: Option<Date>,
    /// The sender's secrecy class.
    pub(crate) class: SecrecyClass,
}

/// Released items with the decision.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReleasedCopy {
    pub(crate) decision: DecisionCopy,
    /// Whom it is about; left out where the joint file already says so.
    pub(crate) about: Option<IdentityCopy>,
    pub(crate) items: Vec<CopiedItem>,
    /// The request that it answers.
    pub(crate) answers: Option<Uuid>,
    /// Whether the whole request is answered.
    pub(crate) answers_wholly: bool,
    /// A concern report: starts the receiver's clocks (SoL 19 kap. 1 §).
    pub(crate) is_concern_report: bool,
    /// A concern report whose sender says that the child can need protection at once.
    #[serde(default)]
    pub(crate) immediate_danger: bool,
}

/// A joint action as proposed; the proposer owns its text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposedAction {
    pub(crate) decision: DecisionCopy,
    /// The action's reference, common to both sides.
    pub(crate) action_ref: Uuid,
    /// Version of the text; a higher one is to be accepted again.
    pub(crate) text_version: i64,
    /// Code of the catalogue.
    pub(crate) kind: String,
    pub(crate) what: String,
    pub(crate) goal: String,
    pub(crate) own_part: String,
    pub(crate) your_part: String,
    pub(crate) due_on: Option<Date>,
    pub(crate) follow_up_on: Option<Date>,
    /// Fields that may follow: `reply`, `status`, `due_on`, `outcome`.
    pub(crate) follow_fields: Vec<String>,
    pub(crate) follow_until: Option<Date>,
}

/// One field that followed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowUp {
    pub(crate) action_ref: Uuid,
    pub(crate) text_version: i64,
    /// `reply`, `status`, `due_on`, `outcome`.
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) at: Timestamp,
}

/// A position as the other side learns of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PositionNotice {
    /// `limb_a` or `limb_b`.
    pub(crate) limb: String,
    pub(crate) stands: bool,
    pub(crate) taken_at: Timestamp,
    pub(crate) review_on: Date,
    /// Set when the position ended.
    pub(crate) ended_at: Option<Timestamp>,
    /// The decision on which it was told; none for the message that it ended.
    #[serde(default)]
    pub(crate) decision: Option<DecisionCopy>,
}

/// A request for information.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InformationRequest {
    pub(crate) request_ref: Uuid,
    pub(crate) sender: SenderCard,
    pub(crate) question: String,
    pub(crate) need: String,
    pub(crate) about: Option<IdentityCopy>,
    pub(crate) answer_by: Option<Date>,
    /// The decision to release the question.
    pub(crate) decision: DecisionCopy,
}

/// Something about an earlier release.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    pub(crate) release_ref: ReleaseId,
    pub(crate) at: Timestamp,
    pub(crate) what: NoticeKind,
}

/// What the notice says.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum NoticeKind {
    /// The sender marked the release as withdrawn.
    Withdrawn,
    /// The basis no longer carries it: `turned_21`, `consent_revoked`, `consent_expired`, `basis_ended`, `embargo`.
    Lapsed { reason: String },
    /// An item was corrected: which, never what is right. That leaves by a release of its own.
    Corrected { position: i64 },
    /// A request was refused, with what the sender is ready to say.
    RequestRefused { request_ref: Uuid, reason: String },
}
