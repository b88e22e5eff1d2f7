//! How invariants and decision tables write sets of values.

use vocabulary::Action;

use crate::{
    allowance::Allowances,
    cube::{Values, bit},
};

/// The values that words stand for: a value; `noun.*`, every value that begins so; `@disclose`, every action of that category (LED art. 25);
/// `@opens`, every action whose permit may open sealed content; `*`, every value. Words that begin with `!` are taken away again, from the others
/// or, if there are no others, from every value.
pub(crate) fn read<'w>(
    allowances: &Allowances,
    column: usize,
    words: impl IntoIterator<Item = &'w str>,
) -> Result<Values, String> {
    let (mut named, mut excepted, mut is_except) = (0, 0, false);
    for word in words {
        match word.strip_prefix('!') {
            Some(word) => {
                is_except = true;
                excepted |= one(allowances, column, word)?;
            }
            None => named |= one(allowances, column, word)?,
        }
    }
    let named = if named == 0 && is_except { allowances.all(column) } else { named };
    match named & !excepted {
        0 => Err("names no value".to_owned()),
        values => Ok(values),
    }
}

fn one(allowances: &Allowances, column: usize, word: &str) -> Result<Values, String> {
    let (name, values) =
        allowances.columns().get(column).map_or(("", &[][..]), |(name, values)| (name.as_str(), values.as_slice()));
    let chosen = |wanted: &dyn Fn(&str) -> bool| {
        let positions = values.iter().enumerate().filter(|(_, value)| wanted(value));
        positions.filter_map(|(at, _)| u16::try_from(at).ok()).fold(0, |set, value| set | bit(value))
    };
    let set = match (word.strip_prefix('@'), word.strip_suffix(".*")) {
        _ if word == "*" => allowances.all(column),
        (Some("opens"), _) => chosen(&|value| value.parse::<Action>().is_ok_and(Action::opens)),
        (Some(category), _) => {
            chosen(&|value| value.parse::<Action>().is_ok_and(|action| action.category().code() == category))
        }
        (_, Some(noun)) => chosen(&|value| value.strip_prefix(noun).is_some_and(|rest| rest.starts_with('.'))),
        _ => chosen(&|value| value == word),
    };
    if set == 0 { Err(format!("`{word}` is no value of {name}")) } else { Ok(set) }
}
