//! One line of `policy.csv`, read without `decision-pages`, and its Cedar text.

/// A line: one cell per column, and whether it denies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Column name and cell, as written.
    pub cells: Vec<(String, String)>,
    /// Whether the effect is `deny`.
    pub is_deny: bool,
}

/// A line that this reader does not understand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct RuleError {
    /// Line number, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: &'static str,
}

impl Rule {
    /// Every rule of a policy with these columns.
    ///
    /// # Errors
    /// The first line that is not `p, id, one cell per column, obligations, law, allow|deny`.
    pub fn read_all(policy: &str, columns: &[&str]) -> Result<Vec<Self>, RuleError> {
        let numbered = policy.lines().zip(1..).filter(|(text, _)| !text.is_empty() && !text.starts_with('#'));
        numbered.map(|(text, line)| Self::read(text, columns).map_err(|what| RuleError { line, what })).collect()
    }

    fn read(text: &str, columns: &[&str]) -> Result<Self, &'static str> {
        let words: Vec<&str> = text.split(',').map(str::trim).collect();
        let ["p", id, cells @ .., _obligations, _law, effect] = words.as_slice() else {
            return Err("not a policy line");
        };
        if cells.len() != columns.len() {
            return Err("another number of cells than columns");
        }
        let is_deny = match *effect {
            "allow" => false,
            "deny" => true,
            _ => return Err("an effect that is neither allow nor deny"),
        };
        let cells = columns.iter().zip(cells).map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned()));
        Ok(Self { id: (*id).to_owned(), cells: cells.collect(), is_deny })
    }

    /// The rule as a Cedar policy over `context`.
    #[must_use]
    pub fn cedar(&self) -> String {
        let named = self.cells.iter().filter(|(_, cell)| cell != "*");
        let conditions: Vec<String> = named
            .map(|(column, cell)| {
                let values: Vec<String> = cell.split('|').map(|value| format!("\"{value}\"")).collect();
                format!("[{}].contains(context[\"{column}\"])", values.join(", "))
            })
            .collect();
        let effect = if self.is_deny { "forbid" } else { "permit" };
        let when = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" &&\n  ") };
        format!("{effect} (principal, action, resource)\nwhen {{\n  {when}\n}};\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_in_cedar_as_it_reads_in_the_policy() {
        let rules = Rule::read_all("# who\np, x, a|b, *, -, OSL 8:1, deny\n", &["role", "rel"]).unwrap();
        assert_eq!(
            rules[0].cedar(),
            "forbid (principal, action, resource)\nwhen {\n  [\"a\", \"b\"].contains(context[\"role\"])\n};\n"
        );
    }

    #[test]
    fn a_line_that_is_not_understood_is_no_opinion() {
        for line in ["p, x, a, -, OSL 8:1, allow", "p, x, a, b, -, OSL 8:1, Deny", "q, x, a, b, -, OSL 8:1, deny"] {
            assert!(Rule::read_all(line, &["role", "rel"]).is_err(), "{line}");
        }
    }
}
