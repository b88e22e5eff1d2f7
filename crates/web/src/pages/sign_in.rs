//! Signing in by a link, and signing out. The link's token stands in the address once, is answered by a redirect, and is never sent on (no referrer).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::header;
use identity::Identity;

use crate::context::Context;
use crate::cookie;
use crate::failure::Failure;
use crate::layouts::DetailPage;
use crate::parts::Section;
use crate::route::{Method, Route};
use crate::site::Site;
use crate::visit::{Shown, Visit, html};

/// The way in, the way out, and the page of those who have no session.
pub const ROUTES: &[Route] = &[
    Route::public(Method::Get, "/sign-in/{token}", || get(enter)),
    Route::public(Method::Get, "/ui/sign-in", || get(door)),
    Route::plain_page(Method::Post, "/ui/sign-out", || post(leave)),
];

async fn enter(
    State(site): State<Site>,
    Extension(context): Extension<Arc<Context>>,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let identity = site.room::<Identity>()?;
    let started = site
        .registry_now()
        .await?
        .start_session(identity, &token, false, context.msg.language(), context.request)
        .await?;
    let cookie =
        cookie::set(site.settings(), cookie::SESSION, started.view.token.reveal(), None).ok_or(Failure::Internal)?;
    let mut response = Redirect::to("/ui").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

async fn door(State(site): State<Site>, Extension(context): Extension<Arc<Context>>) -> Shown {
    let msg = context.msg;
    let frame = crate::frame::Frame::new(&site, &context, msg.sign_in_title());
    let section = Section::plain().block(msg.sign_in_how()).block(msg.sign_in_lost());
    html(
        &DetailPage {
            frame,
            heading: None,
            tags: Vec::new(),
            tabs: None,
            actions: Vec::new(),
            sections: vec![section],
        },
        msg,
    )
}

async fn leave(visit: Visit) -> Result<Response, Failure> {
    visit.registry()?.end_session(&visit.caller, visit.session()?).await?;
    let mut response = Redirect::to("/ui/sign-in").into_response();
    if let Some(gone) = cookie::set(visit.site.settings(), cookie::SESSION, "", Some(0)) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}
