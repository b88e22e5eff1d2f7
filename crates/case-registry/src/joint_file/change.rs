//! Moving a joint file along its states, and who on the own side works on it.

use serde::Deserialize;
use store::Work;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{Caller, JointFileId, Role, UserId, action::UpdateJointFile};

use super::{ClosedReason, JointState};
use crate::{Answer, Check, Registry, RegistryError, case::code};

/// Moves a joint file to another state, or sets the next follow-up.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeJointFile {
    /// The new state; the same when left out.
    #[serde(default)]
    pub state: Option<JointState>,
    /// Why it is closed; required with state `CLOSED`.
    #[serde(default)]
    pub reason: Option<ClosedReason>,
    /// The next follow-up.
    #[serde(default)]
    pub next_follow_up: Option<Date>,
}

/// Who works on a joint file from now on, or no longer.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeMembers {
    /// Colleagues of the group.
    #[serde(default)]
    pub add: Vec<UserId>,
    /// Colleagues whose work on the file ends.
    #[serde(default)]
    pub remove: Vec<UserId>,
}

const LARGEST_GROUP: usize = 20;

impl Registry {
    /// Moves a joint file along its states.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; [`RegistryError::Invalid`] for a step that does not exist; [`RegistryError::NotFound`] when the caller may not.
    pub async fn update_joint_file(
        &self,
        caller: &Caller,
        id: JointFileId,
        version: i64,
        command: ChangeJointFile,
    ) -> Result<Answer<()>, RegistryError> {
        let hand = self.joint_or_missing::<UpdateJointFile>(caller, id).await?;
        let permit = self.allow::<UpdateJointFile>(caller, hand.facts.clone()).await?;
        if hand.file.closed_at.is_some() {
            return Err(RegistryError::Conflict("closed"));
        }
        let mut row = hand.file;
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let positions = store::assessment::of_file(&mut snapshot, caller.authority, id).await?;
        snapshot.close().await?;
        let is_assessed = crate::assessment::joint_stands(&positions, caller.authority, self.clock.today());
        if row.version != version {
            return Err(RegistryError::Stale);
        }
        let now = self.clock.now();
        let from: JointState = code(&row.state)?;
        let to = command.state.unwrap_or(from);
        let mut check = Check::new();
        check.require(to == from || from.next().contains(&to), "state", "not-a-next-state");
        // A file is worked on when both sides have said yes, not because one of them calls it so.
        check.require(to == from || is_assessed || !to.needs_assessment(), "state", "no-joint-assessment");
        // Working on a nomination that hangs on no own case would be working without a purpose (SoLPuF 12 §).
        check.require(to == from || to == JointState::Closed || row.case.is_some(), "state", "no-own-case");
        let is_closing = to == JointState::Closed;
        check.require(!is_closing || command.reason.is_some(), "reason", "required");
        check.require(is_closing || command.reason.is_none(), "reason", "only-when-closing");
        check.require(!is_closing || command.next_follow_up.is_none(), "nextFollowUp", "not-when-closing");
        check.planned("nextFollowUp", command.next_follow_up, now.day());
        check.done()?;

        to.code().clone_into(&mut row.state);
        if to != from && to != JointState::Nominated {
            row.erase_on = row.erase_on.filter(|_| is_closing && row.case.is_none());
        }
        if let Some(day) = command.next_follow_up {
            row.next_follow_up = Some(day.to_string());
        }
        if is_closing {
            row.closed_at = Some(now);
            row.closed_reason = command.reason.map(|reason| reason.code().to_owned());
            row.next_follow_up = None;
        }
        let work = Work::new(caller.authority)
            .named("update_joint_file")
            .then(store::joint_file::update(caller.authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// Adds colleagues to the group of a joint file, or ends their work on it. A nomination that hangs on no case yet is handed over so to an officer who
    /// handles cases: the officer is assigned to it and can link it to an own case.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for somebody who is no colleague; [`RegistryError::NotFound`] when the caller may not.
    pub async fn change_joint_members(
        &self,
        caller: &Caller,
        id: JointFileId,
        command: ChangeMembers,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.joint_at_hand(&mut snapshot, caller, id).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        let members = store::joint_file::members(&mut snapshot, authority, id, self.clock.now()).await?;
        snapshot.close().await?;
        let Some(hand) = hand else { return Err(self.missing::<UpdateJointFile>(caller, "joint_file", id.0).await) };
        let permit = self.allow::<UpdateJointFile>(caller, hand.facts.clone()).await?;
        if hand.is_closed() {
            return Err(RegistryError::Conflict("closed"));
        }
        let mut check = Check::new();
        for (at, user) in command.add.iter().enumerate() {
            check.require(
                users.iter().any(|row| row.id == *user && row.may_be_given_work()),
                format!("add[{at}]"),
                "no-such-colleague",
            );
        }
        for (at, user) in command.remove.iter().enumerate() {
            check.require(members.iter().any(|row| row.user == *user), format!("remove[{at}]"), "not-a-member");
        }
        check.require(command.add.len() + members.len() <= LARGEST_GROUP, "add", "too-many");
        check.done()?;
        let now = self.clock.now();
        // Somebody who is assigned already stays so.
        let add = command.add.iter().filter(|user| !members.iter().any(|row| row.user == **user));
        let is_unlinked = hand.file.case.is_none();
        let handles_cases = |user: UserId| {
            let row = users.iter().find(|row| row.id == user);
            row.is_some_and(|row| row.roles.has(Role::SocialWorker) || row.roles.has(Role::SocialLead))
        };
        let kind = |user: UserId| if is_unlinked && handles_cases(user) { "assigned" } else { "group" };
        let work = Work::new(authority)
            .named("change_joint_members")
            .then_all(add.map(|user| store::joint_file::insert_member(authority, id, *user, kind(*user), now)))
            .then_all(command.remove.iter().map(|user| store::joint_file::end_member(authority, id, *user, now)));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}
