//! What an answer, a missing answer and a contradiction do.

use rbac_policy::legal_bases::Failure;

use crate::story::{Story, answer, current, refusals};

#[test]
fn a_missing_answer_and_a_missing_reason_each_refuse_and_say_what_to_do() {
    let basis = current("OSL_10_18A");
    let unanswered = Story::that_meets(basis)
        .with(|story| story.answers.retain(|answer| answer.test_id != "suitable"))
        .examined(basis);
    assert_eq!(unanswered.failed()[0].failure, Failure::Unanswered);
    let unreasoned = Story::that_meets(basis)
        .with(|story| {
            story
                .answers
                .iter_mut()
                .filter(|answer| answer.test_id == "suitable")
                .for_each(|answer| answer.reason = Some(" \n".to_owned()));
        })
        .examined(basis);
    assert_eq!(unreasoned.failed()[0].failure, Failure::ReasonMissing);
    assert!(unreasoned.failed()[0].explanation.sv.contains("skrivet skäl"));
}

#[test]
fn a_refusal_says_which_answer_refused_and_where_to_go_in_both_languages() {
    let basis = current("OSL_10_18A");
    let story = Story::that_meets(basis).with(|story| {
        story
            .answers
            .iter_mut()
            .filter(|answer| answer.test_id == "committed_crime")
            .for_each(|answer| answer.answer = true);
    });
    let examination = story.examined(basis);
    let [failed] = examination.failed() else { panic!("one test refused: {examination:?}") };
    assert_eq!((failed.test_id.as_str(), failed.failure), ("committed_crime", Failure::WrongAnswer));
    assert_eq!(
        failed.explanation.sv,
        "Frågan \u{201d}Gäller uppgiften misstanke om ett brott som redan har begåtts?\u{201d} fick svaret ja. Grunden kräver nej."
    );
    assert_eq!(failed.next.sv, "Pröva 10 kap. 21-23 §§ i stället.");
    assert_eq!(failed.next.en, "Try OSL 10:21-23 instead.");
}

#[test]
fn a_case_officer_can_stop_what_the_system_would_let_through_and_never_the_reverse() {
    let basis = current("OSL_10_18A");
    let sees_a_friend =
        Story::that_meets(basis).with(|story| story.answers.push(answer("other_identifiable_person", true)));
    let nobody_answered = Story::that_meets(basis)
        .with(|story| story.answers.retain(|answer| answer.test_id != "other_identifiable_person"));
    let unanswered = nobody_answered.examined(basis);
    assert_eq!(refusals(&unanswered), "other_identifiable_person", "a mark that is not there is no answer");
    assert_eq!(unanswered.failed()[0].failure, Failure::Unanswered);
    assert_eq!(refusals(&sees_a_friend.examined(basis)), "other_identifiable_person");
    let waves_it_through = Story::that_meets(basis).with(|story| {
        story.third_person = true;
        story.answers.push(answer("other_identifiable_person", false));
    });
    assert_eq!(refusals(&waves_it_through.examined(basis)), "other_identifiable_person");
}

#[test]
fn an_answer_to_a_question_of_another_version_refuses() {
    let basis = current("OSL_10_18A");
    let story = Story::that_meets(basis).with(|story| story.answers.push(answer("question_of_old", true)));
    assert_eq!(story.examined(basis).failed()[0].failure, Failure::NotAsked);
}

#[test]
fn two_answers_that_contradict_each_other_refuse() {
    let basis = current("OSL_10_18A");
    let story = Story::that_meets(basis).with(|story| story.answers.push(answer("suitable", false)));
    assert_eq!(refusals(&story.examined(basis)), "suitable");
}

#[test]
fn every_answer_with_its_reason_is_kept_for_the_decision() {
    let basis = current("OSL_10_18A");
    let examination = Story::that_meets(basis).examined(basis);
    let kept: Vec<_> =
        examination.answered.iter().map(|test| (test.test_id.as_str(), test.answer, test.by_system)).collect();
    let expected = [
        ("under_21", true, true),
        ("risk_of_criminal_activity", true, false),
        ("helps_prevent", true, false),
        ("suitable", true, false),
        ("committed_crime", false, false),
        ("other_identifiable_person", false, false),
    ];
    assert_eq!(kept, expected);
    assert!(examination.answered.iter().filter(|test| !test.by_system).all(|test| test.reason.is_some()));
}
