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
use crate::parts::Why;
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
    registry: Result<Registry, Failure>,
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
        let who = context.signed_in().ok_or(Failure::SignInNeeded)?;
        let registry = site.registry_at(who.policy_epoch).await;
        if let Ok(registry) = &registry {
            context.watch(registry.decided());
        }
        Ok(Self {
            caller: who.caller.clone(),
            msg: context.msg,
            site: site.clone(),
            registry,
            context: Arc::clone(&context),
        })
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

    /// The registry: every use case, under the one policy that this request is decided with.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when this instance was started without it, or does not hold the policy in force.
    pub fn registry(&self) -> Result<&Registry, Failure> {
        self.registry.as_ref().map_err(Clone::clone)
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
        let mut response = self.html(page)?;
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
                let mut response = self.html(&page(*form))?;
                *response.status_mut() = status;
                if let Some(value) = entry.and_then(|entry| HeaderValue::from_str(&entry.to_string()).ok()) {
                    response.headers_mut().insert(LOG_ENTRY, value);
                }
                Ok(response)
            }
        }
    }

    /// What was decided for this page, in words. Call it after the use cases.
    #[must_use]
    pub fn why(&self) -> Why {
        Why::new(self.msg).decided(&self.context.decided())
    }

    /// A rendered page with the panel "why do I see this?": where the page has a place for it, otherwise at its end. No page can go without, and none can tell
    /// anything else in it than what was decided.
    fn html(&self, page: &impl Template) -> Shown {
        let body = rendered(page)?;
        let panel = rendered(&self.why())?;
        let place = body.find(PANEL).and_then(|from| {
            let (before, rest) = body.split_at(from);
            let (_, after) = rest.split_once(END_OF_PANEL)?;
            Some((before, after))
        });
        let place = place.or_else(|| body.rfind(END_OF_MAIN).map(|end| body.split_at(end)));
        let whole = match place {
            Some((before, after)) => format!("{before}{panel}{after}"),
            None => body,
        };
        Ok(answer(whole, self.msg))
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

/// How the panel begins, and before what it stands.
const PANEL: &str = "<details class=\"why\">";
const END_OF_PANEL: &str = "</details>";
const END_OF_MAIN: &str = "</main>";

/// A rendered page for somebody who is not signed in.
pub(crate) fn html(page: &impl Template, msg: Messages) -> Shown {
    Ok(answer(rendered(page)?, msg))
}

fn rendered(page: &impl Template) -> Result<String, Failure> {
    page.render().map_err(|error| {
        tracing::error!(%error, "a template could not be rendered");
        Failure::Internal
    })
}

fn answer(body: String, msg: Messages) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(msg.tag())),
    ];
    (StatusCode::OK, headers, body).into_response()
}
