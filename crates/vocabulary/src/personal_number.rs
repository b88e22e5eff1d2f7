//! Personnummer and samordningsnummer: parsed strictly, shown nowhere by accident.
//!
//! Form `YYMMDD-NNNC` or twelve digits; check digit by Luhn over `YYMMDDNNN` (weights 2, 1, 2, ...). `+` replaces `-` from the year in which the
//! person turns 100. The date part can differ from the true birth date, so the birth date is a field of its own.

use time::{Date, Month};
use zeroize::Zeroizing;

/// Why a number was refused. The number itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not ten or twelve digits with an optional separator.
    #[error("write the number as YYYYMMDD-NNNN or YYMMDD-NNNN")]
    Form,
    /// The day does not exist, or lies in the future.
    #[error("the date in the number does not exist or lies in the future")]
    Date,
    /// The last digit is wrong.
    #[error("the check digit is wrong: look for a mistyped digit")]
    CheckDigit,
}

/// A personnummer, canonical twelve digits.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalNumber(Zeroizing<String>);

/// A samordningsnummer, canonical twelve digits (day plus 60).
#[derive(Clone, PartialEq, Eq)]
pub struct CoordinationNumber(Zeroizing<String>);

/// Either kind of number.
#[derive(Clone, PartialEq, Eq)]
pub enum IdentityNumber {
    /// Personnummer.
    Personal(PersonalNumber),
    /// Samordningsnummer.
    Coordination(CoordinationNumber),
}

impl PersonalNumber {
    /// Parses and checks a personnummer.
    ///
    /// # Errors
    /// [`NumberError`] names what is wrong.
    pub fn parse(text: &str, today: Date) -> Result<Self, NumberError> {
        match IdentityNumber::parse(text, today)? {
            IdentityNumber::Personal(number) => Ok(number),
            IdentityNumber::Coordination(_) => Err(NumberError::Date),
        }
    }
}

impl IdentityNumber {
    /// Parses and checks a personnummer or samordningsnummer.
    ///
    /// # Errors
    /// [`NumberError`] names what is wrong.
    pub fn parse(text: &str, today: Date) -> Result<Self, NumberError> {
        let text = text.trim();
        let mut digits = Zeroizing::new(String::with_capacity(12));
        let mut separator = None;
        for c in text.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '-' | '+' if separator.is_none() => separator = Some((c, digits.len())),
                _ => return Err(NumberError::Form),
            }
        }
        let plus = match (separator, digits.len()) {
            (None, 10 | 12) | (Some(('-', 6)), 10) | (Some(('-', 8)), 12) => false,
            (Some(('+', 6)), 10) => true,
            _ => return Err(NumberError::Form),
        };
        let full = if digits.len() == 12 { digits } else { with_century(&digits, plus, today)? };
        Self::from_canonical(full, today)
    }

    fn from_canonical(full: Zeroizing<String>, today: Date) -> Result<Self, NumberError> {
        let year: i32 = part(&full, 0, 4)?;
        let month: u8 = part(&full, 4, 6)?;
        let day: u8 = part(&full, 6, 8)?;
        let coordination = day > 60;
        let date = calendar(year, month, if coordination { day - 60 } else { day })?;
        if date > today || year < 1850 {
            return Err(NumberError::Date);
        }
        if !luhn(full.get(2..).unwrap_or_default()) {
            return Err(NumberError::CheckDigit);
        }
        Ok(if coordination {
            Self::Coordination(CoordinationNumber(full))
        } else {
            Self::Personal(PersonalNumber(full))
        })
    }

    /// The canonical twelve digits: sealed or indexed, never logged.
    #[must_use]
    pub fn canonical(&self) -> &str {
        match self {
            Self::Personal(number) => &number.0,
            Self::Coordination(number) => &number.0,
        }
    }

    /// The date that the number carries; not always the true birth date.
    #[must_use]
    pub fn date_part(&self) -> Option<Date> {
        let full = self.canonical();
        let day: u8 = part(full, 6, 8).ok()?;
        calendar(part(full, 0, 4).ok()?, part(full, 4, 6).ok()?, if day > 60 { day - 60 } else { day }).ok()
    }

    /// The form that people read: `YYYYMMDD-NNNN`.
    #[must_use]
    pub fn display(&self) -> Zeroizing<String> {
        let full = self.canonical();
        Zeroizing::new(format!("{}-{}", full.get(..8).unwrap_or_default(), full.get(8..).unwrap_or_default()))
    }
}

/// The personal types say nothing when printed.
macro_rules! sealed_debug {
    ($($name:ty),+) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { f.write_str("[sealed]") }
        }
    )+};
}
sealed_debug!(PersonalNumber, CoordinationNumber, IdentityNumber);

/// The check digit for nine digits `YYMMDDNNN`; `None` when they are not nine digits.
#[must_use]
pub fn check_digit(nine: &str) -> Option<u8> {
    if nine.len() != 9 {
        return None;
    }
    let mut sum = 0;
    for (i, c) in nine.chars().enumerate() {
        let product = c.to_digit(10)? * if i % 2 == 0 { 2 } else { 1 };
        sum += product / 10 + product % 10;
    }
    u8::try_from((10 - sum % 10) % 10).ok()
}

/// Whether an organisation number `NNNNNN-NNNN` has a third digit of at least 2 and a right check digit.
#[must_use]
pub fn is_organisation_number(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let separated = text.len() == 10 || (text.len() == 11 && text.as_bytes().get(6) == Some(&b'-'));
    separated && digits.len() == 10 && digits.chars().nth(2).is_some_and(|c| ('2'..='9').contains(&c)) && luhn(&digits)
}

fn luhn(ten: &str) -> bool {
    let (nine, last) = ten.split_at_checked(9).unwrap_or_default();
    last.len() == 1 && check_digit(nine).is_some_and(|digit| last.parse() == Ok(digit))
}

fn part<T: core::str::FromStr>(text: &str, from: usize, to: usize) -> Result<T, NumberError> {
    text.get(from..to).and_then(|digits| digits.parse().ok()).ok_or(NumberError::Form)
}

fn calendar(year: i32, month: u8, day: u8) -> Result<Date, NumberError> {
    let month = Month::try_from(month).map_err(|_| NumberError::Date)?;
    Date::from_calendar_date(year, month, day).map_err(|_| NumberError::Date)
}

/// Without `+` the latest century that is not in the future; with `+` one century earlier.
fn with_century(ten: &str, plus: bool, today: Date) -> Result<Zeroizing<String>, NumberError> {
    let short: i32 = part(ten, 0, 2)?;
    let mut year = today.year() / 100 * 100 + short;
    if year > today.year() {
        year -= 100;
    }
    if plus {
        year -= 100;
    }
    Ok(Zeroizing::new(format!("{year:04}{}", ten.get(2..).unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 23);

    #[test]
    fn the_known_example_has_check_digit_six() {
        assert_eq!(check_digit("811218987"), Some(6));
        let number = IdentityNumber::parse("811218-9876", TODAY).unwrap();
        assert_eq!(number.canonical(), "198112189876");
        assert_eq!(IdentityNumber::parse("198112189876", TODAY).unwrap(), number);
        assert_eq!(format!("{number:?}"), "[sealed]");
    }

    #[test]
    fn wrong_numbers_say_what_is_wrong() {
        assert_eq!(IdentityNumber::parse("811218-9875", TODAY), Err(NumberError::CheckDigit));
        assert_eq!(IdentityNumber::parse("811318-9876", TODAY), Err(NumberError::Date));
        assert_eq!(IdentityNumber::parse("8112-189876", TODAY), Err(NumberError::Form));
        assert_eq!(IdentityNumber::parse("81121898٣6", TODAY), Err(NumberError::Form));
    }

    #[test]
    fn plus_means_a_hundred_years_or_more() {
        assert_eq!(IdentityNumber::parse("121212+1212", TODAY).unwrap().canonical(), "191212121212");
    }

    #[test]
    fn a_coordination_number_adds_sixty_to_the_day() {
        let nine = "070164980";
        let ten = format!("{nine}{}", check_digit(nine).unwrap());
        let number = IdentityNumber::parse(&ten, TODAY).unwrap();
        assert!(matches!(number, IdentityNumber::Coordination(_)));
        assert_eq!(number.date_part(), Some(date!(2007 - 01 - 04)));
        assert!(PersonalNumber::parse(&ten, TODAY).is_err());
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC*") { let _ = IdentityNumber::parse(&text, TODAY); }

        #[test]
        fn one_mistyped_digit_is_always_found(day in 1u8..29, month in 1u8..13, year in 1950i32..2020, serial in 980u16..1000, at in 0usize..12, by in 1u8..10) {
            let nine = format!("{:02}{month:02}{day:02}{serial}", year % 100);
            let full = format!("{:02}{nine}{}", year / 100, check_digit(&nine).unwrap());
            prop_assert!(IdentityNumber::parse(&full, TODAY).is_ok());
            prop_assume!(at >= 2);
            let mut bytes = full.into_bytes();
            bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
            let wrong = String::from_utf8(bytes).unwrap();
            prop_assert!(IdentityNumber::parse(&wrong, TODAY).is_err());
        }
    }
}
