//! Following one's own part of a joint action: progress, completion, evaluation. Words stay on the own side; codes and dates follow where agreed.

use field_vault::KeySubject;
use rbac_policy::measures::{Ask, MeasureOutcome, MeasureStatus};
use serde::{Deserialize, Serialize};
use store::Work;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{Caller, JointActionId, UserId, action::ReviewAction as ReviewAct};

use super::{ActionAtHand, ReviewStep, Told, event, event_place};
use crate::{Answer, Check, Registry, RegistryError, case::code, release::FollowField};

/// Reviews the own part.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewAction {
    /// What kind of review.
    pub step: ReviewStep,
    /// The new status of the own part; `COMPLETE` means done when left out.
    #[serde(default)]
    pub status: Option<MeasureStatus>,
    /// How far the goal was reached; required to complete and to evaluate.
    #[serde(default)]
    pub outcome: Option<MeasureOutcome>,
    /// In words; stays on the own side. Required where the status asks for a reason, and to evaluate.
    #[serde(default)]
    pub note: String,
    /// A new last day of the own part.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// The next follow-up of the own part.
    #[serde(default)]
    pub follow_up_on: Option<Date>,
    /// Who answers for the own part from now on.
    #[serde(default)]
    pub responsible_id: Option<UserId>,
}

/// A review that stands on the own side.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reviewed {
    /// Where the own part stands.
    pub status: MeasureStatus,
    /// What went to the other side, and what did not.
    pub told: Vec<Told>,
}

const LONGEST_NOTE: usize = 2_000;

impl Registry {
    /// Reports progress, completes or evaluates the own part.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; [`RegistryError::Invalid`] for a step that the life cycle does not have; [`RegistryError::NotFound`] when the caller may not.
    pub async fn review_action(
        &self,
        caller: &Caller,
        id: JointActionId,
        version: i64,
        command: ReviewAction,
    ) -> Result<Answer<Reviewed>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let today = now.day();
        let at_hand = self.action_or_missing::<ReviewAct>(caller, id).await?;
        let permit = self.allow::<ReviewAct>(caller, at_hand.facts()).await?;
        let ActionAtHand { mut action, hand, .. } = at_hand;
        hand.own_case()?;
        if action.version != version {
            return Err(RegistryError::Stale);
        }
        let mut snapshot = self.store.snapshot(authority).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let from: MeasureStatus = code(&action.own_status)?;
        let to = match (command.step, command.status) {
            (ReviewStep::Complete, None) => MeasureStatus::Done,
            (_, status) => status.unwrap_or(from),
        };
        let mut check = Check::new();
        self.check_review(&mut check, &command, from, to);
        // A proposal of the other side's is answered, not reviewed.
        check.require(action.is_own || from != MeasureStatus::Proposed, "step", "answer-first");
        check.planned("dueOn", command.due_on, today);
        check.planned("followUpOn", command.follow_up_on, today);
        if let Some(responsible) = command.responsible_id {
            check.require(
                users.iter().any(|user| user.id == responsible && user.may_be_given_work()),
                "responsibleId",
                "no-such-colleague",
            );
        }
        check.done()?;

        let key = self.key_for(authority, KeySubject::JointFile(action.joint_file)).await?;
        to.code().clone_into(&mut action.own_status);
        let mut told = Vec::new();
        let mut steps = Vec::new();
        if to != from {
            told.push((FollowField::Status, to.code().to_owned()));
            steps.push((FollowField::Status.code(), Some(to.code().to_owned())));
        }
        if let Some(day) = command.due_on {
            let day = day.to_string();
            if action.due_on.as_deref() != Some(day.as_str()) {
                told.push((FollowField::DueOn, day.clone()));
                steps.push((FollowField::DueOn.code(), Some(day.clone())));
                action.due_on = Some(day);
            }
        }
        if let Some(outcome) = command.outcome {
            told.push((FollowField::Outcome, outcome.code().to_owned()));
            steps.push((FollowField::Outcome.code(), Some(outcome.code().to_owned())));
        }
        if let Some(day) = command.follow_up_on {
            action.follow_up_on = Some(day.to_string());
        }
        if let Some(responsible) = command.responsible_id {
            action.responsible = Some(responsible);
        }
        if steps.is_empty() {
            steps.push(("note", None));
        }
        let mut work =
            Work::new(authority).named("review_action").then(store::joint_action::update(authority, &action));
        let note = command.note.trim();
        let last = steps.len() - 1;
        for (at, (kind, value)) in steps.into_iter().enumerate() {
            let mut step = event(self.entropy.id(), &action, kind, true, value.as_deref(), now);
            step.by = Some(caller.user);
            if at == last && !note.is_empty() {
                step.note = Some(self.seal(&key, event_place(step.id, id), &note)?);
            }
            work = work.then(store::joint_action::insert_event(authority, id, &step));
        }
        let recorded = self.commit(permit, work).await?;
        let mut answers = Vec::with_capacity(told.len());
        for (field, value) in told {
            answers.push(Box::pin(self.follow(caller, &recorded, id, field, &value)).await?);
        }
        Ok(Answer { view: Reviewed { status: to, told: answers }, entry: recorded.entry() })
    }

    fn check_review(&self, check: &mut Check, command: &ReviewAction, from: MeasureStatus, to: MeasureStatus) {
        let cycle = self.measures.life_cycle();
        check.optional_text("note", &command.note, LONGEST_NOTE);
        let has_note = !command.note.trim().is_empty();
        match command.step {
            ReviewStep::Evaluate => {
                // Looking back changes no status.
                check.require(cycle.has_ended(from), "step", "not-done-yet");
                check.require(to == from, "status", "not-when-evaluating");
                check.require(command.outcome.is_some(), "outcome", "required");
                check.require(has_note, "note", "required");
                return;
            }
            ReviewStep::Complete => check.require(to == MeasureStatus::Done, "status", "not-done"),
            ReviewStep::Progress => check.require(command.outcome.is_none(), "outcome", "only-when-done"),
        }
        check.require(!cycle.has_ended(from), "status", "has-ended");
        if to == from {
            return;
        }
        // What was accepted may be done at one stroke: it passes through `ongoing` without a stop.
        let direct = cycle.transition(from, to);
        let passing = || {
            cycle.transition(from, MeasureStatus::Ongoing).and_then(|_| cycle.transition(MeasureStatus::Ongoing, to))
        };
        match direct.or_else(|| if command.step == ReviewStep::Complete { passing() } else { None }) {
            None => check.fail("status", "not-a-next-status"),
            Some(step) => {
                check.require(!step.asks.contains(&Ask::Reason) || has_note, "note", "required");
                check.require(!step.asks.contains(&Ask::Outcome) || command.outcome.is_some(), "outcome", "required");
            }
        }
    }
}
