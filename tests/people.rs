//! Personas as the database and the policy see them, and what the policy could ever allow them.

use rbac_policy::{Assignment, BasisFact, ClassFact, Conflict, Facts, Glass, Policy, Relation, Target};
use store::args;
use uuid::Uuid;
use vocabulary::{Action, AgeBand, AuthorityId, Purpose, Role, Roles};

use crate::house::House;

/// A persona with ids.
#[derive(Clone)]
pub(crate) struct Someone {
    pub(crate) key: &'static str,
    pub(crate) authority: AuthorityId,
    pub(crate) user: Uuid,
    pub(crate) unit: Uuid,
    pub(crate) roles: Roles,
}

impl Someone {
    pub(crate) async fn of(house: &House, key: &'static str) -> Self {
        const SQL: &str = "SELECT user_id, unit_id FROM app_user WHERE authority_id = $1 AND name = $2";
        let persona = house.instance.persona(key);
        let (authority, registry) = house.rooms_of(key);
        let mut snapshot = registry.store.snapshot(authority).await.unwrap();
        let row = snapshot.fetch_optional(SQL, args![authority, persona.name.as_str()]).await.unwrap().unwrap();
        snapshot.close().await.unwrap();
        let roles = persona.roles.iter().copied().collect();
        Self { key, authority, user: row.uuid(0).unwrap(), unit: row.uuid(1).unwrap(), roles }
    }

    pub(crate) fn leads(&self) -> bool {
        self.roles.has(Role::SocialLead)
    }

    /// Who may look at documents that belong to no case yet.
    pub(crate) fn takes_in(&self) -> bool {
        [Role::SocialWorker, Role::SocialLead, Role::PoliceCoordinator].iter().any(|role| self.roles.has(*role))
    }

    /// Whether the policy could allow this on any ordinary record to which the persona stands so, whatever the purpose, the basis and the age.
    pub(crate) fn may_ever(&self, policy: &Policy, action: Action, assigned: Assignment) -> bool {
        let facts = |purpose, basis, age| Facts {
            relation: Relation::Own,
            assigned,
            class: ClassFact::Standard,
            basis,
            purpose,
            purpose_stated: false,
            age,
            glass: Glass::None,
            conflict: Conflict::None,
            target: Target::kind("record"),
        };
        Purpose::ALL.iter().any(|purpose| {
            BasisFact::ALL.iter().any(|basis| {
                AgeBand::ALL.iter().any(|age| policy.allows(self.roles, action, &facts(*purpose, *basis, *age)))
            })
        })
    }

    /// Whether the policy could allow this to the persona on anything at all.
    pub(crate) fn may_at_all(&self, policy: &Policy, action: Action) -> bool {
        Assignment::ALL.iter().any(|assigned| self.may_ever(policy, action, *assigned))
    }
}
