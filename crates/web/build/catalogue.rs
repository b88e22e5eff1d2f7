//! Reads the Fluent files of a language and pairs the two languages message by message.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser;

/// What a variable stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Anything that can be written out.
    Text,
    /// A number that chooses between singular and plural.
    Count,
}

/// The messages of one language, by id; an attribute is a message of its own, `id.attribute`.
pub(crate) type Language = BTreeMap<String, Pattern<String>>;

/// One message in both languages.
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) swedish: Pattern<String>,
    pub(crate) english: Pattern<String>,
    /// Variables in alphabetical order.
    pub(crate) variables: BTreeMap<String, Kind>,
}

/// Reads every `*.ftl` in a folder.
pub(crate) fn read(folder: &Path) -> Result<Language, Vec<String>> {
    let mut language = Language::new();
    let mut faults = Vec::new();
    let listing = fs::read_dir(folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    let mut paths: Vec<_> = listing
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "ftl"))
        .collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
        let resource = match parser::parse(text.clone()) {
            Ok(resource) => resource,
            Err((_, errors)) => {
                for error in errors {
                    let line = text.get(..error.pos.start).map_or(0, |before| before.lines().count());
                    faults.push(format!("{}:{line}: {error}", path.display()));
                }
                continue;
            }
        };
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let id = message.id.name;
                    let parts = message.value.map(|value| (id.clone(), value)).into_iter();
                    let attributes = message
                        .attributes
                        .into_iter()
                        .map(|attribute| (format!("{id}.{}", attribute.id.name), attribute.value));
                    for (id, pattern) in parts.chain(attributes) {
                        if language.insert(id.clone(), pattern).is_some() {
                            faults.push(format!("{}: `{id}` is defined twice", path.display()));
                        }
                    }
                }
                Entry::Term(term) => faults.push(format!("{}: write out the term `-{}`", path.display(), term.id.name)),
                Entry::Junk { content } => faults.push(format!("{}: cannot be read: {content}", path.display())),
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            }
        }
    }
    if faults.is_empty() { Ok(language) } else { Err(faults) }
}

/// Pairs the languages; every difference in ids or variables is a fault.
pub(crate) fn pair(mut swedish: Language, english: Language) -> Result<Vec<Message>, Vec<String>> {
    let mut faults = Vec::new();
    let mut messages = Vec::new();
    for (id, english) in english {
        let Some(swedish) = swedish.remove(&id) else {
            faults.push(format!("`{id}` is missing in Swedish"));
            continue;
        };
        let (left, right) = (variables(&swedish), variables(&english));
        let names = |of: &BTreeMap<String, Kind>| of.keys().cloned().collect::<BTreeSet<_>>();
        if names(&left) != names(&right) {
            faults.push(format!("`{id}`: Swedish has the variables {:?}, English {:?}", names(&left), names(&right)));
        }
        let mut variables = left;
        for (name, kind) in right {
            if kind == Kind::Count {
                variables.insert(name, kind);
            }
        }
        messages.push(Message { id, swedish, english, variables });
    }
    faults.extend(swedish.into_keys().map(|id| format!("`{id}` is missing in English")));
    if faults.is_empty() { Ok(messages) } else { Err(faults) }
}

fn variables(pattern: &Pattern<String>) -> BTreeMap<String, Kind> {
    let mut found = BTreeMap::new();
    collect(pattern, &mut found);
    found
}

fn collect(pattern: &Pattern<String>, found: &mut BTreeMap<String, Kind>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => collect_inline(inline, found),
            Expression::Select { selector, variants } => {
                collect_inline(selector, found);
                if let InlineExpression::VariableReference { id } = selector
                    && variants.iter().all(|variant| is_plural(&variant.key))
                {
                    found.insert(id.name.clone(), Kind::Count);
                }
                for variant in variants {
                    collect(&variant.value, found);
                }
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<String>, found: &mut BTreeMap<String, Kind>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.entry(id.name.clone()).or_insert(Kind::Text);
        }
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inner) = expression.as_ref() {
                collect_inline(inner, found);
            }
        }
        _ => {}
    }
}

/// A plural category of Swedish and English, or an exact number.
pub(crate) fn is_plural(key: &VariantKey<String>) -> bool {
    match key {
        VariantKey::Identifier { name } => name == "one" || name == "other",
        VariantKey::NumberLiteral { .. } => true,
    }
}
