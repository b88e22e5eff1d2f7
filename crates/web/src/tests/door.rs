//! The edge and the gate, driven by whole requests.

use axum::body::to_bytes;
use axum::extract::Request;
use http::{HeaderMap, StatusCode, header};
use tower::ServiceExt as _;
use vocabulary::Language;

use crate::csrf;
use crate::route::{Kind, ORDINARY_BODY};
use crate::router;
use crate::soundness::assert_sound;

use super::sample::{SAMPLES, site};

const CASE: &str = "00000000-0000-4000-8000-000000000001";
const HIDDEN: &str = "00000000-0000-0000-0000-000000000000";

struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

async fn ask(request: Request) -> Answered {
    let routes = SAMPLES.iter().chain(crate::routes::all());
    let response = router::over(site(), routes).oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let text = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
    Answered { status: head.status, headers: head.headers, text }
}

fn page(path: &str) -> Request {
    Request::get(path).header("cookie", "samlad-session=cookie").body(axum::body::Body::empty()).unwrap()
}

fn api(path: &str) -> http::request::Builder {
    Request::post(path)
        .header("authorization", "Bearer token")
        .header("content-type", "application/json")
        .header("if-match", "\"3-1\"")
}

/// The token that the one user's forms carry: read from the form, as a browser does.
async fn sent(fields: &str) -> Answered {
    let site = site();
    let token = csrf::token(site.csrf_key(), "cookie");
    let body = format!("_csrf={token}&{fields}");
    let request = Request::post(format!("/ui/samples/{CASE}"))
        .header("cookie", "samlad-session=cookie")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(body));
    let routes = SAMPLES.iter();
    let response = router::over(site, routes).oneshot(request.unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let text = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
    Answered { status: head.status, headers: head.headers, text }
}

#[tokio::test]
async fn what_is_hidden_and_what_is_missing_look_the_same() {
    let hidden = ask(page(&format!("/ui/samples/{HIDDEN}"))).await;
    let missing = ask(page("/ui/samples/no-such-id")).await;
    assert_eq!((hidden.status, missing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(hidden.text, missing.text);
    let read = |path: String| {
        Request::get(path).header("authorization", "Bearer token").body(axum::body::Body::empty()).unwrap()
    };
    let hidden = ask(read(format!("/api/v1/samples/{HIDDEN}"))).await;
    let missing = ask(read("/api/v1/samples/nothing".to_owned())).await;
    let nowhere = ask(read("/api/v1/nowhere".to_owned())).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert_eq!(hidden.text, missing.text);
    assert_eq!(hidden.text, nowhere.text);
    assert_eq!(hidden.headers["content-type"], "application/problem+json");
}

#[tokio::test]
async fn a_cookie_opens_no_api_and_a_token_no_page() {
    let with_cookie = Request::get(format!("/api/v1/samples/{CASE}"))
        .header("cookie", "samlad-session=cookie")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = ask(with_cookie).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
    let with_token = Request::get(format!("/ui/samples/{CASE}"))
        .header("authorization", "Bearer token")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = ask(with_token).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers["location"], "/ui/sign-in");
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with(&format!("samlad-return=/ui/samples/{CASE};")));
    for value in ["Bearer cookie", "Basic token", "Bearer ", "token"] {
        let request = Request::get(format!("/api/v1/samples/{CASE}"))
            .header("authorization", value)
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(ask(request).await.status, StatusCode::UNAUTHORIZED, "{value}");
    }
}

#[tokio::test]
async fn every_answer_is_protected_and_nothing_inline_is_allowed() {
    for request in [
        page(&format!("/ui/samples/{CASE}")),
        page("/ui/nowhere"),
        Request::get("/health/live").body(axum::body::Body::empty()).unwrap(),
    ] {
        let answer = ask(request).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(
            !policy.contains("unsafe")
                && policy.contains("default-src 'none'")
                && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
        assert!(answer.headers.contains_key("samlad-request"));
    }
}

#[tokio::test]
async fn a_page_names_its_log_entry_and_is_sound() {
    let answer = ask(page(&format!("/ui/samples/{CASE}"))).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["samlad-log-entry"], "00000000-0000-0000-0000-000000000009");
    assert_sound(&answer.text, crate::i18n::Messages::new(Language::Swedish));
}

#[tokio::test]
async fn the_language_switch_keeps_the_page() {
    let answer = ask(page(&format!("/ui/samples/{CASE}?page=2&lang=en"))).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers["location"], format!("/ui/samples/{CASE}?page=2").as_str());
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("samlad-language=en;"));
    let english = Request::get(format!("/ui/samples/{CASE}"))
        .header("cookie", "samlad-session=cookie; samlad-language=en")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = ask(english).await;
    assert!(answer.text.contains("<html lang=\"en\">") && answer.text.contains("Skip to the content"));
    let odd = ask(page("//evil.example/?lang=en")).await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let without_token = Request::post(format!("/ui/samples/{CASE}"))
        .header("cookie", "samlad-session=cookie")
        .header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(ask(without_token.body("title=x".into()).unwrap()).await.status, StatusCode::FORBIDDEN);
    let other_site = Request::post(format!("/ui/samples/{CASE}"))
        .header("cookie", "samlad-session=cookie")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(ask(other_site.body("title=x".into()).unwrap()).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_is_carried_out_and_leads_on() {
    let answer = sent("title=kort&dueOn=").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(answer.headers["location"], format!("/ui/samples/{CASE}").as_str());
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("samlad-notice=saved;"));
    let next = Request::get(format!("/ui/samples/{CASE}"))
        .header("cookie", "samlad-session=cookie; samlad-notice=saved")
        .body(axum::body::Body::empty())
        .unwrap();
    let next = ask(next).await;
    assert!(next.text.contains("Sparat."));
    let forged = Request::get(format!("/ui/samples/{CASE}"))
        .header("cookie", "samlad-session=cookie; samlad-notice=x<b>")
        .body(axum::body::Body::empty())
        .unwrap();
    assert!(!ask(forged).await.text.contains("<b>"));
}

#[tokio::test]
async fn a_wrong_form_comes_back_with_what_was_typed() {
    let answer = sent("title=&dueOn=i+morgon+%3Cb%3E").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("i morgon &#60;b&#62;"), "{}", answer.text);
    assert!(answer.text.contains("href=\"#f-title\"") && answer.text.contains("href=\"#f-dueOn\""));
    assert!(answer.text.contains("<details class=\"more\" open>"), "{}", answer.text);
    assert!(answer.text.contains("<title>Fel: Prov"));
    assert_sound(&answer.text, crate::i18n::Messages::new(Language::Swedish));
    let stale = sent("title=stale").await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert!(stale.text.contains("value=\"stale\"") && stale.text.contains("i en annan flik"));
}

#[tokio::test]
async fn bodies_are_limited_in_size_kind_and_content() {
    let path = format!("/api/v1/samples/{CASE}");
    let case = |body: &str| api(&path).body(axum::body::Body::from(body.to_owned())).unwrap();
    assert_eq!(ask(case(r#"{"title":"x"}"#)).await.status, StatusCode::OK);
    let unknown = ask(case(r#"{"title":"x","riskScore":9}"#)).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text.contains("riskScore") && unknown.text.contains("UNKNOWN_FIELD"));
    assert_eq!(ask(case("{")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ask(case(&"x".repeat(ORDINARY_BODY + 1))).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let no_kind = Request::post(&path)
        .header("authorization", "Bearer token")
        .header("if-match", "\"3-1\"")
        .body("{}".into())
        .unwrap();
    assert_eq!(ask(no_kind).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let long_header =
        Request::get("/health/live").header("x-long", "x".repeat(20_000)).body(axum::body::Body::empty()).unwrap();
    assert_eq!(ask(long_header).await.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
}

#[tokio::test]
async fn an_edit_needs_the_version_it_was_made_on() {
    let path = format!("/api/v1/samples/{CASE}");
    let with = |tag: Option<&str>| {
        let request =
            Request::post(&path).header("authorization", "Bearer token").header("content-type", "application/json");
        let request = if let Some(tag) = tag { request.header("if-match", tag) } else { request };
        request.body(axum::body::Body::from(r#"{"title":"x"}"#)).unwrap()
    };
    assert_eq!(ask(with(None)).await.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(ask(with(Some("\"2-1\""))).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(ask(with(Some("*"))).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(ask(with(Some("\"3-1\""))).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_unchanged_record_is_not_sent_twice_but_recorded_twice() {
    let asked = |tag: &str| {
        let request = Request::get(format!("/api/v1/samples/{CASE}")).header("authorization", "Bearer token");
        request.header("if-none-match", tag)
    };
    let first = ask(asked("\"3-1\"").body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(first.status, StatusCode::OK, "the version alone does not say that nothing below it changed");
    let request = asked(first.headers["etag"].to_str().unwrap());
    let answer = ask(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
    assert!(answer.text.is_empty());
    assert!(answer.headers.contains_key("samlad-log-entry"));
}

#[tokio::test]
async fn a_defect_says_nothing_of_itself() {
    let answer = ask(page("/falls-over")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text.contains("a defect") && answer.text.contains("Något gick fel"));
}

#[tokio::test]
async fn a_method_that_is_not_there_is_a_problem_too() {
    let request = Request::delete(format!("/api/v1/samples/{CASE}"))
        .header("authorization", "Bearer token")
        .header("accept-language", "en");
    let answer = ask(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.text.contains("This cannot be done here"), "{}", answer.text);
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_public_pages_are_sound() {
    let style = ask(page(crate::assets::SAMLAD_CSS)).await;
    assert_eq!(style.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(style.headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
    assert_eq!(ask(page("/assets/../Cargo.toml")).await.status, StatusCode::NOT_FOUND);
    for language in Language::ALL {
        let request = Request::get("/ui/accessibility")
            .header("cookie", format!("samlad-language={}", language.code()))
            .body(axum::body::Body::empty())
            .unwrap();
        let answer = ask(request).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_sound(&answer.text, crate::i18n::Messages::new(*language));
    }
}

#[tokio::test]
async fn a_session_is_kept_alive_only_by_its_own_page() {
    let site = site();
    let token = csrf::token(site.csrf_key(), "cookie");
    let stay = |body: String| {
        Request::post("/ui/session")
            .header("cookie", "samlad-session=cookie")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(body))
            .unwrap()
    };
    assert_eq!(ask(stay(String::new())).await.status, StatusCode::FORBIDDEN);
    let answer = router::router(site).oneshot(stay(format!("_csrf={token}"))).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
}

#[test]
fn the_routes_for_everybody_are_these() {
    let public: Vec<_> =
        crate::routes::all().filter(|route| route.kind == Kind::Public).map(|route| route.path).collect();
    let known = [
        "/health/live",
        "/health/ready",
        "/assets/{name}",
        "/",
        "/ui/accessibility",
        "/api/v1/api-info",
        "/api/v1/openapi.json",
        "/ui/sign-in",
        "/sign-in/{token}",
    ];
    assert!(public.iter().all(|path| known.contains(path)), "a new public route needs a reason: {public:?}");
}
