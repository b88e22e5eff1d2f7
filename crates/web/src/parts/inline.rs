//! What stands in a cell, a list row or a line: text, a link, a status, a time, or the reason why there is nothing.

use askama::Template;
use askama::filters::HtmlSafe;
use time::Date;
use vocabulary::Timestamp;

use crate::i18n::Messages;
use crate::i18n::dates::iso_day;

/// How a status is set apart. The words carry the meaning; the colour only helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// In order, done.
    Good,
    /// Needs attention soon.
    Soon,
    /// Overdue, refused, lapsed.
    Late,
}

impl Tone {
    /// Name of the style.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "tag",
            Self::Good => "tag tag-good",
            Self::Soon => "tag tag-soon",
            Self::Late => "tag tag-late",
        }
    }
}

/// A piece of running content.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/inline.html")]
pub enum Inline {
    /// Text.
    Text(String),
    /// Text whose line breaks are kept.
    Lines(String),
    /// A link.
    Link {
        /// Where it leads. Never holds a number or a name of a person.
        href: String,
        /// Its words. They say what it leads to without the surroundings.
        text: String,
    },
    /// A status.
    Tag {
        /// How it is set apart.
        tone: Tone,
        /// Its words.
        text: String,
    },
    /// A day or an instant.
    Time {
        /// For machines.
        machine: String,
        /// For people.
        text: String,
    },
    /// Something that exists elsewhere and is not shown here, with the reason: "hos socialtjänsten; ej utlämnad".
    Withheld(String),
    /// Several, one after another.
    Many(Vec<Inline>),
}

impl HtmlSafe for Inline {}

impl Inline {
    /// A link.
    pub fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link { href: href.into(), text: text.into() }
    }

    /// A status.
    pub fn tag(tone: Tone, text: impl Into<String>) -> Self {
        Self::Tag { tone, text: text.into() }
    }

    /// A day.
    #[must_use]
    pub fn day(msg: Messages, day: Date) -> Self {
        Self::Time { machine: iso_day(day), text: msg.day(day) }
    }

    /// An instant, in Swedish time.
    #[must_use]
    pub fn instant(msg: Messages, at: Timestamp) -> Self {
        Self::Time { machine: at.rfc3339(), text: msg.instant(at) }
    }

    /// A day that views give as text (`2026-11-22`); anything else is shown as it is.
    #[must_use]
    pub fn day_text(msg: Messages, text: &str) -> Self {
        crate::i18n::dates::parse_day(text).map_or_else(|| Self::Text(text.to_owned()), |day| Self::day(msg, day))
    }
}

impl From<&str> for Inline {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Inline {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
