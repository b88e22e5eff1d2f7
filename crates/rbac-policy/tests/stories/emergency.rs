//! Break-glass.

use rbac_policy::{Assignment, ClassFact, Conflict, Facts, Glass, Obligation, Relation};
use vocabulary::{
    Purpose, Role,
    action::{ReadCase, UpdateMeasure},
};

use super::callers::{caller, own_case, policy};

fn emergency() -> Facts {
    Facts { assigned: Assignment::None, glass: Glass::Active, ..own_case(Purpose::CaseHandling) }
}

#[test]
fn a_social_worker_on_duty_reads_a_strangers_case_and_it_is_reviewed() {
    let caller = caller([Role::SocialWorker]);
    let permit = policy().decide::<ReadCase>(&caller, emergency()).unwrap();
    for obligation in [Obligation::LogReason, Obligation::NotifyOwner, Obligation::Review24h, Obligation::StepUp] {
        assert!(permit.obligations().has(obligation));
    }
}

#[test]
fn it_writes_nothing_reaches_no_other_authority_and_overcomes_no_conflict() {
    let caller = caller([Role::SocialWorker]);
    assert!(policy().decide::<UpdateMeasure>(&caller, emergency()).is_err());
    for facts in [
        Facts { relation: Relation::Other, ..emergency() },
        Facts { conflict: Conflict::Declared, ..emergency() },
        Facts { class: ClassFact::Investigation, ..emergency() },
        Facts { glass: Glass::Expired, ..emergency() },
    ] {
        assert!(policy().decide::<ReadCase>(&caller, facts).is_err());
    }
}

#[test]
fn the_officers_own_case_carries_no_emergency_duties() {
    let caller = caller([Role::SocialWorker]);
    let permit = policy()
        .decide::<ReadCase>(&caller, Facts { glass: Glass::Active, ..own_case(Purpose::CaseHandling) })
        .unwrap();
    assert!(permit.obligations().is_empty());
}
