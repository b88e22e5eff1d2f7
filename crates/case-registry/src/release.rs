//! Releasing items to another authority: the decision, the wizard's draft, the reading and withdrawing of decisions, corrections of what was released.
//!
//! Nothing is shared. A release is a decision on listed item versions, for exactly one recipient, on one legal basis whose tests were answered; what
//! leaves is a sealed copy. `decision` is the core that every releasing use case goes through, nominations, proposals and answers too.

pub(crate) mod command;
pub(crate) mod correction;
pub(crate) mod decision;
pub(crate) mod draft;
pub(crate) mod examination;
pub(crate) mod items;
pub(crate) mod lapsing;
pub(crate) mod preview;
pub(crate) mod reading;
pub(crate) mod withdrawal;

use std::collections::HashMap;

use field_vault::Place;
use serde::{Deserialize, Serialize};
use store::release::ReleaseRow;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{AuthorityId, Opens, ReleaseId, Timestamp};

use crate::{RegistryError, opening::Opener};

pub use command::{OutsideRequest, ReleaseCommand, Statement};
pub use draft::{DraftBrief, DraftView, SaveDraft, StartRelease};
pub use examination::{AgeStatementChoice, BasisChoice, OtherBasis, TestAnswer};
pub use preview::{IdentityView, PreviewedItem, ReleasePreview, SecrecyView, SenderView};
pub use reading::{AnswerView, DeliveryView, OtherBasisView, ReleaseList, ReleaseView, ReleasedItemView};
pub use withdrawal::WithdrawRelease;

vocabulary::closed_list! {
    /// How something was released.
    pub enum Channel {
        /// As a parcel through the system.
        System = "system",
        /// By mouth in a meeting.
        Meeting = "meeting",
        /// By telephone.
        Phone = "phone",
        /// On paper.
        Letter = "letter",
    }
}

vocabulary::closed_list! {
    /// What can be released.
    pub enum ItemKind {
        /// A paragraph of a note.
        Paragraph = "paragraph",
        /// A measure.
        Measure = "measure",
        /// An own entry in a joint file.
        JointEntry = "joint_entry",
        /// A received item that is passed on: a new release with a basis of its own.
        ReceivedItem = "received_item",
    }
}

vocabulary::closed_list! {
    /// A field of a joint action that may follow a release.
    pub enum FollowField {
        /// The answer to a proposal.
        Reply = "reply",
        /// The status of the own part.
        Status = "status",
        /// The last day.
        DueOn = "due_on",
        /// The code of the outcome, never its text.
        Outcome = "outcome",
    }
}

vocabulary::closed_list! {
    /// Where a release stands.
    pub enum ReleaseState {
        /// In force.
        Standing = "standing",
        /// Marked as withdrawn.
        Withdrawn = "withdrawn",
        /// Its basis no longer carries it.
        Lapsed = "lapsed",
    }
}

/// One item at the version that was decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ItemRef)]
pub struct ItemRef {
    /// What kind of item.
    pub kind: ItemKind,
    /// The item.
    pub id: Uuid,
    /// The version that the caller has read; another one is refused as stale.
    pub version: i64,
}

/// A release in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseBrief {
    /// Random id.
    pub id: ReleaseId,
    /// What left: `release`, `nomination`, `proposal`, `answer`, `request`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
    /// The recipient.
    pub recipient_id: AuthorityId,
    /// The recipient's name.
    pub recipient: String,
    /// The unit or person there that it was meant for.
    pub attention: String,
    /// Code of the legal basis.
    pub basis: String,
    /// Its citation.
    pub citation: String,
    /// How it left.
    pub channel: Channel,
    /// When decided.
    pub decided_at: Timestamp,
    /// By whom.
    pub decided_by: String,
    /// How many items.
    pub item_count: i64,
    /// Where it stands.
    pub state: ReleaseState,
    /// Why it lapsed.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "vocabulary::upper_snake_if_any")]
    pub lapse_reason: Option<String>,
    /// When the recipient's receipt came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
}

/// The place of a decision's body: the decision is the item that a permit names.
pub(crate) fn release_place(id: ReleaseId) -> Place {
    Place::of("release_decision", "body_sealed", id.0)
}

/// Where a release stands, by its row.
pub(crate) const fn state(row: &ReleaseRow) -> ReleaseState {
    if row.withdrawn_at.is_some() {
        ReleaseState::Withdrawn
    } else if row.lapsed_at.is_some() {
        ReleaseState::Lapsed
    } else {
        ReleaseState::Standing
    }
}

/// The releases that the permit covers.
pub(crate) fn briefs<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[ReleaseRow],
    names: &HashMap<AuthorityId, &str>,
) -> Result<Vec<ReleaseBrief>, RegistryError> {
    let covered = rows.iter().filter(|row| opener.covers(row.id));
    covered
        .map(|row| {
            let body: decision::ReleaseBody = opener.open(release_place(row.id), &row.body)?;
            Ok(ReleaseBrief {
                id: row.id,
                kind: row.kind.clone(),
                recipient_id: row.recipient,
                recipient: names.get(&row.recipient).copied().unwrap_or_default().to_owned(),
                attention: body.attention,
                basis: row.basis_code.clone(),
                citation: body.citation,
                channel: crate::case::code(&row.channel)?,
                decided_at: row.decided_at,
                decided_by: row.decided_by_name.clone(),
                item_count: row.item_count,
                state: state(row),
                lapse_reason: row.lapse_reason.clone(),
                delivered_at: row.delivered_at,
            })
        })
        .collect()
}
