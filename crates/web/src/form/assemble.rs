//! Builds a JSON command from dotted names: `tests[0].answer` goes into the first object of the list `tests`.

use serde_json::{Map, Value};

/// Lists longer than this are not built, whatever a name says.
const LONGEST: usize = 1000;

/// Puts a value in its place. A name that contradicts what is there already is left out; decoding then says what is missing.
pub(super) fn put(root: &mut Value, name: &str, value: Value) {
    let mut place = root;
    for step in name.split(['.', '[']) {
        let inside = match step.strip_suffix(']').map(str::parse::<usize>) {
            Some(Ok(index)) if index < LONGEST => {
                if place.is_null() {
                    *place = Value::Array(Vec::new());
                }
                place.as_array_mut().and_then(|list| {
                    if list.len() <= index {
                        list.resize(index + 1, Value::Null);
                    }
                    list.get_mut(index)
                })
            }
            Some(_) => None,
            None => {
                if place.is_null() {
                    *place = Value::Object(Map::new());
                }
                place.as_object_mut().map(|object| object.entry(step).or_insert(Value::Null))
            }
        };
        match inside {
            Some(next) => place = next,
            None => return,
        }
    }
    *place = value;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_become_nested_commands() {
        let mut command = json!({});
        put(&mut command, "basis", json!("OSL_10_18A"));
        put(&mut command, "tests[0].answer", json!(true));
        put(&mut command, "tests[1].answer", json!(false));
        put(&mut command, "tests[0].reason", json!("because"));
        assert_eq!(
            command,
            json!({"basis": "OSL_10_18A", "tests": [{"answer": true, "reason": "because"}, {"answer": false}]})
        );
    }

    #[test]
    fn a_name_cannot_ask_for_a_huge_list_or_break_another() {
        let mut command = json!({"a": 1});
        put(&mut command, "rows[99999999].text", json!("x"));
        put(&mut command, "a.b", json!("x"));
        assert_eq!(command["a"], json!(1));
        assert!(command["rows"].as_array().is_none_or(Vec::is_empty));
    }
}
