//! Where one is in a task of several pages.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::i18n::Messages;

/// The steps of a task.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/steps.html")]
pub struct Steps {
    msg: Messages,
    names: Vec<String>,
    now: usize,
}

impl HtmlSafe for Steps {}

impl Steps {
    /// The steps and which one this is, counted from 1.
    #[must_use]
    pub fn new(msg: Messages, names: &[&str], now: usize) -> Self {
        Self { msg, names: names.iter().map(|name| (*name).to_owned()).collect(), now }
    }
}
