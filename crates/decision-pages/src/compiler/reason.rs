//! Interned reasons.

use super::Compiler;
use crate::{
    decision::{Outcome, Reason},
    line::{Effect, PolicyLine},
};

impl Compiler<'_> {
    /// Interns the reason of a decision on requests that match these lines, by position in the file.
    pub(super) fn outcome(&mut self, allowed: bool, matched: &[usize]) -> Outcome {
        let effect = if allowed { Effect::Allow } else { Effect::Deny };
        let decides = |index: &usize| self.lines.get(*index).is_some_and(|line| line.effect() == effect);
        let deciding: Vec<usize> = matched.iter().copied().filter(decides).collect();
        if deciding.is_empty() {
            return Outcome::new(allowed, 0);
        }
        let key = (allowed, deciding);
        if let Some(id) = self.reason_ids.get(&key) {
            return Outcome::new(allowed, *id);
        }
        let lines: Vec<&PolicyLine> = key.1.iter().filter_map(|index| self.lines.get(*index)).collect();
        let carried = |name: &&String| allowed && lines.iter().any(|line| line.obligations().contains(name));
        let mut law: Vec<String> = Vec::new();
        for line in &lines {
            if !law.iter().any(|cited| cited == line.law()) {
                law.push(line.law().to_owned());
            }
        }
        let reason = Reason {
            lines: lines.iter().map(|line| line.id().to_owned()).collect(),
            obligations: self.vocabulary.obligations().iter().filter(carried).cloned().collect(),
            law,
        };
        let id = u32::try_from(self.reasons.len()).unwrap_or_default();
        self.reasons.push(reason);
        self.reason_ids.insert(key, id);
        Outcome::new(allowed, id)
    }
}
