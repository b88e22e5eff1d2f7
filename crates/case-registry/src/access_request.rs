//! Asking for access to a person whom the authority has already.
//!
//! Whoever registers a duplicate learns only that the person exists and which unit to ask. From here the wish goes, with its reason, to whoever assigns
//! that unit's cases, who assigns or lends a case (the same act as always, [`crate::case`]) or declines. The asker is told nothing more: a case that was
//! given stands among the asker's own. Of somebody with protected identity, or in a conflict of interest, nothing can be asked: the answer is the one for
//! a person whom nobody has.

use audit_log::Recorded;
use field_vault::{KeySubject, Place, Vault};
use rbac_policy::{Assignment, Facts, Permit, Target};
use serde::{Deserialize, Serialize};
use store::{Work, access_request::AccessRequestRow, case::CaseRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AccessRequestId, Act, Caller, CaseId, Protection, Purpose, Role, Timestamp, UserId,
    action::{AskAccess as AskAct, DeclineAccess as DeclineAct, ReadAccessRequest, UpdateCase},
    purpose::CasePurpose,
};

use crate::{
    Answer, Check, Registry, RegistryError,
    case::{CaseBody, ChangeCase, case_place},
    facts::identity_place,
    person::{Identity, IdentityKind, NUMBER_COLUMN, canonical_number},
};

/// Asks for access to the person with this number.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = AskAccess)]
pub struct AskAccess {
    /// How the person is identified.
    pub identity_kind: IdentityKind,
    /// The number that was to be registered.
    pub identity_value: String,
    /// Who issued a local number.
    #[serde(default)]
    pub identity_issuer: String,
    /// Why access is needed, at most 500 characters.
    pub reason: String,
}

/// Gives the asker a case of the person.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrantAccess {
    /// The case.
    pub case_id: CaseId,
    /// Lends it until this day, at most 90 days ahead; left out, the asker is assigned.
    #[serde(default)]
    pub cover_until: Option<Date>,
}

/// Declines.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DeclineAccess)]
pub struct DeclineAccess {
    /// Why; kept, and told to nobody.
    pub reason: String,
}

/// A request that waits, as whoever assigns the case sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestView {
    /// Random id.
    pub id: AccessRequestId,
    /// Row version.
    pub version: i64,
    /// Who asks.
    pub asked_by_id: UserId,
    /// Name.
    pub asked_by: String,
    /// Title.
    pub title: String,
    /// When.
    pub asked_at: Timestamp,
    /// Why.
    pub reason: String,
    /// About whom.
    pub person: String,
    /// The open cases that can be assigned or lent.
    pub cases: Vec<GrantableCase>,
}

/// A case that can be assigned or lent.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantableCase {
    /// The case.
    pub id: CaseId,
    /// Its number in the authority's own system.
    pub external_number: String,
    /// Its purpose.
    pub purpose: CasePurpose,
}

fn reason_place(id: AccessRequestId) -> Place {
    Place::of("access_request", "reason_sealed", id.0)
}

fn answer_place(id: AccessRequestId) -> Place {
    Place::of("access_request", "answer_sealed", id.0)
}

/// A request with what a decision about it needs.
struct RequestAtHand {
    row: AccessRequestRow,
    person: store::person::PersonRow,
    cases: Vec<CaseRow>,
    facts: Facts,
}

const LONGEST_REASON: usize = 500;

impl Registry {
    /// Asks for access.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] when there is nobody, or nobody who may be asked about; `Conflict("exists-already")` while an
    /// earlier request of the caller waits.
    pub async fn ask_access(
        &self,
        caller: &Caller,
        command: AskAccess,
    ) -> Result<Answer<AccessRequestId>, RegistryError> {
        let authority = caller.authority;
        let mut check = Check::new();
        let number = canonical_number(
            &mut check,
            command.identity_kind,
            &command.identity_value,
            &command.identity_issuer,
            self.clock.today(),
        );
        check.require(command.identity_kind != IdentityKind::Unknown, "identityKind", "not-with-unknown-identity");
        check.text("reason", &command.reason, LONGEST_REASON);
        check.done()?;
        let id = AccessRequestId(self.entropy.id());
        let number = number.ok_or_else(|| crate::release::command::invalid("identityValue", "required"))?;
        let index = self.vault.blind_index(authority, NUMBER_COLUMN, &number)?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::person::by_number(&mut snapshot, authority, index).await?;
        let facts = match &row {
            Some(row) => {
                let target = Target::record("access_request", id.0).about(row.subject);
                Some(self.person_facts(&mut snapshot, caller, row, Purpose::CaseHandling, target).await?)
            }
            None => None,
        };
        snapshot.close().await?;
        let (Some(row), Some(facts)) = (row, facts) else {
            return Err(self.missing::<AskAct>(caller, "access_request", id.0).await);
        };
        let permit = self.allow::<AskAct>(caller, facts).await?;
        let key = self.key_for(authority, KeySubject::Person(row.id)).await?;
        let reason = self.seal(&key, reason_place(id), &command.reason.trim())?;
        let asks =
            store::access_request::insert(authority, id, row.id, row.unit, caller.user, self.clock.now(), &reason);
        let work = Work::new(authority).named("ask_access").making("access_request", id).then_all(asks);
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    /// The requests that wait for the caller.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a role that assigns no cases.
    pub async fn list_access_requests(&self, caller: &Caller) -> Result<Answer<Vec<AccessRequestView>>, RegistryError> {
        let facts = Facts::own_desk(Purpose::Administration, Target::kind("access_request"));
        let list = match self.policy.decide_list::<ReadAccessRequest>(caller, facts) {
            Ok(list) => list,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let scope = list.scope();
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let mut shown = Vec::new();
        for row in store::access_request::waiting(&mut snapshot, caller.authority).await? {
            if let Some(hand) = self.wish_at_hand(&mut snapshot, caller, row).await?
                && hand.facts.conflict == rbac_policy::Conflict::None
                && scope.shows(hand.facts.assigned, hand.facts.class, hand.facts.age)
            {
                shown.push(hand);
            }
        }
        snapshot.close().await?;
        let permit = list
            .over(shown.iter().map(|hand| hand.row.id.0))
            .with_subjects(shown.iter().map(|hand| hand.person.subject));
        let recorded = self.record(permit).await?;
        let view = self.opened(caller, &recorded, shown).await?;
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// One request.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none, or it is not for the caller to answer; `Conflict("closed")` once it was answered.
    pub async fn read_access_request(
        &self,
        caller: &Caller,
        id: AccessRequestId,
    ) -> Result<Answer<AccessRequestView>, RegistryError> {
        let hand = self.wish_or_missing::<ReadAccessRequest>(caller, id).await?;
        let permit = self.allow::<ReadAccessRequest>(caller, hand.facts.clone()).await?;
        if hand.row.state != "waiting" {
            return Err(self.stopped(&permit, RegistryError::Conflict("closed")).await);
        }
        let recorded = self.record(permit).await?;
        let view = self.opened(caller, &recorded, vec![hand]).await?.pop();
        let view = view.ok_or(RegistryError::Internal("a permitted request was not shown"))?;
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// Requests as they are shown, under a recorded look at them.
    async fn opened(
        &self,
        caller: &Caller,
        recorded: &Recorded<Permit<'_, ReadAccessRequest>>,
        shown: Vec<RequestAtHand>,
    ) -> Result<Vec<AccessRequestView>, RegistryError> {
        let kids: Vec<_> = shown
            .iter()
            .flat_map(|hand| {
                [Vault::kid_of(&hand.row.reason), Vault::kid_of(&hand.person.identity)]
                    .into_iter()
                    .chain(hand.cases.iter().map(|case| Vault::kid_of(&case.body)))
            })
            .collect();
        let opener = self.opener(recorded, caller.authority, kids).await?;
        let mut view = Vec::with_capacity(shown.len());
        for hand in shown {
            let id = hand.row.id;
            let identity: Identity = opener.open(identity_place(hand.person.id).under(id.0), &hand.person.identity)?;
            let mut cases = Vec::with_capacity(hand.cases.len());
            for case in &hand.cases {
                let body: CaseBody = opener.open(case_place(case.id).under(id.0), &case.body)?;
                cases.push(GrantableCase {
                    id: case.id,
                    external_number: body.external_number,
                    purpose: crate::case::code(&case.purpose)?,
                });
            }
            view.push(AccessRequestView {
                id,
                version: hand.row.version,
                asked_by_id: hand.row.asked_by,
                asked_by: hand.row.name,
                title: hand.row.title,
                asked_at: hand.row.asked_at,
                reason: opener.open(reason_place(id), &hand.row.reason)?,
                person: identity.name(),
                cases,
            });
        }
        Ok(view)
    }

    /// Gives the asker a case: assigned, or lent for a time. The request closes in the same transaction.
    ///
    /// # Errors
    /// As for [`Registry::change_case`]; [`RegistryError::Stale`] when somebody has answered meanwhile.
    pub async fn grant_access(
        &self,
        caller: &Caller,
        id: AccessRequestId,
        version: i64,
        command: GrantAccess,
    ) -> Result<Answer<()>, RegistryError> {
        let hand = self.wish_or_missing::<UpdateCase>(caller, id).await?;
        let Some(case) = hand.cases.iter().find(|case| case.id == command.case_id) else {
            return Err(self.missing::<UpdateCase>(caller, "case", command.case_id.0).await);
        };
        let asker = hand.row.asked_by;
        let lends = command.cover_until.is_some();
        let change = ChangeCase {
            assign: (!lends).then_some(asker),
            cover: lends.then_some(asker),
            cover_until: command.cover_until,
            release_officer: None,
            review_on: None,
            close: false,
        };
        let granted = store::access_request::answer(
            caller.authority,
            id,
            "granted",
            self.clock.now(),
            caller.user,
            None,
            version,
        );
        self.change_case_and(caller, case.id, case.version, change, Some(granted)).await
    }

    /// Declines.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; [`RegistryError::NotFound`]; [`RegistryError::Invalid`].
    pub async fn decline_access(
        &self,
        caller: &Caller,
        id: AccessRequestId,
        version: i64,
        command: DeclineAccess,
    ) -> Result<Answer<()>, RegistryError> {
        let mut check = Check::new();
        check.text("reason", &command.reason, LONGEST_REASON);
        check.done()?;
        let hand = self.wish_or_missing::<DeclineAct>(caller, id).await?;
        let permit = self.allow::<DeclineAct>(caller, hand.facts).await?;
        let key = self.key_for(caller.authority, KeySubject::Person(hand.person.id)).await?;
        let answer = self.seal(&key, answer_place(id), &command.reason.trim())?;
        let declined = store::access_request::answer(
            caller.authority,
            id,
            "declined",
            self.clock.now(),
            caller.user,
            Some(&answer),
            version,
        );
        let work = Work::new(caller.authority).named("decline_access").then(declined);
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    async fn wish_or_missing<A: Act>(
        &self,
        caller: &Caller,
        id: AccessRequestId,
    ) -> Result<RequestAtHand, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let row = store::access_request::by_id(&mut snapshot, caller.authority, id).await?;
        let hand = match row {
            Some(row) => self.wish_at_hand(&mut snapshot, caller, row).await?,
            None => None,
        };
        snapshot.close().await?;
        match hand {
            Some(hand) => Ok(hand),
            None => Err(self.missing::<A>(caller, "access_request", id.0).await),
        }
    }

    /// The facts: how the caller stands to the person's cases, or to the unit that has the person.
    async fn wish_at_hand(
        &self,
        snapshot: &mut store::Snapshot,
        caller: &Caller,
        row: AccessRequestRow,
    ) -> Result<Option<RequestAtHand>, RegistryError> {
        let Some(hand) = self.person_at_hand(snapshot, caller, row.person).await? else { return Ok(None) };
        // The relation that counts here is the one that assigns: a lead who also handles the case is its lead all the same.
        let leads = caller.has(Role::SocialLead) && caller.unit == row.unit;
        let assigned = if leads { Assignment::Lead } else { hand.facts.assigned };
        let mut cases = store::case::of_person(snapshot, caller.authority, row.person).await?;
        cases.retain(|case| case.closed_at.is_none() && hand.cases.contains(&case.id));
        let target = Target::record("access_request", row.id.0).at_version(row.version).about(hand.row.subject);
        let facts = Facts { assigned, purpose: Purpose::Administration, target, ..hand.facts };
        let is_quiet = hand.row.protection != Protection::None;
        Ok((!is_quiet).then_some(RequestAtHand { row, person: hand.row, cases, facts }))
    }
}
