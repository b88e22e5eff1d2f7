//! The policy said a second time: `policy/tests/access-*.csv`, tables of what is allowed with which obligations. **A request that no row names is expected to
//! be denied**, and the comparison covers every request, so that each line of the policy is held by some row or by the absence of one.
//!
//! A table has one row per rule of the field and no deny rows: limits (a birthday, a conflict) are written into the rows themselves. Cells are written
//! as in [`value_set`](crate::value_set); the last column lists obligations, `-` for none. Rows that overlap add up their obligations.

use std::{fs, path::Path};

use decision_pages::{Pages, PolicyFolder};

use crate::{
    allowance::Allowances,
    cube::Cube,
    obligation::{Obligation, Obligations},
    policy::Policy,
    policy_error::PolicyError,
    request::COLUMNS,
    value_set,
};

/// The tables that the program was built with.
const BUILTIN: &[(&str, &str)] = &[
    ("access-cases.csv", include_str!("../../../policy/tests/access-cases.csv")),
    ("access-emergency.csv", include_str!("../../../policy/tests/access-emergency.csv")),
    ("access-information-requests.csv", include_str!("../../../policy/tests/access-information-requests.csv")),
    ("access-joint-actions.csv", include_str!("../../../policy/tests/access-joint-actions.csv")),
    ("access-joint-files.csv", include_str!("../../../policy/tests/access-joint-files.csv")),
    ("access-offices.csv", include_str!("../../../policy/tests/access-offices.csv")),
    ("access-persons.csv", include_str!("../../../policy/tests/access-persons.csv")),
    ("access-received-items.csv", include_str!("../../../policy/tests/access-received-items.csv")),
    ("access-releases.csv", include_str!("../../../policy/tests/access-releases.csv")),
];
/// Largest table, in bytes, and most tables of a folder.
const BYTES: usize = 1024 * 1024;
const TABLES: usize = 100;

/// Rows of one or more tables.
#[derive(Default)]
pub struct DecisionTables {
    rows: Vec<Row>,
}

struct Row {
    file: String,
    line: usize,
    cells: Vec<String>,
    obligations: Obligations,
}

impl DecisionTables {
    /// Reads every `access-*.csv` of a folder, in the order of their names.
    ///
    /// # Errors
    /// A file that cannot be read, a wrong header or number of cells, an unknown obligation.
    pub fn read(folder: &Path) -> Result<Self, PolicyError> {
        let failed =
            |error: std::io::Error| PolicyError::File { file: folder.display().to_string(), what: error.to_string() };
        let entries = fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let mut files: Vec<String> =
            entries.into_iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        files.retain(|file| {
            file.starts_with("access-") && Path::new(file).extension().is_some_and(|extension| extension == "csv")
        });
        files.sort();
        if files.len() > TABLES {
            let what = format!("{} tables, more than {TABLES}", files.len());
            return Err(PolicyError::File { file: folder.display().to_string(), what });
        }
        let mut tables = Self::default();
        for file in files {
            let text = PolicyFolder::read_beside(folder, &file, BYTES)
                .map_err(|refusal| PolicyError::Refused(vec![refusal]))?;
            tables.add(&file, &text)?;
        }
        Ok(tables)
    }

    /// The tables that the program was built with.
    ///
    /// # Errors
    /// Any fault in them; the tests of this crate make sure that there is none.
    pub fn builtin() -> Result<Self, PolicyError> {
        let mut tables = Self::default();
        for (file, text) in BUILTIN {
            tables.add(file, text)?;
        }
        Ok(tables)
    }

    /// Adds a table.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), PolicyError> {
        let refuse =
            |line: usize, what: &str| Err(PolicyError::Table { file: file.to_owned(), line, what: what.to_owned() });
        let mut header = false;
        for (index, text) in text.lines().enumerate() {
            let line = index + 1;
            if text.trim().is_empty() || text.starts_with('#') {
                continue;
            }
            let mut cells: Vec<String> = text.split(',').map(|cell| cell.trim().to_owned()).collect();
            if !header {
                let names = crate::request::columns().map(|(name, _)| name);
                if !cells.iter().map(String::as_str).eq(names.into_iter().chain(["obligations"])) {
                    return refuse(
                        line,
                        "the first row names the columns in the order of the vocabulary, then `obligations`",
                    );
                }
                header = true;
                continue;
            }
            let Some(obligations) = cells.pop().filter(|_| cells.len() == COLUMNS) else {
                return refuse(line, "a row has eleven cells");
            };
            let words = obligations.split('|').filter(|word| *word != "-");
            let Ok(obligations) = words.map(str::parse::<Obligation>).collect::<Result<Obligations, _>>() else {
                return refuse(line, "an unknown obligation");
            };
            self.rows.push(Row { file: file.to_owned(), line, cells, obligations });
        }
        Ok(())
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every difference between the tables and a policy, as sentences; at most one per row and per allowance.
    ///
    /// # Errors
    /// A cell that names no value.
    pub fn faults(&self, policy: &Policy) -> Result<Vec<String>, PolicyError> {
        self.faults_of(policy.allowances())
    }

    /// As [`faults`](Self::faults), for pages that were compiled without the checks of a start (mutants).
    ///
    /// # Errors
    /// As [`faults`](Self::faults).
    pub fn faults_of_pages(&self, pages: &Pages) -> Result<Vec<String>, PolicyError> {
        self.faults_of(&Allowances::of(pages))
    }

    pub(crate) fn faults_of(&self, allowances: &Allowances) -> Result<Vec<String>, PolicyError> {
        let rows =
            self.rows.iter().map(|row| Ok((row, row.cube(allowances)?))).collect::<Result<Vec<_>, PolicyError>>()?;
        let mut faults = Vec::new();
        for (row, cube) in &rows {
            let denied = cube.uncovered(allowances.near(cube).map(|allowance| &allowance.cube));
            if let Some(denied) = denied.first() {
                faults.push(format!(
                    "{}:{}: denied, though the row allows it: {}",
                    row.file,
                    row.line,
                    named(allowances, denied)
                ));
            }
        }
        for allowance in allowances.iter() {
            let carried: Obligations =
                allowance.reason.obligations.iter().filter_map(|name| name.parse().ok()).collect();
            let near: Vec<_> = rows.iter().filter(|(_, cube)| cube.meet(&allowance.cube).is_some()).copied().collect();
            if let Some((cube, expected)) = differing(allowance.cube, &near, None, carried) {
                let lines = allowance.reason.lines.join(", ");
                let request = named(allowances, &cube);
                faults.push(match expected {
                    None => format!("allowed by {lines}, though no row allows it: {request}"),
                    Some(expected) => format!(
                        "{lines} carries [{}], the rows expect [{}]: {request}",
                        words(carried),
                        words(expected)
                    ),
                });
            }
        }
        Ok(faults)
    }
}

impl Row {
    fn cube(&self, allowances: &Allowances) -> Result<Cube, PolicyError> {
        let mut cube = allowances.everything();
        for (column, cell) in self.cells.iter().enumerate() {
            let values = value_set::read(allowances, column, cell.split('|')).map_err(|what| PolicyError::Table {
                file: self.file.clone(),
                line: self.line,
                what,
            })?;
            cube = cube.with(column, values);
        }
        Ok(cube)
    }
}

/// A part of the cube on which the rows expect something else than `carried`: nothing (no row), or other obligations.
fn differing(
    cube: Cube,
    rows: &[(&Row, Cube)],
    expected: Option<Obligations>,
    carried: Obligations,
) -> Option<(Cube, Option<Obligations>)> {
    let [(row, named), rest @ ..] = rows else {
        return (expected != Some(carried)).then_some((cube, expected));
    };
    let inside = cube.meet(named).and_then(|inside| {
        let more = expected.unwrap_or_default().and(row.obligations);
        differing(inside, rest, Some(more), carried)
    });
    inside.or_else(|| cube.minus(named).into_iter().find_map(|piece| differing(piece, rest, expected, carried)))
}

fn words(obligations: Obligations) -> String {
    obligations.iter().map(Obligation::code).collect::<Vec<_>>().join("|")
}

/// One request of the cube, value by value.
fn named(allowances: &Allowances, cube: &Cube) -> String {
    cube.first()
        .iter()
        .enumerate()
        .map(|(column, value)| allowances.name(column, *value))
        .collect::<Vec<_>>()
        .join(", ")
}
