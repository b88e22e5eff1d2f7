//! Callers and facts for the stories. Ids are plain numbers.

use rbac_policy::{Assignment, BasisFact, ClassFact, Conflict, Facts, Policy, Target};
use uuid::Uuid;
use vocabulary::{AgeBand, AuthorityId, Caller, Language, Purpose, RequestId, Role, Roles, Strength, UnitId, UserId};

pub(crate) fn policy() -> Policy {
    Policy::builtin().unwrap()
}

pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(crate) fn caller(roles: impl IntoIterator<Item = Role>) -> Caller {
    Caller {
        user: UserId(id(1)),
        authority: AuthorityId(id(2)),
        unit: UnitId(id(3)),
        roles: roles.into_iter().collect::<Roles>(),
        strength: Strength::Strong,
        request: RequestId(id(4)),
        language: Language::Swedish,
        reason: None,
        idempotency: None,
        sends: None,
    }
}

/// An ordinary record of a 19-year-old in a case of one's own.
pub(crate) fn own_case(purpose: Purpose) -> Facts {
    Facts {
        assigned: Assignment::Assigned,
        class: ClassFact::Standard,
        age: AgeBand::From18To20,
        conflict: Conflict::None,
        ..Facts::own_case(purpose, Target::record("case", id(10)))
    }
}

/// The same, to leave the authority.
pub(crate) fn crossing(basis: BasisFact) -> Facts {
    Facts { basis, ..own_case(Purpose::ReleaseDecision) }
}
