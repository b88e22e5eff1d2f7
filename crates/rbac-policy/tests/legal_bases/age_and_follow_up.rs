//! The clocks: birthdays, stated ages, follow-ups.

use rbac_policy::legal_bases::{AgeStatement, Failure, retest};
use time::macros::date;

use crate::story::{Story, TODAY, current, refusals};

#[test]
fn a_stated_age_runs_out_by_itself_and_needs_someone_behind_it() {
    let basis = current("OSL_10_18A");
    let stated = |years, by: &str, today| {
        Story::that_meets(basis).with(|story| {
            story.born = None;
            story.stated = Some(AgeStatement::of_age(years, TODAY, by));
            story.today = today;
        })
    };
    assert!(stated(20, "Migrationsverket", TODAY).examined(basis).is_met());
    // Someone said to be 20 may turn 21 tomorrow.
    assert_eq!(refusals(&stated(20, "Migrationsverket", date!(2026 - 11 - 23)).examined(basis)), "under_21");
    assert!(stated(19, "Migrationsverket", date!(2027 - 11 - 22)).examined(basis).is_met());
    let nobody = stated(17, " ", TODAY).examined(basis);
    assert_eq!(nobody.failed()[0].failure, Failure::AgeUnknown);
}

#[test]
fn follow_ups_under_18_a_end_on_the_21st_birthday() {
    let basis = current("OSL_10_18A");
    let born = date!(2005 - 11 - 23);
    assert_eq!(basis.lapses_on(born), Some(date!(2026 - 11 - 23)));
    assert_eq!(basis.lapses_on(date!(2008 - 02 - 29)), Some(date!(2029 - 02 - 28)));
    let follow_up = |today| {
        let story = Story::that_meets(basis).with(|story| {
            story.born = Some(born);
            story.today = today;
            story.answers.clear();
        });
        story.told_to(|situation| retest(basis, situation))
    };
    assert!(follow_up(date!(2026 - 11 - 22)).is_met());
    assert_eq!(refusals(&follow_up(date!(2026 - 11 - 23))), "under_21");
}

#[test]
fn a_follow_up_stops_when_consent_is_withdrawn_and_where_the_basis_allows_none() {
    let consent = current("OSL_12_2");
    let withdrawn = Story::that_meets(consent).with(|story| story.consent = false);
    assert_eq!(refusals(&withdrawn.told_to(|situation| retest(consent, situation))), "consent_valid");
    let report = current("SOL_19_1");
    let story = Story::that_meets(report);
    assert_eq!(refusals(&story.told_to(|situation| retest(report, situation))), "follow_up");
}
