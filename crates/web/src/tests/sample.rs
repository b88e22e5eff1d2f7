//! A small site over one user, with one page, one form and one endpoint, for the tests of the edge.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use futures_util::future::{BoxFuture, FutureExt as _};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use vocabulary::{
    Action, AuthorityId, AuthorityKind, Caller, CaseId, EntryId, FixedClock, Language, RequestId, Role, Roles,
    SeededEntropy, SessionId, Strength, Timestamp, UnitId, UserId,
};

use crate::at::At;
use crate::call::{Call, Replied, Reply, Tagged};
use crate::command::Command;
use crate::failure::Failure;
use crate::form::Field;
use crate::layouts::FormPage;
use crate::route::{Method, Route};
use crate::sign_in::{Credential, Presence, SignIn, SignInError, SignedIn};
use crate::site::{Settings, Site};
use crate::version_tag::IfMatch;
use crate::visit::{Posted, Shown, Visit};

/// Knows one cookie and one token, and tells them apart.
struct OneUser;

impl SignIn for OneUser {
    fn caller(&self, credential: Credential, request: RequestId) -> BoxFuture<'_, Result<SignedIn, SignInError>> {
        let known = match &credential {
            Credential::Cookie(secret) => secret.reveal() == "cookie",
            Credential::Bearer(secret) => secret.reveal() == "token",
        };
        async move { if known { Ok(signed_in(request)) } else { Err(SignInError::Unknown) } }.boxed()
    }
}

pub(super) fn signed_in(request: RequestId) -> SignedIn {
    let id = uuid::Uuid::from_u128(7);
    SignedIn {
        session: SessionId(id),
        policy_epoch: 0,
        caller: Caller {
            user: UserId(id),
            authority: AuthorityId(id),
            unit: UnitId(id),
            roles: Roles::default().with(Role::SocialWorker),
            strength: Strength::Demo,
            request,
            language: Language::Swedish,
            reason: None,
            idempotency: None,
            sends: None,
        },
        presence: Presence {
            name: "Maria Ek".to_owned(),
            authority: "Socialnämnden i Mellerud".to_owned(),
            authority_kind: AuthorityKind::SocialBoard,
            unit: "Barn och unga".to_owned(),
            idle_seconds: Some(1200),
        },
    }
}

pub(super) fn site() -> Site {
    let clock = FixedClock::at(Timestamp::parse("2026-11-22T22:15:00Z").unwrap());
    let settings = Settings {
        secure: false,
        demo: true,
        place: "Mellerud".to_owned(),
        accessibility_contact: "registrator@mellerud.example".to_owned(),
    };
    Site::new(Arc::new(OneUser), Arc::new(clock), Arc::new(SeededEntropy::new(1)), settings).build()
}

#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WriteSample {
    title: String,
    #[serde(default)]
    due_on: Option<String>,
}

fn sample_form(visit: &Visit, case: CaseId) -> crate::form::Form {
    visit
        .form(format!("/ui/samples/{case}"))
        .field(Field::text("title", "Rubrik").longest(10))
        .more(Field::date("dueOn", "Dag").optional())
}

async fn show(visit: Visit, At(case): At<CaseId>) -> Shown {
    if case.0.is_nil() {
        return Err(Failure::NotFound);
    }
    visit.page(&FormPage::new(visit.frame("Prov"), sample_form(&visit, case)), EntryId(uuid::Uuid::from_u128(9)))
}

async fn send(visit: Visit, At(case): At<CaseId>, Posted(data): Posted) -> Shown {
    let kept = async |command: WriteSample| {
        if command.title == "stale" {
            Err(case_registry::RegistryError::Stale)
        } else {
            Ok(case_registry::Answer { view: (), entry: EntryId(uuid::Uuid::from_u128(9)) })
        }
    };
    match visit.submit(sample_form(&visit, case), &data, kept).await {
        Ok(answer) => visit.done(&format!("/ui/samples/{case}"), "saved", answer.entry),
        Err(unsent) => visit.again(unsent, |form| FormPage::new(visit.frame("Prov"), form)),
    }
}

async fn api_read(_: Call, At(case): At<CaseId>) -> Replied<WriteSample> {
    if case.0.is_nil() {
        return Err(Failure::NotFound);
    }
    let view = WriteSample { title: "x".to_owned(), due_on: None };
    Ok(Reply::of(case_registry::Answer { view, entry: EntryId(uuid::Uuid::from_u128(9)) }).tagged(Tagged::new(3, 1, 0)))
}

async fn api_write(_: Call, IfMatch(tag): IfMatch, body: Command<WriteSample>) -> Result<Response, Failure> {
    if tag.version != 3 {
        return Err(Failure::Stale);
    }
    Ok(body.command.title.into_response())
}

async fn falls_over() -> StatusCode {
    panic!("a defect")
}

fn described() -> crate::route::Described {
    crate::route::Described {
        methods: Vec::new(),
        path: String::new(),
        operation: utoipa::openapi::path::Operation::new(),
        schemas: Vec::new(),
    }
}

pub(super) const SAMPLES: &[Route] = &[
    Route::page(Method::Get, "/ui/samples/{id}", Action::ReadCase, || get(show)),
    Route::page(Method::Post, "/ui/samples/{id}", Action::WriteNote, || post(send)),
    Route::api(Method::Get, "/api/v1/samples/{id}", Action::ReadCase, || get(api_read), described),
    Route::api(Method::Post, "/api/v1/samples/{id}", Action::WriteNote, || post(api_write), described),
    Route::public(Method::Get, "/falls-over", || get(falls_over)),
];
