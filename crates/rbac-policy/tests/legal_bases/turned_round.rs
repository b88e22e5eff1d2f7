//! Every required answer turned round, one by one.

use proptest::prelude::*;
use rbac_policy::legal_bases::{Computed, Failure, LegalBasis, State};
use time::macros::date;
use vocabulary::AuthorityKind;

use crate::story::{Story, TODAY, bases, current};

/// Turns the answer of one test round, wherever it comes from.
fn turned_round(story: Story, basis: &LegalBasis, test: usize) -> Story {
    let test = &basis.tests[test];
    story.with(|story| match test.computed {
        None => story
            .answers
            .iter_mut()
            .filter(|answer| answer.test_id == test.id)
            .for_each(|answer| answer.answer = !answer.answer),
        Some(Computed::Age) => story.born = Some(date!(1990 - 01 - 01)),
        Some(Computed::OnRequest) => story.on_request = false,
        Some(Computed::ContactDetailsOnly) => story.contact_only = false,
        Some(Computed::ExcludedSecrecy) => story.sections.push(excluded_section(basis)),
        Some(Computed::AnotherBasis) => story.together_with = vec!["OSL_12_2".to_owned()],
        Some(Computed::ConsentValid) => story.consent = false,
        Some(Computed::OtherIdentifiablePerson) => story.third_person = true,
    })
}

fn excluded_section(basis: &LegalBasis) -> String {
    let range = basis.excludes_sections[0].to_string();
    range.split('-').next().unwrap_or_default().to_owned()
}

proptest! {
    #[test]
    fn turning_any_one_required_answer_round_always_refuses(which in 0_usize..23, test in 0_usize..6, direction in any::<prop::sample::Index>(), holder in any::<prop::sample::Index>(), recipient in any::<prop::sample::Index>()) {
        let basis = bases().all().nth(which).unwrap();
        let direction = direction.get(&basis.directions);
        let story = Story::that_meets(basis).with(|story| {
            story.from = *holder.get(&direction.from);
            story.to = *recipient.get(&direction.to);
        });
        let test = test % basis.tests.len();
        prop_assert_eq!(story.examined(basis).is_met(), basis.state != State::Off);
        let refused = turned_round(story, basis, test).examined(basis);
        prop_assert!(refused.failed().iter().any(|failed| failed.test_id == basis.tests[test].id && failed.failure == Failure::WrongAnswer));
    }

    #[test]
    fn a_pair_that_is_not_listed_is_always_refused(which in 0_usize..23, from in prop::sample::select(AuthorityKind::ALL), to in prop::sample::select(AuthorityKind::ALL)) {
        let basis = bases().all().nth(which).unwrap();
        let story = Story::that_meets(basis).with(|story| (story.from, story.to) = (from, to));
        let wrong_way = story.examined(basis).failed().iter().any(|failed| failed.failure == Failure::WrongDirection);
        prop_assert_eq!(wrong_way, basis.direction(from, to).is_none());
    }

    #[test]
    fn under_18_a_nobody_of_21_or_more_is_ever_released(days in 0_i64..40_000) {
        let basis = current("OSL_10_18A");
        let born = TODAY - time::Duration::days(days);
        let story = Story::that_meets(basis).with(|story| story.born = Some(born));
        prop_assert_eq!(story.examined(basis).is_met(), vocabulary::age_on(born, TODAY) < 21);
    }
}
