//! The catalogue of measures and the rules on consent.

#![expect(clippy::expect_used, reason = "a story that cannot be told fails the test")]

use rbac_policy::consent_rules::{ConsentAnswer, ConsentGap, ConsentRules, Consenter, Stance};
use rbac_policy::measures::{Ask, MeasureStatus, Measures};
use time::Date;
use time::macros::date;
use vocabulary::AuthorityKind;

const TODAY: Date = date!(2026 - 11 - 22);

fn measures() -> Measures {
    Measures::builtin().expect("the built-in catalogue is valid")
}

fn consent() -> ConsentRules {
    ConsentRules::builtin().expect("the built-in rules are valid")
}

#[test]
fn the_catalogue_holds_every_measure_of_the_law_page() {
    let measures = measures();
    assert_eq!(measures.all().count(), 33);
    for code in "contact_person qualified_contact_person outpatient_treatment parent_support voluntary_placement lvu_placement immediate_custody \
        drug_testing outreach concern_talk home_visit custom_notification internship job_support study_support school_plan leisure mentor \
        housing_support mediation youth_contract youth_service youth_care youth_supervision association_limits police_presence targeted_checks \
        lvu43_assistance polislag12 exit_support protection referral_bup addiction_care"
        .split_whitespace()
    {
        assert!(measures.get(code).is_some(), "{code}");
    }
}

#[test]
fn each_authority_logs_its_own_measures_and_joint_ones() {
    let measures = measures();
    let may = |kind, code| measures.get(code).unwrap().logged_by(kind);
    assert!(
        may(AuthorityKind::SocialBoard, "outpatient_treatment") && !may(AuthorityKind::Police, "outpatient_treatment")
    );
    assert!(may(AuthorityKind::Police, "targeted_checks") && !may(AuthorityKind::SocialBoard, "targeted_checks"));
    assert!(may(AuthorityKind::SocialBoard, "home_visit") && may(AuthorityKind::Police, "home_visit"));
    assert!(may(AuthorityKind::EducationBoard, "school_plan") && !may(AuthorityKind::SocialBoard, "school_plan"));
    assert_eq!(measures.logged_by(AuthorityKind::OtherAuthority).count(), 0);
}

#[test]
fn lvu_care_begins_before_20_and_has_ended_at_21() {
    let measures = measures();
    let care = measures.get("lvu_placement").unwrap();
    let born = date!(2006 - 11 - 23);
    assert!(care.may_be_decided(Some(born), TODAY));
    assert!(!care.may_be_decided(Some(born), date!(2026 - 11 - 23)));
    assert!(!care.may_be_decided(None, TODAY), "an unknown age must be settled first");
    assert_eq!(care.ends_by(born), Some(date!(2027 - 11 - 23)));
    assert!(measures.get("mentor").unwrap().may_be_decided(None, TODAY));
}

#[test]
fn a_measure_goes_from_proposal_to_its_end_and_never_back() {
    use MeasureStatus::{Accepted, Cancelled, Decided, Declined, Done, NotExecuted, Ongoing, Paused, Proposed};
    let measures = measures();
    let cycle = measures.life_cycle();
    for (from, to) in [
        (Proposed, Decided),
        (Proposed, Accepted),
        (Decided, Ongoing),
        (Ongoing, Paused),
        (Paused, Ongoing),
        (Ongoing, Done),
    ] {
        assert!(cycle.transition(from, to).is_some(), "{from} to {to}");
    }
    for (from, to) in [
        (Proposed, Ongoing),
        (Declined, Proposed),
        (Done, Ongoing),
        (Cancelled, Ongoing),
        (Proposed, NotExecuted),
        (Ongoing, Ongoing),
    ] {
        assert!(cycle.transition(from, to).is_none(), "{from} to {to}");
    }
    for ended in [Done, Cancelled, Declined, NotExecuted] {
        assert!(cycle.has_ended(ended));
    }
    assert_eq!(cycle.asks(Done), [Ask::Outcome]);
    assert_eq!(cycle.asks(Declined), [Ask::Reason]);
}

#[test]
fn the_catalogue_refuses_mistakes() {
    let text = rbac_policy::measures::BUILTIN;
    let mistakes = [
        ("schema = 1", "schema = 9", "schema 1"),
        ("code = \"mentor\"", "code = \"leisure\"", "same code"),
        ("owners = [\"S\"]", "owners = [\"Z\"]", "closed list"),
        ("owners = [\"S\"]", "owners = []", "owners"),
        ("group = \"support\"", "group = \"suport\"", "group does not exist"),
        ("voluntary = true", "voluntry = true", "unknown field"),
        ("decided_under = 20, ends_at = 21", "decided_under = 22, ends_at = 21", "end before"),
        ("title.en = \"Contact person\"", "title.en = \"\"", "one language"),
        ("{ from = \"paused\", to = \"ongoing\" }", "{ from = \"paused\", to = \"paused\" }", "leads nowhere"),
        ("to = \"done\", asks = [\"outcome\"]", "to = \"done\"", "ask for different things"),
    ];
    for (from, to, told) in mistakes {
        assert!(text.contains(from), "{from}");
        let error = Measures::parse(&text.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(error.contains(told), "{to}: {error}");
    }
}

fn says(consenter: Consenter, stance: Stance) -> ConsentAnswer {
    ConsentAnswer { consenter, stance }
}

fn left_out(consenter: Consenter, ground: &str, by: &str) -> ConsentAnswer {
    says(consenter, Stance::NotNeeded { ground: ground.to_owned(), decided_by: by.to_owned() })
}

#[test]
fn a_half_consent_does_not_stand() {
    let born = Some(date!(2009 - 05 - 17));
    let (person, guardian) = (Consenter::Person, Consenter::Guardian);
    let both = [says(person, Stance::Given), says(guardian, Stance::Given), says(guardian, Stance::Given)];
    assert_eq!(consent().stands(born, TODAY, &both), Ok(()));
    let half = [says(person, Stance::Given), says(guardian, Stance::Given), says(guardian, Stance::Refused)];
    assert_eq!(consent().stands(born, TODAY, &half), Err(vec![ConsentGap::Refused(guardian)]));
    assert_eq!(consent().stands(born, TODAY, &half[..1]), Err(vec![ConsentGap::Missing(guardian)]));
    // Nothing said of the second guardian hides a refusal as well as it hides sole custody.
    assert_eq!(consent().stands(born, TODAY, &half[..2]), Err(vec![ConsentGap::Missing(guardian)]));
    let alone = [half[0].clone(), half[1].clone(), left_out(guardian, "sole_custody", "Förste socialsekreteraren")];
    assert_eq!(consent().stands(born, TODAY, &alone), Ok(()));
}

#[test]
fn a_guardian_is_left_out_on_a_ground_that_somebody_decided() {
    let born = Some(date!(2009 - 05 - 17));
    let with = |answer| {
        let other = says(Consenter::Guardian, Stance::Given);
        consent().stands(born, TODAY, &[says(Consenter::Person, Stance::Given), other, answer])
    };
    assert_eq!(with(left_out(Consenter::Guardian, "secrecy_against_guardian", "Förste socialsekreteraren")), Ok(()));
    let does_not_hold = Err(vec![ConsentGap::GroundDoesNotHold(Consenter::Guardian)]);
    assert_eq!(with(left_out(Consenter::Guardian, "secrecy_against_guardian", " ")), does_not_hold);
    assert_eq!(with(left_out(Consenter::Guardian, "inconvenient", "Förste socialsekreteraren")), does_not_hold);
}

#[test]
fn guardians_consents_expire_at_18() {
    let born = Some(date!(2008 - 11 - 23));
    let by_guardians = [
        left_out(Consenter::Person, "maturity", "Förste socialsekreteraren"),
        says(Consenter::Guardian, Stance::Given),
        says(Consenter::Guardian, Stance::Given),
    ];
    assert_eq!(consent().stands(born, TODAY, &by_guardians), Ok(()));
    assert_eq!(consent().stands(born, date!(2026 - 11 - 23), &by_guardians), Err(vec![ConsentGap::Nobody]));
    let own = [says(Consenter::Person, Stance::Given), says(Consenter::Guardian, Stance::Refused)];
    assert_eq!(consent().stands(born, date!(2026 - 11 - 23), &own), Ok(()));
}

#[test]
fn a_child_of_13_is_heard_and_a_child_of_10_has_guardians_who_consent() {
    let guardian = says(Consenter::Guardian, Stance::Given);
    let both = [guardian.clone(), guardian.clone()];
    let thirteen = Some(date!(2013 - 01 - 05));
    assert_eq!(consent().stands(thirteen, TODAY, &both), Err(vec![ConsentGap::Missing(Consenter::Person)]));
    assert_eq!(
        consent().stands(thirteen, TODAY, &[says(Consenter::Person, Stance::Heard), guardian.clone(), guardian]),
        Ok(())
    );
    assert_eq!(consent().stands(Some(date!(2016 - 01 - 05)), TODAY, &both), Ok(()));
}

#[test]
fn with_an_unknown_age_everyone_is_asked() {
    let band = consent().band(None, TODAY).unwrap().code.clone();
    assert_eq!(band, "from_15_to_17");
    let only_guardians = [says(Consenter::Guardian, Stance::Given), says(Consenter::Guardian, Stance::Given)];
    assert_eq!(consent().stands(None, TODAY, &only_guardians), Err(vec![ConsentGap::Missing(Consenter::Person)]));
}

#[test]
fn the_rules_on_consent_refuse_mistakes() {
    let text = rbac_policy::consent_rules::BUILTIN;
    let mistakes = [
        ("unknown_age = \"from_15_to_17\"", "unknown_age = \"from_15\"", "names a band"),
        ("below = 12", "below = 16", "order of age"),
        ("below = 12\n", "", "open upwards"),
        (
            "person = \"not_asked\"\nguardians = \"required\"",
            "person = \"not_asked\"\nguardians = \"heard\"",
            "somebody must consent",
        ),
        ("code = \"maturity\"", "code = \"sole_custody\"", "stands twice"),
        ("guardians = \"required\"", "guardian = \"required\"", "unknown field"),
        ("never_covers = [\"18:1-2\"]", "never_covers = [\"18\"]", "chapter:section"),
    ];
    for (from, to, told) in mistakes {
        assert!(text.contains(from), "{from}");
        let error = ConsentRules::parse(&text.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(error.contains(told), "{to}: {error}");
    }
}
