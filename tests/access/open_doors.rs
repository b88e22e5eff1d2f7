//! Who is let in without a session, and how a session ends.

use reqwest::Method;
use web::route::Kind;
use web::routes;

use crate::house::in_each_house;

/// Everything that is for everybody. The list may only shrink: a line more is a decision, to be taken in a review.
const PUBLIC: &[&str] = &[
    "GET /",
    "GET /api/v1/api-info",
    "GET /api/v1/openapi.json",
    "GET /assets/{name}",
    "GET /health/live",
    "GET /health/ready",
    "GET /sign-in/{token}",
    "GET /ui/accessibility",
    "GET /ui/sign-in",
];

#[test]
fn no_more_than_these_addresses_are_for_everybody() {
    let mut public: Vec<String> = routes::all()
        .filter(|route| route.kind == Kind::Public)
        .map(|route| format!("{} {}", route.method.as_str(), route.path))
        .collect();
    public.sort_unstable();
    assert_eq!(public, PUBLIC);
    for route in routes::all().filter(|route| route.action.is_none() && route.kind != Kind::Public) {
        assert_eq!(
            (route.kind, route.method),
            (Kind::Page, web::route::Method::Post),
            "{}: decided by nobody",
            route.path
        );
    }
}

#[test]
fn whoever_has_not_signed_in_gets_nothing_but_the_door() {
    in_each_house(async |house| {
        let stranger = house.instance.as_stranger();
        for route in routes::all().filter(|route| route.kind != Kind::Public) {
            let nobody = uuid::Uuid::nil().to_string();
            let mut path = route.path.to_owned();
            while let (Some(from), Some(until)) = (path.find('{'), path.find('}')) {
                path.replace_range(from..=until, &nobody);
            }
            let method = Method::from_bytes(route.method.as_str().as_bytes()).unwrap();
            let reply = stranger.send(stranger.request(method, &path)).await.unwrap();
            match route.kind {
                Kind::Api => {
                    assert_eq!((reply.status, reply.header("www-authenticate")), (401, "Bearer"), "{path}");
                    assert_eq!(reply.header("content-type"), "application/problem+json");
                }
                _ => assert_eq!((reply.status, reply.header("location")), (303, "/ui/sign-in"), "{path}"),
            }
            assert!(reply.log_entry().is_none(), "{path}");
        }
    });
}

#[test]
fn a_session_that_was_ended_opens_nothing_any_more() {
    in_each_house(async |house| {
        let session = house.another_session("social-worker").await;
        let url = |path: &str| format!("{}{path}", house.instance.persona("social-worker").base_url);
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let cases = || http.get(url("/ui/cases")).header("cookie", &session.cookie).send();
        assert_eq!(cases().await.unwrap().status(), 200);
        let leave =
            http.post(url("/ui/sign-out")).header("cookie", &session.cookie).form(&[("_csrf", &session.form_token)]);
        assert_eq!(leave.send().await.unwrap().status(), 303);
        assert_eq!(cases().await.unwrap().status(), 303);
        // Nobody else was sent away.
        let other = house.send(house.browse("social-worker", Method::GET, "/ui/cases")).await;
        assert_eq!(other.status, 200);
    });
}
