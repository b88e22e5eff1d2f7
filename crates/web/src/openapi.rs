//! The OpenAPI 3.1 document, collected from the table of routes. What is the same for every operation is added here, so that a handler describes only what
//! is its own.

use utoipa::PartialSchema as _;
use utoipa::ToSchema as _;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, Operation, ParameterBuilder, ParameterIn, PathItem, PathsBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, ContentBuilder, Info, LicenseBuilder, ObjectBuilder, OpenApi, OpenApiBuilder,
    Ref, RefOr, Required, ResponseBuilder, Type,
};

use crate::failure::Failure;
use crate::problem::{FieldProblem, Problem, TestProblem};
use crate::route::{Kind, Route};
use crate::routes;

/// Version of the API.
pub const VERSION: &str = "1.0.0";
/// Day on which this version of the API was released.
pub const RELEASED: &str = "2026-11-23";

/// The document.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new();
    let mut own = Vec::new();
    Problem::schemas(&mut own);
    for (name, schema) in [
        (Problem::name(), Problem::schema()),
        (FieldProblem::name(), FieldProblem::schema()),
        (TestProblem::name(), TestProblem::schema()),
    ] {
        own.push((name.into_owned(), schema));
    }
    for route in routes::all() {
        let Some(description) = route.description else { continue };
        let described = description();
        let operation = complete(route, described.operation);
        for method in described.methods {
            paths = paths.path(described.path.clone(), PathItem::new(method, operation.clone()));
        }
        own.extend(described.schemas);
    }
    for (name, schema) in own {
        components = components.schema(name, schema);
    }
    let bearer = SecurityScheme::Http(
        HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token of one user at one authority."))
            .build(),
    );
    let mut info = Info::new("Samlad", VERSION);
    info.description = Some(
        "Case coordination between a social board and the police. Nothing is read without a decision of the policy and a durable entry in the access log; \
         what is hidden and what does not exist give the same answer. Texts are in Swedish or English by `Accept-Language`."
            .to_owned(),
    );
    info.license = Some(LicenseBuilder::new().name("EUPL-1.2").identifier(Some("EUPL-1.2")).build());
    info.contact = Some(ContactBuilder::new().name(Some("The authority that runs this instance")).build());
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components.security_scheme("bearer", bearer).build()))
        .build()
}

/// The document as JSON, as `docs/openapi.json` keeps it.
#[must_use]
pub fn json() -> String {
    let mut text = openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Adds what every operation has: its id, sign-in, language, the header with the log entry, and problems for every failure.
fn complete(route: &Route, mut operation: Operation) -> Operation {
    operation.operation_id = Some(operation_id(route));
    if operation.summary.is_none() {
        operation.summary = operation.description.as_deref().and_then(|text| text.split('.').next()).map(str::to_owned);
    }
    let text = || ObjectBuilder::new().schema_type(Type::String).build();
    let language = ParameterBuilder::new()
        .name("Accept-Language")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("`sv` (default) or `en`: the language of texts and problems."))
        .schema(Some(text()))
        .example(Some("sv".into()))
        .build();
    operation.parameters.get_or_insert_default().push(language.into());
    if route.kind == Kind::Api {
        operation.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
        let entry = HeaderBuilder::new()
            .description(Some("The log entry that stands for this access."))
            .schema(Some(text()))
            .build();
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response
                && status.starts_with('2')
            {
                response.headers.entry("Samlad-Log-Entry".to_owned()).or_insert_with(|| entry.clone().into());
            }
        }
    }
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let codes = Failure::CODES.join("`, `");
    let failed = ResponseBuilder::new()
        .description(format!("A problem document (RFC 9457). Its `type` ends in one of `{codes}`."))
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".to_owned(), failed.into());
    operation
}

/// `GET /api/v1/measures/{id}` is `getMeasuresId`.
fn operation_id(route: &Route) -> String {
    let mut id = route.method.as_str().to_ascii_lowercase();
    for word in route
        .path
        .trim_start_matches("/api/v1")
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let (first, rest) = word.split_at(1);
        id.push_str(&first.to_ascii_uppercase());
        id.push_str(rest);
    }
    id
}

/// The method as OpenAPI knows it.
#[must_use]
pub const fn http_method(method: crate::route::Method) -> HttpMethod {
    match method {
        crate::route::Method::Get => HttpMethod::Get,
        crate::route::Method::Post => HttpMethod::Post,
        crate::route::Method::Put => HttpMethod::Put,
        crate::route::Method::Patch => HttpMethod::Patch,
        crate::route::Method::Delete => HttpMethod::Delete,
    }
}
