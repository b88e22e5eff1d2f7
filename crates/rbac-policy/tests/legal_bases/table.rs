//! The built-in table as a whole.

use std::collections::BTreeSet;

use rbac_policy::legal_bases::{Duty, LegalBasis};
use vocabulary::{AuthorityKind, Language, SecrecyClass};

use crate::story::{bases, current};

#[test]
fn the_table_holds_every_row_that_the_law_page_lists() {
    let codes: Vec<_> = bases().all().map(|basis| format!("{} {}", basis.code, basis.state)).collect();
    let expected = [
        "OSL_10_18A confirm",
        "OSL_10_18B confirm",
        "OSL_10_18C confirm",
        "OSL_10_15A off",
        "OSL_10_19 on",
        "OSL_10_20 on",
        "OSL_10_21 confirm",
        "OSL_10_22 on",
        "OSL_10_23 confirm",
        "OSL_12_2 on",
        "OSL_26_1 on",
        "OSL_26_9 confirm",
        "OSL_10_27 on",
        "OSL_10_28 on",
        "OSL_10_2 on",
        "SOL_19_1 on",
        "POLISLAG_6 confirm",
        "LUL_6 on",
        "LUL_11 on",
        "LVU_43 on",
        "L2025_170_4 on",
        "L2025_170_6 on",
        "L2025_170_7 on",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn a_release_under_18_a_asks_for_written_reasons_on_exactly_two_tests_and_no_basis_asks_for_more() {
    let reasons = |basis: &LegalBasis| basis.tests.iter().filter(|test| test.reason_required).count();
    assert_eq!(reasons(current("OSL_10_18A")), 2);
    assert!(bases().all().all(|basis| reasons(basis) <= 2));
}

#[test]
fn nothing_in_the_swedish_texts_is_ever_delat() {
    let mut texts = Vec::new();
    for basis in bases().all() {
        texts.extend([&basis.title, &basis.summary, &basis.who_decides]);
        texts.extend(
            basis.tests.iter().flat_map(|test| [&test.question, &test.example_yes, &test.example_no, &test.if_fails]),
        );
    }
    for text in texts {
        let words = text.text(Language::Swedish).split(|letter: char| !letter.is_alphabetic()).map(str::to_lowercase);
        for word in words {
            assert!(
                !["dela", "delar", "delas", "delat", "delad", "delade", "delning"].contains(&word.as_str()),
                "{}",
                text.sv
            );
        }
    }
}

#[test]
fn a_duty_at_once_asks_for_no_reasons_and_no_approval() {
    for basis in bases().all().filter(|basis| basis.duty == Duty::AtOnce) {
        assert!(basis.tests.iter().all(|test| !test.reason_required), "{}", basis.code);
        assert!(basis.directions.iter().all(|direction| direction.approval.is_none()), "{}", basis.code);
    }
}

#[test]
fn the_preview_can_name_the_secrecy_at_every_kind_of_recipient() {
    let citation = |kind| bases().secrecy_at_recipient(kind).map(|secrecy| secrecy.citation.as_str());
    assert_eq!(citation(AuthorityKind::Police), Some("OSL 35 kap. 1 §"));
    assert_eq!(citation(AuthorityKind::EducationBoard), Some("OSL 23 kap. 2 §"));
    assert_eq!(citation(AuthorityKind::SocialBoard), Some("OSL 26 kap. 1 §"));
    let held = |kind, class| bases().secrecy_at_holder(kind, class).map(|section| section.to_string());
    assert_eq!(held(AuthorityKind::SocialBoard, SecrecyClass::Health).as_deref(), Some("26:1"));
    assert_eq!(held(AuthorityKind::Police, SecrecyClass::Investigation).as_deref(), Some("18:1"));
    assert_eq!(held(AuthorityKind::SocialBoard, SecrecyClass::Unknown), None);
}

#[test]
fn an_item_can_be_shown_in_the_readers_language() {
    let languages: BTreeSet<_> =
        [Language::Swedish, Language::English].map(|language| current("OSL_12_2").title.text(language)).into();
    assert_eq!(languages, BTreeSet::from(["Samtycke", "Consent"]));
}
