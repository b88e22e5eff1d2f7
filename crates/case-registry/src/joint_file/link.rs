//! Taking up a nomination on an own open case, or letting it be. Neither is told to the other side.

use serde::Deserialize;
use store::Work;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{Caller, CaseId, JointFileId, UserId, action::UpdateJointFile};

use super::{ClosedReason, JointState, strongest};
use crate::{Answer, Check, Registry, RegistryError};

/// Hangs a nomination on an own open case.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkToCase {
    /// The own open case: at a social board one with a purpose of SoLPuF 12 §, with the police an own matter.
    pub case_id: CaseId,
    /// Colleagues of the group, beside the case's officers.
    #[serde(default)]
    pub members: Vec<UserId>,
    /// The next follow-up.
    #[serde(default)]
    pub next_follow_up: Option<Date>,
}

impl Registry {
    /// Takes up a nomination: the file hangs on an own open case from now on, and is no longer erased by itself. Nothing is told to the other side.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when the case is not one that the caller works on; `Conflict("exists-already")` when the file hangs on a case, or the case
    /// has an open joint file with the same authority; [`RegistryError::NotFound`] when the caller may not.
    pub async fn link_to_case(
        &self,
        caller: &Caller,
        id: JointFileId,
        command: LinkToCase,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.joint_at_hand(&mut snapshot, caller, id).await?;
        let case = self.case_at_hand(&mut snapshot, caller, command.case_id).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let Some(hand) = hand else { return Err(self.missing::<UpdateJointFile>(caller, "joint_file", id.0).await) };
        let now = self.clock.now();
        let permit = self.allow::<UpdateJointFile>(caller, hand.facts.clone()).await?;
        if hand.file.case.is_some() {
            return Err(RegistryError::Conflict("exists-already"));
        }
        if hand.is_closed() {
            return Err(RegistryError::Conflict("closed"));
        }
        // A case that the caller does not work on looks like one that does not exist.
        let case = case.filter(|case| {
            let works = rbac_policy::Assignment::Lead >= case.facts.assigned;
            works && case.facts.conflict == rbac_policy::Conflict::None && case.case.closed_at.is_none()
        });
        let mut check = Check::new();
        check.require(case.is_some(), "caseId", "no-such-open-case");
        for (at, user) in command.members.iter().enumerate() {
            check.require(
                users.iter().any(|row| row.id == *user && row.may_be_given_work()),
                format!("members[{at}]"),
                "no-such-colleague",
            );
        }
        check.planned("nextFollowUp", command.next_follow_up, now.day());
        check.done()?;
        let case = case.ok_or(RegistryError::Internal("checked above"))?;

        let protection = strongest(case.person.protection, hand.file.protection);
        let mut work = Work::new(authority)
            .named("link_to_case")
            .then(store::joint_file::none_open_with(authority, case.case.id, hand.file.peer))
            .then(store::joint_file::link(authority, &hand.file, case.case.id, case.person.id, protection));
        if let Some(day) = command.next_follow_up {
            let mut row = hand.file;
            row.version += 1;
            row.erase_on = None;
            row.next_follow_up = Some(day.to_string());
            work = work.then(store::joint_file::update(authority, &row));
        }
        work = work.then(store::joint_file::insert_member(authority, id, caller.user, "assigned", now));
        let others = command.members.iter().filter(|user| **user != caller.user);
        work = work.then_all(others.map(|user| store::joint_file::insert_member(authority, id, *user, "group", now)));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// Lets a nomination be. Nothing is told to the other side, and it is erased when its short term ends.
    ///
    /// # Errors
    /// `Conflict("wrong-state")` when it has been taken up; [`RegistryError::NotFound`] when the caller may not.
    pub async fn decline_nomination(&self, caller: &Caller, id: JointFileId) -> Result<Answer<()>, RegistryError> {
        let hand = self.joint_or_missing::<UpdateJointFile>(caller, id).await?;
        let permit = self.allow::<UpdateJointFile>(caller, hand.facts.clone()).await?;
        let mut row = hand.file;
        if row.is_nominator || row.case.is_some() || row.state != JointState::Nominated.code() {
            return Err(RegistryError::Conflict("wrong-state"));
        }
        JointState::Closed.code().clone_into(&mut row.state);
        row.closed_at = Some(self.clock.now());
        row.closed_reason = Some(ClosedReason::NotTakenUp.code().to_owned());
        row.next_follow_up = None;
        let work = Work::new(caller.authority)
            .named("decline_nomination")
            .then(store::joint_file::update(caller.authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}
