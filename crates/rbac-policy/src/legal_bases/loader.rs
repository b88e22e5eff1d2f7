//! Reads `legal-bases.toml` and refuses whatever is incomplete or contradicts itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use vocabulary::{AuthorityKind, SecrecyClass};

use super::LegalBases;
use super::basis::{Computed, Direction, LegalBasis, RecipientSecrecy, Test, Wording};
use super::section::Section;

/// The file cannot be used. Written for whoever maintains it.
#[derive(Debug, thiserror::Error)]
pub enum BasisError {
    /// Not TOML, an unknown or missing key, or a value that is not in its closed list.
    #[error("the file of legal bases cannot be read: {0}")]
    Syntax(#[source] Box<toml::de::Error>),
    /// Readable, but incomplete or contradicting itself.
    #[error("{place}: {fault}")]
    Fault {
        /// The basis, version and test.
        place: String,
        /// What is wrong.
        fault: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    secrecy_at_recipient: BTreeMap<AuthorityKind, RecipientSecrecy>,
    secrecy_at_holder: BTreeMap<AuthorityKind, BTreeMap<SecrecyClass, Section>>,
    basis: Vec<LegalBasis>,
}

pub(super) fn load(text: &str) -> Result<LegalBases, BasisError> {
    let file: File = toml::from_str(text).map_err(|error| BasisError::Syntax(Box::new(error)))?;
    ensure("schema", file.schema == 1, "this program reads schema 1")?;
    ensure("basis", !file.basis.is_empty(), "there is no basis")?;
    for kind in AuthorityKind::ALL {
        let at_recipient = file.secrecy_at_recipient.get(kind);
        ensure(
            format!("secrecy_at_recipient.{kind}"),
            at_recipient.is_some_and(|secrecy| !blank(&secrecy.citation)),
            "the citation is missing",
        )?;
        if let Some(secrecy) = at_recipient {
            worded(format!("secrecy_at_recipient.{kind}.note"), &secrecy.note)?;
        }
        let at_holder = file.secrecy_at_holder.get(kind);
        let classified = |class: &SecrecyClass| {
            at_holder.is_some_and(|of| of.contains_key(class)) != (*class == SecrecyClass::Unknown)
        };
        let complete = SecrecyClass::ALL.iter().all(classified);
        ensure(format!("secrecy_at_holder.{kind}"), complete, "every class except unknown has one section")?;
    }
    for basis in &file.basis {
        check(basis, &file.basis)?;
    }
    check_versions(&file.basis)?;
    Ok(LegalBases { bases: file.basis, at_recipient: file.secrecy_at_recipient, at_holder: file.secrecy_at_holder })
}

fn check(basis: &LegalBasis, all: &[LegalBasis]) -> Result<(), BasisError> {
    let place = format!("{} version {}", basis.code, basis.version);
    let code_shape = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    ensure(
        &place,
        !basis.code.is_empty() && basis.code.bytes().all(code_shape),
        "a code is written in capitals, digits and underscores",
    )?;
    ensure(&place, !blank(&basis.citation), "the citation is missing")?;
    worded(format!("{place}, title"), &basis.title)?;
    worded(format!("{place}, summary"), &basis.summary)?;
    worded(format!("{place}, who_decides"), &basis.who_decides)?;
    ensure(&place, basis.valid_to.is_none_or(|last| basis.valid_from <= last), "the last day comes before the first")?;
    check_directions(&place, &basis.directions)?;
    for required in &basis.requires_one_of {
        let known = *required != basis.code && all.iter().any(|other| other.code == *required);
        ensure(&place, known, "requires_one_of names a basis that does not exist, or itself")?;
    }
    ensure(&place, !basis.tests.is_empty(), "a basis without a test would let everything through")?;
    let mut ids = BTreeSet::new();
    for test in &basis.tests {
        ensure(&place, ids.insert(test.id.as_str()), "two tests have the same id")?;
        check_test(&format!("{place}, test {}", test.id), test)?;
    }
    check_gates(&place, basis)
}

fn check_directions(place: &str, directions: &[Direction]) -> Result<(), BasisError> {
    let mut pairs = BTreeSet::new();
    ensure(place, !directions.is_empty(), "there is no direction")?;
    for direction in directions {
        ensure(
            place,
            !direction.from.is_empty() && !direction.to.is_empty(),
            "a direction needs a holder and a recipient",
        )?;
        for from in &direction.from {
            for to in &direction.to {
                ensure(place, pairs.insert((*from, *to)), "a holder and recipient are listed twice")?;
                // OSL 10 kap. 14 §: a reservation exists toward private persons, and is how an authority releases to a private school.
                let toward_private = *to == AuthorityKind::PrivateSchool;
                ensure(
                    place,
                    direction.reservation == toward_private,
                    "a reservation exists toward a private school, and only there",
                )?;
            }
        }
    }
    Ok(())
}

fn check_test(place: &str, test: &Test) -> Result<(), BasisError> {
    let id_shape = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    ensure(
        place,
        !test.id.is_empty() && test.id.bytes().all(id_shape),
        "an id is written in lower case, digits and underscores",
    )?;
    let texts = [&test.question, &test.example_yes, &test.example_no, &test.if_fails];
    for (name, text) in ["question", "example_yes", "example_no", "if_fails"].iter().zip(texts) {
        worded(format!("{place}, {name}"), text)?;
    }
    ensure(
        place,
        test.question.sv.contains('?') && test.question.en.contains('?'),
        "a question ends in a question mark",
    )?;
    ensure(place, test.example_yes != test.example_no, "the examples of yes and no are the same")?;
    ensure(place, test.computed.is_none() || !test.reason_required, "the system gives no reasons")
}

/// What the row says as data and what its computed tests ask must agree, in both directions: otherwise a limit would be written
/// down and never tested, or a refusal would come without a word of why.
fn check_gates(place: &str, basis: &LegalBasis) -> Result<(), BasisError> {
    let gates = [
        (Computed::Age, basis.age.computed_limit().is_some()),
        (Computed::OnRequest, basis.on_request_only),
        (Computed::ContactDetailsOnly, basis.contact_details_only),
        (Computed::ExcludedSecrecy, !basis.excludes_sections.is_empty()),
        (Computed::AnotherBasis, !basis.requires_one_of.is_empty()),
    ];
    for (computed, wanted) in gates {
        let asked = basis.tests.iter().filter(|test| test.computed == Some(computed)).count();
        let place = format!("{place}, computed {computed}");
        ensure(
            place,
            asked == usize::from(wanted),
            "exactly one computed test belongs to each limit of the row, and none without a limit",
        )?;
    }
    Ok(())
}

/// Versions of one code are counted from 1 and follow each other day by day.
fn check_versions(all: &[LegalBasis]) -> Result<(), BasisError> {
    let mut by_code: BTreeMap<&str, BTreeMap<u32, &LegalBasis>> = BTreeMap::new();
    for basis in all {
        let earlier = by_code.entry(&basis.code).or_default().insert(basis.version, basis);
        ensure(&basis.code, earlier.is_none(), "the same version stands twice")?;
    }
    for (code, versions) in by_code {
        let counted = versions.keys().zip(1..).all(|(found, wanted)| *found == wanted);
        ensure(code, counted, "versions are counted 1, 2, 3")?;
        for (earlier, later) in versions.values().zip(versions.values().skip(1)) {
            let next_day = earlier.valid_to.and_then(time::Date::next_day);
            ensure(
                code,
                next_day == Some(later.valid_from),
                "a version begins on the day after the one before it ends",
            )?;
        }
    }
    Ok(())
}

fn worded(place: String, text: &Wording) -> Result<(), BasisError> {
    let sound = |text: &str| !blank(text) && text.trim() == text && !text.chars().any(char::is_control);
    ensure(&place, sound(&text.sv) && sound(&text.en), "a text is missing in one language, or has stray spaces")?;
    ensure(place, text.sv != text.en, "a text is the same in both languages")
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn ensure(place: impl Into<String>, holds: bool, fault: &'static str) -> Result<(), BasisError> {
    if holds { Ok(()) } else { Err(BasisError::Fault { place: place.into(), fault }) }
}
