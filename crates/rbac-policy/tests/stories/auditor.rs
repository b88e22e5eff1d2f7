//! Those who control, administer and count: never content.

use rbac_policy::{ClassFact, Facts, Obligation, Target};
use vocabulary::{
    Act, Purpose, Role,
    action::{
        ExportLog, ReadCase, ReadFigures, ReadHome, ReadJointFile, ReadLogEntry, ReadPerson, ReadUsers, SearchLog,
    },
};

use super::callers::{caller, own_case, policy};

fn desk(purpose: Purpose) -> Facts {
    Facts::own_desk(purpose, Target::kind("log"))
}

fn reads<A: Act>(role: Role, facts: Facts) -> bool {
    policy().decide::<A>(&caller([role]), facts).is_ok()
}

#[test]
fn an_auditor_inspects_the_log_for_log_control_only() {
    assert!(reads::<SearchLog>(Role::Auditor, desk(Purpose::LogControl)));
    assert!(reads::<ReadLogEntry>(Role::Auditor, desk(Purpose::LogControl)));
    assert!(!reads::<SearchLog>(Role::Auditor, desk(Purpose::CaseHandling)));
    assert!(!reads::<SearchLog>(Role::SocialWorker, desk(Purpose::LogControl)));
}

#[test]
fn auditors_and_administrators_never_read_content_even_when_assigned() {
    for role in [Role::Auditor, Role::Administrator, Role::PreventionCoordinator, Role::RecordsOfficer] {
        assert!(!reads::<ReadCase>(role, own_case(Purpose::CaseHandling)));
        assert!(!reads::<ReadPerson>(role, own_case(Purpose::CaseHandling)));
        assert!(!reads::<ReadJointFile>(role, own_case(Purpose::Coordination)));
    }
}

#[test]
fn an_entry_about_a_protected_person_is_opened_with_a_reason() {
    let caller = caller([Role::Auditor]);
    let facts = Facts { class: ClassFact::Protected, ..desk(Purpose::LogControl) };
    let permit = policy().decide::<ReadLogEntry>(&caller, facts.clone()).unwrap();
    assert!(permit.obligations().has(Obligation::LogReason));
    assert!(policy().decide::<ExportLog>(&caller, facts).is_err());
}

#[test]
fn figures_are_for_the_prevention_coordinator_and_users_for_the_administrator() {
    assert!(reads::<ReadFigures>(Role::PreventionCoordinator, desk(Purpose::Statistics)));
    assert!(!reads::<ReadUsers>(Role::PreventionCoordinator, desk(Purpose::Administration)));
    assert!(reads::<ReadUsers>(Role::Administrator, desk(Purpose::Administration)));
    assert!(!reads::<ReadFigures>(Role::Administrator, desk(Purpose::Statistics)));
}

#[test]
fn everyone_has_a_home_page_and_the_service_has_none() {
    for role in Role::ALL {
        assert_eq!(reads::<ReadHome>(*role, desk(Purpose::CaseHandling)), *role != Role::Service, "{role}");
    }
}
