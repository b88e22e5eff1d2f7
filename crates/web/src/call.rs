//! A program's request to the API, and the answer to it.

use std::sync::Arc;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use case_registry::{Answer, Registry};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use vocabulary::{Caller, EntryId};

use crate::context::{Context, Reader};
use crate::edge::LOG_ENTRY;
use crate::failure::Failure;
use crate::i18n::Messages;
use crate::site::Site;
use crate::version_tag::{self, VersionTag};

/// One call of an API client.
pub struct Call {
    /// The caller, for use cases.
    pub caller: Caller,
    /// The words, for texts inside answers.
    pub msg: Messages,
    /// The site.
    pub site: Site,
    registry: Result<Registry, Failure>,
}

/// What an API handler returns.
pub type Replied<V> = Result<Reply<V>, Failure>;

impl FromRequestParts<Site> for Call {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let context = parts.extensions.get::<Arc<Context>>().ok_or(Failure::Internal)?;
        if context.reader != Reader::Api {
            return Err(Failure::Internal);
        }
        let who = context.signed_in().ok_or(Failure::SignInNeeded)?;
        let registry = site.registry_at(who.policy_epoch).await;
        Ok(Self { caller: who.caller.clone(), msg: context.msg, site: site.clone(), registry })
    }
}

impl Call {
    /// The policy's epoch, for `ETag`.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] without a registry.
    pub fn epoch(&self) -> Result<i64, Failure> {
        Ok(self.registry()?.policy.epoch())
    }

    /// What a view of a row of this version is tagged with.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] without a registry.
    pub fn tag(&self, version: i64) -> Result<Tagged, Failure> {
        Ok(Tagged::new(version, self.epoch()?, self.registry()?.clock.today().to_julian_day()))
    }

    /// A tag from before the policy changed is stale, whatever the row's version.
    ///
    /// # Errors
    /// [`Failure::Stale`].
    pub fn check_epoch(&self, tag: VersionTag) -> Result<(), Failure> {
        if tag.epoch == self.epoch()? { Ok(()) } else { Err(Failure::Stale) }
    }

    /// The registry: every use case, under the one policy that this request is decided with.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when this instance was started without it, or does not hold the policy in force.
    pub fn registry(&self) -> Result<&Registry, Failure> {
        self.registry.as_ref().map_err(Clone::clone)
    }
}

/// What an `ETag` is made of beside the view itself.
#[derive(Clone, Copy, Debug)]
pub struct Tagged {
    version: i64,
    epoch: i64,
    day: i32,
}

impl Tagged {
    /// Of a row's version, the policy's epoch and the day.
    #[must_use]
    pub const fn new(version: i64, epoch: i64, day: i32) -> Self {
        Self { version, epoch, day }
    }
}

/// A view as JSON, with the log entry that let it out.
#[derive(Debug)]
pub struct Reply<V> {
    view: V,
    entry: EntryId,
    status: StatusCode,
    tag: Option<Tagged>,
    next: Option<VersionTag>,
    location: Option<String>,
}

impl<V> Reply<V> {
    /// 200 with the view.
    #[must_use]
    pub fn of(answer: Answer<V>) -> Self {
        Self { view: answer.view, entry: answer.entry, status: StatusCode::OK, tag: None, next: None, location: None }
    }

    /// 201 with the view; `location` is the path of what was created.
    #[must_use]
    pub fn created(answer: Answer<V>, location: String) -> Self {
        Self { status: StatusCode::CREATED, location: Some(location), ..Self::of(answer) }
    }

    /// With an `ETag`.
    #[must_use]
    pub const fn tagged(mut self, tag: Tagged) -> Self {
        self.tag = Some(tag);
        self
    }
}

impl Reply<()> {
    /// 204: done, and nothing to show. With the tag that the next edit is made on, so that no reading is needed between two edits.
    #[must_use]
    pub fn edited(answer: Answer<()>, made_on: VersionTag) -> Self {
        let next = VersionTag { version: made_on.version + 1, shape: 0, ..made_on };
        Self { next: Some(next), ..Self::done(answer) }
    }

    /// 204: done, and nothing to show.
    #[must_use]
    pub fn done(answer: Answer<()>) -> Self {
        Self { status: StatusCode::NO_CONTENT, ..Self::of(answer) }
    }
}

impl<V: Serialize> IntoResponse for Reply<V> {
    fn into_response(self) -> Response {
        let tag = match self.tag.map(|tag| (tag, serde_json::to_value(&self.view))) {
            None => self.next.map(|next| next.to_string()),
            Some((tag, Ok(view))) => {
                let shape = version_tag::shape(&view, tag.day);
                Some(VersionTag { version: tag.version, epoch: tag.epoch, shape }.to_string())
            }
            Some((_, Err(_))) => return Failure::Internal.into_response(),
        };
        let mut response = match self.status {
            StatusCode::NO_CONTENT => self.status.into_response(),
            status => (status, Json(self.view)).into_response(),
        };
        let texts = [(LOG_ENTRY, Some(self.entry.to_string())), (header::ETAG, tag), (header::LOCATION, self.location)];
        for (name, text) in texts {
            if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
