//! What stands inside a field: the choices of a list, the reason beside a question.

use crate::i18n::Messages;

/// One choice of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line of help below it.
    pub hint: Option<String>,
    /// Heading under which it stands in a select.
    pub group: Option<String>,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None, group: None }
    }

    /// With a line of help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Under a heading. Choices of a heading stand together.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// The choices of a closed list, with the words `<prefix>-<code>`.
    pub fn codes<'c>(msg: Messages, prefix: &'c str, codes: impl IntoIterator<Item = &'c str>) -> Vec<Self> {
        codes.into_iter().map(|code| Self::new(code, msg.of(prefix, code))).collect()
    }
}

/// The text beside a yes-or-no question.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Field name in the command.
    pub name: String,
    /// Label.
    pub label: String,
    /// Whether it must be given.
    pub required: bool,
    /// What was typed.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl Reason {
    pub(super) fn id(&self) -> String {
        element_id(&self.name)
    }
}

/// The id of the element for a field: `f-` and the name with every other sign as a hyphen.
#[must_use]
pub fn element_id(name: &str) -> String {
    let mut id = String::from("f-");
    id.extend(name.chars().filter(|c| *c != ']').map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }));
    id
}
