//! Answering the other side's proposal: two clicks. The reason stays on the own side.

use audit_log::Recipient;
use field_vault::KeySubject;
use rbac_policy::measures::MeasureStatus;
use serde::{Deserialize, Serialize};
use store::Work;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AuthorityId, Caller, JointActionId, UserId,
    action::{ReplyAction as ReplyAct, ReviewAction as ReviewAct},
};

use super::{ActionAtHand, NotTold, ReplyCode, Told, event, event_place, follow::message};
use crate::{
    Answer, Check, Registry, RegistryError,
    courier::Outgoing,
    crossing::Crossing,
    joint_file::outward::{Outward, text_item},
    release::{BasisChoice, FollowField},
};

/// Accepts or declines the other side's proposal.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplyAction {
    /// The answer.
    pub answer: ReplyCode,
    /// Why; stays on the own side. Required when declining.
    #[serde(default)]
    pub reason: String,
    /// Who answers for the own part; the caller when left out.
    #[serde(default)]
    pub responsible_id: Option<UserId>,
    /// Last day of the own part; the proposer's when left out.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// Next follow-up of the own part.
    #[serde(default)]
    pub follow_up_on: Option<Date>,
    /// The decision of one's own on which the answer leaves; left out, it stays on the own side until somebody chooses a basis.
    #[serde(default)]
    pub grounds: Option<BasisChoice>,
    /// With a decision of one's own: what else may follow.
    #[serde(default)]
    pub follow_fields: Vec<FollowField>,
    /// With a decision of one's own: until when.
    #[serde(default)]
    pub follow_until: Option<Date>,
}

/// An answer that stands on the own side.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Replied {
    /// Where the own part stands.
    pub status: MeasureStatus,
    /// Whether the other side was told.
    pub told: Told,
}

const LONGEST_REASON: usize = 1_000;

impl Registry {
    /// Accepts or declines a proposal.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when a new text has come; `Conflict("wrong-state")` when it was answered, `Conflict("lapsed")` when the text is gone,
    /// `Conflict("no-own-case")`; [`RegistryError::NotFound`] when the caller may not.
    pub async fn reply_action(
        &self,
        caller: &Caller,
        id: JointActionId,
        version: i64,
        command: ReplyAction,
    ) -> Result<Answer<Replied>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let responsible = command.responsible_id.unwrap_or(caller.user);
        self.check_reply(authority, &command, responsible).await?;

        let at_hand = self.action_or_missing::<ReplyAct>(caller, id).await?;
        let facts = at_hand.facts();
        let permit = self.allow::<ReviewAct>(caller, facts.clone()).await?;
        let has_text = at_hand.has_text();
        let ActionAtHand { mut action, hand, .. } = at_hand;
        if action.is_own || action.own_status != MeasureStatus::Proposed.code() {
            return Err(RegistryError::Conflict("wrong-state"));
        }
        if !has_text {
            return Err(RegistryError::Conflict("lapsed"));
        }
        hand.own_case()?;
        if action.version != version {
            return Err(RegistryError::Stale);
        }
        let status = match command.answer {
            ReplyCode::Accept => MeasureStatus::Accepted,
            ReplyCode::Decline => MeasureStatus::Declined,
        };
        let value = command.answer.code();
        status.code().clone_into(&mut action.own_status);
        if status == MeasureStatus::Accepted {
            action.responsible = Some(responsible);
            if let Some(day) = command.due_on {
                action.due_on = Some(day.to_string());
            }
            if let Some(day) = command.follow_up_on {
                action.follow_up_on = Some(day.to_string());
            }
        }
        let key = self.key_for(authority, KeySubject::JointFile(action.joint_file)).await?;
        let mut step = event(self.entropy.id(), &action, FollowField::Reply.code(), true, Some(value), now);
        step.by = Some(caller.user);
        let reason = command.reason.trim();
        step.note = if reason.is_empty() { None } else { Some(self.seal(&key, event_place(step.id, id), &reason)?) };
        let work = Work::new(authority).named("reply_action");

        let Some(grounds) = command.grounds else {
            let work = work
                .then(store::joint_action::update(authority, &action))
                .then(store::joint_action::insert_event(authority, id, &step));
            let recorded = self.commit(permit, work).await?;
            // An answer is a disclosure of the own side's: the proposer's basis does not carry it, nor does what was decided on an earlier text.
            let told = Told::not(FollowField::Reply, NotTold::NoOwnDecision);
            return Ok(Answer { view: Replied { status, told }, entry: recorded.entry() });
        };
        let mut snapshot = self.store.snapshot(authority).await?;
        let paper = self.paper_for(&mut snapshot, caller, hand.file.peer, grounds.consent_id).await?;
        snapshot.close().await?;
        let answer = text_item(0, FollowField::Reply.code(), value, None);
        let outward = Outward {
            follow_fields: &command.follow_fields,
            follow_until: command.follow_until,
            ..Outward::of("follow_up", vec![answer])
        };
        let cleared = Box::pin(self.clear::<ReplyAct>(caller, &hand, facts, &paper, &grounds, outward)).await?;
        let permit = self.allow::<ReplyAct>(&cleared.caller, cleared.facts.clone()).await?;
        action.release = Some(cleared.release);
        let crossing = Crossing::FollowUp(message(&action, FollowField::Reply, value, now));
        let mut told = event(self.entropy.id(), &action, "told", true, Some(FollowField::Reply.code()), now);
        told.by = Some(caller.user);
        let work = work
            .then(store::joint_action::update(authority, &action))
            .then(store::joint_action::insert_event(authority, id, &step))
            .then(store::joint_action::insert_event(authority, id, &told))
            .then_all(cleared.statements);
        let outgoing =
            Outgoing { to: cleared.to, joint_ref: Some(hand.file.joint_ref), release: Some(cleared.release), crossing };
        let recipient = Recipient { authority: cleared.to, label: "follow_up".to_owned() };
        let permit = permit.with_basis(cleared.logged).with_recipient(recipient);
        let recorded = Box::pin(self.commit_and_send(permit, work, vec![outgoing])).await?;
        let told = Told { field: FollowField::Reply, told: true, why: None, failed: Vec::new() };
        Ok(Answer { view: Replied { status, told }, entry: recorded.entry() })
    }

    async fn check_reply(
        &self,
        authority: AuthorityId,
        command: &ReplyAction,
        responsible: UserId,
    ) -> Result<(), RegistryError> {
        let mut snapshot = self.store.snapshot(authority).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let today = self.clock.today();
        let mut check = Check::new();
        if command.answer == ReplyCode::Decline {
            check.text("reason", &command.reason, LONGEST_REASON);
        } else {
            check.optional_text("reason", &command.reason, LONGEST_REASON);
        }
        for (field, day) in [("dueOn", command.due_on), ("followUpOn", command.follow_up_on)] {
            check.planned(field, day, today);
        }
        let is_colleague = users.iter().any(|user| user.id == responsible && user.may_be_given_work());
        check.require(is_colleague, "responsibleId", "no-such-colleague");
        check.done()
    }
}
