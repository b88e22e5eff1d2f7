//! A table. The first column names the row and leads to it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Inline;

/// Rows under a caption.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/table.html")]
pub struct Table {
    caption: String,
    caption_hidden: bool,
    columns: Vec<Column>,
    rows: Vec<Vec<Inline>>,
    empty: String,
}

#[derive(Clone, Debug)]
struct Column {
    label: String,
    numeric: bool,
}

impl HtmlSafe for Table {}

impl Table {
    /// A table; `empty` is what is said when there are no rows.
    pub fn new(caption: impl Into<String>, empty: impl Into<String>) -> Self {
        Self {
            caption: caption.into(),
            caption_hidden: false,
            columns: Vec::new(),
            rows: Vec::new(),
            empty: empty.into(),
        }
    }

    /// The caption is only for screen readers, because a heading just above says the same.
    #[must_use]
    pub const fn quiet(mut self) -> Self {
        self.caption_hidden = true;
        self
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, label: impl Into<String>) -> Self {
        self.columns.push(Column { label: label.into(), numeric: false });
        self
    }

    /// Adds a column of numbers.
    #[must_use]
    pub fn numbers(mut self, label: impl Into<String>) -> Self {
        self.columns.push(Column { label: label.into(), numeric: true });
        self
    }

    /// Adds a row, one cell per column.
    #[must_use]
    pub fn row(mut self, cells: impl IntoIterator<Item = Inline>) -> Self {
        self.rows.push(cells.into_iter().collect());
        self
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn numeric(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|column| column.numeric)
    }
}
