//! The editor for notes: paragraphs, each with its own secrecy class and third-party mark, because each can be released or withheld by itself. Works
//! without script: empty paragraphs stand ready, and a button asks for more.

use serde_json::{Value, json};
use vocabulary::SecrecyClass;

use super::FormData;
use super::choice::{Choice, element_id};
use crate::i18n::Messages;

/// The button that asks for more paragraphs.
pub const MORE: &str = "_more";
/// How many stand ready.
const READY: usize = 3;
/// How many a note can have.
pub const MOST: usize = 50;

/// The paragraphs of a note in the making.
#[derive(Clone, Debug)]
pub struct ParagraphEditor {
    pub(super) msg: Messages,
    pub(super) rows: Vec<Row>,
    classes: Vec<Choice>,
}

/// One paragraph.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) text: String,
    pub(super) class: String,
    pub(super) third_party: bool,
    pub(super) error: Option<String>,
}

impl ParagraphEditor {
    /// An editor with empty paragraphs.
    #[must_use]
    pub fn new(msg: Messages) -> Self {
        let codes = SecrecyClass::ALL
            .iter()
            .filter(|class| !matches!(class, SecrecyClass::Unknown | SecrecyClass::ThirdParty))
            .map(|class| class.code());
        let mut editor = Self { msg, rows: Vec::new(), classes: Choice::codes(msg, "secrecy-class", codes) };
        editor.make_room();
        editor
    }

    /// With a paragraph to begin with.
    #[must_use]
    pub fn with(mut self, text: impl Into<String>, class: SecrecyClass, third_party: bool) -> Self {
        let row = Row { text: text.into(), class: class.code().to_owned(), third_party, error: None };
        match self.rows.iter_mut().find(|row| row.text.is_empty()) {
            Some(empty) => *empty = row,
            None => self.rows.push(row),
        }
        self
    }

    fn make_room(&mut self) {
        let written = self.rows.iter().filter(|row| !row.text.trim().is_empty()).count();
        let wanted = (written + READY).min(MOST);
        if self.rows.len() < wanted {
            self.rows.resize_with(wanted, || Row { class: SecrecyClass::Standard.code().to_owned(), ..Row::default() });
        }
    }

    pub(super) fn take(&mut self, name: &str, data: &FormData) {
        self.rows.clear();
        for number in 0..MOST {
            let Some(text) = data.one(&format!("{name}[{number}].text")) else { break };
            self.rows.push(Row {
                text: text.replace("\r\n", "\n"),
                class: data.one(&format!("{name}[{number}].class")).unwrap_or_default().to_owned(),
                third_party: data.has(&format!("{name}[{number}].thirdParty")),
                error: None,
            });
        }
        // Written paragraphs first, so that their numbers are those of the command.
        self.rows.sort_by_key(|row| row.text.trim().is_empty());
        if data.has(MORE) || self.rows.is_empty() {
            self.make_room();
        }
    }

    /// The written paragraphs as the command wants them: `{text, class, thirdParty}`.
    pub(super) fn value(&self) -> Vec<Value> {
        let written = self.rows.iter().filter(|row| !row.text.trim().is_empty());
        written
            .map(|row| json!({ "text": row.text.trim(), "class": row.class, "thirdParty": row.third_party }))
            .collect()
    }

    pub(super) fn fail(&mut self, name: &str, field: &str, words: &str) {
        let number = field
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('['))
            .and_then(|rest| rest.split(']').next())
            .and_then(|n| n.parse::<usize>().ok());
        if let Some(row) = number.and_then(|number| self.rows.get_mut(number)) {
            row.error.get_or_insert_with(|| words.to_owned());
        }
    }

    pub(super) fn first_id(&self, name: &str) -> String {
        let number = self.rows.iter().position(|row| row.error.is_some()).unwrap_or(0);
        element_id(&format!("{name}[{number}].text"))
    }

    /// Numbered from 1 for the reader, with the element's id and the stem of its names.
    pub(super) fn shown<'s>(&'s self, name: &str) -> Vec<(usize, String, String, &'s Row)> {
        let stem = |number: usize| format!("{name}[{number}]");
        self.rows
            .iter()
            .enumerate()
            .map(|(number, row)| (number + 1, element_id(&stem(number)), stem(number), row))
            .collect()
    }

    pub(super) fn classes(&self) -> &[Choice] {
        &self.classes
    }

    pub(super) fn full(&self) -> bool {
        self.rows.len() >= MOST
    }

    pub(super) const fn more_button() -> &'static str {
        MORE
    }
}
