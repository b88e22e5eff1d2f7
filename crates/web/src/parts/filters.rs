//! The filters of a list, only those that the law allows (SoLPuF 15 §: assignee, unit, status, dates and clocks, own task), with chips to remove them.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::form::Choice;
use crate::i18n::Messages;

/// Filters over a list. Sent with GET; no free text, so no name or number can come into an address.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/filters.html")]
pub struct Filters {
    msg: Messages,
    path: String,
    choices: Vec<Filter>,
}

/// One filter: a closed list.
#[derive(Clone, Debug)]
struct Filter {
    name: &'static str,
    label: String,
    choices: Vec<Choice>,
    chosen: Option<String>,
}

impl HtmlSafe for Filters {}

impl Filters {
    /// Filters of the list at a path.
    pub fn new(msg: Messages, path: impl Into<String>) -> Self {
        Self { msg, path: path.into(), choices: Vec::new() }
    }

    /// Adds a filter. A chosen value that is not in the list counts as none.
    #[must_use]
    pub fn by(
        mut self,
        name: &'static str,
        label: impl Into<String>,
        choices: Vec<Choice>,
        chosen: Option<&str>,
    ) -> Self {
        let chosen = chosen.filter(|value| choices.iter().any(|choice| choice.value == *value)).map(str::to_owned);
        self.choices.push(Filter { name, label: label.into(), choices, chosen });
        self
    }

    /// The filters in force, as `name=value` pairs for [`super::Pager`].
    #[must_use]
    pub fn kept(&self) -> String {
        self.query(None)
    }

    fn query(&self, without: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for filter in self.choices.iter().filter(|filter| Some(filter.name) != without) {
            if let Some(chosen) = &filter.chosen {
                query.append_pair(filter.name, chosen);
            }
        }
        query.finish()
    }

    /// Chips: label, chosen words, address without it.
    fn chips(&self) -> Vec<(&str, &str, String)> {
        let chosen = self.choices.iter().filter_map(|filter| {
            let chosen = filter.chosen.as_ref()?;
            let words = filter.choices.iter().find(|choice| choice.value == *chosen)?;
            let query = self.query(Some(filter.name));
            let href = if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) };
            Some((filter.label.as_str(), words.label.as_str(), href))
        });
        chosen.collect()
    }
}
