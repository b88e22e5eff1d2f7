//! Every fault of a body at once: its JSON held against the description of the command that it should be. The decoder itself stops at the first one.

use std::collections::HashMap;

use case_registry::FieldError;
use serde_json::{Map, Value};
use time::Date;
use time::macros::format_description;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, Schema, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use uuid::Uuid;

/// More faults than anybody reads.
const MOST: usize = 50;

/// The faults of a body, in the order of the description.
pub(super) fn of<T: ToSchema>(body: &Value) -> Vec<FieldError> {
    let mut known = Vec::new();
    T::schemas(&mut known);
    let mut walk = Walk { known: known.into_iter().collect(), found: Vec::new() };
    walk.look(&T::schema(), body, "");
    walk.found.truncate(MOST);
    walk.found
}

struct Walk {
    known: HashMap<String, RefOr<Schema>>,
    found: Vec<FieldError>,
}

impl Walk {
    fn fail(&mut self, field: &str, code: &'static str) {
        self.found.push(FieldError { field: field.to_owned(), code, limit: None });
    }

    /// A description, or the one that it refers to.
    fn meant(&self, schema: &RefOr<Schema>) -> Option<Schema> {
        match schema {
            RefOr::T(schema) => Some(schema.clone()),
            RefOr::Ref(named) => {
                let name = named.ref_location.rsplit('/').next().unwrap_or_default();
                self.known.get(name).and_then(|schema| self.meant(schema))
            }
        }
    }

    fn look(&mut self, schema: &RefOr<Schema>, value: &Value, at: &str) {
        match self.meant(schema) {
            Some(Schema::Object(object)) => self.look_at_object(&object, value, at),
            Some(Schema::Array(array)) => match (value, &array.items) {
                (Value::Array(items), ArrayItems::RefOrSchema(schema)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.look(schema, item, &format!("{at}[{index}]"));
                    }
                }
                (Value::Array(_), ArrayItems::False) => {}
                (Value::Null, _) if allows(&array.schema_type, &Type::Null) => {}
                _ => self.fail(at, "wrong-type"),
            },
            // What may be left out is described as either nothing or the thing itself.
            Some(Schema::OneOf(one_of)) => {
                let things: Vec<_> = one_of.items.iter().filter(|item| !is_null(item)).collect();
                if let ([thing], false) = (things.as_slice(), value.is_null()) {
                    self.look(thing, value, at);
                }
            }
            // A command with another one flattened into it.
            Some(Schema::AllOf(all_of)) => {
                let Value::Object(fields) = value else { return self.fail(at, "wrong-type") };
                for item in &all_of.items {
                    if let Some(Schema::Object(object)) = self.meant(item) {
                        self.look_at_fields(&object, fields, at);
                    }
                }
            }
            _ => {}
        }
    }

    fn look_at_object(&mut self, object: &Object, value: &Value, at: &str) {
        let kind = &object.schema_type;
        match value {
            _ if matches!(kind, SchemaType::AnyValue) => {}
            Value::Null if allows(kind, &Type::Null) => {}
            Value::Object(fields) if allows(kind, &Type::Object) => {
                self.look_at_fields(object, fields, at);
                if matches!(object.additional_properties.as_deref(), Some(AdditionalProperties::FreeForm(false))) {
                    for name in fields.keys().filter(|name| !object.properties.contains_key(*name)) {
                        self.fail(&below(at, name), "unknown-field");
                    }
                }
            }
            Value::String(text) if allows(kind, &Type::String) => {
                let listed = object.enum_values.as_ref().is_none_or(|listed| {
                    let text = text.replace('.', "_");
                    listed.iter().any(|code| code.as_str().is_some_and(|code| code.eq_ignore_ascii_case(&text)))
                });
                if !listed {
                    self.fail(at, "not-in-list");
                } else if !has_form(object, text) {
                    self.fail(at, "wrong-type");
                }
            }
            Value::Bool(_) if allows(kind, &Type::Boolean) => {}
            Value::Number(number) if number.is_f64() && allows(kind, &Type::Number) => {}
            Value::Number(number)
                if !number.is_f64() && (allows(kind, &Type::Integer) || allows(kind, &Type::Number)) => {}
            _ => self.fail(at, "wrong-type"),
        }
    }

    fn look_at_fields(&mut self, object: &Object, fields: &Map<String, Value>, at: &str) {
        for name in object.required.iter().filter(|name| !fields.contains_key(*name)) {
            self.fail(&below(at, name), "required");
        }
        for (name, schema) in &object.properties {
            if let Some(value) = fields.get(name) {
                self.look(schema, value, &below(at, name));
            }
        }
    }
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

fn allows(kind: &SchemaType, wanted: &Type) -> bool {
    match kind {
        SchemaType::Type(kind) => kind == wanted,
        SchemaType::Array(kinds) => kinds.contains(wanted),
        SchemaType::AnyValue => true,
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if matches!(object.schema_type, SchemaType::Type(Type::Null)))
}

/// Whether a text is the day or the id that it should be.
fn has_form(object: &Object, text: &str) -> bool {
    match &object.format {
        Some(SchemaFormat::KnownFormat(KnownFormat::Date)) => {
            Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok()
        }
        Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)) => Uuid::parse_str(text).is_ok(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use case_registry::measure::LogMeasure;
    use case_registry::note::WriteNote;
    use case_registry::person::RegisterPerson;
    use serde_json::json;

    use super::*;

    fn named(faults: &[FieldError]) -> Vec<(&str, &str)> {
        let mut named: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.code)).collect();
        named.sort_unstable();
        named
    }

    #[test]
    fn every_fault_of_a_body_is_named_at_once() {
        let faults = of::<LogMeasure>(&json!({ "kind": 4, "followUpOn": "i morgon", "risk": 1 }));
        let named = named(&faults);
        for expected in
            [("followUpOn", "wrong-type"), ("kind", "wrong-type"), ("risk", "unknown-field"), ("what", "required")]
        {
            assert!(named.contains(&expected), "{expected:?} in {named:?}");
        }
        let faults = of::<RegisterPerson>(&json!({ "identityKind": "X", "foo": 1 }));
        assert_eq!(self::named(&faults), [("foo", "unknown-field"), ("identityKind", "not-in-list")]);
    }

    #[test]
    fn faults_below_a_list_are_named_with_their_place() {
        let faults = of::<WriteNote>(&json!({
            "kind": "MEETING", "occurredOn": "2026-11-20", "paragraphs": [{ "text": "a" }, { "class": "X", "size": 1 }],
        }));
        assert_eq!(
            named(&faults),
            [
                ("paragraphs[1].class", "not-in-list"),
                ("paragraphs[1].size", "unknown-field"),
                ("paragraphs[1].text", "required")
            ]
        );
    }

    #[test]
    fn a_sound_body_has_none() {
        let body = json!({ "kind": "MEETING", "occurredOn": "2026-11-20", "paragraphs": [{ "text": "a" }] });
        assert_eq!(named(&of::<WriteNote>(&body)), []);
    }
}
