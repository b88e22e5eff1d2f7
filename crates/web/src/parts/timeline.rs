//! What happened, in order.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Inline;

/// Events in the order they are shown.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/timeline.html")]
pub struct Timeline {
    events: Vec<Event>,
}

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    when: Inline,
    what: Inline,
    who: Option<String>,
    detail: Option<Inline>,
}

impl HtmlSafe for Timeline {}

impl Timeline {
    /// No events yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an event.
    #[must_use]
    pub fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }
}

impl Event {
    /// What happened when.
    pub fn new(when: Inline, what: impl Into<Inline>) -> Self {
        Self { when, what: what.into(), who: None, detail: None }
    }

    /// Who did it.
    #[must_use]
    pub fn by(mut self, who: impl Into<String>) -> Self {
        self.who = Some(who.into());
        self
    }

    /// More of it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Inline>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
