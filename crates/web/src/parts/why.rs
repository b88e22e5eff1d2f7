//! "Varför ser jag detta?": the rule and the law that let this be shown, and the purpose that was recorded.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::i18n::Messages;

/// The panel.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/why.html")]
pub struct Why {
    msg: Messages,
    rules: Vec<(String, String)>,
    purpose: Option<String>,
    entry: Option<String>,
}

impl HtmlSafe for Why {}

impl Why {
    /// An empty panel.
    #[must_use]
    pub const fn new(msg: Messages) -> Self {
        Self { msg, rules: Vec::new(), purpose: None, entry: None }
    }

    /// A rule in words, and the law behind it.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<String>, law: impl Into<String>) -> Self {
        self.rules.push((rule.into(), law.into()));
        self
    }

    /// The purpose that was recorded.
    #[must_use]
    pub fn purpose(mut self, purpose: vocabulary::Purpose) -> Self {
        self.purpose = Some(self.msg.of("purpose", purpose.code()));
        self
    }

    /// The log entry.
    #[must_use]
    pub fn entry(mut self, entry: vocabulary::EntryId) -> Self {
        self.entry = Some(entry.to_string());
        self
    }
}
