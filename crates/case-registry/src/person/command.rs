//! What the registration of a person must hold, and the one form of a number in which it is looked up.

use time::Date;
use vocabulary::{IdentityNumber, NumberError};
use zeroize::Zeroizing;

use super::{IdentityKind, IdentityLevel, LONGEST_NAME, LONGEST_NUMBER, RegisterPerson};
use crate::{Check, RegistryError};

/// Every field error at once; the canonical number when there is one.
pub(super) fn check(command: &RegisterPerson, today: Date) -> Result<Option<Zeroizing<String>>, RegistryError> {
    let mut check = Check::new();
    let named = command.identity_kind != IdentityKind::Unknown;
    for (field, name) in [("givenName", &command.given_name), ("familyName", &command.family_name)] {
        if named {
            check.text(field, name, LONGEST_NAME);
        } else {
            check.optional_text(field, name, LONGEST_NAME);
        }
    }
    if let Some(born) = command.birth_date {
        check.require(born <= today, "birthDate", "in-the-future");
        check.require(born.year() > 1900, "birthDate", "too-long-ago");
    }
    // The number tells that there is a birth date, and does not always tell which.
    let numbered = command.identity_kind == IdentityKind::PersonalNumber;
    check.require(!numbered || command.birth_date.is_some(), "birthDate", "required");
    let canonical =
        canonical_number(&mut check, command.identity_kind, &command.identity_value, &command.identity_issuer, today);
    level(&mut check, command.identity_kind, command.identity_level);
    check.done()?;
    Ok(canonical)
}

/// With a samordningsnummer it is said how well the identity is known; with nothing else.
pub(super) fn level(check: &mut Check, kind: IdentityKind, level: Option<IdentityLevel>) {
    if kind == IdentityKind::CoordinationNumber {
        check.require(level.is_some(), "identityLevel", "required");
    } else {
        check.require(level.is_none(), "identityLevel", "only-with-coordination-number");
    }
}

/// The number as it is kept with the identity: the canonical one, or a local one as typed.
pub(super) fn written(kind: IdentityKind, typed: &str, canonical: Option<&String>) -> Option<String> {
    match kind {
        IdentityKind::LocalNumber => Some(typed.trim().to_owned()),
        _ => canonical.cloned(),
    }
}

/// The number in the one form in which it is looked up; every field error at once.
pub(crate) fn canonical_number(
    check: &mut Check,
    kind: IdentityKind,
    value: &str,
    issuer: &str,
    today: Date,
) -> Option<Zeroizing<String>> {
    let mut canonical = None;
    match kind {
        IdentityKind::PersonalNumber | IdentityKind::CoordinationNumber => match IdentityNumber::parse(value, today) {
            Ok(number) => {
                let personal = matches!(number, IdentityNumber::Personal(_));
                check.require(
                    personal == (kind == IdentityKind::PersonalNumber),
                    "identityValue",
                    "other-kind-of-number",
                );
                canonical = Some(Zeroizing::new(number.canonical().to_owned()));
            }
            Err(error) => check.fail("identityValue", code_of(error)),
        },
        IdentityKind::LocalNumber => {
            check.text("identityValue", value, LONGEST_NUMBER);
            check.text("identityIssuer", issuer, LONGEST_NAME);
            canonical = Some(Zeroizing::new(format!("{}|{}", issuer.trim(), value.trim())));
        }
        IdentityKind::Unknown => {
            check.require(value.trim().is_empty(), "identityValue", "not-with-unknown-identity");
        }
    }
    canonical
}

const fn code_of(error: NumberError) -> &'static str {
    match error {
        NumberError::Form => "number-form",
        NumberError::Date => "number-date",
        NumberError::CheckDigit => "check-digit",
    }
}

/// What is wrong with a personnummer or samordningsnummer, as the code of a field error; none when it is sound.
#[must_use]
pub fn number_fault(value: &str, today: Date) -> Option<&'static str> {
    IdentityNumber::parse(value, today).err().map(code_of)
}
