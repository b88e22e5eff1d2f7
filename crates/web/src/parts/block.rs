//! A page's content as a list of blocks under headings.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{BarChart, Card, ClockChart, SummaryList, Table, Timeline, Why};
use crate::form::Form;

/// Something that stands by itself.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/block.html")]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A text whose line breaks are kept, such as a note's paragraph.
    Quote(String),
    /// A notice that is part of the page: heading and text.
    Notice(String, String),
    /// A list of points.
    Points(Vec<String>),
    /// Terms and values.
    Summary(SummaryList),
    /// A table.
    Table(Table),
    /// Events.
    Timeline(Timeline),
    /// Bars.
    Bars(BarChart),
    /// Clocks.
    Clocks(ClockChart),
    /// Things that wait.
    Cards(Vec<Card>),
    /// A form. More than one on a page only where each is a single button.
    Form(Box<Form>),
    /// Things to do.
    Actions(Vec<Action>),
    /// Why this is shown.
    Why(Why),
}

impl HtmlSafe for Block {}

/// A link that starts something.
#[derive(Clone, Debug)]
pub struct Action {
    /// Where it leads. Following it changes nothing; the form there does.
    pub href: String,
    /// Its words.
    pub words: String,
    /// The one most wanted on the page.
    pub primary: bool,
}

impl Action {
    /// The one most wanted.
    pub fn primary(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self { href: href.into(), words: words.into(), primary: true }
    }

    /// Another one.
    pub fn other(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self { href: href.into(), words: words.into(), primary: false }
    }
}

/// Blocks under a heading.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/section.html")]
pub struct Section {
    id: String,
    heading: Option<String>,
    blocks: Vec<Block>,
}

impl HtmlSafe for Section {}

impl Section {
    /// A section under a heading. The id is for links within the page and must be unique on it.
    pub fn new(id: impl Into<String>, heading: impl Into<String>) -> Self {
        Self { id: id.into(), heading: Some(heading.into()), blocks: Vec::new() }
    }

    /// Blocks that need no heading of their own.
    #[must_use]
    pub const fn plain() -> Self {
        Self { id: String::new(), heading: None, blocks: Vec::new() }
    }

    /// Adds a block.
    #[must_use]
    pub fn block(mut self, block: impl Into<Block>) -> Self {
        self.blocks.push(block.into());
        self
    }
}

macro_rules! blocks {
    ($($variant:ident: $from:ty),+ $(,)?) => {$(
        impl From<$from> for Block {
            fn from(part: $from) -> Self { Self::$variant(part) }
        }
    )+};
}

blocks! { Text: String, Summary: SummaryList, Table: Table, Timeline: Timeline, Bars: BarChart, Clocks: ClockChart, Cards: Vec<Card>, Actions: Vec<Action>, Why: Why }

impl From<&str> for Block {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Form> for Block {
    fn from(form: Form) -> Self {
        Self::Form(Box::new(form))
    }
}
