//! Policies with one mistake in them, to measure test sets.

use std::fmt::{self, Display, Formatter};

use crate::{
    line::{Effect, PolicyLine},
    load_error::LoadError,
    pages::{Pages, PolicyText},
    policy_file::Strictness,
};

/// What was done to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// The line is gone.
    Deleted,
    /// Allow became deny, or deny became allow.
    Flipped,
}

/// A policy that differs from a good one in one line. Because the loader refuses lines that never decide, each decides some request differently.
#[derive(Debug, Clone)]
pub struct Mutant<'p> {
    /// Id of the changed line.
    pub line: &'p str,
    /// What was done to it.
    pub change: Change,
    /// The changed `policy.csv`.
    pub policy: String,
    original: &'p Pages,
}

impl Mutant<'_> {
    /// Compiles the mutant, without the rules of style (grounds, obligations on denies, idle lines, an empty policy) that would refuse it before
    /// a test can.
    ///
    /// # Errors
    /// As [`Pages::compile`]; in practice a mutant that became too costly to compile.
    pub fn compile(&self) -> Result<Pages, Vec<LoadError>> {
        let source = &self.original.source;
        let text = PolicyText { model: &source.model, policy: &self.policy, vocabulary: &source.vocabulary };
        Pages::compile_with(&text, Strictness::Mutant)
    }
}

impl Display for Mutant<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.change {
            Change::Deleted => write!(f, "line `{}` deleted", self.line),
            Change::Flipped => write!(f, "effect of line `{}` turned round", self.line),
        }
    }
}

pub(crate) fn all(original: &Pages) -> impl Iterator<Item = Mutant<'_>> {
    let both = |line| [Change::Deleted, Change::Flipped].map(|change| (line, change));
    original.lines.iter().flat_map(both).map(move |(line, change)| Mutant {
        line: line.id(),
        change,
        policy: changed(&original.source.policy, line, change),
        original,
    })
}

fn changed(policy: &str, line: &PolicyLine, change: Change) -> String {
    let mut mutant = String::with_capacity(policy.len() + 8);
    for (index, text) in policy.lines().enumerate() {
        if index + 1 != line.number() {
            mutant.push_str(text);
            mutant.push('\n');
        } else if change == Change::Flipped {
            let flipped = match line.effect() {
                Effect::Allow => Effect::Deny,
                Effect::Deny => Effect::Allow,
            };
            // The effect is the last cell, and a line that was read has one.
            let kept = text.rsplit_once(',').map_or("", |(kept, _)| kept);
            mutant.push_str(kept);
            mutant.push_str(", ");
            mutant.push_str(flipped.word());
            mutant.push('\n');
        }
    }
    mutant
}
