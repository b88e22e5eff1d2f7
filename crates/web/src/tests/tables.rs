//! The table of routes, the OpenAPI document, and the rules of the national REST profile over it.

use std::collections::HashSet;

use crate::openapi;
use crate::route::Kind;
use crate::routes;

#[test]
fn table_and_openapi_agree() {
    let document = openapi::openapi();
    let mut described = HashSet::new();
    for (path, item) in &document.paths.paths {
        for (name, operation) in [
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ] {
            if operation.is_some() {
                described.insert((name, path.clone()));
            }
        }
    }
    let of_table: HashSet<_> = routes::all()
        .filter(|route| route.path.starts_with("/api/"))
        .map(|route| (route.method.as_str(), route.path.to_owned()))
        .collect();
    assert_eq!(described, of_table);
    for route in routes::all() {
        if let Some(description) = route.description {
            let description = description();
            assert_eq!(description.path, route.path);
            assert_eq!(description.methods.len(), 1);
            assert!(description.methods[0] == openapi::http_method(route.method), "{}", route.path);
        }
    }
}

#[test]
fn no_route_stands_twice_and_each_kind_keeps_to_its_part_of_the_site() {
    let mut seen = HashSet::new();
    for route in routes::all() {
        assert!(seen.insert((route.method, route.path)), "{} stands twice", route.path);
        match route.kind {
            Kind::Page => assert!(route.path == "/ui" || route.path.starts_with("/ui/"), "{}", route.path),
            Kind::Api => assert!(route.path.starts_with("/api/v1/") && route.action.is_some(), "{}", route.path),
            Kind::Public => {}
        }
    }
    let without_action: Vec<_> = routes::all()
        .filter(|route| route.kind != Kind::Public && route.action.is_none())
        .map(|route| route.path)
        .collect();
    let known = ["/ui/session", "/ui/sign-out"];
    assert!(
        without_action.iter().all(|path| known.contains(path)),
        "a route that touches a record names its action: {without_action:?}"
    );
}

#[test]
fn addresses_follow_the_profile() {
    // UFN.07-.09: lower case, digits, hyphens; RES.02: nothing that could be a name or a number of a person.
    for route in routes::all().filter(|route| route.path.starts_with("/api/")) {
        for word in route.path.split('/').skip(1) {
            let plain = word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(word);
            let parameter = plain.len() != word.len();
            let lawful = plain.chars().all(|c| {
                c.is_ascii_lowercase()
                    || c.is_ascii_digit()
                    || c == '-'
                    || c == '.'
                    || (parameter && c.is_ascii_alphanumeric())
            });
            assert!(lawful && !plain.is_empty(), "{}", route.path);
        }
    }
}

#[test]
fn every_operation_is_described_with_its_failures() {
    let document: serde_json::Value = serde_json::from_str(&openapi::json()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert!(operation["operationId"].is_string(), "{method} {path} has no id");
            assert_eq!(
                operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"],
                "#/components/schemas/Problem",
                "{method} {path}"
            );
        }
    }
    assert!(document["components"]["schemas"]["Problem"]["properties"]["detail"].is_object());
    let names: HashSet<_> = document["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    for reference in openapi::json().split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(names.contains(name), "{name} is referred to and not described");
    }
}

#[test]
fn fields_are_camel_case() {
    let document: serde_json::Value = serde_json::from_str(&openapi::json()).unwrap();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for field in schema["properties"].as_object().into_iter().flat_map(|fields| fields.keys()) {
            assert!(
                field.starts_with(|c: char| c.is_ascii_lowercase()) && field.chars().all(|c| c.is_ascii_alphanumeric()),
                "{name}.{field}"
            );
        }
    }
}
