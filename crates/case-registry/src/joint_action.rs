//! Joint actions (gemensamma åtgärder). The proposer owns the text; sending it is a release. Each side answers, follows and evaluates its own part.
//!
//! Nothing follows by itself but the fields that a releasing decision lists, until the day it names, and each message is tested again. Reasons and outcome
//! texts never follow.

mod arrival;
mod due;
mod follow;
mod propose;
mod read;
mod reply;
mod review;
mod tell;

use field_vault::Place;
use rbac_policy::measures::{MeasureOutcome, MeasureStatus};
use serde::{Deserialize, Serialize};
use store::joint_action::{JointActionEventRow, JointActionRow};
use time::Date;
use uuid::Uuid;
use vocabulary::{Act, Caller, JointActionId, ReceivedItemId, SecrecyClass};

use crate::{
    Registry, RegistryError,
    crossing::{CopiedItem, DecisionCopy, ProposedAction, ReleasedCopy},
    joint_file::JointAtHand,
    release::FollowField,
};

pub(crate) use due::due_kids;
pub use due::{ActionCard, DueActions};
pub use follow::{NotTold, Told};
pub use propose::{AmendAction, ProposeAction, Proposed};
pub(crate) use read::briefs;
pub use read::{ActionBasisView, ActionEventView, ActionTextView, JointActionBrief, JointActionView};
pub use reply::{Replied, ReplyAction};
pub use review::{ReviewAction, Reviewed};
pub use tell::TellField;

vocabulary::closed_list! {
    /// What a receiver answers.
    pub enum ReplyCode {
        /// Accepted.
        Accept = "accepted",
        /// Declined.
        Decline = "declined",
    }
}

vocabulary::closed_list! {
    /// What a review says.
    pub enum ReviewStep {
        /// How it goes.
        Progress = "progress",
        /// The own part is done.
        Complete = "complete",
        /// Looking back, when it is done.
        Evaluate = "evaluate",
    }
}

/// The text of an action. The proposer owns it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ActionText {
    pub(crate) kind: String,
    pub(crate) what: String,
    pub(crate) goal: String,
    pub(crate) own_part: String,
    pub(crate) your_part: String,
}

/// What of an action is sealed: the proposer's text, and on both sides what may follow. At the receiver the text lies in the received item alone.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ActionBody {
    pub(crate) text: Option<ActionText>,
    pub(crate) follow_fields: Vec<FollowField>,
    pub(crate) follow_until: Option<Date>,
    pub(crate) basis_code: String,
    pub(crate) basis_version: i64,
    /// The proposer's last day and follow-up, as told.
    pub(crate) due_on: Option<Date>,
    pub(crate) follow_up_on: Option<Date>,
}

pub(crate) fn action_place(id: JointActionId) -> Place {
    Place::of("joint_action", "body_sealed", id.0)
}

pub(crate) fn event_place(id: Uuid, action: JointActionId) -> Place {
    Place::of("joint_action_event", "note_sealed", id).under(action.0)
}

impl ActionText {
    /// The parts of the text as items of the received copy.
    pub(crate) fn items(&self, due_on: Option<Date>) -> Vec<CopiedItem> {
        let parts =
            [("what", &self.what), ("goal", &self.goal), ("own_part", &self.own_part), ("your_part", &self.your_part)];
        let item = |((part, text), position): ((&str, &String), i64)| CopiedItem {
            position,
            kind: part.to_owned(),
            title: if part == "what" { self.kind.clone() } else { String::new() },
            text: text.clone(),
            dated: due_on.filter(|_| part == "what"),
            class: SecrecyClass::Standard,
        };
        parts.into_iter().zip(0..).map(item).collect()
    }

    /// The text of a received copy.
    pub(crate) fn of_copy(copy: &ReleasedCopy) -> Self {
        let part = |kind: &str| copy.items.iter().find(|item| item.kind == kind);
        let text = |kind: &str| part(kind).map(|item| item.text.clone()).unwrap_or_default();
        Self {
            kind: part("what").map(|item| item.title.clone()).unwrap_or_default(),
            what: text("what"),
            goal: text("goal"),
            own_part: text("own_part"),
            your_part: text("your_part"),
        }
    }
}

/// A proposal as a received copy.
pub(crate) fn copy_of(proposal: &ProposedAction) -> ReleasedCopy {
    let text = ActionText {
        kind: proposal.kind.clone(),
        what: proposal.what.clone(),
        goal: proposal.goal.clone(),
        own_part: proposal.own_part.clone(),
        your_part: proposal.your_part.clone(),
    };
    ReleasedCopy {
        decision: proposal.decision.clone(),
        about: None,
        items: text.items(proposal.due_on),
        answers: None,
        answers_wholly: false,
        is_concern_report: false,
        immediate_danger: false,
    }
}

/// The text and its terms as they cross.
pub(crate) fn proposal(
    decision: DecisionCopy,
    action_ref: Uuid,
    text_version: i64,
    body: &ActionBody,
) -> Result<ProposedAction, RegistryError> {
    let text = body.text.clone().ok_or(RegistryError::Internal("a proposal without its text"))?;
    Ok(ProposedAction {
        decision,
        action_ref,
        text_version,
        kind: text.kind,
        what: text.what,
        goal: text.goal,
        own_part: text.own_part,
        your_part: text.your_part,
        due_on: body.due_on,
        follow_up_on: body.follow_up_on,
        follow_fields: body.follow_fields.iter().map(|field| field.code().to_owned()).collect(),
        follow_until: body.follow_until,
    })
}

/// One step in an action's life, without a note.
pub(crate) fn event(
    id: Uuid,
    row: &JointActionRow,
    kind: &str,
    is_own: bool,
    value: Option<&str>,
    at: vocabulary::Timestamp,
) -> JointActionEventRow {
    JointActionEventRow {
        id,
        kind: kind.to_owned(),
        is_own,
        text_version: row.text_version,
        value: value.map(str::to_owned),
        at,
        by: None,
        note: None,
        author: None,
    }
}

/// Whether a value is one that the other side can have told for this field.
pub(crate) fn is_known(field: FollowField, value: &str) -> bool {
    match field {
        FollowField::Reply => value.parse::<ReplyCode>().is_ok(),
        FollowField::Status => value.parse::<MeasureStatus>().is_ok(),
        FollowField::Outcome => value.parse::<MeasureOutcome>().is_ok(),
        FollowField::DueOn => crate::measure::day(value).is_some(),
    }
}

/// An action of the caller's authority with its file.
pub(crate) struct ActionAtHand {
    pub(crate) action: JointActionRow,
    pub(crate) hand: JointAtHand,
    /// The received item with the text, while its basis stands; none for an own action.
    pub(crate) received: Option<store::received::ReceivedRow>,
}

impl ActionAtHand {
    /// The facts of the action.
    pub(crate) fn facts(&self) -> rbac_policy::Facts {
        self.hand.facts_of("joint_action", self.action.id.0, Some(self.action.version), SecrecyClass::Standard)
    }

    /// The received item that holds the text.
    pub(crate) fn item(&self) -> Option<(ReceivedItemId, &store::received::ReceivedRow)> {
        self.received.as_ref().map(|row| (row.id, row))
    }

    /// Whether the text is there: the own one always, the other side's as long as its basis stands.
    pub(crate) const fn has_text(&self) -> bool {
        self.action.is_own || self.received.is_some()
    }
}

impl Registry {
    /// The action with its file, or the answer for one that is not there.
    pub(crate) async fn action_or_missing<A: Act>(
        &self,
        caller: &Caller,
        id: JointActionId,
    ) -> Result<ActionAtHand, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let action = store::joint_action::by_id(&mut snapshot, authority, id).await?;
        let mut hand = None;
        let mut received = None;
        if let Some(action) = &action {
            hand = self.joint_at_hand(&mut snapshot, caller, action.joint_file).await?;
            if let Some(item) = action.received_item {
                received = store::received::by_id(&mut snapshot, authority, item).await?;
            }
        }
        snapshot.close().await?;
        let (Some(action), Some(hand)) = (action, hand) else {
            return Err(self.missing::<A>(caller, "joint_action", id.0).await);
        };
        let received = received.filter(|row| matches!(row.state.as_str(), "received" | "filed"));
        Ok(ActionAtHand { action, hand, received })
    }
}
