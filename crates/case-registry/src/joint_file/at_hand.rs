//! A joint file as a decision needs it: the rows, still sealed, and the facts, read in one snapshot.

use rbac_policy::{Assignment, ClassFact, Conflict, Facts, Relation, Target};
use store::{Snapshot, case::CaseRow, joint_file::JointFileRow, person::PersonRow};
use vocabulary::{Act, AgeBand, Caller, CaseId, JointFileId, Purpose, SecrecyClass};

use super::{class_of, closest, strongest};
use crate::{Registry, RegistryError, facts::assignment};

/// A joint file of the caller's authority with the facts about it.
pub(crate) struct JointAtHand {
    pub(crate) file: JointFileRow,
    pub(crate) case: Option<CaseRow>,
    pub(crate) person: Option<PersonRow>,
    pub(crate) facts: Facts,
}

impl JointAtHand {
    /// Nothing is written any more in a closed file, nor on a closed case.
    pub(crate) fn is_closed(&self) -> bool {
        self.file.closed_at.is_some() || self.case.as_ref().is_some_and(|case| case.closed_at.is_some())
    }

    /// The own open case, without which nothing is assessed, released or promised (SoLPuF 12 §; 2018:1693 2 kap. 1 §).
    pub(crate) fn own_case(&self) -> Result<CaseId, RegistryError> {
        if self.is_closed() {
            return Err(RegistryError::Conflict("closed"));
        }
        self.file.case.ok_or(RegistryError::Conflict("no-own-case"))
    }

    /// The facts of something in the file: its own id and version, its own class; protected identity keeps the whole file protected.
    pub(crate) fn facts_of(
        &self,
        kind: &'static str,
        id: uuid::Uuid,
        version: Option<i64>,
        class: SecrecyClass,
    ) -> Facts {
        let target = Target { kind, id: Some(id), version, ..self.facts.target.clone() };
        let class = if self.facts.class == ClassFact::Protected { ClassFact::Protected } else { class.into() };
        Facts { class, target, ..self.facts.clone() }
    }
}

impl Registry {
    /// A joint file of the caller's authority; none when there is no such file.
    pub(crate) async fn joint_at_hand(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        id: JointFileId,
    ) -> Result<Option<JointAtHand>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let Some(file) = store::joint_file::by_id(snapshot, authority, id).await? else { return Ok(None) };
        let membership = store::joint_file::membership(snapshot, authority, id, caller.user, now).await?;
        let mut assigned = assignment(membership.as_deref(), caller, file.unit);
        let mut target = Target::record("joint_file", id.0).at_version(file.version);
        let mut case = None;
        if let Some(case_id) = file.case {
            let row = store::case::by_id(snapshot, authority, case_id).await?;
            let row = row.ok_or(RegistryError::Internal("a joint file without its case"))?;
            let membership = store::case::membership(snapshot, authority, case_id, caller.user, now).await?;
            assigned = closest(assigned, assignment(membership.as_deref(), caller, row.unit));
            target = target.in_case(case_id);
            case = Some(row);
        }
        let (person, facts) = match file.person {
            None => (None, unlinked(class_of(file.protection), target)),
            Some(person) => {
                let person = store::person::by_id(snapshot, authority, person).await?;
                let person = person.ok_or(RegistryError::Internal("a joint file without its person"))?;
                let target = target.about(person.subject);
                let facts = self.person_facts(snapshot, caller, &person, Purpose::Coordination, target).await?;
                let class = class_of(strongest(person.protection, file.protection));
                (Some(person), Facts { class, ..facts })
            }
        };
        Ok(Some(JointAtHand { file, case, person, facts: Facts { assigned, ..facts } }))
    }

    /// The joint file, or the answer for one that is not there.
    pub(crate) async fn joint_or_missing<A: Act>(
        &self,
        caller: &Caller,
        id: JointFileId,
    ) -> Result<JointAtHand, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let hand = self.joint_at_hand(&mut snapshot, caller, id).await?;
        snapshot.close().await?;
        match hand {
            Some(hand) => Ok(hand),
            None => Err(self.missing::<A>(caller, "joint_file", id.0).await),
        }
    }
}

/// A nomination that hangs on no own case yet: nobody here is known to be meant, so no conflict of interest can have been declared.
fn unlinked(class: ClassFact, target: Target) -> Facts {
    Facts {
        relation: Relation::Own,
        assigned: Assignment::None,
        class,
        age: AgeBand::Unknown,
        conflict: Conflict::None,
        ..Facts::own_case(Purpose::Coordination, target)
    }
}
