//! Conflicts of interest (jäv): a user who may neither find nor open a person, nor be assigned to a case about the person.

use field_vault::{KeySubject, Place};
use rbac_policy::{Assignment, Facts, Target};
use serde::Deserialize;
use store::Work;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{Caller, PersonId, Purpose, Role, UserId, action::UpdatePerson};

use crate::{Answer, Check, Registry, RegistryError};

/// Declares a conflict of interest between a colleague and a person.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeclareConflict {
    /// The colleague.
    pub user_id: UserId,
    /// Why; stays sealed.
    pub reason: String,
    /// When it is looked at again; at most 90 days ahead.
    pub review_on: Date,
}

const LONGEST_DAYS: i64 = 90;

impl Registry {
    /// Declares a conflict of interest (FL 16-18 §§). It bars at once, emergency access included.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] when the person is not there or the caller may not.
    pub async fn declare_conflict(
        &self,
        caller: &Caller,
        person: PersonId,
        command: DeclareConflict,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let today = now.day();
        let mut snapshot = self.store.snapshot(authority).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        let row = store::person::by_id(&mut snapshot, authority, person).await?;
        let facts = match &row {
            Some(row) => {
                let target = Target::record("person", person.0).at_version(row.version).about(row.subject);
                let facts = self.person_facts(&mut snapshot, caller, row, Purpose::CaseHandling, target).await?;
                let leads = row.unit == caller.unit && caller.has(Role::SocialLead);
                Some(Facts { assigned: if leads { Assignment::Lead } else { facts.assigned }, ..facts })
            }
            None => None,
        };
        snapshot.close().await?;
        let Some(facts) = facts else { return Err(self.missing::<UpdatePerson>(caller, "person", person.0).await) };
        let mut check = Check::new();
        check.require(
            users.iter().any(|user| user.id == command.user_id && user.is_active),
            "userId",
            "no-such-colleague",
        );
        check.text("reason", &command.reason, 500);
        check.require(command.review_on > today, "reviewOn", "not-after-today");
        check.require((command.review_on - today).whole_days() <= LONGEST_DAYS, "reviewOn", "too-far-ahead");
        check.done()?;
        let permit = self.allow::<UpdatePerson>(caller, facts).await?;
        let key = self.key_for(authority, KeySubject::Person(person)).await?;
        let id = self.entropy.id();
        let place = Place::of("conflict_of_interest", "reason_sealed", id);
        let reason = self.seal::<_, ()>(&key, place, &command.reason.trim())?;
        let review_on = command.review_on.to_string();
        let declared = store::person::insert_conflict(
            authority,
            id,
            command.user_id,
            person,
            caller.user,
            now,
            &review_on,
            &reason,
        );
        let recorded = self.commit(permit, Work::new(authority).named("declare_conflict").then(declared)).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}
