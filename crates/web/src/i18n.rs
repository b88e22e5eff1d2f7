//! Every word that a person reads, in Swedish and English, as typed methods.
//!
//! `locales/{sv,en}/*.ftl` (Fluent, one file per noun) become one method per message when the crate is built: `msg.measure_due_on(date)`. A missing id is
//! a compile error here and in the templates; a difference between the languages stops the build. Codes of closed lists are looked up with [`Messages::of`].

use core::fmt::Display;

use vocabulary::Language;

pub mod dates;

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// The messages in one language. Copy it freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Messages {
    language: Language,
}

/// A message with its variables filled from a list.
type Filled = fn(Messages, &[(&str, String)]) -> String;

/// A whole number that chooses between singular and plural.
pub trait Count {
    /// The number.
    fn count(&self) -> i64;
}

macro_rules! counts {
    ($($number:ty),+) => {$(
        impl Count for $number {
            fn count(&self) -> i64 { i64::try_from(*self).unwrap_or(i64::MAX) }
        }
    )+};
}

counts!(i64, u64, usize, i32, u32, u16, u8);

impl<T: Count + ?Sized> Count for &T {
    fn count(&self) -> i64 {
        (**self).count()
    }
}

impl Messages {
    /// The messages in a language.
    #[must_use]
    pub const fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language.
    #[must_use]
    pub const fn language(self) -> Language {
        self.language
    }

    /// The language tag, for `lang` attributes and `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        self.language.code()
    }

    const fn choose(self, swedish: &'static str, english: &'static str) -> &'static str {
        match self.language {
            Language::Swedish => swedish,
            Language::English => english,
        }
    }

    /// The words for a code of a closed list: `of("measure-status", "not_executed")` is the message `measure-status-not-executed`.
    /// A code without a message gives the general words for an unknown value; a test sees to it that no code is without.
    #[must_use]
    pub fn of(self, prefix: &str, code: &str) -> String {
        self.find(prefix, code).unwrap_or_else(|| self.unknown_value()).to_owned()
    }

    /// The words for a code of a closed list, if there are any.
    #[must_use]
    pub fn find(self, prefix: &str, code: &str) -> Option<&'static str> {
        let id = message_id(prefix, code);
        let row = PLAIN.binary_search_by(|(known, _)| (*known).cmp(id.as_str())).ok()?;
        PLAIN.get(row).map(|(_, [swedish, english])| self.choose(swedish, english))
    }

    /// The words for a code whose message may have variables; variables that are not in the list stay empty (text) or zero (numbers).
    #[must_use]
    pub fn fill(self, prefix: &str, code: &str, args: &[(&str, String)]) -> Option<String> {
        if let Some(plain) = self.find(prefix, code) {
            return Some(plain.to_owned());
        }
        let id = message_id(prefix, code);
        let row = FILLED.binary_search_by(|(known, _)| (*known).cmp(id.as_str())).ok()?;
        FILLED.get(row).map(|(_, filled)| filled(self, args))
    }

    /// A whole number with the language's thousands separator: `12 345` (no-break space) or `12,345`.
    #[must_use]
    pub fn number(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let mut text = String::with_capacity(digits.len() + 8);
        if number < 0 {
            text.push('\u{2212}');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(match self.language {
                    Language::Swedish => '\u{a0}',
                    Language::English => ',',
                });
            }
            text.push(digit);
        }
        text
    }
}

/// `("action", "case.read")` is the id `action-case-read`.
fn message_id(prefix: &str, code: &str) -> String {
    let mut id = String::with_capacity(prefix.len() + code.len() + 1);
    id.push_str(prefix);
    id.push('-');
    id.extend(code.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }));
    id
}

fn text(args: &[(&str, String)], name: &str) -> String {
    args.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn count(args: &[(&str, String)], name: &str) -> i64 {
    text(args, name).parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SV: Messages = Messages::new(Language::Swedish);
    const EN: Messages = Messages::new(Language::English);

    #[test]
    fn tables_are_sorted_so_that_codes_are_found() {
        assert!(PLAIN.is_sorted_by_key(|(id, _)| *id));
        assert!(FILLED.is_sorted_by_key(|(id, _)| *id));
    }

    #[test]
    fn one_thing_and_many_things_read_right() {
        assert_eq!(SV.rows_shown(1), "1 rad");
        assert_eq!(SV.rows_shown(12_345), "12\u{a0}345 rader");
        assert_eq!(EN.rows_shown(1), "1 row");
        assert_eq!(EN.rows_shown(2usize), "2 rows");
    }

    #[test]
    fn a_code_is_found_in_any_spelling() {
        assert_eq!(SV.of("action", "case.read"), SV.of("action", "CASE_READ"));
        assert_ne!(SV.of("action", "case.read"), SV.unknown_value());
        assert_eq!(EN.of("action", "no.such"), EN.unknown_value());
    }

    #[test]
    fn no_message_is_empty_or_says_that_anything_is_shared() {
        for (id, [swedish, english]) in PLAIN {
            assert!(!swedish.trim().is_empty() && !english.trim().is_empty(), "{id}");
            let words = swedish.to_lowercase();
            for word in words.split(|c: char| !c.is_alphabetic()) {
                assert!(
                    !matches!(word, "dela" | "delar" | "delas" | "delat" | "delad" | "delade" | "delning"),
                    "{id}: nothing is shared, things are released"
                );
            }
        }
    }
}
