//! Why a text was refused, and what to write instead.

use thiserror::Error;

/// One refusal. Displays as `policy.csv:12:7: unknown role "…": did you mean "…"?`, with backquotes around the words quoted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}:{column}: {what}: {instead}")]
pub struct LoadError {
    /// `model.conf`, `policy.csv`, `vocabulary.toml`, or the folder.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// In bytes, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub instead: String,
}

impl LoadError {
    /// A refusal at a line and column, both from 1. For loaders of further files in a policy folder.
    pub fn at(file: &str, (line, column): (usize, usize), what: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, column, what: what.into(), instead: instead.into() }
    }

    /// A refusal of a file as a whole; it stands at line 1, column 1.
    pub fn whole(file: &str, what: impl Into<String>, instead: impl Into<String>) -> Self {
        Self::at(file, (1, 1), what, instead)
    }

    /// Line and column, from 1, of a byte offset: where a parser's span begins.
    pub fn position(text: &str, offset: usize) -> (usize, usize) {
        position(text, offset)
    }

    /// A suggestion for a word that is not in a closed list: the near miss, else the list itself.
    pub fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
        did_you_mean(word, known)
    }

    /// A word from a file as a message may show it: escaped, and cut when long.
    pub fn quoted(word: &str) -> String {
        quoted(word)
    }
}

/// Line and column (from 1) of a byte offset.
pub(crate) fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, str::len) + 1;
    (line, column)
}

/// "did you mean …?" when one of the known words is close, else the words themselves.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let close = known
        .clone()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min_by_key(|(distance, _)| *distance);
    if let Some((_, candidate)) = close {
        return format!("did you mean `{candidate}`?");
    }
    let total = known.clone().count();
    let shown = known.take(12).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match total {
        0 => "none is declared".to_owned(),
        1..=12 => format!("write one of {shown}"),
        _ => format!("write one of {shown}, … ({total} in all)"),
    }
}

/// Quotes a word from a file for a message: escaped, and cut when long.
pub(crate) fn quoted(word: &str) -> String {
    let cut: String = word.chars().take(60).flat_map(char::escape_default).collect();
    let dots = if word.chars().count() > 60 { "…" } else { "" };
    format!("`{cut}{dots}`")
}

/// Edit distance, letter case aside; a swap of neighbours counts one. Long words are not worth the time.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(40).map(|c| c.to_ascii_lowercase()).collect();
    let right: Vec<char> = right.chars().take(40).map(|c| c.to_ascii_lowercase()).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let of = |line: &[usize], at: usize| line.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best = (of(&above, column) + usize::from(a != b))
                .min(of(&above, column + 1) + 1)
                .min(of(&current, column) + 1);
            let swapped = row > 0 && column > 0 && left.get(row - 1) == Some(b) && right.get(column - 1) == Some(a);
            if swapped {
                best = best.min(of(&before, column - 1) + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, distance, position};

    #[test]
    fn a_swapped_letter_is_one_mistake() {
        assert_eq!(distance("social_wroker", "social_worker"), 1);
        assert_eq!(distance("Deny", "deny"), 0);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn a_far_word_gets_the_list() {
        let known = ["read", "write"];
        assert_eq!(did_you_mean("raed", known.into_iter()), "did you mean `read`?");
        assert_eq!(did_you_mean("obliterate", known.into_iter()), "write one of `read`, `write`");
    }

    #[test]
    fn positions_count_from_one() {
        assert_eq!(position("ab\ncd", 0), (1, 1));
        assert_eq!(position("ab\ncd", 4), (2, 2));
    }
}
