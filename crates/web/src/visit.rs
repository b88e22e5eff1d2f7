//! A signed-in person's request to a page: the one extractor that a page handler needs.

use core::future::Future;
use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use case_registry::{Answer, Registry, RegistryError};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use vocabulary::{Caller, EntryId};

use crate::context::{Context, Reader};
use crate::cookie;
use crate::edge::LOG_ENTRY;
use crate::failure::Failure;
use crate::form::{Form, FormData, Unsent};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::site::Site;

/// What a page handler returns.
pub type Shown = Result<Response, Failure>;

/// One visit of a signed-in person to one page.
pub struct Visit {
    /// The caller, for use cases.
    pub caller: Caller,
    /// The words.
    pub msg: Messages,
    /// The site.
    pub site: Site,
    context: Arc<Context>,
}

/// A form as it was sent. The gate has already checked its token.
pub struct Posted(pub FormData);

impl FromRequestParts<Site> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let context = parts.extensions.get::<Arc<Context>>().cloned().ok_or(Failure::Internal)?;
        if context.reader != Reader::Page {
            return Err(Failure::Internal);
        }
        let caller = context.signed_in().ok_or(Failure::SignInNeeded)?.caller.clone();
        Ok(Self { caller, msg: context.msg, site: site.clone(), context })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Posted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.remove::<FormData>().map(Self).ok_or(Failure::Internal)
    }
}

impl Visit {
    /// The session that the visit belongs to, so that it can be ended.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`] when there is none.
    pub fn session(&self) -> Result<vocabulary::SessionId, Failure> {
        self.context.signed_in().map(|who| who.session).ok_or(Failure::SignInNeeded)
    }

    /// The registry: every use case.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when this instance was started without it.
    pub fn registry(&self) -> Result<&Registry, Failure> {
        self.site.registry()
    }

    /// The frame of a page with this title.
    #[must_use]
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::new(&self.site, &self.context, title)
    }

    /// An empty form that is sent to this address. It carries the session's token.
    #[must_use]
    pub fn form(&self, action: impl Into<String>) -> Form {
        let form = Form::new(self.msg, action, self.context.csrf());
        let kept = self.context.drafts_at(form.action());
        form.offering(kept)
    }

    /// Shows a page. `entry` is the log entry of what it releases.
    ///
    /// # Errors
    /// [`Failure::Internal`] when the template cannot be rendered.
    pub fn page(&self, page: &impl Template, entry: EntryId) -> Shown {
        let mut response = self.plain(page)?;
        if let Ok(value) = HeaderValue::from_str(&entry.to_string()) {
            response.headers_mut().insert(LOG_ENTRY, value);
        }
        Ok(response)
    }

    /// Shows a page that releases nothing, such as an empty form.
    ///
    /// # Errors
    /// [`Failure::Internal`] when the template cannot be rendered.
    pub fn plain(&self, page: &impl Template) -> Shown {
        let mut response = html(page, self.msg)?;
        if self.context.notice.is_some()
            && let Some(gone) = cookie::set(self.site.settings(), cookie::NOTICE, "", Some(0))
        {
            response.headers_mut().append(header::SET_COOKIE, gone);
        }
        Ok(response)
    }

    /// Fills a form from what was sent and carries out its command. Field errors, and every failure after which the person would want to try again, come
    /// back as [`Unsent::Again`] with what they typed.
    ///
    /// # Errors
    /// [`Unsent`].
    pub async fn submit<C, V, F>(
        &self,
        form: Form,
        data: &FormData,
        act: impl FnOnce(C) -> F,
    ) -> Result<Answer<V>, Unsent>
    where
        C: serde::de::DeserializeOwned,
        F: Future<Output = Result<Answer<V>, RegistryError>>,
    {
        let (form, command) = form.decode::<C>(data)?;
        act(command).await.map_err(|error| form.refused(error))
    }

    /// Shows a form once more, with what was typed and what is wrong with it.
    ///
    /// # Errors
    /// The failure, when trying again would not help.
    pub fn again<T: Template>(&self, unsent: Unsent, page: impl FnOnce(Form) -> T) -> Shown {
        match unsent {
            Unsent::Failed(failure) => Err(failure),
            Unsent::Again { form, status } => {
                let entry = form.entry();
                let mut response = html(&page(*form), self.msg)?;
                *response.status_mut() = status;
                if let Some(value) = entry.and_then(|entry| HeaderValue::from_str(&entry.to_string()).ok()) {
                    response.headers_mut().insert(LOG_ENTRY, value);
                }
                Ok(response)
            }
        }
    }

    /// After a form was carried out: to the next page, which shows the message `notice-<code>` (post, redirect, get).
    ///
    /// # Errors
    /// None; the type is that of a handler.
    pub fn done(&self, to: &str, notice: &'static str, entry: EntryId) -> Shown {
        let mut response = Redirect::to(to).into_response();
        if let Some(cookie) = cookie::set(self.site.settings(), cookie::NOTICE, notice, Some(120)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        if let Ok(value) = HeaderValue::from_str(&entry.to_string()) {
            response.headers_mut().insert(LOG_ENTRY, value);
        }
        Ok(response)
    }
}

/// A rendered page.
pub(crate) fn html(page: &impl Template, msg: Messages) -> Shown {
    let body = page.render().map_err(|error| {
        tracing::error!(%error, "a template could not be rendered");
        Failure::Internal
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(msg.tag())),
    ];
    Ok((StatusCode::OK, headers, body).into_response())
}
