//! One thing on the home page that waits for the reader.

use askama::Template;
use askama::filters::HtmlSafe;

use super::block::Action;
use super::{Inline, Tone};

/// A card.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/card.html")]
pub struct Card {
    title: Inline,
    tag: Option<(Tone, String)>,
    lines: Vec<Inline>,
    actions: Vec<Action>,
}

impl HtmlSafe for Card {}

impl Card {
    /// A card; its title leads to the thing.
    pub fn new(title: impl Into<Inline>) -> Self {
        Self { title: title.into(), tag: None, lines: Vec::new(), actions: Vec::new() }
    }

    /// With a status.
    #[must_use]
    pub fn tag(mut self, tone: Tone, words: impl Into<String>) -> Self {
        self.tag = Some((tone, words.into()));
        self
    }

    /// With a line of text.
    #[must_use]
    pub fn line(mut self, line: impl Into<Inline>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// With something to do.
    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }
}
