//! What a decision is made on, read in the same snapshot as the record: relation, assignment, class, age, conflict of interest.

use field_vault::{BirthDate, Place, Vault};
use rbac_policy::{Assignment, ClassFact, Conflict, Facts, Relation, Target};
use store::{Snapshot, case::CaseRow, person::PersonRow};
use uuid::Uuid;
use vocabulary::{Act, AgeBand, AuthorityId, Caller, CaseId, PersonId, Purpose, Role, Sealed, UnitId};

use crate::{Registry, RegistryError};

/// A case as a decision needs it: the rows, still sealed, and the facts.
pub(crate) struct CaseAtHand {
    pub(crate) case: CaseRow,
    pub(crate) person: PersonRow,
    pub(crate) facts: Facts,
}

/// A person as a decision needs it: the row, still sealed, the cases that the caller works on, and the facts.
pub(crate) struct PersonAtHand {
    pub(crate) row: PersonRow,
    pub(crate) cases: Vec<CaseId>,
    pub(crate) facts: Facts,
}

/// The place of a person's identity. A permit over the person, or over the record in which the person is shown (`under`), opens it.
pub(crate) fn identity_place(person: PersonId) -> Place {
    Place::of("person", "identity_sealed", person.0)
}

/// The place of a person's birth date.
pub(crate) fn birth_place(person: PersonId) -> Place {
    Place::of("person", "birth_sealed", person.0)
}

impl Registry {
    /// A case of the caller's authority with the facts about it; none when there is no such case.
    pub(crate) async fn case_at_hand(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        id: CaseId,
    ) -> Result<Option<CaseAtHand>, RegistryError> {
        let authority = caller.authority;
        let Some(case) = store::case::by_id(snapshot, authority, id).await? else { return Ok(None) };
        let person = store::person::by_id(snapshot, authority, case.person)
            .await?
            .ok_or(RegistryError::Internal("a case without its person"))?;
        let membership = store::case::membership(snapshot, authority, id, caller.user, self.clock.now()).await?;
        let target = Target::record("case", id.0).at_version(case.version).in_case(id).about(person.subject);
        let facts = Facts {
            relation: Relation::Own,
            assigned: assignment(membership.as_deref(), caller, case.unit),
            ..self.person_facts(snapshot, caller, &person, Purpose::CaseHandling, target).await?
        };
        Ok(Some(CaseAtHand { case, person, facts }))
    }

    /// A person of the caller's authority with the facts: of all relations to the person's cases and joint files the strongest counts. Whoever has just
    /// registered a person opens the case next.
    pub(crate) async fn person_at_hand(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        id: PersonId,
    ) -> Result<Option<PersonAtHand>, RegistryError> {
        let (authority, now) = (caller.authority, self.clock.now());
        let Some(row) = store::person::by_id(snapshot, authority, id).await? else { return Ok(None) };
        let mut assigned = Assignment::None;
        let mut cases = Vec::new();
        for case in store::case::of_person(snapshot, authority, id).await? {
            let membership = store::case::membership(snapshot, authority, case.id, caller.user, now).await?;
            let this = assignment(membership.as_deref(), caller, case.unit);
            if this != Assignment::None {
                cases.push(case.id);
                assigned = assigned.min(this);
            }
        }
        for kind in store::joint_file::kinds_about(snapshot, authority, id, caller.user, now).await? {
            assigned = assigned.min(member_of_file(&kind));
        }
        if row.registered_by == caller.user && cases.is_empty() {
            assigned = assigned.min(Assignment::Assigned);
        }
        // A group coordinates; whoever is nearer handles the case.
        let purpose = if assigned == Assignment::Group { Purpose::Coordination } else { Purpose::CaseHandling };
        let target = Target::record("person", id.0).at_version(row.version).about(row.subject);
        let facts = Facts { assigned, ..self.person_facts(snapshot, caller, &row, purpose, target).await? };
        Ok(Some(PersonAtHand { row, cases, facts }))
    }

    /// The facts of a case that may still be written in. A closed one is refused only after the policy has let the caller know of it.
    pub(crate) async fn facts_of_open_case<A: Act>(&self, caller: &Caller, id: CaseId) -> Result<Facts, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let hand = self.case_at_hand(&mut snapshot, caller, id).await?;
        snapshot.close().await?;
        let Some(hand) = hand else { return Err(self.missing::<A>(caller, "case", id.0).await) };
        if hand.case.closed_at.is_some() {
            let permit = self.allow::<A>(caller, hand.facts).await?;
            return Err(self.stopped(&permit, RegistryError::Conflict("closed")).await);
        }
        Ok(hand.facts)
    }

    /// Records that the caller asked for something that is not there, and answers as for something hidden.
    pub(crate) async fn missing<A: Act>(&self, caller: &Caller, kind: &'static str, id: Uuid) -> RegistryError {
        match self.policy.decide::<A>(caller, Facts::missing(Target::record(kind, id))) {
            Err(refusal) => self.refuse(refusal).await,
            Ok(_) => RegistryError::Internal("the policy allows what does not exist"),
        }
    }

    /// The facts about a person of the caller's authority, without any relation to a case.
    pub(crate) async fn person_facts(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        person: &PersonRow,
        purpose: Purpose,
        target: Target,
    ) -> Result<Facts, RegistryError> {
        let conflict = store::person::has_conflict(snapshot, caller.authority, caller.user, person.id).await?;
        Ok(Facts {
            relation: Relation::Own,
            assigned: Assignment::None,
            class: ClassFact::of_person(person.protection),
            age: self.age_band(caller.authority, person).await?,
            conflict: if conflict { Conflict::Declared } else { Conflict::None },
            ..Facts::own_case(purpose, target)
        })
    }

    /// The age band today, from the sealed birth date. The date itself stays sealed.
    pub(crate) async fn age_band(&self, authority: AuthorityId, person: &PersonRow) -> Result<AgeBand, RegistryError> {
        let Some(birth) = &person.birth else { return Ok(AgeBand::Unknown) };
        let Some(kid) = Vault::kid_of(birth) else { return Ok(AgeBand::Unknown) };
        let Some(key) = self.key(authority, kid).await? else { return Ok(AgeBand::Unknown) };
        let birth = Sealed::<BirthDate>::from_stored(birth.as_stored().to_vec());
        Ok(self.vault.age_band(&key, &birth_place(person.id), &birth, self.clock.today())?)
    }
}

/// What working on a joint file makes of a caller towards its person.
fn member_of_file(kind: &str) -> Assignment {
    match kind {
        "assigned" => Assignment::Assigned,
        "cover" => Assignment::Cover,
        "group" => Assignment::Group,
        _ => Assignment::None,
    }
}

/// How a caller stands to a case of a unit.
pub(crate) fn assignment(membership: Option<&str>, caller: &Caller, unit: UnitId) -> Assignment {
    match membership {
        Some("assigned") => Assignment::Assigned,
        Some("cover") => Assignment::Cover,
        _ if caller.unit == unit && caller.has(Role::SocialLead) => Assignment::Lead,
        Some("group") => Assignment::Group,
        _ => Assignment::None,
    }
}
