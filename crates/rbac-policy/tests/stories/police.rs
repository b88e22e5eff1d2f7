//! The police side.

use rbac_policy::{Assignment, ClassFact, Facts, Relation};
use vocabulary::{
    Purpose, Role,
    action::{AnnotateNote, ListCases, ReadCase, ReadJointFile, ReviewAction, WriteNote},
};

use super::callers::{caller, own_case, policy};

#[test]
fn a_police_coordinator_cannot_see_a_note_that_was_not_released() {
    let caller = caller([Role::PoliceCoordinator]);
    let facts = Facts { relation: Relation::Other, ..own_case(Purpose::Coordination) };
    assert!(policy().decide::<ReadCase>(&caller, facts.clone()).is_err());
    assert!(policy().decide::<ReadJointFile>(&caller, facts).is_err());
}

#[test]
fn a_police_coordinator_opens_and_reviews_the_joint_files_where_she_is_member() {
    let caller = caller([Role::PoliceCoordinator]);
    let facts = Facts { assigned: Assignment::Group, ..own_case(Purpose::Coordination) };
    assert!(policy().decide::<ReadJointFile>(&caller, facts.clone()).is_ok());
    assert!(policy().decide::<ReviewAction>(&caller, facts.clone()).is_ok());
    assert!(policy().decide::<ReadJointFile>(&caller, Facts { assigned: Assignment::None, ..facts }).is_err());
}

#[test]
fn the_police_touch_no_journal_note_anywhere() {
    let caller = caller([Role::PoliceCoordinator]);
    assert!(policy().decide::<WriteNote>(&caller, own_case(Purpose::CaseHandling)).is_err());
    assert!(policy().decide::<AnnotateNote>(&caller, own_case(Purpose::CaseHandling)).is_err());
}

#[test]
fn an_entry_for_a_few_named_persons_is_closed_to_the_rest_of_the_group() {
    // 2018:1693 3 kap. 2 §: not jointly available.
    let caller = caller([Role::PoliceCoordinator]);
    let entry = |assigned| Facts { assigned, class: ClassFact::Investigation, ..own_case(Purpose::Coordination) };
    assert!(policy().decide::<ReadJointFile>(&caller, entry(Assignment::Assigned)).is_ok());
    assert!(policy().decide::<ReadJointFile>(&caller, entry(Assignment::Group)).is_err());
}

#[test]
fn the_group_does_not_list_the_matters() {
    let caller = caller([Role::PoliceCoordinator]);
    let permit = policy().decide_list::<ListCases>(&caller, own_case(Purpose::Coordination)).unwrap();
    let (standard, age) = (ClassFact::Standard, vocabulary::AgeBand::Under18);
    assert!(permit.scope().shows(Assignment::Assigned, standard, age));
    assert!(!permit.scope().shows(Assignment::Group, standard, age));
}
