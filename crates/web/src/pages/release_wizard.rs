//! Releasing in four pages: items, recipient and basis, tests, preview and decision. What was chosen is kept on the server as a sealed draft; an address
//! only ever holds ids and codes.

use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use case_registry::release::{Channel, DraftView, ItemRef, SaveDraft};
use http::HeaderValue;
use vocabulary::{Action, EntryId, JointFileId, ReleaseDraftId};

use super::basis_form::{Basis, Offer, Picked};
use crate::edge::LOG_ENTRY;
use crate::failure::Failure;
use crate::i18n::Messages;
use crate::parts::{Action as Link, Section, Steps};
use crate::route::{LONG_TEXT_BODY, Method, Route};
use crate::visit::{Shown, Visit};

pub(crate) mod basis;
pub(crate) mod discard;
pub(crate) mod items;
pub(crate) mod marked;
pub(crate) mod preview;
pub(crate) mod refusal;
pub(crate) mod tests;

/// The four pages. The first has two addresses: one before there is a draft, one for coming back to it.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/releases/new", Action::PrepareRelease, || get(items::begin)),
    Route::page(Method::Post, "/ui/releases/new", Action::PrepareRelease, || post(items::start))
        .body_limit(LONG_TEXT_BODY),
    Route::page(Method::Get, "/ui/release-drafts/{id}/items", Action::PrepareRelease, || get(items::ask)),
    Route::page(Method::Post, "/ui/release-drafts/{id}/items", Action::PrepareRelease, || post(items::save))
        .body_limit(LONG_TEXT_BODY),
    Route::page(Method::Get, "/ui/release-drafts/{id}/basis", Action::PrepareRelease, || get(basis::ask)),
    Route::page(Method::Post, "/ui/release-drafts/{id}/basis", Action::PrepareRelease, || post(basis::save)),
    Route::page(Method::Get, "/ui/release-drafts/{id}/tests", Action::PrepareRelease, || get(tests::ask)),
    Route::page(Method::Post, "/ui/release-drafts/{id}/tests", Action::PrepareRelease, || post(tests::save))
        .body_limit(LONG_TEXT_BODY),
    Route::page(Method::Get, "/ui/release-drafts/{id}/preview", Action::PrepareRelease, || get(preview::ask)),
    Route::page(Method::Post, "/ui/release-drafts/{id}/preview", Action::DecideRelease, || post(preview::decide)),
    Route::page(Method::Get, "/ui/release-drafts/{id}/discard", Action::PrepareRelease, || get(discard::ask)),
    Route::page(Method::Post, "/ui/release-drafts/{id}/discard", Action::PrepareRelease, || post(discard::discard)),
];

/// The pages that decide one release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// What.
    Items = 1,
    /// To whom, on what.
    Basis = 2,
    /// Whether the basis is met.
    Tests = 3,
    /// Exactly what leaves; the decision.
    Preview = 4,
}

impl Step {
    /// Where one is.
    pub(crate) fn steps(self, msg: Messages) -> Steps {
        let names =
            [msg.wizard_step_items(), msg.wizard_step_basis(), msg.wizard_step_tests(), msg.wizard_step_preview()];
        Steps::new(msg, &names, self as usize)
    }

    /// The address of this page for a draft.
    pub(crate) fn address(self, id: ReleaseDraftId) -> String {
        let page = match self {
            Self::Items => "items",
            Self::Basis => "basis",
            Self::Tests => "tests",
            Self::Preview => "preview",
        };
        format!("/ui/release-drafts/{id}/{page}")
    }
}

/// Where a release comes from: where the reader turns back to.
pub(crate) fn source(view: &DraftView) -> String {
    match (view.joint_file_id, view.case_id) {
        (Some(file), _) => joint_file(file),
        (None, Some(case)) => format!("/ui/cases/{case}"),
        (None, None) => "/ui".to_owned(),
    }
}

fn joint_file(file: JointFileId) -> String {
    format!("/ui/joint-files/{file}")
}

/// What one can do instead of going on: abstaining is as easy, and a draft can be thrown away.
pub(crate) fn instead(msg: Messages, view: &DraftView) -> Section {
    let abstain = format!("/ui/abstentions/new?draft={}", view.id);
    let discard = format!("/ui/release-drafts/{}/discard", view.id);
    Section::plain().block(vec![Link::other(abstain, msg.wizard_abstain()), Link::other(discard, msg.wizard_discard())])
}

/// To the next page. Nothing has happened yet that would need a message.
#[expect(clippy::unnecessary_wraps, reason = "a handler ends with it, as with every other page")]
pub(crate) fn onward(to: &str, entry: EntryId) -> Shown {
    let mut response = Redirect::to(to).into_response();
    if let Ok(value) = HeaderValue::from_str(&entry.to_string()) {
        response.headers_mut().insert(LOG_ENTRY, value);
    }
    Ok(response)
}

/// A draft in which nothing but the items is chosen.
pub(crate) fn blank(items: Vec<ItemRef>) -> SaveDraft {
    SaveDraft {
        items,
        statements: Vec::new(),
        recipient_id: None,
        attention: String::new(),
        grounds: None,
        handling_note: String::new(),
        channel: Channel::System,
        occurred_at: None,
        late_reason: String::new(),
        origin_asked: String::new(),
        asked: None,
        follow_fields: Vec::new(),
        follow_until: None,
    }
}

/// What the draft has chosen, among what can be chosen.
pub(crate) fn picked<'o>(offers: &'o [Offer], draft: &SaveDraft) -> Option<Picked<'o>> {
    let (to, grounds) = (draft.recipient_id?, draft.grounds.as_ref()?);
    let offer = offers.iter().find(|offer| offer.recipient.id == to)?;
    let find = |code: &str| offer.bases.iter().find(|basis| basis.code == code);
    let basis = find(&grounds.basis)?;
    let with =
        grounds.together_with.first().and_then(|other| find(&other.basis)).filter(|other| may_stand_with(basis, other));
    if !basis.requires_one_of.is_empty() && with.is_none() {
        return None;
    }
    Some(Picked { recipient: &offer.recipient, basis, with })
}

fn may_stand_with(basis: &Basis, other: &Basis) -> bool {
    basis.requires_one_of.contains(&other.code)
}

/// Everything that can be released without having been asked for.
pub(crate) async fn offers(visit: &Visit) -> Result<Vec<Offer>, Failure> {
    super::basis_form::offers(visit, false, |_| true).await
}
