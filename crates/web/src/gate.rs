//! The layer of one route: who may come in, how large a body may be, whether a form is ours. No handler runs before it, and no handler can go round it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::{HeaderMap, Method, header};
use vocabulary::Language;

use crate::context::Context;
use crate::cookie;
use crate::csrf;
use crate::drafts;
use crate::failure::Failure;
use crate::form::FormData;
use crate::route::Kind;
use crate::sign_in::{Credential, Secret, SignedIn};
use crate::site::Site;
use crate::stated_reason;

/// A body must have arrived by then.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the gate needs to know of its route.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) site: Site,
    pub(crate) kind: Kind,
    pub(crate) body_limit: usize,
}

/// Lets a request in, or answers it.
pub(crate) async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let Some(context) = request.extensions().get::<Arc<Context>>().cloned() else {
        return Failure::Internal.into_response();
    };
    if let Some(response) = switch_language(&gate, &context, &request) {
        return response;
    }
    match gate.admit(&context, request).await {
        Ok(request) => next.run(request).await,
        Err(Failure::SignInNeeded) if gate.kind == Kind::Page => send_to_sign_in(&gate.site, &context),
        Err(failure) => failure.into_response(),
    }
}

impl Gate {
    async fn admit(&self, context: &Context, request: Request) -> Result<Request, Failure> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if !reads && self.kind != Kind::Api && !csrf::same_origin(request.headers()) {
            return Err(Failure::ForeignForm);
        }
        let Some((mut who, token)) = self.recognise(context, request.headers()).await? else {
            return if reads { Ok(request) } else { self.receive(request).await };
        };
        who.caller.language = context.msg.language();
        if self.kind == Kind::Api {
            who.caller.reason = stated_reason::of_headers(request.headers())?;
        }
        if reads {
            self.lay_out_drafts(context, &who).await?;
            context.admit(who, token);
            return Ok(request);
        }
        let mut request = self.receive(request).await?;
        if let Some(form) = request.extensions_mut().remove::<FormData>() {
            if !csrf::holds(&token, form.one(csrf::FIELD)) {
                return Err(Failure::ForeignForm);
            }
            who.caller.reason = stated_reason::of_form(&form)?;
            let form = match self.site.registry_at(who.policy_epoch).await {
                Ok(registry) => drafts::resume(&registry, &who.caller, &context.address(), form).await?,
                Err(_) => form,
            };
            who.caller.sends = drafts::ended_by(&form).filter(|_| !form.is_resumed());
            request.extensions_mut().insert(form);
        }
        self.lay_out_drafts(context, &who).await?;
        context.admit(who, token);
        Ok(request)
    }

    /// Notes which drafts the reader has lying, so that the forms of the page can offer them.
    async fn lay_out_drafts(&self, context: &Context, who: &SignedIn) -> Result<(), Failure> {
        if self.kind == Kind::Page
            && let Ok(registry) = self.site.registry_at(who.policy_epoch).await
        {
            context.lay_out(registry.form_drafts_of(&who.caller).await?);
        }
        Ok(())
    }

    /// Who sends the request, and the token of the session's forms; none on routes for everybody.
    async fn recognise(&self, context: &Context, headers: &HeaderMap) -> Result<Option<(SignedIn, String)>, Failure> {
        let Some(credential) = self.credential(headers)? else { return Ok(None) };
        let token = match &credential {
            Credential::Cookie(secret) => csrf::token(self.site.csrf_key(), secret.reveal()),
            Credential::Bearer(_) => String::new(),
        };
        let who = self.site.sign_in().caller(credential, context.request).await?;
        Ok(Some((who, token)))
    }

    /// Takes in the body, and reads it as a form except on the API.
    async fn receive(&self, request: Request) -> Result<Request, Failure> {
        let (mut head, body) = request.into_parts();
        let bytes =
            tokio::time::timeout(PATIENCE, self.read(&head.headers, body)).await.map_err(|_| Failure::TooSlow)??;
        if self.kind != Kind::Api {
            let form = if bytes.is_empty() { FormData::default() } else { FormData::parse(&head.headers, &bytes)? };
            head.extensions.insert(form);
        }
        Ok(Request::from_parts(head, Body::from(bytes)))
    }

    /// Pages look only at the cookie, the API only at the bearer token.
    fn credential(&self, headers: &HeaderMap) -> Result<Option<Credential>, Failure> {
        match self.kind {
            Kind::Public => Ok(None),
            Kind::Page => {
                let session =
                    cookie::read(headers, self.site.settings(), cookie::SESSION).ok_or(Failure::SignInNeeded)?;
                Ok(Some(Credential::Cookie(Secret::new(session))))
            }
            Kind::Api => {
                let mut values = headers.get_all(header::AUTHORIZATION).iter();
                let value = values
                    .next()
                    .and_then(|value| value.to_str().ok())
                    .filter(|_| values.next().is_none())
                    .ok_or(Failure::SignInNeeded)?;
                let (scheme, token) = value.split_once(' ').ok_or(Failure::SignInNeeded)?;
                if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
                    return Err(Failure::SignInNeeded);
                }
                Ok(Some(Credential::Bearer(Secret::new(token.trim()))))
            }
        }
    }

    async fn read(&self, headers: &HeaderMap, body: Body) -> Result<Bytes, Failure> {
        let announced = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.parse::<usize>().ok());
        if announced.is_some_and(|length| length > self.body_limit) {
            return Err(Failure::TooLarge);
        }
        let mut stream = body.into_data_stream();
        let mut bytes = BytesMut::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|_| Failure::Malformed)?;
            if bytes.len() + chunk.len() > self.body_limit {
                return Err(Failure::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }
}

/// `?lang=en` on any page: keeps the choice and comes back to the same page. Nothing is read, so nothing is logged.
fn switch_language(gate: &Gate, context: &Context, request: &Request) -> Option<Response> {
    if gate.kind == Kind::Api || *request.method() != Method::GET {
        return None;
    }
    let wish = request.uri().query()?.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    let language: Language = wish.parse().ok()?;
    let back =
        if context.query.is_empty() { context.path.clone() } else { format!("{}?{}", context.path, context.query) };
    let cookie = cookie::set(gate.site.settings(), cookie::LANGUAGE, language.code(), Some(60 * 60 * 24 * 365))?;
    // The path matched a route of the table, so it cannot begin with two slashes and lead elsewhere.
    Some(([(header::SET_COOKIE, cookie)], Redirect::to(&back)).into_response())
}

/// A person without a session goes to the sign-in page and comes back afterwards. The way back is in a cookie, not in an address that others may log.
fn send_to_sign_in(site: &Site, context: &Context) -> Response {
    let mut response = Redirect::to("/ui/sign-in").into_response();
    let back = cookie::local_path(&context.path)
        .and_then(|path| cookie::set(site.settings(), cookie::RETURN, path, Some(600)));
    if let Some(back) = back {
        response.headers_mut().append(header::SET_COOKIE, back);
    }
    response
}
