//! Links to the pages before and after.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::i18n::Messages;
use crate::paging::Paging;

/// Links to the pages before and after. Nobody learns how many rows there are in all.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/pager.html")]
pub struct Pager {
    msg: Messages,
    page: u32,
    before: Option<String>,
    after: Option<String>,
}

impl HtmlSafe for Pager {}

impl Pager {
    /// `path` without a query, `kept` the filters in force as `name=value` pairs joined with `&`.
    #[must_use]
    pub fn new(msg: Messages, paging: Paging, has_more: bool, path: &str, kept: &str) -> Self {
        let page = paging.page();
        let kept = if kept.is_empty() { String::new() } else { format!("{kept}&") };
        let link = |number: u32| format!("{path}?{kept}page={number}");
        Self { msg, page, before: (page > 1).then(|| link(page - 1)), after: has_more.then(|| link(page + 1)) }
    }
}
