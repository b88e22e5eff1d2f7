//! Before a record with protected identity (OSL 21 kap. 3 §) and before a copy whose basis has ended the reader says why it is needed; the words go
//! sealed into the log.
//!
//! A page that may need a reason is reached by GET and by POST: the interruption page sends its reason to the page's own address.

use case_registry::{Answer, RegistryError};

use crate::form::{Field, Form, FormData, Unsent};
use crate::i18n::Messages;
use crate::layouts::InterruptionPage;
use crate::stated_reason;
use crate::visit::{Shown, Visit};

/// Tells the interruption page's form, which only opens, from the page's own form.
const OPENS: &str = "_open";
/// The longest reason, in characters.
const LONGEST: u32 = 500;

/// Whether a form comes from the interruption page.
pub(super) fn only_opens(data: &FormData) -> bool {
    data.has(OPENS)
}

/// What the reader is stopped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The person's identity is protected.
    Protected,
    /// The basis of a copy has ended: it opens for the decision on it alone.
    Lapsed,
}

impl Stop {
    /// Title, and why one is stopped.
    const fn words(self, msg: Messages) -> (&'static str, &'static str) {
        match self {
            Self::Protected => (msg.protected_title(), msg.protected_lead()),
            Self::Lapsed => (msg.lapse_stop_title(), msg.lapse_lead()),
        }
    }
}

/// Shows what a use case gives; where it wants a reason first, the page that asks for one. `path` is the page's own address, `back` where the reader
/// turns back to, `tried` whether the reader comes from the interruption page.
pub(super) fn or_ask<V>(
    visit: &Visit,
    path: &str,
    back: &str,
    tried: bool,
    read: Result<Answer<V>, RegistryError>,
    show: impl FnOnce(Answer<V>) -> Shown,
) -> Shown {
    match read {
        Err(RegistryError::ReasonRequired) => stop(visit, Stop::Protected, path, back, tried),
        read => show(read?),
    }
}

/// The page that asks for a reason.
pub(super) fn stop(visit: &Visit, stop: Stop, path: &str, back: &str, tried: bool) -> Shown {
    visit.plain(&page(visit, stop, path, back, tried))
}

fn page(visit: &Visit, stop: Stop, path: &str, back: &str, tried: bool) -> InterruptionPage {
    let msg = visit.msg;
    let (title, lead) = stop.words(msg);
    let mut form = visit
        .form(path)
        .undrafted()
        .field(Field::hidden(OPENS, "yes"))
        .field(field(visit))
        .button(msg.protected_open());
    if tried {
        // Nothing was written: the field says so.
        if let Err(Unsent::Again { form: faulty, .. }) =
            form.clone().decode::<serde_json::Value>(&FormData::of([(OPENS, "yes")]))
        {
            form = *faulty;
        }
    }
    let mut frame = visit.frame(title);
    frame.faulty = form.faulty();
    let paragraphs = vec![lead.to_owned(), msg.protected_logged().to_owned()];
    InterruptionPage { frame, paragraphs, form, back: back.to_owned() }
}

fn field(visit: &Visit) -> Field {
    let msg = visit.msg;
    Field::textarea(stated_reason::FIELD, msg.protected_reason()).hint(msg.protected_reason_hint()).longest(LONGEST)
}

/// A form on a page that was opened with a reason carries it, to be read and changed, because what the form does needs one too. Added only when the
/// form is shown: the reason is the request's, not the command's.
pub(super) fn carried(visit: &Visit, form: Form) -> Form {
    match &visit.caller.reason {
        Some(reason) => form.field(field(visit).value(reason.text())),
        None => form,
    }
}
