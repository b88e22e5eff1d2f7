//! The ten columns of the policy, and how our types become indices into them.
//!
//! `vocabulary.toml` lists the values of each column; the lists are the Rust enums, value for value and in the same order, so that an enum's
//! discriminant is its index. Loading refuses anything else.

use decision_pages::Vocabulary;
use vocabulary::{Action, AgeBand, Purpose, Role};

use crate::{
    fact::{Assignment, BasisFact, ClassFact, Conflict, Facts, Glass, Relation},
    obligation::Obligation,
    policy_error::PolicyError,
};

/// Number of columns.
pub(crate) const COLUMNS: usize = 10;
/// Position of the columns by which pages are looked up, and of those that a list's rows vary in.
pub(crate) const ROLE: usize = 0;
pub(crate) const ACTION: usize = 1;

/// One request: the index of a value per column.
pub(crate) type Request = [u16; COLUMNS];

/// A column's name and the codes of its enum.
pub(crate) fn columns() -> [(&'static str, Vec<&'static str>); COLUMNS] {
    macro_rules! codes {
        ($list:ty) => {
            <$list>::ALL.iter().map(|value| value.code()).collect()
        };
    }
    [
        ("role", codes!(Role)),
        ("action", codes!(Action)),
        ("rel", codes!(Relation)),
        ("assigned", codes!(Assignment)),
        ("class", codes!(ClassFact)),
        ("basis", codes!(BasisFact)),
        ("purpose", codes!(Purpose)),
        ("age", codes!(AgeBand)),
        ("glass", codes!(Glass)),
        ("conflict", codes!(Conflict)),
    ]
}

/// The columns by which pages are looked up.
const PAGE_BY: [&str; 2] = ["role", "action"];
/// The columns that an allow line must name.
const GROUNDS: [&str; 2] = ["basis", "purpose"];

/// The request that asks for a role, an action and facts.
pub(crate) const fn request(role: Role, action: Action, facts: &Facts) -> Request {
    [
        role as u16,
        action as u16,
        facts.relation as u16,
        facts.assigned as u16,
        facts.class as u16,
        facts.basis as u16,
        facts.purpose as u16,
        facts.age as u16,
        facts.glass as u16,
        facts.conflict as u16,
    ]
}

/// Refuses a vocabulary that is not exactly the Rust enums.
pub(crate) fn check(vocabulary: &Vocabulary) -> Result<(), PolicyError> {
    let wrong = |column: &str, what: &'static str| Err(PolicyError::Vocabulary { column: column.to_owned(), what });
    if vocabulary.columns().len() != COLUMNS {
        return wrong("order", "the number of columns is not that of the program");
    }
    for (declared, (name, codes)) in vocabulary.columns().iter().zip(columns()) {
        if declared.name() != name {
            return wrong(name, "the columns stand in another order than in the program");
        }
        if !declared.values().iter().map(String::as_str).eq(codes) {
            return wrong(name, "the values are not those of the program, in its order");
        }
        if declared.is_page() != PAGE_BY.contains(&name) {
            return wrong(name, "`page_by` must be role and action");
        }
        if declared.is_ground() != GROUNDS.contains(&name) {
            return wrong(name, "`grounds` must be basis and purpose");
        }
    }
    if !vocabulary
        .obligations()
        .iter()
        .map(String::as_str)
        .eq(Obligation::ALL.iter().map(|obligation| obligation.code()))
    {
        return wrong("obligations", "the obligations are not those of the program, in its order");
    }
    Ok(())
}

/// The `vocabulary.toml` of the program's enums.
#[must_use]
pub fn vocabulary_toml() -> String {
    let columns = columns();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let obligations: Vec<&str> = Obligation::ALL.iter().map(|obligation| obligation.code()).collect();
    let values: Vec<String> =
        columns.iter().map(|(name, codes)| format!("{name} = [\n{}]\n", one_a_line(codes))).collect();
    format!(
        "# The closed lists that the policy speaks in. They equal the program's enums, value for value and in the same order; a test\n\
         # compares both ways, and writes this file with UPDATE_GOLDEN=1.\n\
         \n[columns]\norder = [{}]\npage_by = [{}]\n\
         # An allow line names its basis and its purpose: `*` is refused there.\ngrounds = [{}]\n\
         \n[values]\n{}\n[obligations]\nnames = [\n{}]\n",
        in_a_row(&names),
        in_a_row(&PAGE_BY),
        in_a_row(&GROUNDS),
        values.concat(),
        one_a_line(&obligations)
    )
}

fn in_a_row(codes: &[&str]) -> String {
    codes.iter().map(|code| format!("\"{code}\"")).collect::<Vec<_>>().join(", ")
}

fn one_a_line(codes: &[&str]) -> String {
    codes.iter().map(|code| format!("  \"{code}\",\n")).collect::<Vec<_>>().concat()
}
