//! Assigning, lending, reviewing and closing a case.

use rbac_policy::Facts;
use serde::Deserialize;
use store::Work;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{Caller, CaseId, Purpose, Timestamp, UserId, action::UpdateCase};

use super::CasePhase;
use crate::{Answer, Check, Registry, RegistryError};

/// Assigns or lends a case, sets its review date, or closes it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UpdateCase)]
pub struct ChangeCase {
    /// A user to assign.
    #[serde(default)]
    pub assign: Option<UserId>,
    /// A user who covers for a limited time.
    #[serde(default)]
    pub cover: Option<UserId>,
    /// Until when the cover lasts; at most 90 days ahead.
    #[serde(default)]
    pub cover_until: Option<Date>,
    /// A user whose work on the case ends.
    #[serde(default)]
    pub release_officer: Option<UserId>,
    /// The next review.
    #[serde(default)]
    pub review_on: Option<Date>,
    /// Closes the case.
    #[serde(default)]
    pub close: bool,
}

const LONGEST_COVER_DAYS: i64 = 90;

impl Registry {
    /// Assigns, lends, reviews or closes a case.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when the version is no longer the case's; [`RegistryError::NotFound`] when the caller may not.
    pub async fn change_case(
        &self,
        caller: &Caller,
        id: CaseId,
        version: i64,
        command: ChangeCase,
    ) -> Result<Answer<()>, RegistryError> {
        self.change_case_and(caller, id, version, command, None).await
    }

    /// The same, with what else becomes true in the same transaction, such as the end of a request that is granted by it.
    pub(crate) async fn change_case_and(
        &self,
        caller: &Caller,
        id: CaseId,
        version: i64,
        command: ChangeCase,
        also: Option<store::Statement>,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let Some(hand) = self.case_at_hand(&mut snapshot, caller, id).await? else {
            snapshot.close().await?;
            return Err(self.missing::<UpdateCase>(caller, "case", id.0).await);
        };
        let users = store::directory::users(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let now = self.clock.now();
        let today = now.day();
        let mut check = Check::new();
        for (field, user) in
            [("assign", command.assign), ("cover", command.cover), ("releaseOfficer", command.release_officer)]
        {
            if let Some(user) = user {
                check.require(
                    users.iter().any(|row| row.id == user && row.may_be_given_work()),
                    field,
                    "no-such-colleague",
                );
            }
        }
        if command.cover.is_some() {
            let until = command.cover_until;
            check.require(until.is_some(), "coverUntil", "required");
            check.require(
                until.is_none_or(|until| until >= today && (until - today).whole_days() <= LONGEST_COVER_DAYS),
                "coverUntil",
                "cover-too-long",
            );
        }
        if let Some(day) = command.review_on {
            check.planned("reviewOn", day, today);
        }
        check.done()?;
        // Handing a case to somebody is administration, the lead's; reviewing and closing it is handling, its officer's.
        let hands_over = command.assign.or(command.cover).or(command.release_officer).is_some();
        let purpose = if hands_over { Purpose::Administration } else { Purpose::CaseHandling };
        let permit = self.allow::<UpdateCase>(caller, Facts { purpose, ..hand.facts }).await?;
        if hand.case.closed_at.is_some() {
            return Err(self.stopped(&permit, RegistryError::Conflict("closed")).await);
        }
        let mut row = hand.case;
        row.version = version;
        if let Some(day) = command.review_on {
            row.review_on = Some(day.to_string());
        }
        if command.close {
            CasePhase::Closed.code().clone_into(&mut row.phase);
            row.closed_at = Some(now);
        }
        let mut work = Work::new(authority).named("change_case").then(store::case::update(authority, &row));
        if let Some(user) = command.assign {
            work = work.then(store::case::insert_member(authority, id, user, "assigned", now, None, caller.user));
        }
        if let (Some(user), Some(until)) = (command.cover, command.cover_until) {
            let until = Timestamp::start_of(until.next_day().unwrap_or(until));
            work = work.then(store::case::insert_member(authority, id, user, "cover", now, Some(until), caller.user));
        }
        if let Some(user) = command.release_officer {
            work = work.then(store::case::end_member(authority, id, user, now));
        }
        let work = work.then_all(also);
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}
