//! "Varför ser jag detta?": the rule and the law that let this be shown, and the purpose that was recorded.

use askama::Template;
use askama::filters::HtmlSafe;

use case_registry::decided::Decision;

use crate::i18n::Messages;

/// The panel.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/why.html")]
pub struct Why {
    msg: Messages,
    told: Vec<Told>,
    is_empty_page: bool,
    rules: Vec<(String, String)>,
    purpose: Option<String>,
    entry: Option<String>,
}

/// One decision in words.
#[derive(Clone, Debug)]
struct Told {
    action: String,
    /// Words for a rule, where the program has some; its id always.
    rules: Vec<(Option<String>, String)>,
    law: String,
    purpose: String,
    obligations: Vec<String>,
    entry: Option<String>,
}

impl HtmlSafe for Why {}

impl Why {
    /// An empty panel.
    #[must_use]
    pub const fn new(msg: Messages) -> Self {
        Self { msg, told: Vec::new(), is_empty_page: false, rules: Vec::new(), purpose: None, entry: None }
    }

    /// Everything that was decided for a page: what was done, by which rule and law, for what purpose, with which obligations, and where it stands in the log.
    /// A page for which nothing was decided shows nothing of any record, and says so.
    #[must_use]
    pub fn decided(mut self, decisions: &[Decision]) -> Self {
        let msg = self.msg;
        self.is_empty_page = decisions.is_empty();
        self.told = decisions
            .iter()
            .map(|decision| Told {
                action: msg.of("action", decision.action.code()),
                rules: decision
                    .rules
                    .iter()
                    .map(|rule| (msg.find("rule", rule).map(str::to_owned), rule.clone()))
                    .collect(),
                law: decision.law.join("; "),
                purpose: msg.of("purpose", decision.purpose.code()),
                obligations: decision.obligations.iter().map(|duty| msg.of("obligation", duty.code())).collect(),
                entry: decision.entry.map(|entry| entry.to_string()),
            })
            .collect();
        self
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
