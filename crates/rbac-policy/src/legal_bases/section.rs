//! Sections of the Public Access to Information and Secrecy Act (OSL), written `chapter:section`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// One section of the OSL, for example `26:1` or `24:2a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Section {
    chapter: u8,
    number: u8,
    letter: Option<char>,
}

/// Sections of one chapter: `26:1-6`, `24:8`, or the single lettered section `24:2a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionRange {
    first: Section,
    last: u8,
}

/// The text is not `chapter:section`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a section is written chapter:section, for example 26:1, 24:2a or 26:1-6")]
pub struct SectionError;

impl SectionRange {
    /// Is the section in the range? `26:5a` lies in `26:1-6`, and `24:8a` in `24:8`: what is excluded is read widely.
    #[must_use]
    pub fn contains(&self, section: Section) -> bool {
        section.chapter == self.first.chapter
            && (self.first.number..=self.last).contains(&section.number)
            && (self.first.letter.is_none() || self.first.letter == section.letter)
    }
}

impl SectionRange {
    /// Whether the two have a section in common.
    #[must_use]
    pub fn meets(&self, other: Self) -> bool {
        let one_letter = match (self.first.letter, other.first.letter) {
            (Some(one), Some(another)) => one == another,
            _ => true,
        };
        one_letter
            && self.first.chapter == other.first.chapter
            && self.first.number <= other.last
            && other.first.number <= self.last
    }
}

impl FromStr for Section {
    type Err = SectionError;

    fn from_str(text: &str) -> Result<Self, SectionError> {
        let (chapter, number) = text.split_once(':').ok_or(SectionError)?;
        let letter = number.chars().last().filter(char::is_ascii_lowercase);
        let number = number.strip_suffix(|last: char| last.is_ascii_lowercase()).unwrap_or(number);
        Ok(Self { chapter: count(chapter)?, number: count(number)?, letter })
    }
}

impl FromStr for SectionRange {
    type Err = SectionError;

    fn from_str(text: &str) -> Result<Self, SectionError> {
        let Some((first, last)) = text.split_once('-') else {
            let first: Section = text.parse()?;
            return Ok(Self { first, last: first.number });
        };
        let first: Section = first.parse()?;
        let last = count(last)?;
        if first.letter.is_some() || last <= first.number {
            return Err(SectionError);
        }
        Ok(Self { first, last })
    }
}

/// A number from 1, without sign, zeros in front or spaces.
fn count(text: &str) -> Result<u8, SectionError> {
    if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SectionError);
    }
    text.parse().map_err(|_| SectionError)
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.chapter, self.number)?;
        self.letter.map_or(Ok(()), |letter| write!(f, "{letter}"))
    }
}

impl fmt::Display for SectionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        if self.last > self.first.number { write!(f, "-{}", self.last) } else { Ok(()) }
    }
}

impl<'de> Deserialize<'de> for Section {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for SectionRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lettered_section_lies_in_the_range_of_its_number() {
        let range: SectionRange = "26:1-6".parse().unwrap();
        for inside in ["26:1", "26:5a", "26:6"] {
            assert!(range.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["26:7", "25:1", "35:1"] {
            assert!(!range.contains(outside.parse().unwrap()), "{outside}");
        }
        let single: SectionRange = "24:2a".parse().unwrap();
        assert!(single.contains("24:2a".parse().unwrap()) && !single.contains("24:2".parse().unwrap()));
    }

    #[test]
    fn anything_else_is_not_a_section() {
        for text in ["", "26", "26:", ":1", "26:0", "026:1", "26:1 ", "26:+1", "26:999", "26:A", "26:1-6"] {
            assert!(text.parse::<Section>().is_err(), "{text}");
        }
        for text in ["26:6-1", "26:1a-3", "26:1-", "26:1-6-7"] {
            assert!(text.parse::<SectionRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_printed_reads_back() {
        for text in ["26:1", "24:2a", "26:1-6"] {
            assert_eq!(text.parse::<SectionRange>().unwrap().to_string(), text);
        }
    }
}
