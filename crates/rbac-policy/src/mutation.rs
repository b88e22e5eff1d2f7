//! How well the policy's tests hold it: every line deleted, every effect turned round, and what noticed.

use std::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
};

use serde::Serialize;

use crate::{allowance::Allowances, decision_table::DecisionTables, policy::Policy, policy_error::PolicyError};

/// The score of a policy: what became of its mutants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MutationScore {
    /// Mutants in all: two for each line.
    pub mutants: usize,
    /// Noticed by an invariant, with or without the tables.
    pub by_invariants: usize,
    /// Noticed by the decision tables and by no invariant.
    pub by_tables: usize,
    /// Noticed by nothing, as sentences in file order. Each is a rule that nobody would miss.
    pub survivors: Vec<String>,
}

impl MutationScore {
    /// Whether every mutant was noticed.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.survivors.is_empty()
    }

    /// Noticed mutants of a hundred, rounded down.
    #[must_use]
    pub const fn percent(&self) -> usize {
        match self.mutants {
            0 => 100,
            mutants => (self.by_invariants + self.by_tables) * 100 / mutants,
        }
    }
}

/// What noticed one mutant.
enum Noticed {
    Invariant,
    Table,
    Nothing(String),
}

impl Policy {
    /// Compiles every mutant, on as many threads as the machine has cores, and holds it against the invariants and the tables. Tables that do not
    /// fit the policy itself notice only what they do not say of it already.
    ///
    /// # Errors
    /// A table that cannot be read, or a mutant that cannot be compiled.
    pub fn mutation_score(&self, tables: &DecisionTables) -> Result<MutationScore, PolicyError> {
        let mutants: Vec<_> = self.pages().mutants().collect();
        let known = tables.faults(self)?;
        let next = AtomicUsize::new(0);
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(mutants.len().max(1));
        let work = || -> Result<Vec<(usize, Noticed)>, PolicyError> {
            let mut noticed = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(mutant) = mutants.get(at) else { return Ok(noticed) };
                let allowances = Allowances::of(&mutant.compile().map_err(PolicyError::Refused)?);
                noticed.push((
                    at,
                    if !self.invariants().broken_by(&allowances).is_empty() {
                        Noticed::Invariant
                    } else if tables.faults_of(&allowances)?.iter().any(|fault| !known.contains(fault)) {
                        Noticed::Table
                    } else {
                        Noticed::Nothing(mutant.to_string())
                    },
                ));
            }
        };
        let mut all = Vec::with_capacity(mutants.len());
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            for worker in workers {
                // A worker that panicked is a defect of ours, and its panic goes on here.
                all.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok::<(), PolicyError>(())
        })?;
        all.sort_by_key(|(at, _)| *at);
        let mut score = MutationScore { mutants: mutants.len(), ..MutationScore::default() };
        for (_, noticed) in all {
            match noticed {
                Noticed::Invariant => score.by_invariants += 1,
                Noticed::Table => score.by_tables += 1,
                Noticed::Nothing(mutant) => score.survivors.push(mutant),
            }
        }
        Ok(score)
    }
}
