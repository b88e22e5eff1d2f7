//! For each invariant a policy that breaks it: an invariant that no policy could break says nothing.

use decision_pages::{Pages, PolicyText};

use super::{Form, Invariant, Invariants, proof::Proof};
use crate::{
    allowance::Allowances,
    cube::{Cube, bit, members},
    policy_error::PolicyError,
    request::ROLE,
    value_set,
};

/// The effect of a line to plant, and what it matches.
type Planted = (&'static str, Cube);

impl Invariants {
    /// A `policy.csv` that breaks each invariant, in their order, made from one that breaks none: its deny lines go, and where that is not enough,
    /// one line named `planted` is added. `None` where no such line was found.
    ///
    /// # Errors
    /// A policy that does not load, an invariant that cannot be read.
    pub fn breaking(&self, text: &PolicyText<'_>) -> Result<Vec<(&Invariant, Option<String>)>, PolicyError> {
        let open: String = text.policy.split_inclusive('\n').filter(|line| !is_deny(line)).collect();
        let pages = Pages::compile(&PolicyText { policy: &open, ..*text }).map_err(PolicyError::Refused)?;
        let allowances = Allowances::of(&pages);
        let with_denies = Pages::compile(text).map_err(PolicyError::Refused)?;
        let kept = Allowances::of(&with_denies);
        let planted = self.list.iter().map(|invariant| {
            // A deny line is planted beside the others, an allow line where none is left to stop it.
            let (base, allowances) = match invariant.form {
                Form::Blind => (text.policy, &kept),
                _ => (open.as_str(), &allowances),
            };
            let proof = Proof { allowances, invariant, bases: &self.bases };
            if proof.fault().is_some() {
                return Ok((invariant, Some(base.to_owned())));
            }
            let planted = proof.planted().map_err(|what| unreadable(invariant, &what))?;
            Ok((invariant, planted.map(|planted| with_line(base, allowances, &planted))))
        });
        planted.collect()
    }
}

fn unreadable(invariant: &Invariant, what: &str) -> PolicyError {
    PolicyError::Broken(vec![format!("{}: it cannot be read: {what}.", invariant.id)])
}

fn is_deny(line: &str) -> bool {
    line.starts_with("p,") && line.trim_end().ends_with("deny")
}

/// The policy with the planted line. The end line, which nobody asks for in memory, no longer stands last.
fn with_line(policy: &str, allowances: &Allowances, (effect, cube): &Planted) -> String {
    let cells = cube.0.iter().enumerate().map(|(column, values)| {
        members(*values).map(|value| allowances.name(column, value)).collect::<Vec<_>>().join("|")
    });
    format!("{policy}p, planted, {}, -, planted, {effect}\n", cells.collect::<Vec<_>>().join(", "))
}

/// The first request of a cube alone.
fn one(cube: &Cube) -> Cube {
    Cube(cube.first().map(bit))
}

impl Proof<'_> {
    /// A request whose line breaks the invariant.
    fn planted(&self) -> Result<Option<Planted>, String> {
        let inside = self.cube(&self.invariant.inside)?;
        let allow = |cube: Option<Cube>| cube.map(|cube| ("allow", one(&cube)));
        Ok(match self.invariant.form {
            Form::Never | Form::Carries => allow(self.denied(&inside).first().copied()),
            Form::Implies => allow(self.alone(&inside)?),
            Form::AddsOnly => allow(self.added(&inside)?),
            Form::Direction => allow(self.misdirected(&inside)?),
            Form::Blind => self.telling(&inside)?.map(|cube| ("deny", cube)),
        })
    }

    /// Denied, and denied too with the values of `also`.
    fn alone(&self, inside: &Cube) -> Result<Option<Cube>, String> {
        let mut also = Vec::new();
        for (column, value) in &self.invariant.also {
            let column = self.column(column)?;
            also.push((column, value_set::read(self.allowances, column, [value.as_str()])?));
        }
        Ok(self.denied(inside).into_iter().find_map(|piece| {
            let other = also.iter().fold(piece, |cube, (column, values)| cube.with(*column, *values));
            let denied = self.denied(&other).first().copied()?;
            Some(also.iter().fold(denied, |denied, (column, _)| denied.with(*column, piece.column(*column))))
        }))
    }

    /// Denied at `to`, outside `within`, and denied at `from`.
    fn added(&self, inside: &Cube) -> Result<Option<Cube>, String> {
        let Invariant { column: Some(column), from: Some(from), to: Some(to), within, .. } = self.invariant else {
            return Ok(None);
        };
        let column = self.column(column)?;
        let from = value_set::read(self.allowances, column, [from.as_str()])?;
        let to = value_set::read(self.allowances, column, [to.as_str()])?;
        let within = if within.is_empty() { None } else { Some(self.cube(within)?) };
        let at_to = inside.with(column, inside.column(column) & to);
        let outside = |piece: Cube| within.map_or_else(|| vec![piece], |within| piece.minus(&within));
        Ok(self.denied(&at_to).into_iter().flat_map(outside).find_map(|piece| {
            let both = self.denied(&piece.with(column, from)).first().copied()?;
            Some(both.with(column, piece.column(column)))
        }))
    }

    /// Denied, and on a basis that does not let this role's authority release.
    fn misdirected(&self, inside: &Cube) -> Result<Option<Cube>, String> {
        let basis = self.column("basis")?;
        for role in members(inside.column(ROLE)) {
            for value in members(inside.column(basis)) {
                if !self.fits(role, basis, value)? {
                    let one = inside.with(ROLE, bit(role)).with(basis, bit(value));
                    if let Some(denied) = self.denied(&one).first() {
                        return Ok(Some(*denied));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Allowed, and refused with other values in the hidden columns: denying it would tell the two apart. Where nothing at all is allowed, a line
    /// that denies something elsewhere and reaches in.
    fn telling(&self, inside: &Cube) -> Result<Option<Cube>, String> {
        let hidden = self.hidden()?;
        let within = self.inside(inside).find_map(|(cube, _)| {
            let anything = hidden.iter().fold(cube, |cube, column| cube.with(*column, inside.column(*column)));
            let refused = self.denied(&anything).first().copied()?;
            Some(one(&hidden.iter().fold(refused, |refused, column| refused.with(*column, cube.column(*column)))))
        });
        let reaching_in = || {
            let elsewhere = one(&self.allowances.iter().next()?.cube);
            let asked = self.invariant.inside.keys().filter_map(|name| self.allowances.column(name));
            Some(asked.fold(elsewhere, |cube, column| cube.with(column, cube.column(column) | inside.column(column))))
        };
        Ok(within.or_else(reaching_in))
    }
}
