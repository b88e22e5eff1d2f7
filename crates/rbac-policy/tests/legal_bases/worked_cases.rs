//! `policy/tests/legal-bases.csv`: one row, one intended release and what comes of it.

use rbac_policy::legal_bases::{AgeStatement, Computed, State};
use time::Date;
use vocabulary::age::BirthCertainty;

use crate::story::{Story, answer, bases, refusals, right_answers};

const CASES: &str = include_str!("../../../../policy/tests/legal-bases.csv");

struct Case {
    told: String,
    basis: String,
    story: Story,
    expected: String,
}

fn cases() -> Vec<Case> {
    let mut lines = CASES.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.next(), Some("case,basis,from,to,today,born,facts,wrong,expected"));
    lines.map(read_case).collect()
}

fn read_case(line: &str) -> Case {
    let columns: Vec<&str> = line.split(',').collect();
    let [told, code, from, to, today, born, facts, wrong, expected] = columns[..] else {
        panic!("nine columns: {line}")
    };
    let basis = bases().get(code, 1).unwrap_or_else(|| panic!("unknown basis: {line}"));
    let today = day(today);
    let mut story = Story {
        from: from.parse().expect(line),
        to: to.parse().expect(line),
        today,
        born: (!born.is_empty()).then(|| day(born.trim_start_matches('~'))),
        certainty: if born.starts_with('~') { BirthCertainty::Estimated } else { BirthCertainty::Certain },
        stated: None,
        on_request: false,
        sections: vec![],
        contact_only: false,
        together_with: vec![],
        confirmed: false,
        consent: false,
        third_person: false,
        answers: right_answers(basis),
    };
    for fact in facts.split('+').filter(|fact| !fact.is_empty()) {
        let (name, value) = fact.split_once('=').unwrap_or((fact, ""));
        let list = || value.split('|').map(str::to_owned).collect::<Vec<_>>();
        match name {
            "request" => story.on_request = true,
            "contact" => story.contact_only = true,
            "confirmed" => story.confirmed = true,
            "consent" => story.consent = true,
            "third_person" => story.third_person = true,
            "section" => story.sections = list(),
            "with" => story.together_with = list(),
            "stated" => {
                story.stated = Some(AgeStatement::of_age(value.parse().expect(line), today, "Boendets föreståndare"));
            }
            _ => panic!("unknown fact {fact}: {line}"),
        }
    }
    // Where nobody knows the birth date, the case officer answers the question of age.
    let age_test = basis.tests.iter().find(|test| test.computed == Some(Computed::Age));
    if let Some(test) = age_test.filter(|_| story.born.is_none() && story.stated.is_none() && code != "OSL_10_18A") {
        story.answers.push(answer(&test.id, true));
    }
    for id in wrong.split('+').filter(|id| !id.is_empty()) {
        let found = story
            .answers
            .iter_mut()
            .find(|answer| answer.test_id == id)
            .unwrap_or_else(|| panic!("no such question: {line}"));
        found.answer = !found.answer;
    }
    Case { told: told.to_owned(), basis: code.to_owned(), story, expected: expected.to_owned() }
}

fn day(text: &str) -> Date {
    Date::parse(text, &time::format_description::well_known::Iso8601::DATE)
        .unwrap_or_else(|_| panic!("not a date: {text}"))
}

#[test]
fn every_worked_case_comes_out_as_the_law_says() {
    for case in cases() {
        let examination = case.story.examined(bases().get(&case.basis, 1).unwrap());
        assert_eq!(refusals(&examination), case.expected, "{}: {}", case.basis, case.told);
    }
}

#[test]
fn every_basis_has_a_worked_yes_and_every_test_a_worked_no() {
    let cases = cases();
    for basis in bases().all() {
        let of_basis: Vec<_> = cases.iter().filter(|case| case.basis == basis.code).collect();
        // A switched-off basis has no yes; everything else right, it refuses for its state alone.
        let yes = if basis.state == State::Off { "state" } else { "met" };
        assert!(of_basis.iter().any(|case| case.expected == yes), "{} has no worked yes", basis.code);
        for test in &basis.tests {
            let alone = [test.id.clone(), format!("state+{}", test.id)];
            assert!(
                of_basis.iter().any(|case| alone.contains(&case.expected)),
                "{} has no worked no for {}",
                basis.code,
                test.id
            );
        }
    }
}
