//! Where the script `drafts.js` keeps what is being written in a form. No page of its own: what was kept comes back in the form itself.

use axum::response::IntoResponse as _;
use axum::routing::post;
use case_registry::form_draft::Written;
use http::{HeaderValue, header};
use vocabulary::Action;

use crate::drafts;
use crate::edge::LOG_ENTRY;
use crate::failure::Failure;
use crate::route::{LONG_TEXT_BODY, Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Keeping.
pub const ROUTES: &[Route] =
    &[Route::page(Method::Post, drafts::ADDRESS, Action::SaveFormDraft, || post(keep)).body_limit(LONG_TEXT_BODY)];

async fn keep(visit: Visit, Posted(data): Posted) -> Shown {
    let address = data.one(drafts::FORM).ok_or(Failure::Malformed)?;
    let form = drafts::form_at(address).ok_or(Failure::NotFound)?;
    let continued = data.one(drafts::CONTINUED).and_then(|id| id.parse().ok());
    // The site's own fields are no part of what somebody writes.
    let written = Written(data.pairs().filter(|(name, _)| !name.starts_with('_')).map(owned).collect());
    let kept = visit.registry()?.save_form_draft(&visit.caller, form, continued, &written).await?;
    let said = visit.msg.draft_saved(visit.msg.clock(kept.view.saved_at));
    let body = serde_json::json!({ "id": kept.view.id, "said": said }).to_string();
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::from_str(&kept.entry.to_string()) {
        response.headers_mut().insert(LOG_ENTRY, value);
    }
    Ok(response)
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
