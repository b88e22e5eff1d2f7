//! The kinds of page. A page of the site is one of these filled with parts, or a template of its own that extends `base.html`.

use std::sync::Arc;

use askama::Template;
use axum::response::{IntoResponse, Response};

use crate::context::Context;
use crate::failure::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::parts::{Action, Filters, Inline, Pager, Section, Steps, Table, Tabs, Tone};
use crate::problem;
use crate::site::Site;

/// A home page: what waits for the reader first, then the rest.
#[derive(Template)]
#[template(path = "layouts/home.html")]
pub struct HomePage {
    /// Frame.
    pub frame: Frame,
    /// What one does most.
    pub actions: Vec<Action>,
    /// What waits, then the rest.
    pub sections: Vec<Section>,
}

/// A list.
#[derive(Template)]
#[template(path = "layouts/list.html")]
pub struct ListPage {
    /// Frame.
    pub frame: Frame,
    /// What the list holds and what not.
    pub lead: Option<String>,
    /// What one can start from here.
    pub actions: Vec<Action>,
    /// Filters.
    pub filters: Option<Filters>,
    /// The rows.
    pub table: Table,
    /// The pages before and after.
    pub pager: Option<Pager>,
}

/// One record.
#[derive(Template)]
#[template(path = "layouts/detail.html")]
pub struct DetailPage {
    /// Frame. Its title is the record's reference.
    pub frame: Frame,
    /// The heading, where it says more than the title may: a name belongs here, not in the window's title.
    pub heading: Option<Inline>,
    /// Status.
    pub tags: Vec<(Tone, String)>,
    /// The record's parts.
    pub tabs: Option<Tabs>,
    /// What one can start from here.
    pub actions: Vec<Action>,
    /// The content.
    pub sections: Vec<Section>,
}

/// A form, or one step of a task.
#[derive(Template)]
#[template(path = "layouts/form.html")]
pub struct FormPage {
    frame: Frame,
    steps: Option<Steps>,
    lead: Vec<String>,
    before: Vec<Section>,
    form: Form,
}

impl FormPage {
    /// A form under the frame's title.
    #[must_use]
    pub fn new(mut frame: Frame, form: Form) -> Self {
        frame.faulty = form.faulty();
        if frame.faulty {
            // What the form before this one did would read as if this one had been carried out.
            frame.notice = None;
        }
        Self { frame, steps: None, lead: Vec::new(), before: Vec::new(), form }
    }

    /// With a paragraph above the form.
    #[must_use]
    pub fn lead(mut self, paragraph: impl Into<String>) -> Self {
        self.lead.push(paragraph.into());
        self
    }

    /// As a step of a task.
    #[must_use]
    pub fn step(mut self, steps: Steps) -> Self {
        self.steps = Some(steps);
        self
    }

    /// With content above the form, such as a preview.
    #[must_use]
    pub fn before(mut self, section: Section) -> Self {
        self.before.push(section);
        self
    }
}

/// Asks once more before something with consequences, and says what they are.
#[derive(Template)]
#[template(path = "layouts/confirm.html")]
pub struct ConfirmPage {
    frame: Frame,
    consequences: Vec<String>,
    form: Form,
}

impl ConfirmPage {
    /// What will happen, and the form that makes it happen.
    #[must_use]
    pub fn new(mut frame: Frame, consequences: impl IntoIterator<Item = String>, form: Form) -> Self {
        frame.faulty = form.faulty();
        Self { frame, consequences: consequences.into_iter().collect(), form: form.serious() }
    }
}

/// What was decided, to read, print and keep.
#[derive(Template)]
#[template(path = "layouts/receipt.html")]
pub struct ReceiptPage {
    /// Frame.
    pub frame: Frame,
    /// What happened.
    pub outcome: String,
    /// The number to refer to.
    pub reference: String,
    /// The decision.
    pub sections: Vec<Section>,
    /// What to do next.
    pub actions: Vec<Action>,
}

/// Stands before a record that needs a second thought, such as one with protected identity.
#[derive(Template)]
#[template(path = "layouts/interruption.html")]
pub struct InterruptionPage {
    /// Frame.
    pub frame: Frame,
    /// Why it stands here.
    pub paragraphs: Vec<String>,
    /// Goes on, with the statement of need that is asked for.
    pub form: Form,
    /// Turns back.
    pub back: String,
}

/// Something did not work. The same bytes for what is hidden and what is missing.
#[derive(Template)]
#[template(path = "layouts/error.html")]
pub struct ErrorPage {
    frame: Frame,
    paragraphs: Vec<String>,
    points: Vec<String>,
    sign_in: bool,
}

impl ErrorPage {
    /// The page for a failure.
    #[must_use]
    pub fn new(site: &Site, context: &Context, failure: &Failure) -> Self {
        let (title, paragraphs) = problem::words(context.msg, failure);
        let points = match failure {
            Failure::Invalid(errors) => errors.iter().map(|error| problem::field_words(context.msg, error)).collect(),
            Failure::Refused(refusal) => {
                refusal.failed.iter().map(|test| format!("{} {}", test.what, test.next)).collect()
            }
            _ => Vec::new(),
        };
        let mut frame = Frame::new(site, context, title);
        frame.notice = None;
        Self { frame, paragraphs, points, sign_in: matches!(failure, Failure::SignInNeeded) }
    }
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let msg = self.frame.msg;
        crate::visit::html(&self, msg).unwrap_or_else(|failure| {
            let mut response = failure.status().into_response();
            response.extensions_mut().remove::<Arc<Failure>>();
            response
        })
    }
}
