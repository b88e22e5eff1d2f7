//! One mandate, several roles.

use rbac_policy::{Assignment, Conflict, Facts, Obligation, Why};
use vocabulary::{Purpose, Role, action::ReadCase};

use super::callers::{caller, own_case, policy};

#[test]
fn any_role_that_allows_is_enough_and_the_permit_names_it() {
    let caller = caller([Role::Administrator, Role::SocialWorker]);
    let permit = policy().decide::<ReadCase>(&caller, own_case(Purpose::CaseHandling)).unwrap();
    assert_eq!(permit.role(), Some(Role::SocialWorker));
}

#[test]
fn a_deny_line_stops_all_roles() {
    let caller = caller(Role::ALL.iter().copied());
    let refusal = policy()
        .decide::<ReadCase>(&caller, Facts { conflict: Conflict::Declared, ..own_case(Purpose::CaseHandling) })
        .unwrap_err();
    assert_eq!(refusal.why(), Why::Denied);
}

#[test]
fn a_lead_who_handles_the_case_herself_reads_health_as_its_officer() {
    let caller = caller([Role::SocialWorker, Role::SocialLead]);
    let permit = policy().decide::<ReadCase>(&caller, own_case(Purpose::CaseHandling)).unwrap();
    assert!(!permit.obligations().has(Obligation::RedactHealth));
    let led = Facts { assigned: Assignment::Lead, ..own_case(Purpose::CaseHandling) };
    let permit = policy().decide::<ReadCase>(&caller, led).unwrap();
    assert_eq!(permit.role(), Some(Role::SocialLead));
}

#[test]
fn no_role_no_access() {
    let caller = caller([]);
    assert!(policy().decide::<ReadCase>(&caller, own_case(Purpose::CaseHandling)).is_err());
}
