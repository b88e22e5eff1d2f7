//! The accessibility statement (lag 2018:1937, EN 301 549), for everybody.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::routing::get;

use crate::context::Context;
use crate::frame::Frame;
use crate::route::{Method, Route};
use crate::site::Site;
use crate::visit::{Shown, html};

/// Routes of this file.
pub const ROUTES: &[Route] = &[Route::public(Method::Get, "/ui/accessibility", || get(show))];

#[derive(Template)]
#[template(path = "pages/accessibility.html")]
pub(crate) struct AccessibilityPage {
    pub(crate) frame: Frame,
    pub(crate) contact: String,
}

async fn show(State(site): State<Site>, Extension(context): Extension<Arc<Context>>) -> Shown {
    let frame = Frame::new(&site, &context, context.msg.accessibility_title());
    html(&AccessibilityPage { frame, contact: site.settings().accessibility_contact.clone() }, context.msg)
}
