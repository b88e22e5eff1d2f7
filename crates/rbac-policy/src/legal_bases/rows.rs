//! What must hold of one row: code, citation, texts, dates, directions, tests.

use std::collections::BTreeSet;

use decision_pages::LoadError;
use time::Date;
use time::macros::date;
use vocabulary::AuthorityKind;

use super::{
    basis::{Computed, LegalBasis, State, Test},
    loader::Faults,
    place::Step,
};
use crate::fact::BasisFact;

/// No statute that is cited here is older, and no date beyond the other one is anything but a slip of the pen.
const DAYS: (Date, Date) = (date!(1949 - 01 - 01), date!(2150 - 01 - 01));

const fn key(name: &str) -> Step<'_> {
    Step::Key(name)
}

/// A place within a row.
fn within<'s>(row: usize, rest: &[Step<'s>]) -> Vec<Step<'s>> {
    [key("basis"), Step::At(row)].into_iter().chain(rest.iter().copied()).collect()
}

pub(super) fn check(faults: &mut Faults<'_>, row: usize, basis: &LegalBasis, all: &[LegalBasis]) {
    let at = |rest: &[Step<'static>]| within(row, rest);
    check_code(faults, row, basis);
    faults.cited(&at(&[key("citation")]), &basis.code, &basis.citation);
    faults.worded(&at(&[key("title")]), &basis.title);
    faults.worded(&at(&[key("summary")]), &basis.summary);
    faults.worded(&at(&[key("who_decides")]), &basis.who_decides);
    check_dates(faults, row, basis);
    check_directions(faults, row, basis);
    check_exclusions(faults, row, basis);
    check_companions(faults, row, basis, all);
    let place = at(&[key("test")]);
    faults.ensure(
        !basis.tests.is_empty(),
        &place,
        format!("{} has no test: a basis without a test would let everything through", basis.code),
        "write its tests as questions",
    );
    let mut ids = BTreeSet::new();
    for (index, test) in basis.tests.iter().enumerate() {
        let place = at(&[key("test"), Step::At(index), key("id")]);
        let is_new = ids.insert(test.id.as_str());
        faults.ensure(is_new, &place, format!("two tests have the same id `{}`", test.id), "name each by what it asks");
        check_test(faults, &at(&[key("test"), Step::At(index)]), test);
    }
    check_gates(faults, row, basis);
}

fn check_code(faults: &mut Faults<'_>, row: usize, basis: &LegalBasis) {
    let known: Vec<String> = BasisFact::legal().map(|basis| basis.code().to_ascii_uppercase()).collect();
    if !known.contains(&basis.code) {
        let what = format!("unknown code {}", LoadError::quoted(&basis.code));
        let instead = LoadError::suggest(&basis.code, known.iter().map(String::as_str));
        faults.add(&within(row, &[key("code")]), what, instead);
    }
}

fn check_dates(faults: &mut Faults<'_>, row: usize, basis: &LegalBasis) {
    for (name, day) in [("valid_from", Some(basis.valid_from)), ("valid_to", basis.valid_to)] {
        let plausible = day.is_none_or(|day| DAYS.0 <= day && day <= DAYS.1);
        let shown = day.map(|day| day.to_string()).unwrap_or_default();
        faults.ensure(
            plausible,
            &within(row, &[key(name)]),
            format!("{shown} is no day on which this law began or ended"),
            format!("write a day from {} to {}", DAYS.0, DAYS.1),
        );
    }
    if let Some(last) = basis.valid_to.filter(|last| *last < basis.valid_from) {
        let what = format!("the last day, {last}, comes before the first, {}", basis.valid_from);
        faults.add(&within(row, &[key("valid_to")]), what, "write the last day on which the row may be used");
    }
}

fn check_directions(faults: &mut Faults<'_>, row: usize, basis: &LegalBasis) {
    let mut pairs = BTreeSet::new();
    let at = |rest: &[Step<'static>]| within(row, rest);
    faults.ensure(
        !basis.directions.is_empty(),
        &at(&[key("directions")]),
        format!("{} has no direction", basis.code),
        "say who may release to whom",
    );
    for (index, direction) in basis.directions.iter().enumerate() {
        let place = at(&[key("directions"), Step::At(index)]);
        let whole = !direction.from.is_empty() && !direction.to.is_empty();
        faults.ensure(whole, &place, "a direction without holder or recipient", "name at least one of each");
        for from in &direction.from {
            for to in &direction.to {
                let what = format!("{from} to {to} is listed twice");
                faults.ensure(
                    pairs.insert((*from, *to)),
                    &place,
                    what,
                    "name each pair once: approvals would contradict",
                );
                // OSL 10 kap. 14 §: a reservation exists toward private persons, and is how an authority releases to a private school.
                let toward_private = *to == AuthorityKind::PrivateSchool;
                faults.ensure(
                    direction.reservation == toward_private,
                    &place,
                    format!("{from} to {to}: a reservation exists toward a private school, and only there"),
                    "give the private school a direction of its own with `reservation = true`",
                );
            }
        }
    }
}

fn check_exclusions(faults: &mut Faults<'_>, row: usize, basis: &LegalBasis) {
    for (index, range) in basis.excludes_sections.iter().enumerate() {
        let earlier = basis.excludes_sections.iter().take(index).find(|earlier| earlier.meets(*range));
        if let Some(earlier) = earlier {
            let place = within(row, &[key("excludes_sections"), Step::At(index)]);
            faults.add(&place, format!("{range} is within {earlier} already"), "name each section once");
        }
    }
}

/// The others of which one must be met too.
fn check_companions(faults: &mut Faults<'_>, row: usize, basis: &LegalBasis, all: &[LegalBasis]) {
    for (index, required) in basis.requires_one_of.iter().enumerate() {
        let place = within(row, &[key("requires_one_of"), Step::At(index)]);
        let mut versions = all.iter().filter(|other| other.code == *required && other.code != basis.code).peekable();
        if versions.peek().is_none() {
            let codes = all.iter().map(|other| other.code.as_str()).filter(|code| *code != basis.code);
            let what = format!(
                "requires_one_of names {}, a basis that does not exist, or itself",
                LoadError::quoted(required)
            );
            faults.add(&place, what, LoadError::suggest(required, codes));
            continue;
        }
        let (mut usable, mut stands_alone) = (false, true);
        for version in versions {
            usable |= version.state != State::Off;
            stands_alone &= version.requires_one_of.is_empty();
        }
        faults.ensure(usable, &place, format!("{required} is off and can never be met"), "name a basis that is in use");
        faults.ensure(
            stands_alone,
            &place,
            format!("{required} needs another basis itself"),
            "name one that stands alone",
        );
    }
}

fn check_test(faults: &mut Faults<'_>, place: &[Step<'_>], test: &Test) {
    let at = |name: &'static str| -> Vec<Step<'_>> { place.iter().copied().chain([key(name)]).collect() };
    let id_shape = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    faults.ensure(
        !test.id.is_empty() && test.id.bytes().all(id_shape),
        &at("id"),
        format!("the id {}", LoadError::quoted(&test.id)),
        "write lower case letters, digits and underscores",
    );
    faults.worded(&at("question"), &test.question);
    faults.worded(&at("example_yes"), &test.example_yes);
    faults.worded(&at("example_no"), &test.example_no);
    faults.worded(&at("if_fails"), &test.if_fails);
    let asks = test.question.sv.contains('?') && test.question.en.contains('?');
    faults.ensure(asks, &at("question"), "a question without question mark", "ask something that yes or no answers");
    faults.ensure(
        test.example_yes != test.example_no,
        &at("example_no"),
        "the examples of yes and no are the same",
        "tell one worked case of each",
    );
    faults.ensure(
        test.computed.is_none() || !test.reason_required,
        &at("reason_required"),
        "the system gives no reasons for what it finds out by itself",
        "delete `reason_required` or `computed`",
    );
}

/// What the row says as data and what its computed tests ask must agree, in both directions: otherwise a limit would be written
/// down and never tested, or a refusal would come without a word of why.
fn check_gates(faults: &mut Faults<'_>, row: usize, basis: &LegalBasis) {
    let gates = [
        (Computed::Age, basis.age.computed_limit().is_some(), "age"),
        (Computed::OnRequest, basis.on_request_only, "on_request_only"),
        (Computed::ContactDetailsOnly, basis.contact_details_only, "contact_details_only"),
        (Computed::ExcludedSecrecy, !basis.excludes_sections.is_empty(), "excludes_sections"),
        (Computed::AnotherBasis, !basis.requires_one_of.is_empty(), "requires_one_of"),
    ];
    for (computed, wanted, limit) in gates {
        let mut asked = basis.tests.iter().enumerate().filter(|(_, test)| test.computed == Some(computed));
        let (first, more) = (asked.next(), asked.next());
        if let Some((index, _)) = more.or(first.filter(|_| !wanted)) {
            let place = within(row, &[key("test"), Step::At(index), key("computed")]);
            let what = format!(
                "computed {computed}: {} tests where {} belongs",
                1 + usize::from(more.is_some()),
                usize::from(wanted)
            );
            faults.add(&place, what, format!("write exactly one when the row has `{limit}`, and none without"));
        } else if wanted && first.is_none() {
            let what = format!("computed {computed}: `{limit}` is a limit that no test asks about");
            faults.add(&within(row, &[key(limit)]), what, format!("add a test with `computed = \"{computed}\"`"));
        }
    }
}
