//! The journal and who stands where to it.

use rbac_policy::{Assignment, ClassFact, Conflict, Facts, Obligation, Relation, Why};
use vocabulary::{
    Purpose, Role, SecrecyClass, StatedReason,
    action::{ReadCase, ReadJointFile, UpdateCase, WriteNote},
};

use super::callers::{caller, id, own_case, policy};

#[test]
fn a_social_worker_reads_the_case_she_is_assigned_to() {
    let caller = caller([Role::SocialWorker]);
    let permit = policy().decide::<ReadCase>(&caller, own_case(Purpose::CaseHandling)).unwrap();
    assert!(permit.covers(id(10)));
    assert!(!permit.covers(id(11)));
    assert_eq!(permit.role(), Some(Role::SocialWorker));
    assert_eq!(permit.lines(), ["soc_works_on_own"]);
    assert!(permit.obligations().is_empty());
}

#[test]
fn a_colleague_in_the_next_room_is_refused_and_no_line_is_needed_for_it() {
    let caller = caller([Role::SocialWorker]);
    let facts = Facts { assigned: Assignment::None, ..own_case(Purpose::CaseHandling) };
    let refusal = policy().decide::<ReadCase>(&caller, facts).unwrap_err();
    assert_eq!(refusal.why(), Why::NotAllowed);
    assert!(refusal.lines().is_empty());
}

#[test]
fn a_conflict_of_interest_stops_even_the_case_officer() {
    let caller = caller([Role::SocialWorker]);
    for conflict in [Conflict::Declared, Conflict::Unknown] {
        let refusal =
            policy().decide::<ReadCase>(&caller, Facts { conflict, ..own_case(Purpose::CaseHandling) }).unwrap_err();
        assert_eq!(refusal.why(), Why::Denied);
        assert_eq!(refusal.lines(), ["conflict_of_interest_bars"]);
    }
}

#[test]
fn another_authoritys_record_is_as_closed_as_one_that_does_not_exist() {
    let caller = caller([Role::SocialWorker]);
    for relation in [Relation::Other, Relation::None, Relation::Unknown] {
        let facts = Facts { relation, ..own_case(Purpose::CaseHandling) };
        assert!(policy().decide::<ReadCase>(&caller, facts).is_err());
    }
}

#[test]
fn the_officer_opens_every_paragraph_and_the_stand_in_not_what_is_under_investigation() {
    let caller = caller([Role::SocialWorker]);
    let paragraphs = || SecrecyClass::ALL.iter().zip(100..).map(|(class, number)| (id(number), *class));
    let facts = own_case(Purpose::CaseHandling);
    let officer = policy().decide_items::<ReadCase, _>(&caller, facts.clone(), paragraphs()).unwrap();
    assert_eq!(officer.items().len(), SecrecyClass::ALL.len());
    let cover = Facts { assigned: Assignment::Cover, ..facts };
    let stand_in = policy().decide_items::<ReadCase, _>(&caller, cover, paragraphs()).unwrap();
    assert_eq!(stand_in.items(), [id(100), id(101), id(102)]);
    assert!(!stand_in.covers(id(103)), "an item under investigation is absent");
    assert!(stand_in.covers(id(10)), "the case itself is covered");
}

#[test]
fn the_lead_reads_the_units_case_without_health_and_is_told_so() {
    let caller = caller([Role::SocialLead]);
    let facts = Facts { assigned: Assignment::Lead, ..own_case(Purpose::CaseHandling) };
    let items = [(id(100), SecrecyClass::Standard), (id(101), SecrecyClass::Health)];
    let permit = policy().decide_items::<ReadCase, _>(&caller, facts, items).unwrap();
    assert_eq!(permit.items(), [id(100)]);
    assert!(permit.obligations().has(Obligation::RedactHealth));
}

#[test]
fn a_protected_person_opens_with_a_warning_and_a_written_reason_only() {
    let mut caller = caller([Role::SocialWorker]);
    let facts = Facts { class: ClassFact::Protected, ..own_case(Purpose::CaseHandling) };
    let permit = policy().decide::<ReadCase>(&caller, facts.clone()).unwrap();
    assert!(permit.obligations().has(Obligation::ShowWarning));
    let refusal = permit.fulfilled().unwrap_err();
    assert!(matches!(refusal.why(), Why::Unmet(unmet) if unmet.has(Obligation::LogReason)));

    let permit = policy().decide::<ReadCase>(&caller, facts.clone()).unwrap().with_justification("Besöket är i dag.");
    assert!(permit.fulfilled().is_ok());
    caller.reason = StatedReason::new("Besöket är i dag.");
    assert!(policy().decide::<ReadCase>(&caller, facts).unwrap().fulfilled().is_ok());
}

#[test]
fn an_empty_reason_is_no_reason() {
    let caller = caller([Role::SocialWorker]);
    let facts = Facts { class: ClassFact::Protected, ..own_case(Purpose::CaseHandling) };
    assert!(policy().decide::<ReadCase>(&caller, facts).unwrap().with_justification("  ").fulfilled().is_err());
}

#[test]
fn the_sig_coordinator_sees_the_plan_of_the_group_and_never_the_journal() {
    let caller = caller([Role::SigCoordinator]);
    let facts = Facts { assigned: Assignment::Group, ..own_case(Purpose::Coordination) };
    assert!(policy().decide::<ReadJointFile>(&caller, facts.clone()).is_ok());
    assert!(policy().decide::<ReadCase>(&caller, facts.clone()).is_err());
    assert!(policy().decide::<WriteNote>(&caller, facts).is_err());
}

#[test]
fn assigning_a_case_is_the_leads_and_closing_it_the_officers_too() {
    let worker = caller([Role::SocialWorker]);
    let lead = caller([Role::SocialLead]);
    let in_unit = |purpose| Facts { assigned: Assignment::Lead, ..own_case(purpose) };
    assert!(policy().decide::<UpdateCase>(&worker, own_case(Purpose::CaseHandling)).is_ok());
    assert!(policy().decide::<UpdateCase>(&worker, own_case(Purpose::Administration)).is_err());
    assert!(policy().decide::<UpdateCase>(&lead, in_unit(Purpose::Administration)).is_ok());
}
