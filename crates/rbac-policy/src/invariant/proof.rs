//! The proof of one invariant: set arithmetic on products of value sets, exact, with a counterexample as a sentence.

use std::collections::BTreeMap;

use vocabulary::AuthorityKind;

use super::{Form, Invariant, Sets};
use crate::{
    allowance::{Allowance, Allowances},
    cube::{Cube, bit, members},
    legal_bases::{Direction, LegalBases, State},
    request::{ACTION, COLUMNS, ROLE},
    value_set,
};

/// One invariant held against what a policy allows.
pub(super) struct Proof<'a> {
    pub(super) allowances: &'a Allowances,
    pub(super) invariant: &'a Invariant,
    pub(super) bases: &'a LegalBases,
}

impl Proof<'_> {
    /// The counterexample, or what makes the invariant unreadable: both refuse the policy.
    pub(super) fn fault(&self) -> Option<String> {
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
            Form::Direction => self.direction(&inside),
            Form::Blind => self.blind(&inside),
        }
    }

    /// What is allowed inside a cube.
    pub(super) fn inside(&self, cube: &Cube) -> impl Iterator<Item = (Cube, &Allowance)> + use<'_> {
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

    /// What leaves the authority names a legal basis in use whose direction fits who holds it.
    fn direction(&self, inside: &Cube) -> Result<Option<String>, String> {
        let basis = self.column("basis")?;
        for (cube, allowance) in self.inside(inside) {
            for role in members(cube.column(ROLE)) {
                for value in members(cube.column(basis)) {
                    if !self.fits(role, basis, value)? {
                        let one = cube.with(ROLE, bit(role)).with(basis, bit(value));
                        let code = self.allowances.name(basis, value).to_ascii_uppercase();
                        let holder = self.holder(role)?.map_or("anybody", AuthorityKind::code);
                        return Ok(Some(format!(
                            "{}, and no version of {code} in use lets {holder} release",
                            self.sentence(&one, &allowance.reason.lines)
                        )));
                    }
                }
            }
        }
        Ok(None)
    }

    /// The kind of authority that a role acts for; `None` for a role that may act for any.
    fn holder(&self, role: u16) -> Result<Option<AuthorityKind>, String> {
        let Some(kind) = self.invariant.holders.get(self.allowances.name(ROLE, role)) else { return Ok(None) };
        kind.parse().map(Some).map_err(|_| format!("`{kind}` is no kind of authority"))
    }

    /// Whether some version in use of this basis lets the role's authority release.
    pub(super) fn fits(&self, role: u16, column: usize, basis: u16) -> Result<bool, String> {
        let code = self.allowances.name(column, basis).to_ascii_uppercase();
        let holder = self.holder(role)?;
        let from_holder = |direction: &Direction| holder.is_none_or(|holder| direction.from.contains(&holder));
        let mut in_use = self.bases.all().filter(|row| row.code == code && row.state != State::Off);
        Ok(in_use.any(|row| row.directions.iter().any(from_holder)))
    }

    /// The hidden columns.
    pub(super) fn hidden(&self) -> Result<Vec<usize>, String> {
        if self.invariant.hidden.is_empty() {
            return Err("`blind` needs `hidden`".to_owned());
        }
        self.invariant.hidden.iter().map(|name| self.column(name)).collect()
    }

    /// A deny line that looks at a hidden column refuses some requests and not their neighbours; where the neighbours are refused too, for another
    /// reason or for none, the reason tells which side the hidden value lies on. Lines that look at no hidden column refuse both alike.
    fn blind(&self, inside: &Cube) -> Result<Option<String>, String> {
        let hidden = self.hidden()?;
        for (line, denied) in self.allowances.denies() {
            let Some(cube) = denied.meet(inside) else { continue };
            let anything = hidden.iter().fold(cube, |cube, column| cube.with(*column, inside.column(*column)));
            for neighbours in anything.minus(&cube) {
                let Some(refused) = self.denied(&neighbours).first().copied() else { continue };
                let own = hidden.iter().fold(refused, |refused, column| refused.with(*column, cube.column(*column)));
                return Ok(Some(format!(
                    "{} by {line}, and with {} it is refused without it",
                    self.asked(&own, "refused"),
                    self.values(&refused, &hidden)
                )));
            }
        }
        Ok(None)
    }

    /// The first values of some columns.
    fn values(&self, cube: &Cube, columns: &[usize]) -> String {
        let request = cube.first();
        let pairs = columns.iter().map(|column| {
            let header = self.allowances.columns().get(*column).map_or("", |(header, _)| header.as_str());
            format!("{header} {}", self.allowances.name(*column, request.get(*column).copied().unwrap_or(u16::MAX)))
        });
        pairs.collect::<Vec<_>>().join(", ")
    }

    /// The parts of a cube that are not allowed.
    pub(super) fn denied(&self, cube: &Cube) -> Vec<Cube> {
        cube.uncovered(self.allowances.near(cube).map(|allowance| &allowance.cube))
    }

    pub(super) fn column(&self, name: &str) -> Result<usize, String> {
        self.allowances.column(name).ok_or_else(|| format!("`{name}` is no column"))
    }

    pub(super) fn cube(&self, sets: &Sets) -> Result<Cube, String> {
        sets.iter().try_fold(self.allowances.everything(), |cube, (name, words)| {
            let column = self.column(name)?;
            Ok(cube.with(column, value_set::read(self.allowances, column, words.iter().map(String::as_str))?))
        })
    }

    fn pairs(also: &BTreeMap<String, String>) -> String {
        also.iter().map(|(column, value)| format!("{column} {value}")).collect::<Vec<_>>().join(", ")
    }

    /// One request of a cube as a sentence.
    pub(super) fn sentence(&self, cube: &Cube, lines: &[String]) -> String {
        format!("{} (by {})", self.asked(cube, "allowed"), lines.join(", "))
    }

    fn asked(&self, cube: &Cube, answer: &str) -> String {
        let request = cube.first();
        let name = |column: usize| self.allowances.name(column, request.get(column).copied().unwrap_or(u16::MAX));
        let facts: Vec<usize> = (0..COLUMNS).filter(|column| *column != ROLE && *column != ACTION).collect();
        format!("{} is {answer} {} with {}", name(ROLE), name(ACTION), self.values(cube, &facts))
    }
}
