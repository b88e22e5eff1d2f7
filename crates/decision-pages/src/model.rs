//! The golden `model.conf`: generated from the column list, compared byte for byte.

use crate::{
    load_error::{LoadError, quoted},
    vocabulary::Vocabulary,
};

pub(crate) const FILE: &str = "model.conf";
/// The only effect: someone allows, nobody denies.
const EFFECT: &str = "some(where (p.eft == allow)) && !some(where (p.eft == deny))";

/// The model for a vocabulary.
pub(crate) fn golden(vocabulary: &Vocabulary) -> String {
    let names: Vec<&str> = vocabulary.columns().iter().map(crate::Column::name).collect();
    let columns = names.join(", ");
    let matcher = names.iter().map(|name| format!("has(r.{name}, p.{name})")).collect::<Vec<_>>().join(" && ");
    format!(
        "[request_definition]\nr = {columns}\n\n[policy_definition]\np = id, {columns}, obl, law, eft\n\n\
         [policy_effect]\ne = {EFFECT}\n\n[matchers]\nm = {matcher}\n"
    )
}

/// Refuses any other model, and says what casbin would have made of the usual ones.
pub(crate) fn check(model: &str, vocabulary: &Vocabulary) -> Result<(), LoadError> {
    let golden = golden(vocabulary);
    if model == golden {
        return Ok(());
    }
    let (mut found, mut expected) = (model.split('\n'), golden.split('\n'));
    let mut number = 0;
    loop {
        number += 1;
        match (found.next(), expected.next()) {
            (Some(found), Some(expected)) if found == expected => {}
            (Some(found), Some(expected)) => {
                let column = found.bytes().zip(expected.bytes()).take_while(|(a, b)| a == b).count() + 1;
                let instead = if expected.is_empty() {
                    "leave this line empty".to_owned()
                } else {
                    format!("write exactly `{expected}`")
                };
                return Err(LoadError::at(FILE, (number, column), danger(found), instead));
            }
            (Some(found), None) => {
                return Err(LoadError::at(FILE, (number, 1), danger(found), "end the file before this line"));
            }
            (None, Some(expected)) => {
                let what = "the model ends too early";
                return Err(LoadError::at(FILE, (number, 1), what, format!("continue with {}", quoted(expected))));
            }
            // Unreachable while the texts differ; refusing is the safe answer.
            (None, None) => {
                return Err(LoadError::whole(
                    FILE,
                    "the model is not the golden one",
                    "generate it from vocabulary.toml",
                ));
            }
        }
    }
}

/// What a line that is not golden would do.
fn danger(line: &str) -> String {
    let key = line.split('=').next().unwrap_or_default().trim();
    let numbered = key
        .strip_prefix(['r', 'p', 'e', 'm', 'g'])
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    let why = match key {
        _ if numbered => "a numbered set: casbin counts the denies of such a set as allows",
        "g" | "[role_definition]" => "role links: g(x, x) holds for every x, so a user named like a role would have it",
        "e" => {
            "another effect: `!some(deny)` alone allows by default, and casbin panics at first use on an effect it does not know"
        }
        "m" => {
            "another matcher: only one has() per column may decide; missing fields compare equal and bad patterns panic"
        }
        "r" | "p" => "columns that are not those of vocabulary.toml",
        _ => "not a line of the golden model",
    };
    format!("{} is {why}", quoted(line))
}
