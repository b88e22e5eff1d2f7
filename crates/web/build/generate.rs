//! Writes the typed `Messages`: a method per message, a table for codes, a table for messages looked up by id with arguments.

use std::fmt::Write as _;

use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement, VariantKey};

use crate::catalogue::{Kind, Message, is_plural};

type Result<T> = std::result::Result<T, Vec<String>>;

/// The text of `messages.rs`.
pub(crate) fn messages(messages: &[Message]) -> Result<String> {
    let mut methods = String::new();
    let mut plain: Vec<(String, String)> = Vec::new();
    let mut filled: Vec<(String, String)> = Vec::new();
    for message in messages {
        let name = rust_name(&message.id);
        let about = first_line(&message.swedish);
        if message.variables.is_empty() {
            let (swedish, english) =
                (constant(&message.id, &message.swedish)?, constant(&message.id, &message.english)?);
            let _ = writeln!(
                methods,
                "    /// {about}\n    pub const fn {name}(self) -> &'static str {{\n        self.choose({swedish:?}, {english:?})\n    }}\n"
            );
            plain.push((message.id.replace('.', "-"), format!("[{swedish:?}, {english:?}]")));
            continue;
        }
        let mut parameters = String::new();
        let mut rows = Vec::new();
        for (variable, kind) in &message.variables {
            let (parameter, row) = match kind {
                Kind::Text => ("impl Display", format!("text(args, {variable:?})")),
                Kind::Count => ("impl Count", format!("count(args, {variable:?})")),
            };
            let _ = write!(parameters, ", {}: {parameter}", rust_name(variable));
            rows.push(row);
        }
        let swedish = body(message, &message.swedish)?;
        let english = body(message, &message.english)?;
        let mut counts = String::new();
        for (variable, kind) in &message.variables {
            if *kind == Kind::Count {
                let variable = rust_name(variable);
                let _ = writeln!(
                    counts,
                    "        let {variable}_number = {variable}.count();\n        let {variable} = self.number({variable}_number);"
                );
            }
        }
        let counts = unused_numbers(&counts, &swedish, &english);
        let _ = writeln!(
            methods,
            "    /// {about}\n    pub fn {name}(self{parameters}) -> String {{\n{counts}        match self.language {{\n            Language::Swedish => {swedish},\n            Language::English => {english},\n        }}\n    }}\n"
        );
        filled.push((message.id.replace('.', "-"), format!("|msg, args| msg.{name}({})", rows.join(", "))));
    }
    Ok(format!(
        "#[expect(clippy::match_same_arms, clippy::if_same_then_else, reason = \"generated: two languages may say the same\")]\nimpl Messages {{\n{methods}}}\n\n{}{}",
        table("PLAIN", "[&str; 2]", "Messages without variables, sorted by id.", plain),
        table("FILLED", "Filled", "Messages with variables, sorted by id.", filled)
    ))
}

/// The exact number is only bound where a variant asks for it.
fn unused_numbers(counts: &str, swedish: &str, english: &str) -> String {
    let mut kept = String::new();
    let mut lines = counts.lines();
    while let (Some(number), Some(shown)) = (lines.next(), lines.next()) {
        let name = number.trim().trim_start_matches("let ").split(' ').next().unwrap_or_default();
        if swedish.contains(name) || english.contains(name) {
            let _ = writeln!(kept, "{number}\n{shown}");
        } else {
            let _ = writeln!(kept, "{}", shown.replace(name, &format!("{}.count()", name.trim_end_matches("_number"))));
        }
    }
    kept
}

fn table(name: &str, of: &str, about: &str, mut rows: Vec<(String, String)>) -> String {
    rows.sort();
    let mut text = format!("/// {about}\nstatic {name}: &[(&str, {of})] = &[\n");
    for (id, value) in rows {
        let _ = writeln!(text, "    ({id:?}, {value}),");
    }
    text.push_str("];\n");
    text
}

fn rust_name(id: &str) -> String {
    let mut name = String::new();
    for c in id.chars() {
        match c {
            '-' | '.' => name.push('_'),
            c if c.is_ascii_uppercase() => {
                name.push('_');
                name.push(c.to_ascii_lowercase());
            }
            c => name.push(c),
        }
    }
    if matches!(name.as_str(), "match" | "type" | "use" | "in" | "for" | "as" | "ref" | "move" | "where" | "loop") {
        name.insert_str(0, "r#");
    }
    name
}

fn first_line(pattern: &Pattern<String>) -> String {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { .. } => text.push('…'),
        }
    }
    let text = text.lines().next().unwrap_or_default().replace(['[', ']', '<', '>', '`', '_', '*'], "");
    format!("`{}`", text.trim())
}

fn constant(id: &str, pattern: &Pattern<String>) -> Result<String> {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value }
            | PatternElement::Placeable { expression: Expression::Inline(InlineExpression::StringLiteral { value }) } =>
            {
                text.push_str(value);
            }
            PatternElement::Placeable { .. } => {
                return Err(vec![format!("`{id}`: only variables, choices and quoted text are understood")]);
            }
        }
    }
    Ok(text)
}

/// A Rust expression that gives the pattern as a `String`.
fn body(message: &Message, pattern: &Pattern<String>) -> Result<String> {
    let mut format = String::new();
    let mut arguments: Vec<String> = Vec::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => format.push_str(&braces(value)),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => match inline {
                InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => {
                    format.push_str(&braces(value));
                }
                InlineExpression::VariableReference { id } => {
                    let _ = write!(format, "{{{}}}", rust_name(&id.name));
                }
                _ => {
                    return Err(vec![format!(
                        "`{}`: only variables, choices and quoted text are understood",
                        message.id
                    )]);
                }
            },
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                let InlineExpression::VariableReference { id } = selector else {
                    return Err(vec![format!("`{}`: a choice must be over a variable", message.id)]);
                };
                let plural = variants.iter().all(|variant| is_plural(&variant.key));
                let mut choice = String::new();
                let mut last = String::from("String::new()");
                for variant in variants {
                    let text = body(message, &variant.value)?;
                    if variant.default {
                        last = text;
                        continue;
                    }
                    let condition = match &variant.key {
                        VariantKey::Identifier { name } if plural && name == "one" => {
                            format!("{}_number == 1", rust_name(&id.name))
                        }
                        VariantKey::Identifier { name } => format!("{}.to_string() == {name:?}", rust_name(&id.name)),
                        VariantKey::NumberLiteral { value } => format!("{}_number == {value}", rust_name(&id.name)),
                    };
                    let _ = write!(choice, "if {condition} {{ {text} }} else ");
                }
                arguments.push(if choice.is_empty() { last } else { format!("{choice}{{ {last} }}") });
                format.push_str("{}");
            }
        }
    }
    if arguments.is_empty() && !format.contains('{') {
        return Ok(format!("String::from({format:?})"));
    }
    if format == "{}"
        && let [only] = arguments.as_slice()
    {
        return Ok(only.clone());
    }
    let list: String = arguments.iter().fold(String::new(), |list, argument| list + ", " + argument);
    Ok(format!("format!({format:?}{list})"))
}

fn braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}
