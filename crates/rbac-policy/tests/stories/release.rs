//! What leaves the authority.

use rbac_policy::{Assignment, BasisFact, ClassFact, Facts, Obligation, Why};
use vocabulary::{
    AgeBand, Purpose, Role, SecrecyClass, Strength,
    action::{DecideRelease, FollowUp, Nominate, ReadReceived},
};

use super::callers::{caller, crossing, id, own_case, policy};

#[test]
fn the_risk_of_crime_rule_ends_at_midnight_before_the_21st_birthday() {
    let caller = caller([Role::SocialWorker]);
    let aged = |age| Facts { age, ..crossing(BasisFact::Osl10p18a) };
    for age in [AgeBand::Under18, AgeBand::From18To20] {
        assert!(policy().decide::<DecideRelease>(&caller, aged(age)).is_ok());
        assert!(policy().decide::<FollowUp>(&caller, aged(age)).is_ok());
    }
    for age in [AgeBand::From21, AgeBand::Unknown] {
        for refusal in [
            policy().decide::<DecideRelease>(&caller, aged(age)).unwrap_err(),
            policy().decide::<FollowUp>(&caller, aged(age)).unwrap_err(),
        ] {
            assert_eq!(refusal.why(), Why::Denied);
            assert_eq!(refusal.lines(), ["risk_of_crime_ends_at_21"]);
            assert_eq!(refusal.law(), ["OSL 10:18a"]);
        }
    }
}

#[test]
fn the_receiver_reads_its_copy_after_the_birthday_on_its_own_need() {
    let caller = caller([Role::PoliceCoordinator]);
    let facts = Facts { age: AgeBand::From21, ..own_case(Purpose::CaseHandling) };
    assert!(policy().decide::<ReadReceived>(&caller, facts).is_ok());
}

#[test]
fn a_copy_whose_basis_lapsed_opens_for_its_review_alone() {
    let caller = caller([Role::PoliceCoordinator]);
    let lapsed = |purpose| Facts { basis: BasisFact::None, ..own_case(purpose) };
    assert!(policy().decide::<ReadReceived>(&caller, lapsed(Purpose::Coordination)).is_err());
    let permit = policy().decide::<ReadReceived>(&caller, lapsed(Purpose::LapseReview)).unwrap();
    assert!(permit.obligations().has(Obligation::LogReason));
}

#[test]
fn a_release_needs_a_fresh_sign_in() {
    let mut caller = caller([Role::SocialWorker]);
    let permit = policy().decide::<DecideRelease>(&caller, crossing(BasisFact::CONSENT)).unwrap();
    assert!(permit.fulfilled().is_err());
    caller.strength = Strength::SteppedUp;
    assert!(policy().decide::<DecideRelease>(&caller, crossing(BasisFact::CONSENT)).unwrap().fulfilled().is_ok());
}

#[test]
fn nothing_leaves_on_the_own_task_or_on_a_basis_that_is_off() {
    let caller = caller([Role::SocialWorker, Role::SocialLead, Role::PoliceCoordinator]);
    for basis in [BasisFact::OwnTask, BasisFact::None, BasisFact::Unknown, BasisFact::Osl10p15a, BasisFact::L2025p170p7]
    {
        assert!(policy().decide::<DecideRelease>(&caller, crossing(basis)).is_err(), "{basis}");
    }
}

#[test]
fn social_services_never_release_under_the_general_clause_and_the_police_do() {
    let facts = || crossing(BasisFact::Osl10p27);
    assert!(policy().decide::<DecideRelease>(&caller([Role::SocialWorker]), facts()).is_err());
    assert!(policy().decide::<DecideRelease>(&caller([Role::SocialLead]), facts()).is_err());
    assert!(policy().decide::<DecideRelease>(&caller([Role::PoliceCoordinator]), facts()).is_ok());
}

#[test]
fn necessity_is_decided_by_the_lead_in_social_services() {
    assert!(policy().decide::<DecideRelease>(&caller([Role::SocialWorker]), crossing(BasisFact::Osl10p2)).is_err());
    let lead = caller([Role::SocialLead]);
    let permit = policy()
        .decide::<DecideRelease>(&lead, Facts { assigned: Assignment::Lead, ..crossing(BasisFact::Osl10p2) })
        .unwrap();
    assert!(permit.obligations().has(Obligation::LogReason));
}

#[test]
fn a_concern_report_is_made_even_while_the_childs_age_is_uncertain() {
    let caller = caller([Role::PoliceCoordinator]);
    let aged = |age| Facts { age, ..crossing(BasisFact::Sol19p1) };
    assert!(policy().decide::<DecideRelease>(&caller, aged(AgeBand::Unknown)).is_ok());
    assert!(policy().decide::<DecideRelease>(&caller, aged(AgeBand::From18To20)).is_err());
}

#[test]
fn items_under_investigation_and_unclassified_ones_drop_out_of_a_release() {
    let caller = caller([Role::SocialWorker]);
    let items = SecrecyClass::ALL.iter().zip(100..).map(|(class, number)| (id(number), *class));
    let permit = policy().decide_items::<DecideRelease, _>(&caller, crossing(BasisFact::CONSENT), items).unwrap();
    assert_eq!(permit.items(), [id(100), id(101), id(102)]);
    let cleared = [(id(103), ClassFact::for_release(SecrecyClass::Investigation, true))];
    assert!(
        policy()
            .decide_items::<DecideRelease, _>(&caller, crossing(BasisFact::CONSENT), cleared)
            .unwrap()
            .covers(id(103))
    );
}

#[test]
fn a_legal_basis_code_from_the_catalogue_is_a_fact_and_an_unheard_of_one_is_unknown() {
    assert_eq!(BasisFact::of_code("OSL_10_18A"), BasisFact::Osl10p18a);
    assert_eq!(BasisFact::of_code("osl_12_2"), BasisFact::CONSENT);
    assert_eq!(BasisFact::of_code("OSL_99_1"), BasisFact::Unknown);
    assert_eq!(BasisFact::of_code("own_task"), BasisFact::Unknown, "the own task is no legal basis");
}

#[test]
fn nominating_is_a_release() {
    let caller = caller([Role::SocialWorker]);
    assert!(policy().decide::<Nominate>(&caller, own_case(Purpose::Coordination)).is_err());
    assert!(policy().decide::<Nominate>(&caller, crossing(BasisFact::Osl10p18a)).is_ok());
}
