//! One field of a form.

use askama::Template;
use askama::filters::HtmlSafe;
use case_registry::FieldError;
use serde_json::{Value, json};

use super::FormData;
use super::choice::{Choice, Reason, element_id};
use super::paragraphs::ParagraphEditor;
use time::Date;

use crate::i18n::Messages;
use crate::i18n::dates::parse_day;

/// What a field looks like and what it gives.
#[derive(Clone, Debug)]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// A whole number.
    Number,
    /// Several lines of text.
    Textarea {
        /// Lines shown.
        rows: u8,
    },
    /// A day.
    Date,
    /// One of many.
    Select(Vec<Choice>),
    /// One of few.
    Radios(Vec<Choice>),
    /// Any number of a few: gives a list.
    Checkboxes(Vec<Choice>),
    /// A single mark: gives true or false.
    Mark,
    /// Yes or no; with a name for the reason, a text beside it.
    YesNo {
        /// Name and label of the reason, and whether it must be given.
        reason: Option<Reason>,
        /// Whether the command wants the code `yes` or `no` instead of true or false.
        coded: bool,
    },
    /// Not shown.
    Hidden {
        /// Whether the command wants a number.
        number: bool,
    },
    /// Paragraphs of a note, each with its secrecy class and third-party mark.
    Paragraphs(ParagraphEditor),
}

/// One field.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/field.html")]
pub struct Field {
    msg: Messages,
    /// Field name in the command.
    pub name: String,
    label: String,
    hint: Option<String>,
    pub(super) examples: Vec<String>,
    required: bool,
    autocomplete: &'static str,
    longest: Option<u32>,
    kind: FieldKind,
    values: Vec<String>,
    pub(super) error: Option<String>,
    pub(super) touched: bool,
    sound: Option<Sound>,
}

/// What is wrong with a typed text on a day, as the code of a field error; a person learns it together with every other fault of the form.
#[derive(Clone, Copy, Debug)]
struct Sound {
    today: Date,
    fault: fn(&str, Date) -> Option<&'static str>,
}

impl HtmlSafe for Field {}

impl Field {
    /// A field of a kind. It is required unless [`Field::optional`] says otherwise.
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: FieldKind) -> Self {
        Self {
            msg: Messages::new(vocabulary::Language::Swedish),
            name: name.into(),
            label: label.into(),
            hint: None,
            examples: Vec::new(),
            required: true,
            autocomplete: "off",
            longest: None,
            kind,
            values: Vec::new(),
            error: None,
            touched: false,
            sound: None,
        }
    }

    /// One line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Text)
    }

    /// Several lines of text.
    pub fn textarea(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Textarea { rows: 4 })
    }

    /// A day.
    pub fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Date)
    }

    /// One of many.
    pub fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, FieldKind::Select(choices))
    }

    /// One of few.
    pub fn radios(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, FieldKind::Radios(choices))
    }

    /// Any number of a few.
    pub fn checkboxes(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, FieldKind::Checkboxes(choices))
    }

    /// A single mark.
    pub fn mark(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Mark).optional()
    }

    /// Yes or no.
    pub fn yes_no(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::YesNo { reason: None, coded: false })
    }

    /// The answer to a test's question: as yes or no, but the command wants the code.
    pub fn answer(name: impl Into<String>, question: impl Into<String>) -> Self {
        Self::new(name, question, FieldKind::YesNo { reason: None, coded: true })
    }

    /// Paragraphs of a note.
    pub fn paragraphs(name: impl Into<String>, label: impl Into<String>, editor: ParagraphEditor) -> Self {
        Self::new(name, label, FieldKind::Paragraphs(editor))
    }

    /// A text that is carried along, not shown.
    pub fn hidden(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, "", FieldKind::Hidden { number: false }).value(value)
    }

    /// A version that is carried along, so that an edit of an older version is noticed.
    pub fn version(version: i64) -> Self {
        Self::new("version", "", FieldKind::Hidden { number: true }).value(version.to_string())
    }

    /// With a line of help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With worked examples, folded.
    #[must_use]
    pub fn examples(mut self, examples: impl IntoIterator<Item = String>) -> Self {
        self.examples = examples.into_iter().collect();
        self
    }

    /// May be left empty.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// With a value to begin with.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.values = vec![value.into()];
        self
    }

    /// With several values to begin with.
    #[must_use]
    pub fn chosen(mut self, values: impl IntoIterator<Item = String>) -> Self {
        self.values = values.into_iter().collect();
        self
    }

    /// What the browser may offer (WCAG 1.3.5), for the reader's own data only. Everything about other people stays `off`.
    #[must_use]
    pub const fn autocomplete(mut self, purpose: &'static str) -> Self {
        self.autocomplete = purpose;
        self
    }

    /// Held against a rule of its own before the form is sent on.
    #[must_use]
    pub fn sound(mut self, today: Date, fault: fn(&str, Date) -> Option<&'static str>) -> Self {
        self.sound = Some(Sound { today, fault });
        self
    }

    /// At most this many characters.
    #[must_use]
    pub const fn longest(mut self, characters: u32) -> Self {
        self.longest = Some(characters);
        self
    }

    /// Lines shown, for a textarea.
    #[must_use]
    pub fn rows(mut self, rows: u8) -> Self {
        if let FieldKind::Textarea { rows: shown } = &mut self.kind {
            *shown = rows;
        }
        self
    }

    /// With a text for the reason, for a yes-or-no question.
    #[must_use]
    pub fn reason(mut self, name: impl Into<String>, label: impl Into<String>, required: bool) -> Self {
        if let FieldKind::YesNo { reason, .. } = &mut self.kind {
            *reason =
                Some(Reason { name: name.into(), label: label.into(), required, value: String::new(), error: None });
        }
        self
    }

    pub(super) fn in_words(mut self, msg: Messages) -> Self {
        self.msg = msg;
        if let FieldKind::Paragraphs(editor) = &mut self.kind {
            editor.msg = msg;
        }
        self
    }

    pub(super) fn set(&mut self, value: &str) {
        self.values = vec![value.to_owned()];
    }

    /// Takes over what was typed.
    pub(super) fn take(&mut self, data: &FormData) {
        let before = std::mem::take(&mut self.values);
        self.values = data.many(&self.name).map(|value| value.replace("\r\n", "\n")).collect();
        self.touched = self.values.iter().any(|value| !value.is_empty() && !before.contains(value));
        match &mut self.kind {
            FieldKind::YesNo { reason: Some(reason), .. } => {
                reason.value = data.one(&reason.name).unwrap_or_default().replace("\r\n", "\n");
            }
            FieldKind::Paragraphs(editor) => editor.take(&self.name, data),
            _ => {}
        }
    }

    /// Names and values for the command; notes what is missing or cannot be read.
    pub(super) fn values(&self, errors: &mut Vec<FieldError>) -> Vec<(String, Value)> {
        let mut fail =
            |name: &str, code: &'static str| errors.push(FieldError { field: name.to_owned(), code, limit: None });
        let text = if self.values.len() > 1 { "" } else { self.one().trim() };
        let listed = |choices: &[Choice], value: &str| choices.iter().any(|choice| choice.value == value);
        let mut given = Vec::new();
        match &self.kind {
            FieldKind::Mark => given.push((self.name.clone(), json!(!text.is_empty()))),
            FieldKind::Checkboxes(choices) => {
                if self.values.iter().any(|value| !listed(choices, value)) {
                    fail(&self.name, "not-in-list");
                } else if self.values.is_empty() && self.required {
                    fail(&self.name, "required");
                }
                given.push((self.name.clone(), json!(self.values)));
            }
            FieldKind::Paragraphs(editor) => {
                let rows = editor.value();
                if rows.is_empty() && self.required {
                    fail(&self.name, "required");
                }
                given.push((self.name.clone(), Value::Array(rows)));
            }
            FieldKind::YesNo { reason, coded } => {
                match text {
                    "yes" | "no" if *coded => given.push((self.name.clone(), json!(text))),
                    "yes" | "no" => given.push((self.name.clone(), json!(text == "yes"))),
                    "" if !self.required => {}
                    _ => fail(&self.name, "yes-or-no"),
                }
                if let Some(reason) = reason {
                    match reason.value.trim() {
                        "" if reason.required => fail(&reason.name, "reason-needed"),
                        "" => {}
                        words => given.push((reason.name.clone(), json!(words))),
                    }
                }
            }
            _ if text.is_empty() => {
                if self.required {
                    fail(&self.name, "required");
                }
            }
            FieldKind::Number | FieldKind::Hidden { number: true } => match text.parse::<i64>() {
                Ok(number) => given.push((self.name.clone(), json!(number))),
                Err(_) => fail(&self.name, "not-a-number"),
            },
            FieldKind::Date if parse_day(text).is_none() => fail(&self.name, "not-a-date"),
            FieldKind::Select(choices) | FieldKind::Radios(choices) if !listed(choices, text) => {
                fail(&self.name, "not-in-list");
            }
            _ => {
                if let Some(code) = self.sound.and_then(|sound| (sound.fault)(text, sound.today)) {
                    fail(&self.name, code);
                }
                given.push((self.name.clone(), json!(text)));
            }
        }
        given
    }

    /// The command's fields that this one fills.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let reason = if let FieldKind::YesNo { reason: Some(reason), .. } = &self.kind {
            Some(reason.name.as_str())
        } else {
            None
        };
        std::iter::once(self.name.as_str()).chain(reason)
    }

    /// Notes what is wrong. The first fault of a field is shown.
    pub(super) fn fail(&mut self, error: &FieldError, words: String) {
        match &mut self.kind {
            FieldKind::YesNo { reason: Some(reason), .. } if reason.name == error.field => {
                reason.error.get_or_insert_with(|| words.clone());
            }
            FieldKind::Paragraphs(editor) => editor.fail(&self.name, &error.field, &words),
            _ => {}
        }
        self.error.get_or_insert(words);
    }

    fn one(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|chosen| chosen == value)
    }

    /// Whether somebody writes freely in it.
    pub(super) const fn is_free_text(&self) -> bool {
        matches!(
            self.kind,
            FieldKind::Textarea { .. } | FieldKind::Paragraphs(_) | FieldKind::YesNo { reason: Some(_), .. }
        )
    }

    /// Name and value, for a form that is shown again.
    pub(super) fn carried(&self) -> (&str, &str) {
        (&self.name, self.one())
    }

    /// Whether the person cannot see it.
    pub(super) fn is_hidden(&self) -> bool {
        matches!(self.kind, FieldKind::Hidden { .. })
    }

    /// Whether it is a choice of one, which a group can say is required (WAI-ARIA: `radiogroup`; a plain group cannot).
    const fn is_one_of(&self) -> bool {
        matches!(self.kind, FieldKind::Radios(_) | FieldKind::YesNo { .. })
    }

    fn grouped(&self) -> bool {
        matches!(
            self.kind,
            FieldKind::Radios(_) | FieldKind::Checkboxes(_) | FieldKind::YesNo { .. } | FieldKind::Paragraphs(_)
        )
    }

    /// Choices of a select by heading, in order.
    fn by_group(choices: &[Choice]) -> Vec<(Option<&str>, Vec<&Choice>)> {
        let mut groups: Vec<(Option<&str>, Vec<&Choice>)> = Vec::new();
        for choice in choices {
            match groups.last_mut() {
                Some((heading, members)) if *heading == choice.group.as_deref() => members.push(choice),
                _ => groups.push((choice.group.as_deref(), vec![choice])),
            }
        }
        groups
    }

    fn id(&self) -> String {
        element_id(&self.name)
    }

    /// The element that the error summary leads to.
    pub(super) fn first_id(&self) -> String {
        match &self.kind {
            FieldKind::YesNo { reason: Some(Reason { name, error: Some(_), .. }), .. } => element_id(name),
            FieldKind::Radios(_) | FieldKind::Checkboxes(_) | FieldKind::YesNo { .. } => format!("{}-0", self.id()),
            FieldKind::Paragraphs(editor) => editor.first_id(&self.name),
            _ => self.id(),
        }
    }

    /// What the error summary says of it: which field, and what is wrong. A yes-or-no question is too long to repeat.
    pub(super) fn fault(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        Some(if self.label.is_empty() || self.label.len() > 60 {
            error.clone()
        } else {
            format!("{}: {error}", self.label)
        })
    }

    /// Whether a select must offer "choose": nothing that it lists is chosen, or nothing need be.
    fn offers_none(&self, choices: &[Choice]) -> bool {
        !self.required || !choices.iter().any(|choice| self.has(&choice.value))
    }

    /// Ids of hint and error, for `aria-describedby`.
    fn described_by(&self) -> Option<String> {
        let id = self.id();
        let hint = self.hint.is_some().then(|| format!("{id}-hint"));
        let error = self.error.is_some().then(|| format!("{id}-error"));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (one, other) => one.or(other),
        }
    }
}
