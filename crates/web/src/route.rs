//! One address of the site as data. The router, the list for the coverage test and the OpenAPI document are all built from the same table.

use axum::routing::MethodRouter;
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::{RefOr, Schema};
use vocabulary::Action;

use crate::site::Site;

/// An HTTP method that the site uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Read; HEAD is answered by the same handler, so it is decided and recorded in the same way.
    Get,
    /// Create or carry out.
    Post,
    /// Replace.
    Put,
    /// Change in part.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// As written in a request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// How a route lets people in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For a signed-in person: a session cookie; forms carry their token.
    Page,
    /// For a program: a bearer token.
    Api,
    /// For everybody. The list of these may only shrink.
    Public,
}

/// One route. Made with [`Route::page`], [`Route::api`] or [`Route::public`].
#[derive(Clone, Copy)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{id}` for ids.
    pub path: &'static str,
    /// What is authorised and logged. None only for routes that touch no record.
    pub action: Option<Action>,
    /// How people are let in.
    pub kind: Kind,
    /// The largest body in bytes.
    pub body_limit: usize,
    /// The description, for API routes.
    pub description: Option<Description>,
    handler: fn() -> MethodRouter<Site>,
}

/// 64 KiB hold any form or command of ordinary size.
pub const ORDINARY_BODY: usize = 64 * 1024;
/// 512 KiB hold the longest note with its paragraphs.
pub const LONG_TEXT_BODY: usize = 512 * 1024;

impl Route {
    /// A page or form of a signed-in person. The handler is written `|| get(show)`.
    #[must_use]
    pub const fn page(method: Method, path: &'static str, action: Action, handler: fn() -> MethodRouter<Site>) -> Self {
        Self {
            method,
            path,
            action: Some(action),
            kind: Kind::Page,
            body_limit: ORDINARY_BODY,
            description: None,
            handler,
        }
    }

    /// A page or form of a signed-in person that touches no record.
    #[must_use]
    pub const fn plain_page(method: Method, path: &'static str, handler: fn() -> MethodRouter<Site>) -> Self {
        Self { method, path, action: None, kind: Kind::Page, body_limit: ORDINARY_BODY, description: None, handler }
    }

    /// An API endpoint. The description is `describe::<__path_read>` of a handler with `#[utoipa::path]`.
    #[must_use]
    pub const fn api(
        method: Method,
        path: &'static str,
        action: Action,
        handler: fn() -> MethodRouter<Site>,
        description: Description,
    ) -> Self {
        Self {
            method,
            path,
            action: Some(action),
            kind: Kind::Api,
            body_limit: ORDINARY_BODY,
            description: Some(description),
            handler,
        }
    }

    /// Something for everybody.
    #[must_use]
    pub const fn public(method: Method, path: &'static str, handler: fn() -> MethodRouter<Site>) -> Self {
        Self { method, path, action: None, kind: Kind::Public, body_limit: ORDINARY_BODY, description: None, handler }
    }

    /// With a description in the OpenAPI document, for public API routes.
    #[must_use]
    pub const fn described(mut self, description: Description) -> Self {
        self.description = Some(description);
        self
    }

    /// With another limit for the body.
    #[must_use]
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    pub(crate) fn mount(&self) -> MethodRouter<Site> {
        (self.handler)()
    }
}

/// Schemas with their names, as utoipa collects them.
pub type Schemas = Vec<(String, RefOr<Schema>)>;

/// What a described operation says of itself.
pub struct Described {
    /// Its methods.
    pub methods: Vec<HttpMethod>,
    /// Its path.
    pub path: String,
    /// The operation.
    pub operation: Operation,
    /// The schemas that it refers to.
    pub schemas: Schemas,
}

/// Gives the description of one operation.
pub type Description = fn() -> Described;

/// The description that `#[utoipa::path]` wrote: `describe::<__path_read>`.
#[must_use]
pub fn describe<P: utoipa::Path + SchemaReferences + Tags<'static>>() -> Described {
    let mut schemas = Vec::new();
    P::schemas(&mut schemas);
    let mut operation = P::operation();
    operation.tags.get_or_insert_default().extend(P::tags().into_iter().map(str::to_owned));
    Described { methods: P::methods(), path: P::path(), operation, schemas }
}
