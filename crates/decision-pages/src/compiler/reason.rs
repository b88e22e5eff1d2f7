//! Interned reasons.

use super::Compiler;
use crate::{
    decision::{Outcome, Reason},
    evaluator::Answer,
    line::{Effect, PolicyLine},
};

impl Compiler<'_> {
    /// Interns the reason of an answer.
    pub(super) fn outcome(&mut self, answer: &Answer, sheet: &[usize]) -> Outcome {
        let effect = if answer.allowed { Effect::Allow } else { Effect::Deny };
        let deciding: Vec<usize> = answer
            .matched
            .iter()
            .filter(|(_, of)| *of == effect)
            .filter_map(|(position, _)| sheet.get(*position).copied())
            .collect();
        if deciding.is_empty() {
            return Outcome::new(answer.allowed, 0);
        }
        let key = (answer.allowed, deciding);
        if let Some(id) = self.reason_ids.get(&key) {
            return Outcome::new(answer.allowed, *id);
        }
        let lines: Vec<&PolicyLine> = key.1.iter().filter_map(|index| self.lines.get(*index)).collect();
        let carried = |name: &&String| answer.allowed && lines.iter().any(|line| line.obligations().contains(name));
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
        Outcome::new(answer.allowed, id)
    }
}
