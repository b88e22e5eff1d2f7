//! What is known of one thing: term and value, with a link to change it where one may.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Inline;

/// Terms with their values.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/summary_list.html")]
pub struct SummaryList {
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    term: String,
    value: Inline,
    change: Option<(String, String)>,
}

impl HtmlSafe for SummaryList {}

impl SummaryList {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a term with its value.
    #[must_use]
    pub fn row(mut self, term: impl Into<String>, value: impl Into<Inline>) -> Self {
        self.rows.push(Row { term: term.into(), value: value.into(), change: None });
        self
    }

    /// Adds a term when there is a value.
    #[must_use]
    pub fn maybe(self, term: impl Into<String>, value: Option<impl Into<Inline>>) -> Self {
        match value {
            Some(value) => self.row(term, value),
            None => self,
        }
    }

    /// Puts a link beside the last row. The words say what is changed.
    #[must_use]
    pub fn change(mut self, href: impl Into<String>, words: impl Into<String>) -> Self {
        if let Some(row) = self.rows.last_mut() {
            row.change = Some((href.into(), words.into()));
        }
        self
    }
}
