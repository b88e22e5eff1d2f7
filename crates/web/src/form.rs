//! Forms as data: a list of fields, rendered by one template, decoded into the registry's commands. Field names are the command's field names.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;
use case_registry::form_draft::KeptDraft;
use case_registry::{FieldError, RegistryError};
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use vocabulary::EntryId;

use crate::assets;
use crate::csrf;
use crate::drafts;
use crate::failure::Failure;
use crate::frame::concerns;
use crate::i18n::Messages;
use crate::problem;

mod assemble;
pub mod choice;
pub mod field;
pub mod paragraphs;

pub use choice::Choice;
pub use field::{Field, FieldKind};
pub use paragraphs::ParagraphEditor;

/// More pairs than any form has.
const MOST_PAIRS: usize = 4000;

/// What a browser sent: pairs in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormData {
    pairs: Vec<(String, String)>,
    resumed: Option<Resumed>,
}

/// A form that was not sent to be carried out, but to have a draft back or to be rid of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumed {
    /// The pairs are those of the draft; the entry is that of taking it up.
    TakenUp(EntryId),
    /// The form begins anew; the entry is that of throwing the draft away, if there was one.
    Fresh(Option<EntryId>),
}

impl FormData {
    /// Reads an `application/x-www-form-urlencoded` body.
    ///
    /// # Errors
    /// [`Failure::WrongMediaType`], [`Failure::Malformed`] for text that is not UTF-8, [`Failure::TooLarge`] for too many pairs.
    pub fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, Failure> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
        {
            return Err(Failure::WrongMediaType);
        }
        let pairs: Vec<_> = form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .take(MOST_PAIRS + 1)
            .collect();
        if pairs.len() > MOST_PAIRS {
            return Err(Failure::TooLarge);
        }
        if pairs.iter().any(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}')) {
            return Err(Failure::Malformed);
        }
        Ok(Self { pairs, resumed: None })
    }

    /// From pairs, for tests.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { pairs, resumed: None }
    }

    /// With more pairs.
    pub(crate) fn with(mut self, pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        self.pairs.extend(pairs);
        self
    }

    /// Marks that nothing is to be carried out.
    pub(crate) const fn resumed(mut self, how: Resumed) -> Self {
        self.resumed = Some(how);
        self
    }

    /// Whether the form was sent for a draft's sake alone.
    #[must_use]
    pub const fn is_resumed(&self) -> bool {
        self.resumed.is_some()
    }

    /// Every pair in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a field that occurs once. A second value makes it absent: no browser sends two.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.many(name);
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// Every value of a field.
    pub fn many<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a button or field of this name was sent.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(known, _)| known == name)
    }
}

/// A form.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/form.html")]
pub struct Form {
    msg: Messages,
    action: String,
    csrf: String,
    fields: Vec<Field>,
    more: Vec<Field>,
    fixed: Vec<(Cow<'static, str>, Value)>,
    submit: String,
    serious: bool,
    cancel: Option<String>,
    alerts: Vec<String>,
    draft: String,
    offers: Vec<(String, String)>,
    drafted: bool,
    entry: Option<EntryId>,
}

impl HtmlSafe for Form {}

/// Why a form was not carried out.
#[derive(Debug)]
pub enum Unsent {
    /// Show it again.
    Again {
        /// The form with what was typed and what is wrong.
        form: Box<Form>,
        /// Status of the answer.
        status: StatusCode,
    },
    /// Trying again would not help.
    Failed(Failure),
}

impl Form {
    /// An empty form. Pages use [`crate::visit::Visit::form`], which knows the token.
    #[must_use]
    pub fn new(msg: Messages, action: impl Into<String>, csrf: &str) -> Self {
        Self {
            msg,
            action: action.into(),
            csrf: csrf.to_owned(),
            fields: Vec::new(),
            more: Vec::new(),
            fixed: Vec::new(),
            submit: msg.button_save().to_owned(),
            serious: false,
            cancel: None,
            alerts: Vec::new(),
            draft: String::new(),
            offers: Vec::new(),
            drafted: true,
            entry: None,
        }
    }

    /// Where it is sent.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Offers drafts that were left lying, last saved first.
    #[must_use]
    pub(crate) fn offering(mut self, kept: Vec<KeptDraft>) -> Self {
        let offer = |draft: KeptDraft| (draft.id.to_string(), self.msg.instant(draft.saved_at));
        self.offers = kept.into_iter().map(offer).collect();
        self
    }

    /// Keeps no drafts: for the reason of one access, which is said for that access alone.
    #[must_use]
    pub(crate) const fn undrafted(mut self) -> Self {
        self.drafted = false;
        self
    }

    /// Whether what is written here is kept as a draft: whenever there is a free text.
    fn keeps_drafts(&self) -> bool {
        self.drafted && self.all().any(|field| field.is_free_text() && !field.name.starts_with('_'))
    }

    /// What a draft does not hold and the form needs to be shown again: hidden fields, and those of the site itself.
    fn carried(&self) -> impl Iterator<Item = (&str, &str)> {
        self.all().filter(|field| field.is_hidden() || field.name.starts_with('_')).map(Field::carried)
    }

    /// The log entry of taking up or throwing away the draft that the form shows.
    #[must_use]
    pub(crate) const fn entry(&self) -> Option<EntryId> {
        self.entry
    }

    /// To be shown once more.
    fn again(mut self, status: StatusCode) -> Unsent {
        // What is being written stands in the form; older drafts are offered when the page is opened anew.
        self.offers.clear();
        Unsent::Again { form: Box::new(self), status }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field.in_words(self.msg));
        self
    }

    /// Adds a field to the folded part, "more details". Such fields have defaults and are never required.
    #[must_use]
    pub fn more(mut self, field: Field) -> Self {
        self.more.push(field.in_words(self.msg));
        self
    }

    /// Adds a value to the command that does not come from the browser, such as an id from the path.
    #[must_use]
    pub fn fixed(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.fixed.push((name.into(), value.into()));
        self
    }

    /// The words on the button.
    #[must_use]
    pub fn button(mut self, words: impl Into<String>) -> Self {
        self.submit = words.into();
        self
    }

    /// Marks that the act has consequences for somebody: the button is set apart.
    #[must_use]
    pub const fn serious(mut self) -> Self {
        self.serious = true;
        self
    }

    /// A link back, beside the button.
    #[must_use]
    pub fn cancel(mut self, href: impl Into<String>) -> Self {
        self.cancel = Some(href.into());
        self
    }

    /// Sets the value of a field, for editing what exists and for copying an earlier answer.
    #[must_use]
    pub fn with_value(mut self, name: &str, value: &str) -> Self {
        for field in self.all_mut().filter(|field| field.name == name) {
            field.set(value);
        }
        self
    }

    /// Whether anything is wrong.
    #[must_use]
    pub fn faulty(&self) -> bool {
        !self.alerts.is_empty() || self.all().any(Field::is_faulty)
    }

    /// The list of everything wrong, with links to the fields.
    #[must_use]
    pub fn summary(&self) -> ErrorSummary {
        let fields = self.all().flat_map(Field::faults).collect();
        ErrorSummary { msg: self.msg, alerts: self.alerts.clone(), fields }
    }

    /// Whether the folded part must be open: something in it is wrong or differs from its default.
    fn more_open(&self) -> bool {
        self.more.iter().any(|field| field.is_faulty() || field.touched)
    }

    fn all(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().chain(&self.more)
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.fields.iter_mut().chain(&mut self.more)
    }

    /// Takes over what was typed and decodes the command.
    ///
    /// # Errors
    /// [`Unsent::Again`] with every field that is missing or cannot be read, or when the person asked for more room to write in.
    pub fn decode<C: DeserializeOwned>(mut self, data: &FormData) -> Result<(Self, C), Unsent> {
        if let Some(Resumed::Fresh(entry)) = data.resumed {
            self.entry = entry;
            return Err(Unsent::Again { form: Box::new(self), status: StatusCode::OK });
        }
        data.one(drafts::FIELD).unwrap_or_default().clone_into(&mut self.draft);
        let mut command = Value::Object(serde_json::Map::new());
        let mut errors = Vec::new();
        for field in self.all_mut() {
            field.take(data);
            for (name, value) in field.values(&mut errors) {
                assemble::put(&mut command, &name, value);
            }
        }
        for (name, value) in &self.fixed {
            assemble::put(&mut command, name, value.clone());
        }
        if let Some(Resumed::TakenUp(entry)) = data.resumed {
            self.entry = Some(entry);
        }
        if data.has(paragraphs::MORE) || data.is_resumed() {
            return Err(self.again(StatusCode::OK));
        }
        if !errors.is_empty() {
            return Err(self.invalid(&errors));
        }
        let text = command.to_string();
        match crate::command::decode(text.as_bytes()) {
            Ok(command) => Ok((self, command)),
            Err(Failure::Invalid(errors)) => Err(self.invalid(&errors)),
            Err(failure) => Err(Unsent::Failed(failure)),
        }
    }

    /// The form after a use case said no. What was typed is kept wherever the person would try again.
    #[must_use]
    pub fn refused(mut self, error: RegistryError) -> Unsent {
        let failure = match error {
            RegistryError::Invalid(errors) => return self.invalid(&errors),
            error => Failure::from(error),
        };
        match &failure {
            Failure::Refused(refusal) => {
                self.alerts.extend(refusal.failed.iter().map(|test| format!("{} {}", test.what, test.next)));
                if refusal.failed.is_empty() {
                    self.alerts.push(self.msg.problem_refused_detail().to_owned());
                }
            }
            Failure::Stale
            | Failure::Conflict(_)
            | Failure::StepUpNeeded
            | Failure::ReasonNeeded
            | Failure::Unavailable => self.alerts.push(problem::words(self.msg, &failure).1.join(" ")),
            _ => return Unsent::Failed(failure),
        }
        self.again(failure.status())
    }

    fn invalid(mut self, errors: &[FieldError]) -> Unsent {
        let msg = self.msg;
        for error in errors {
            let words = problem::field_words(msg, error);
            let mut fields = self.fields.iter_mut().chain(&mut self.more);
            match fields.find(|field| !field.is_hidden() && field.names().any(|name| concerns(error, name))) {
                Some(field) => field.fail(error, words),
                // A fault in something that the person cannot see is a fault of the whole.
                None => self.alerts.push(words),
            }
        }
        self.again(StatusCode::UNPROCESSABLE_ENTITY)
    }

    const fn csrf_field() -> &'static str {
        csrf::FIELD
    }
}

/// Everything that is wrong with a form, on top of the page.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/error_summary.html")]
pub struct ErrorSummary {
    msg: Messages,
    alerts: Vec<String>,
    fields: Vec<(String, String)>,
}

impl HtmlSafe for ErrorSummary {}

#[cfg(test)]
mod tests;
