//! What must hold of the policy whatever its lines say, proved over **all** requests.
//!
//! `invariants.toml` states each as a sentence in Swedish and English, the law it comes from, and one of four forms:
//!
//! * `never`: nothing inside `where` is allowed;
//! * `carries`: whatever is allowed inside `where` carries these `obligations`;
//! * `implies`: whatever is allowed inside `where` is allowed too with `also` in place of its own value (a more protected thing is never easier to
//!   reach than a less protected one);
//! * `adds_only`: what `column` allows at `to` and not at `from` lies `within` these values (break-glass only adds reads of one's own authority).
//!
//! The proof is set arithmetic on products of value sets, so it is exact; a fault comes with a counterexample.

use std::collections::{BTreeMap, BTreeSet};

use decision_pages::Pages;
use serde::Deserialize;

use crate::{
    allowance::{Allowance, Allowances},
    cube::Cube,
    policy_error::PolicyError,
    request::{ACTION, COLUMNS, ROLE},
    value_set,
};

type Sets = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InvariantsFile {
    invariant: Vec<Invariant>,
}

/// One invariant, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invariant {
    /// Stable name.
    pub id: String,
    /// The law it comes from.
    pub law: String,
    /// What holds, in Swedish.
    pub sv: String,
    /// What holds, in English.
    pub en: String,
    form: Form,
    #[serde(default, rename = "where")]
    inside: Sets,
    #[serde(default)]
    obligations: Vec<String>,
    #[serde(default)]
    also: BTreeMap<String, String>,
    column: Option<String>,
    from: Option<String>,
    to: Option<String>,
    #[serde(default)]
    within: Sets,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Never,
    Carries,
    Implies,
    AddsOnly,
}

/// All invariants, in file order.
pub struct Invariants(Vec<Invariant>);

impl Invariants {
    /// Reads `invariants.toml`.
    ///
    /// # Errors
    /// Unknown keys, an id that stands twice, no invariant at all.
    pub fn parse(toml: &str) -> Result<Self, PolicyError> {
        let file: InvariantsFile = toml::from_str(toml).map_err(|error| PolicyError::Invariants(error.to_string()))?;
        let mut ids = BTreeSet::new();
        if let Some(twice) = file.invariant.iter().find(|invariant| !ids.insert(invariant.id.as_str())) {
            return Err(PolicyError::Invariants(format!("`{}` stands twice", twice.id)));
        }
        if file.invariant.is_empty() {
            return Err(PolicyError::Invariants("there is none".to_owned()));
        }
        Ok(Self(file.invariant))
    }

    /// The invariants.
    pub fn list(&self) -> &[Invariant] {
        &self.0
    }

    /// As at a start, for pages that were compiled without its checks (mutants): one sentence with a counterexample per broken invariant.
    pub fn broken(&self, pages: &Pages) -> Vec<String> {
        self.broken_by(&Allowances::of(pages))
    }

    /// One sentence with a counterexample per invariant that does not hold.
    pub(crate) fn broken_by(&self, allowances: &Allowances) -> Vec<String> {
        let faults = self.0.iter().filter_map(|invariant| {
            let fault = Proof { allowances, invariant }.fault()?;
            Some(format!("{} ({}): {} But {fault}.", invariant.id, invariant.law, invariant.en))
        });
        faults.collect()
    }
}

struct Proof<'a> {
    allowances: &'a Allowances,
    invariant: &'a Invariant,
}

impl Proof<'_> {
    /// The counterexample, or what makes the invariant unreadable: both refuse the policy.
    fn fault(&self) -> Option<String> {
        match self.try_fault() {
            Ok(fault) => fault,
            Err(unreadable) => Some(format!("it cannot be read: {unreadable}")),
        }
    }

    fn try_fault(&self) -> Result<Option<String>, String> {
        let inside = self.cube(&self.invariant.inside)?;
        match self.invariant.form {
            Form::Never => {
                Ok(self.inside(&inside).next().map(|(cube, allowance)| self.sentence(&cube, &allowance.reason.lines)))
            }
            Form::Carries => self.carries(&inside),
            Form::Implies => self.implies(&inside),
            Form::AddsOnly => self.adds_only(&inside),
        }
    }

    /// What is allowed inside a cube.
    fn inside(&self, cube: &Cube) -> impl Iterator<Item = (Cube, &Allowance)> + use<'_> {
        let cube = *cube;
        self.allowances.near(&cube).filter_map(move |allowance| Some((allowance.cube.meet(&cube)?, allowance)))
    }

    fn carries(&self, inside: &Cube) -> Result<Option<String>, String> {
        let wanted = &self.invariant.obligations;
        if wanted.is_empty() {
            return Err("`carries` needs `obligations`".to_owned());
        }
        let found = self.inside(inside).find_map(|(cube, allowance)| {
            let missing = wanted.iter().find(|name| !allowance.reason.obligations.contains(name))?;
            Some(format!("{} without {missing}", self.sentence(&cube, &allowance.reason.lines)))
        });
        Ok(found)
    }

    fn implies(&self, inside: &Cube) -> Result<Option<String>, String> {
        if self.invariant.also.is_empty() {
            return Err("`implies` needs `also`".to_owned());
        }
        let mut also = Vec::new();
        for (column, value) in &self.invariant.also {
            let column = self.column(column)?;
            also.push((column, value_set::read(self.allowances, column, [value.as_str()])?));
        }
        let found = self.inside(inside).find_map(|(cube, allowance)| {
            let other = also.iter().fold(cube, |cube, (column, values)| cube.with(*column, *values));
            let denied = self.denied(&other).first().copied()?;
            // The counterexample keeps its own values where they were replaced.
            let own = also.iter().fold(denied, |denied, (column, _)| denied.with(*column, cube.column(*column)));
            Some(format!(
                "{}, and not with {}",
                self.sentence(&own, &allowance.reason.lines),
                Self::pairs(&self.invariant.also)
            ))
        });
        Ok(found)
    }

    fn adds_only(&self, inside: &Cube) -> Result<Option<String>, String> {
        let Invariant { column: Some(column), from: Some(from), to: Some(to), within, .. } = self.invariant else {
            return Err("`adds_only` needs `column`, `from` and `to`".to_owned());
        };
        let column = self.column(column)?;
        let from = value_set::read(self.allowances, column, [from.as_str()])?;
        let to = value_set::read(self.allowances, column, [to.as_str()])?;
        // `within` may be empty: then nothing at all may be added.
        let within = if within.is_empty() { None } else { Some(self.cube(within)?) };
        let at_to = inside.with(column, inside.column(column) & to);
        let found = self.inside(&at_to).find_map(|(cube, allowance)| {
            let added = self.denied(&cube.with(column, from)).into_iter().map(|piece| piece.with(column, to));
            let outside = |piece: Cube| within.map_or_else(|| vec![piece], |within| piece.minus(&within));
            let outside = added.flat_map(outside).next()?;
            Some(format!("{}, which it adds", self.sentence(&outside, &allowance.reason.lines)))
        });
        Ok(found)
    }

    /// The parts of a cube that are not allowed.
    fn denied(&self, cube: &Cube) -> Vec<Cube> {
        cube.uncovered(self.allowances.near(cube).map(|allowance| &allowance.cube))
    }

    fn column(&self, name: &str) -> Result<usize, String> {
        self.allowances.column(name).ok_or_else(|| format!("`{name}` is no column"))
    }

    fn cube(&self, sets: &Sets) -> Result<Cube, String> {
        sets.iter().try_fold(self.allowances.everything(), |cube, (name, words)| {
            let column = self.column(name)?;
            Ok(cube.with(column, value_set::read(self.allowances, column, words.iter().map(String::as_str))?))
        })
    }

    fn pairs(also: &BTreeMap<String, String>) -> String {
        also.iter().map(|(column, value)| format!("{column} {value}")).collect::<Vec<_>>().join(", ")
    }

    /// One request of a cube as a sentence.
    fn sentence(&self, cube: &Cube, lines: &[String]) -> String {
        let request = cube.first();
        let name = |column: usize| self.allowances.name(column, request.get(column).copied().unwrap_or(u16::MAX));
        let facts = (0..COLUMNS).filter(|column| *column != ROLE && *column != ACTION).map(|column| {
            let header = self.allowances.columns().get(column).map_or("", |(header, _)| header.as_str());
            format!("{header} {}", name(column))
        });
        let facts = facts.collect::<Vec<_>>().join(", ");
        format!("{} is allowed {} with {facts} (by {})", name(ROLE), name(ACTION), lines.join(", "))
    }
}
