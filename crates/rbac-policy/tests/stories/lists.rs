//! Lists: a scope first, then a permit over exactly what was shown.

use audit_log::Recordable;
use rbac_policy::{Assignment, ClassFact, Facts, Obligation, Scope, Target};
use vocabulary::{
    AgeBand, Purpose, Role,
    action::{ListCases, ListJointFiles, ReadHome, SearchLog, SearchPersons},
};

use super::callers::{caller, id, policy};

fn desk(purpose: Purpose) -> Facts {
    Facts::own_desk(purpose, Target::kind("case_list"))
}

#[test]
fn a_social_worker_lists_own_cases_and_protected_ones_behind_a_warning() {
    let caller = caller([Role::SocialWorker]);
    let permit = policy().decide_list::<ListCases>(&caller, desk(Purpose::CaseHandling)).unwrap();
    let scope = permit.scope();
    assert!(scope.shows(Assignment::Assigned, ClassFact::Standard, AgeBand::From21));
    assert!(scope.shows(Assignment::Cover, ClassFact::Protected, AgeBand::Unknown));
    assert!(!scope.shows(Assignment::Lead, ClassFact::Standard, AgeBand::Under18));
    assert!(!scope.shows(Assignment::None, ClassFact::Standard, AgeBand::Under18));
    let warned = permit.scope_with(Obligation::ShowWarning);
    assert!(warned.shows(Assignment::Assigned, ClassFact::Protected, AgeBand::Under18));
    assert!(!warned.shows(Assignment::Assigned, ClassFact::Standard, AgeBand::Under18));
    assert!(scope.mask() > 0);
}

#[test]
fn the_permit_covers_the_rows_that_were_shown_and_the_entry_names_them_in_order() {
    let caller = caller([Role::SocialWorker]);
    let permit =
        policy().decide_list::<ListCases>(&caller, desk(Purpose::CaseHandling)).unwrap().over([id(30), id(20)]);
    assert!(permit.covers(id(20)) && permit.covers(id(30)) && !permit.covers(id(40)));
    assert_eq!(permit.draft().resource.listed, [id(30), id(20)]);
}

#[test]
fn a_search_finds_strangers_by_existence_only_and_protected_strangers_not_at_all() {
    let caller = caller([Role::SocialWorker]);
    let permit = policy().decide_list::<SearchPersons>(&caller, desk(Purpose::CaseHandling)).unwrap();
    let stranger = Scope::cell(Assignment::None, ClassFact::Standard, AgeBand::Under18).unwrap();
    assert!(permit.obligations_of(stranger).has(Obligation::ExistenceOnly));
    assert!(permit.existence().has(stranger) && !permit.scope().has(stranger));
    assert!(!permit.existence().shows(Assignment::None, ClassFact::Protected, AgeBand::Under18));
    assert!(!permit.existence().shows(Assignment::None, ClassFact::Unknown, AgeBand::Under18));
}

#[test]
fn the_home_page_shows_no_row_without_a_relation_although_everyone_has_a_home() {
    let caller = caller([Role::SocialWorker]);
    let permit = policy().decide_list::<ReadHome>(&caller, desk(Purpose::CaseHandling)).unwrap();
    for age in AgeBand::ALL {
        assert!(!permit.scope().shows(Assignment::None, ClassFact::Standard, *age));
    }
}

#[test]
fn a_list_with_no_allowed_row_is_refused_before_any_query() {
    assert!(
        policy().decide_list::<ListJointFiles>(&caller([Role::Administrator]), desk(Purpose::Coordination)).is_err()
    );
    assert!(policy().decide_list::<ListCases>(&caller([]), desk(Purpose::CaseHandling)).is_err());
    assert!(
        policy().decide_list::<SearchLog>(&caller([Role::Auditor]), desk(Purpose::LogControl)).is_err(),
        "entries are nobody's case"
    );
}

#[test]
fn a_records_officer_lists_that_things_exist() {
    let caller = caller([Role::RecordsOfficer]);
    let permit = policy().decide_list::<ListJointFiles>(&caller, desk(Purpose::CaseHandling)).unwrap();
    assert!(permit.scope().is_empty(), "no name and no content of any");
    assert!(permit.existence().shows(Assignment::None, ClassFact::Standard, AgeBand::From21));
}
