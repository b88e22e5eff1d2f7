//! The outermost layer: gives each request its id and its span, refuses oversized headers, turns every [`Failure`] into a problem document or a page, and
//! puts the protective headers on everything that leaves.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use tracing::Instrument as _;
use vocabulary::RequestId;

use crate::context::{Context, Reader};
use crate::failure::Failure;
use crate::layouts::ErrorPage;
use crate::problem::Problem;
use crate::protection;
use crate::site::Site;

/// The log entry that stands for what an answer released.
pub const LOG_ENTRY: HeaderName = HeaderName::from_static("samlad-log-entry");
/// The id of the request, as in the log and the trace.
pub const REQUEST: HeaderName = HeaderName::from_static("samlad-request");

/// All header lines together; browsers and clients stay far below.
const LARGEST_HEADER: usize = 16 * 1024;

/// Runs every request, matched or not.
pub async fn edge(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let id = RequestId(site.entropy().id());
    let context = Arc::new(Context::new(id, request.uri(), request.headers(), site.settings()));
    // The pattern of the route, never the path: a path holds ids.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span =
        tracing::info_span!("request", %id, method = request.method().as_str(), route, status = tracing::field::Empty);
    let condition = (*request.method() == Method::GET || *request.method() == Method::HEAD)
        .then(|| request.headers().get(header::IF_NONE_MATCH).cloned())
        .flatten();
    let response = if header_size(request.headers()) > LARGEST_HEADER {
        Failure::HeaderTooLarge.into_response()
    } else {
        request.extensions_mut().insert(Arc::clone(&context));
        let answered = AssertUnwindSafe(next.run(request).instrument(span.clone())).catch_unwind().await;
        answered.unwrap_or_else(|_| {
            tracing::error!(parent: &span, "a handler panicked");
            Failure::Internal.into_response()
        })
    };
    let mut response = dress(&site, &context, response);
    if condition.is_some_and(|tag| response.headers().get(header::ETAG) == Some(&tag))
        && response.status() == StatusCode::OK
    {
        // Decided and recorded like any other read; only the body is spared.
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = axum::body::Body::empty();
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    span.record("status", response.status().as_u16());
    protection::apply(response.headers_mut(), site.settings());
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST, value);
    }
    response
}

/// Gives a failure its body; leaves every other answer as it is.
fn dress(site: &Site, context: &Context, mut response: Response) -> Response {
    let failure = match response.extensions_mut().remove::<Arc<Failure>>() {
        Some(failure) => failure,
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => Arc::new(Failure::MethodNotAllowed),
        // An extractor of the framework refused; its own words are English and for programmers.
        None if response.status() == StatusCode::BAD_REQUEST => Arc::new(Failure::Malformed),
        None => return response,
    };
    let mut dressed = match context.reader {
        Reader::Api => Problem::new(context.msg, &failure).into_response(),
        Reader::Page => ErrorPage::new(site, context, &failure).into_response(),
    };
    *dressed.status_mut() = failure.status();
    // Headers that the failing part set on purpose, such as Allow, Location or Set-Cookie.
    for (name, value) in response.headers() {
        if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE {
            dressed.headers_mut().append(name, value.clone());
        }
    }
    match failure.as_ref() {
        Failure::Throttled { retry_after } => {
            dressed.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
        }
        Failure::Unavailable => {
            dressed.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        Failure::SignInNeeded if context.reader == Reader::Api => {
            dressed.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        _ => {}
    }
    dressed.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(context.msg.tag()));
    dressed
}

fn header_size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// The answer for every address that is not in the table: the same as for a hidden record.
pub async fn nothing_here() -> Failure {
    Failure::NotFound
}
