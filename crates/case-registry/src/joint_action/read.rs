//! Joint actions as the own side sees them: the text, the own part, what the other side let us know.

use field_vault::Vault;
use rbac_policy::measures::{MeasureStatus, Measures};
use serde::Serialize;
use store::joint_action::JointActionRow;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    Caller, JointActionId, JointFileId, KeyId, Opens, ReceivedItemId, Sealed, Timestamp, UserId, action::ReadAction,
};

use super::{ActionBody, ActionText, action_place, event_place};
use crate::{
    Answer, Registry, RegistryError, case::code, crossing::ReleasedCopy, opening::Opener, received::received_place,
    release::FollowField,
};

/// A joint action. Of a text whose basis has ended only the own part is left.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own; none is a state")]
pub struct JointActionView {
    /// Random id, the own side's.
    pub id: JointActionId,
    /// The joint file.
    pub joint_file_id: JointFileId,
    /// Whether the own side proposed it and owns its text.
    pub is_own: bool,
    /// The text; none when the other side's basis for it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<ActionTextView>,
    /// Version of the text.
    pub text_version: i64,
    /// Where the own part stands.
    pub status: MeasureStatus,
    /// The statuses that it can move to.
    pub next: Vec<MeasureStatus>,
    /// Whether the own part has ended.
    pub has_ended: bool,
    /// Whether the own side is to answer.
    pub needs_answer: bool,
    /// The other side's answer to an own proposal: `pending`, `accepted`, `declined`; for theirs `proposed`.
    pub peer_answer: String,
    /// What the other side told of its part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer_status: Option<MeasureStatus>,
    /// Who answers for the own part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible: Option<String>,
    /// Their id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible_id: Option<UserId>,
    /// Last day of the own part, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<String>,
    /// Next follow-up, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up_on: Option<String>,
    /// Whether last day or follow-up have passed.
    pub is_overdue: bool,
    /// Later fields that the releasing decision lets follow.
    pub follow_fields: Vec<FollowField>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_until: Option<Date>,
    /// On what the text was released.
    pub basis: ActionBasisView,
    /// The received item that holds the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_item_id: Option<ReceivedItemId>,
    /// When proposed or received.
    pub created_at: Timestamp,
    /// Row version, for `If-Match`.
    pub version: i64,
    /// What happened, oldest first; only when the action is read by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<ActionEventView>,
}

/// A joint action in a list: without its history.
pub type JointActionBrief = JointActionView;

/// The text of an action.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionTextView {
    /// Code of the catalogue.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
    /// Its name in Swedish.
    pub title_sv: String,
    /// Its name in English.
    pub title_en: String,
    /// What is to be done.
    pub what: String,
    /// What it is to reach.
    pub goal: String,
    /// What the proposer does.
    pub proposer_part: String,
    /// What the receiver is asked to do.
    pub receiver_part: String,
}

/// On what a text was released.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionBasisView {
    /// Code of the legal basis.
    pub basis: String,
    /// Its citation, for a received text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// The sender's number, unit and telephone, for a received text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// The sender's wish on how to handle it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handling_note: Option<String>,
    /// When the sender decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
}

/// One step in an action's life.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionEventView {
    /// When.
    pub at: Timestamp,
    /// `proposed`, `amended`, `reply`, `status`, `due_on`, `outcome`, `note`, `told`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
    /// On the own side, or told by the other.
    pub is_own: bool,
    /// The text version that it is about.
    pub text_version: i64,
    /// A code or a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// By whom, on the own side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Reason or outcome in words; the own side's only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Registry {
    /// Reads an action with its history.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none or the caller may not.
    pub async fn read_action(
        &self,
        caller: &Caller,
        id: JointActionId,
    ) -> Result<Answer<JointActionView>, RegistryError> {
        let authority = caller.authority;
        let at_hand = self.action_or_missing::<ReadAction>(caller, id).await?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let events = store::joint_action::events(&mut snapshot, authority, id).await?;
        snapshot.close().await?;
        let permit = self.allow::<ReadAction>(caller, at_hand.facts()).await?;
        let recorded = self.record(permit).await?;
        let received = at_hand.item().and_then(|(_, row)| row.body.as_ref());
        let kids = kids(&at_hand.action, received)
            .into_iter()
            .chain(events.iter().map(|event| event.note.as_ref().and_then(Vault::kid_of)));
        let opener = self.opener(&recorded, authority, kids).await?;
        let mut view = view(&opener, &at_hand.action, received, &self.measures, self.clock.today())?;
        for event in events {
            view.history.push(ActionEventView {
                at: event.at,
                kind: event.kind,
                is_own: event.is_own,
                text_version: event.text_version,
                value: event.value,
                author: event.author,
                note: event.note.map(|note| opener.open(event_place(event.id, id), &note)).transpose()?,
            });
        }
        Ok(Answer { view, entry: recorded.entry() })
    }
}

/// The keys that an action needs.
pub(crate) fn kids<T>(row: &JointActionRow, received: Option<&Sealed<T>>) -> [Option<KeyId>; 2] {
    [row.body.as_ref().and_then(Vault::kid_of), received.and_then(Vault::kid_of)]
}

/// The actions that the permit covers.
pub(crate) fn briefs<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[JointActionRow],
    received: &[store::received::ReceivedRow],
    measures: &Measures,
    today: Date,
) -> Result<Vec<JointActionView>, RegistryError> {
    let covered = rows.iter().filter(|row| opener.covers(row.id));
    covered
        .map(|row| {
            let item =
                received.iter().find(|item| Some(item.id) == row.received_item).and_then(|item| item.body.as_ref());
            view(opener, row, item, measures, today)
        })
        .collect()
}

/// One action under a permit that covers it.
pub(crate) fn view<A: Opens>(
    opener: &Opener<'_, '_, A>,
    row: &JointActionRow,
    received: Option<&Sealed<()>>,
    measures: &Measures,
    today: Date,
) -> Result<JointActionView, RegistryError> {
    let body: Option<ActionBody> = row.body.as_ref().map(|body| opener.open(action_place(row.id), body)).transpose()?;
    let copy: Option<ReleasedCopy> = match (row.received_item, received) {
        (Some(item), Some(sealed)) => Some(opener.open(received_place(item).under(row.id.0), sealed)?),
        _ => None,
    };
    // Tested at the look itself: a text that its basis carries no longer is not shown.
    let copy = copy.filter(|copy| copy.decision.over(today).is_none());
    let text = body.as_ref().and_then(|body| body.text.clone()).or_else(|| copy.as_ref().map(ActionText::of_copy));
    let status: MeasureStatus = code(&row.own_status)?;
    let has_ended = measures.life_cycle().has_ended(status);
    let today = today.to_string();
    let passed = |on: Option<&str>| on.is_some_and(|on| on < today.as_str());
    let decision = copy.as_ref().map(|copy| &copy.decision);
    Ok(JointActionView {
        id: row.id,
        joint_file_id: row.joint_file,
        is_own: row.is_own,
        text: text.map(|text| text_view(text, measures)),
        text_version: row.text_version,
        status,
        next: measures.life_cycle().next(status).map(|step| step.to).collect(),
        has_ended,
        needs_answer: !row.is_own && status == MeasureStatus::Proposed,
        peer_answer: row.peer_answer.clone(),
        peer_status: row.peer_status.as_deref().and_then(|status| status.parse().ok()),
        responsible: row.responsible_name.clone(),
        responsible_id: row.responsible,
        due_on: row.due_on.clone(),
        follow_up_on: row.follow_up_on.clone(),
        is_overdue: !has_ended
            && status != MeasureStatus::Proposed
            && (passed(row.due_on.as_deref()) || passed(row.follow_up_on.as_deref())),
        follow_fields: body.as_ref().map(|body| body.follow_fields.clone()).unwrap_or_default(),
        follow_until: body.as_ref().and_then(|body| body.follow_until),
        basis: ActionBasisView {
            basis: body.map(|body| body.basis_code).unwrap_or_default(),
            citation: decision.map(|decision| decision.citation.clone()),
            sender: decision.map(|decision| {
                let sender = &decision.sender;
                format!("{}, {}, {}", sender.service_number, sender.unit, sender.phone)
            }),
            handling_note: decision.map(|decision| decision.handling_note.clone()).filter(|note| !note.is_empty()),
            decided_at: decision.map(|decision| decision.decided_at),
        },
        received_item_id: row.received_item,
        created_at: row.created_at,
        version: row.version,
        history: Vec::new(),
    })
}

fn text_view(text: ActionText, measures: &Measures) -> ActionTextView {
    let kind = measures.get(&text.kind);
    ActionTextView {
        title_sv: kind.map_or_else(|| text.kind.clone(), |kind| kind.title.sv.clone()),
        title_en: kind.map_or_else(|| text.kind.clone(), |kind| kind.title.en.clone()),
        kind: text.kind,
        what: text.what,
        goal: text.goal,
        proposer_part: text.own_part,
        receiver_part: text.your_part,
    }
}
