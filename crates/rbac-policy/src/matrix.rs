//! Everything the policy allows, readable by a lawyer: one row per role, action and set of conditions. What has no row is denied.
//!
//! The tab-separated form is the golden file `policy/matrix.tsv`, reviewed as a diff; the others are for reading.

mod page;

use std::fmt::Write as _;

use vocabulary::{Action, Language, Role};

use crate::{
    allowance::{Allowance, Allowances},
    citation::citation,
    cube::members,
    policy::Policy,
    request::{ACTION, COLUMNS, ROLE},
    words,
};

/// One row. Cells of the eight fact columns are codes joined by `|`, or `*` for every value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    /// Who.
    pub role: Role,
    /// Does what.
    pub action: Action,
    /// On which conditions: `rel` to `conflict`, in the order of the vocabulary.
    pub cells: Vec<String>,
    /// Codes of the obligations.
    pub obligations: Vec<String>,
    /// Law, as the policy cites it.
    pub law: Vec<String>,
    /// Ids of the lines.
    pub lines: Vec<String>,
    /// How many requests the row stands for.
    pub requests: u128,
}

/// The matrix of a policy.
pub struct Matrix {
    /// The rows, by role and action.
    pub rows: Vec<MatrixRow>,
    columns: Vec<String>,
}

impl Policy {
    /// Its matrix.
    pub fn matrix(&self) -> Matrix {
        Matrix::of(self.allowances())
    }
}

impl Matrix {
    pub(crate) fn of(allowances: &Allowances) -> Self {
        let columns = allowances.columns().iter().map(|(name, _)| name.clone()).collect();
        Self { rows: allowances.iter().filter_map(|allowance| row(allowances, allowance)).collect(), columns }
    }

    /// The names of the fact columns, `rel` to `conflict`.
    fn fact_columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str).filter(|name| !matches!(*name, "role" | "action"))
    }

    /// Tab-separated, with codes: the golden file.
    #[must_use]
    pub fn tsv(&self) -> String {
        let headings = ["role", "action"].into_iter().chain(self.fact_columns()).chain(["obligations", "law", "lines"]);
        let mut text = headings.collect::<Vec<_>>().join("\t") + "\n";
        for row in &self.rows {
            let mut cells = vec![row.role.code(), row.action.code()];
            cells.extend(row.cells.iter().map(String::as_str));
            let (obligations, law, lines) = (dash(&row.obligations), row.law.join(" + "), row.lines.join("|"));
            cells.extend([obligations.as_str(), &law, &lines]);
            text += &(cells.join("\t") + "\n");
        }
        text
    }

    /// Comma-separated, with headings and words of a language; every cell in quotation marks.
    #[must_use]
    pub fn csv(&self, language: Language) -> String {
        let quoted = |cells: &[String]| {
            let cells = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
            cells.collect::<Vec<_>>().join(",") + "\r\n"
        };
        let rows = self.rows.iter().map(|row| quoted(&self.words(row, language)));
        std::iter::once(quoted(&self.headings(language))).chain(rows).collect()
    }

    /// The rows in words, as [`csv`](Self::csv) and [`page`](Self::page) show them.
    fn named(&self, language: Language) -> Vec<Vec<String>> {
        self.rows.iter().map(|row| self.words(row, language)).collect()
    }

    /// An HTML table with caption and headings of a language; codes become words. No attribute but `scope` and `lang`.
    #[must_use]
    pub fn html(&self, language: Language) -> String {
        let (caption, denied) = match language {
            Language::Swedish => ("Behörigheter", "Det som inte står här är inte tillåtet."),
            Language::English => ("Access matrix", "What does not stand here is not allowed."),
        };
        let mut html =
            format!("<table lang=\"{}\">\n<caption>{caption}. {denied}</caption>\n<thead><tr>", language.code());
        for heading in self.headings(language) {
            let _ = write!(html, "<th scope=\"col\">{}</th>", escaped(&heading));
        }
        html += "</tr></thead>\n<tbody>\n";
        for row in &self.rows {
            html += "<tr>";
            for (index, cell) in self.words(row, language).iter().enumerate() {
                let cell = escaped(cell);
                let _ = if index == 0 {
                    write!(html, "<th scope=\"row\">{cell}</th>")
                } else {
                    write!(html, "<td>{cell}</td>")
                };
            }
            html += "</tr>\n";
        }
        html + "</tbody>\n</table>\n"
    }

    fn headings(&self, language: Language) -> Vec<String> {
        let names = ["role", "action"].into_iter().chain(self.fact_columns()).chain(["obligations", "law", "lines"]);
        names.map(|name| words::heading(name, language).to_owned()).collect()
    }

    fn words(&self, row: &MatrixRow, language: Language) -> Vec<String> {
        let any = match language {
            Language::Swedish => "alla",
            Language::English => "any",
        };
        let mut cells =
            vec![words::role(row.role, language).to_owned(), words::action(row.action, language).to_owned()];
        for (column, cell) in self.fact_columns().zip(&row.cells) {
            let named = cell.split('|').map(|code| words::value(column, code, language));
            cells.push(if cell == "*" { any.to_owned() } else { named.collect::<Vec<_>>().join(", ") });
        }
        let obligations =
            row.obligations.iter().filter_map(|code| code.parse().ok()).map(|code| words::obligation(code, language));
        cells.push(obligations.collect::<Vec<_>>().join("; "));
        cells.push(row.law.iter().map(|law| citation(law)).collect::<Vec<_>>().join("; "));
        cells.push(row.lines.join(", "));
        cells
    }
}

pub(crate) fn row(allowances: &Allowances, allowance: &Allowance) -> Option<MatrixRow> {
    let cube = &allowance.cube;
    let [role, action, ..] = cube.first();
    let cell = |column: usize| {
        let values = cube.column(column);
        if values == allowances.all(column) {
            return "*".to_owned();
        }
        members(values).map(|value| allowances.name(column, value)).collect::<Vec<_>>().join("|")
    };
    Some(MatrixRow {
        role: allowances.name(ROLE, role).parse().ok()?,
        action: allowances.name(ACTION, action).parse().ok()?,
        cells: (0..COLUMNS).filter(|column| *column != ROLE && *column != ACTION).map(cell).collect(),
        obligations: allowance.reason.obligations.clone(),
        law: allowance.reason.law.clone(),
        lines: allowance.reason.lines.clone(),
        requests: cube.requests(),
    })
}

fn dash(words: &[String]) -> String {
    if words.is_empty() { "-".to_owned() } else { words.join("|") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
