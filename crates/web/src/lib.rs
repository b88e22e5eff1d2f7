//! The edge: HTML pages for people, a JSON API for programs.
//!
//! What it is: translation. A handler recognises who asks, calls one use case of `case-registry`, and shows the view in the reader's language. What it is
//! not: it decides nothing, opens nothing and keeps nothing; whatever a page shows was permitted and recorded before it came here.
//! The binary builds a [`site::Site`] and hands it to [`server::serve`]; tests drive [`router::router`].
//!
//! How a request goes: [`edge`] (id, span, headers, the body of every failure) -> the gate (cookie or bearer token, form token, body limit) -> the handler
//! with [`visit::Visit`] or [`call::Call`]. Every address stands in [`routes`], one file per page under `pages` and per endpoint under `api`.
//! `docs/adding-a-page.md` shows the recipe.

pub mod api;
pub mod assets;
pub mod at;
pub mod call;
pub mod command;
pub mod context;
pub mod cookie;
pub mod created;
pub mod csrf;
pub mod drafts;
pub mod edge;
pub mod failure;
pub mod form;
pub mod frame;
pub(crate) mod gate;
pub mod health;
pub mod i18n;
pub mod idempotency;
pub mod layouts;
pub mod navigation;
pub mod openapi;
pub mod pages;
pub mod paging;
pub mod parts;
pub mod problem;
pub mod protection;
pub mod route;
pub mod router;
pub mod routes;
pub mod server;
pub mod sign_in;
pub mod site;
pub mod stated_purpose;
pub mod stated_reason;
pub mod version_tag;
pub mod visit;

#[cfg(test)]
mod soundness;
#[cfg(test)]
mod tests;
