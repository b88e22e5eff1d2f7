//! Tabs: links to the parts of a record, each a page of its own, so that each opening is an access of its own.

use askama::Template;
use askama::filters::HtmlSafe;

/// Links to the parts of a record.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/tabs.html")]
pub struct Tabs {
    label: String,
    tabs: Vec<Tab>,
}

#[derive(Clone, Debug)]
struct Tab {
    href: String,
    text: String,
    current: bool,
}

impl HtmlSafe for Tabs {}

impl Tabs {
    /// Tabs under a name for screen readers.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), tabs: Vec::new() }
    }

    /// Adds a tab.
    #[must_use]
    pub fn tab(mut self, href: impl Into<String>, text: impl Into<String>, current: bool) -> Self {
        self.tabs.push(Tab { href: href.into(), text: text.into(), current });
        self
    }
}
