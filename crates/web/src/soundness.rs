//! Checks on rendered pages, for the tests of this crate: well formed, labelled, nothing inline, every word found.

use std::collections::{HashMap, HashSet};

use crate::i18n::Messages;

const VOID: &[&str] = &["meta", "link", "input", "br", "img", "hr"];

/// One start tag.
struct Element {
    name: String,
    attributes: HashMap<String, String>,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// Fails when a page is not sound.
#[track_caller]
pub(crate) fn assert_sound(html: &str, msg: Messages) {
    let faults = faults(html, msg);
    assert!(faults.is_empty(), "{faults:#?}\n{html}");
}

fn faults(html: &str, msg: Messages) -> Vec<String> {
    let (elements, mut faults) = parse(html);
    let ids: Vec<&str> = elements.iter().filter_map(|element| element.get("id")).collect();
    let known: HashSet<&str> = ids.iter().copied().collect();
    if known.len() != ids.len() {
        faults.push(format!("an id occurs twice: {ids:?}"));
    }
    let labelled: HashSet<&str> =
        elements.iter().filter(|element| element.name == "label").filter_map(|element| element.get("for")).collect();
    let count = |name: &str| elements.iter().filter(|element| element.name == name).count();
    for name in ["html", "head", "body", "main", "h1"] {
        if count(name) != 1 {
            faults.push(format!("{} times <{name}>", count(name)));
        }
    }
    // A drawing has titles of its own.
    if html.split("</head>").next().is_none_or(|head| head.matches("<title>").count() != 1) {
        faults.push("the head needs one title".to_owned());
    }
    let mut level = 0;
    for element in &elements {
        let name = element.name.as_str();
        for (attribute, value) in &element.attributes {
            if attribute == "style" || attribute.starts_with("on") {
                faults.push(format!("<{name}> has {attribute}: the content security policy forbids it"));
            }
            if matches!(attribute.as_str(), "aria-describedby" | "aria-labelledby" | "for") {
                faults.extend(
                    value
                        .split_whitespace()
                        .filter(|id| !known.contains(id))
                        .map(|id| format!("<{name} {attribute}> names #{id}, which is not there")),
                );
            }
            if attribute == "id" && (value.is_empty() || value.contains(char::is_whitespace)) {
                faults.push(format!("<{name}> has the id {value:?}"));
            }
        }
        if let Some(id) = element.get("href").and_then(|href| href.strip_prefix('#'))
            && !known.contains(id)
        {
            faults.push(format!("a link leads to #{id}, which is not there"));
        }
        let hidden = element.get("type") == Some("hidden");
        if matches!(name, "input" | "select" | "textarea")
            && !hidden
            && !element.get("id").is_some_and(|id| labelled.contains(id))
        {
            faults.push(format!("<{name} name={:?}> has no label", element.get("name")));
        }
        if name == "img" && element.get("alt").is_none() {
            faults.push("an image has no alt".to_owned());
        }
        if name == "html" && element.get("lang") != Some(msg.tag()) {
            faults.push("the page does not say its language".to_owned());
        }
        if name == "script" && element.get("src").is_none() {
            faults.push("an inline script".to_owned());
        }
        if name == "form" && element.get("method") == Some("post") && !html.contains("name=\"_csrf\"") {
            faults.push("a form without its token".to_owned());
        }
        if let Some(depth) = name.strip_prefix('h').and_then(|depth| depth.parse::<u8>().ok()) {
            // The dialog before the main content has a heading of its own.
            if depth > level + 1 && level > 0 {
                faults.push(format!("h{depth} after h{level}"));
            }
            level = depth;
        }
    }
    if html.contains(msg.unknown_value()) {
        faults.push("a code has no message".to_owned());
    }
    faults
}

fn parse(html: &str) -> (Vec<Element>, Vec<String>) {
    let mut elements = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut faults = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = rest.find('>').expect("a tag that does not end");
        let (tag, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(last) if last == name => {}
                last => {
                    faults.push(format!("</{name}> closes {last:?}"));
                    return (elements, faults);
                }
            }
            continue;
        }
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
        elements.push(Element { name: name.to_owned(), attributes: attributes_of(attributes, &mut faults) });
    }
    if !open.is_empty() {
        faults.push(format!("not closed: {open:?}"));
    }
    (elements, faults)
}

fn attributes_of(text: &str, faults: &mut Vec<String>) -> HashMap<String, String> {
    let mut attributes = HashMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(quoted) => {
                let end = quoted.find('"').expect("a value that does not end");
                rest = &quoted[end + 1..];
                quoted[..end].to_owned()
            }
            None => String::new(),
        };
        if attributes.insert(name.to_owned(), value).is_some() {
            faults.push(format!("the attribute {name} twice"));
        }
        rest = rest.trim_start();
    }
    attributes
}

#[test]
fn an_unsound_page_is_noticed() {
    let msg = Messages::new(vocabulary::Language::Swedish);
    let bad = "<!doctype html><html lang=\"en\"><head><title>x</title></head><body><main><h1>x</h1><h3>y</h3><input name=\"a\"><p id=\"x\" style=\"a\"></p><p id=\"x\"></p></main></body></html>";
    let faults = faults(bad, msg);
    assert_eq!(faults.len(), 5, "{faults:?}");
}
