//! What the registration of a person must hold, and the one form of a number in which it is looked up.

use time::Date;
use vocabulary::{IdentityNumber, NumberError};
use zeroize::Zeroizing;

use super::{IdentityKind, LONGEST_NAME, LONGEST_NUMBER, RegisterPerson};
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
    let canonical =
        canonical_number(&mut check, command.identity_kind, &command.identity_value, &command.identity_issuer, today);
    check.done()?;
    Ok(canonical)
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
            Err(NumberError::Form) => check.fail("identityValue", "number-form"),
            Err(NumberError::Date) => check.fail("identityValue", "number-date"),
            Err(NumberError::CheckDigit) => check.fail("identityValue", "check-digit"),
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
