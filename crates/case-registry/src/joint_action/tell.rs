//! Telling the present value of a field: as a decision that stands lets it follow, or on a decision of one's own.

use audit_log::Recipient;
use serde::Deserialize;
use store::Work;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    Caller, JointActionId,
    action::{FollowUp as FollowAct, ReviewAction as ReviewAct},
};

use super::{
    ActionAtHand, ReplyCode, event,
    follow::{NotTold, Told, message},
};
use crate::{
    Answer, Registry, RegistryError,
    courier::Outgoing,
    crossing::Crossing,
    joint_file::outward::{Outward, text_item},
    release::{BasisChoice, FollowField},
};

/// Tells the present value of a field.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TellField {
    /// Which field.
    pub field: FollowField,
    /// A decision of one's own, where none lets the field follow.
    #[serde(default)]
    pub grounds: Option<BasisChoice>,
    /// With a decision of one's own: further fields that may follow.
    #[serde(default)]
    pub follow_fields: Vec<FollowField>,
    /// Until when.
    #[serde(default)]
    pub follow_until: Option<Date>,
}

impl Registry {
    /// Tells the present value of a field to the other side: as a decision that stands lets it follow, or on a decision of one's own.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] when a test of the own decision is not met; [`RegistryError::NotFound`] when the caller may not.
    pub async fn tell_field(
        &self,
        caller: &Caller,
        id: JointActionId,
        command: TellField,
    ) -> Result<Answer<Told>, RegistryError> {
        let at_hand = self.action_or_missing::<FollowAct>(caller, id).await?;
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let events = store::joint_action::events(&mut snapshot, authority, id).await?;
        snapshot.close().await?;
        let row = &at_hand.action;
        let outcome = || {
            events
                .iter()
                .rev()
                .find(|event| event.is_own && event.kind == FollowField::Outcome.code())
                .and_then(|event| event.value.clone())
        };
        let value = match command.field {
            FollowField::Reply if row.is_own || row.own_status == "proposed" => None,
            FollowField::Reply => Some(
                if row.own_status == "declined" { ReplyCode::Decline } else { ReplyCode::Accept }.code().to_owned(),
            ),
            FollowField::Status => Some(row.own_status.clone()),
            FollowField::DueOn => row.due_on.clone(),
            FollowField::Outcome => outcome(),
        };
        let Some(grounds) = command.grounds else {
            let permit = self.allow::<ReviewAct>(caller, at_hand.facts()).await?;
            let recorded = self.record(permit).await?;
            let entry = recorded.entry();
            let view = match value {
                None => Told::not(command.field, NotTold::NoValue),
                Some(value) => Box::pin(self.follow(caller, &recorded, id, command.field, &value)).await?,
            };
            return Ok(Answer { view, entry });
        };
        let value = value.ok_or(RegistryError::Conflict("no-value"))?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let paper = self.paper_for(&mut snapshot, caller, at_hand.hand.file.peer, grounds.consent_id).await?;
        snapshot.close().await?;
        let told = text_item(0, command.field.code(), &value, None);
        let outward = Outward {
            follow_fields: &command.follow_fields,
            follow_until: command.follow_until,
            ..Outward::of("follow_up", vec![told])
        };
        let facts = at_hand.facts();
        let cleared = self.clear::<FollowAct>(caller, &at_hand.hand, facts, &paper, &grounds, outward).await?;
        let permit = self.allow::<FollowAct>(&cleared.caller, cleared.facts.clone()).await?;
        let ActionAtHand { mut action, hand, .. } = at_hand;
        let crossing = Crossing::FollowUp(message(&action, command.field, &value, self.clock.now()));
        if !action.is_own {
            action.release = Some(cleared.release);
        }
        let mut step = event(self.entropy.id(), &action, "told", true, Some(command.field.code()), self.clock.now());
        step.by = Some(caller.user);
        let work = Work::new(authority)
            .named("tell_field")
            .then(store::joint_action::update(authority, &action))
            .then(store::joint_action::insert_event(authority, id, &step))
            .then_all(cleared.statements);
        let outgoing =
            Outgoing { to: cleared.to, joint_ref: Some(hand.file.joint_ref), release: Some(cleared.release), crossing };
        let recipient = Recipient { authority: cleared.to, label: "follow_up".to_owned() };
        let recorded = self
            .commit_and_send(permit.with_basis(cleared.logged).with_recipient(recipient), work, vec![outgoing])
            .await?;
        let view = Told { field: command.field, told: true, why: None, failed: Vec::new() };
        Ok(Answer { view, entry: recorded.entry() })
    }
}
