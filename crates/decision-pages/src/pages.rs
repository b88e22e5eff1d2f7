//! The compiled policy.

use std::fmt::{self, Debug, Formatter};

use sha2::{Digest, Sha256};

use crate::{
    compiler,
    decision::{Decision, Outcome},
    decisiveness,
    differential::{self, Mismatch},
    limits,
    line::PolicyLine,
    load_error::LoadError,
    model,
    mutant::{self, Mutant},
    policy_file::{self, Strictness},
    region::Region,
    table::Table,
    vocabulary::Vocabulary,
};

/// The three texts of a policy.
#[derive(Debug, Clone, Copy)]
pub struct PolicyText<'a> {
    /// `model.conf`
    pub model: &'a str,
    /// `policy.csv`
    pub policy: &'a str,
    /// `vocabulary.toml`
    pub vocabulary: &'a str,
}

/// The texts kept beside the pages, for mutants.
pub(crate) struct Source {
    pub(crate) model: String,
    pub(crate) policy: String,
    pub(crate) vocabulary: String,
}

/// A policy compiled into complete answers. Immutable; share it behind an `Arc` and swap the `Arc` to reload.
pub struct Pages {
    pub(crate) table: Table,
    pub(crate) lines: Vec<PolicyLine>,
    pub(crate) source: Source,
    vocabulary: Vocabulary,
    digest: [u8; 32],
}

impl Debug for Pages {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("lines", &self.lines.len()).field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl Pages {
    /// Loads strictly and compiles.
    ///
    /// # Errors
    /// Every refusal found, in file order, at most [`limits::REFUSALS`]; lines that never decide are looked for when nothing else is wrong.
    pub fn compile(text: &PolicyText<'_>) -> Result<Self, Vec<LoadError>> {
        Self::compile_with(text, Strictness::Full)
    }

    pub(crate) fn compile_with(text: &PolicyText<'_>, strictness: Strictness) -> Result<Self, Vec<LoadError>> {
        let vocabulary = Vocabulary::parse(text.vocabulary).map_err(|refusal| vec![refusal])?;
        let model = model::check(text.model, &vocabulary);
        let lines = match (model, policy_file::read(text.policy, &vocabulary, strictness)) {
            (Ok(()), Ok(lines)) => lines,
            (Ok(()), Err(refusals)) => return Err(refusals),
            (Err(refusal), lines) => {
                return Err(std::iter::once(refusal)
                    .chain(lines.err().into_iter().flatten())
                    .take(limits::REFUSALS)
                    .collect());
            }
        };
        let compiled = compiler::compile(&vocabulary, &lines).map_err(|refusal| vec![refusal])?;
        if strictness == Strictness::Full {
            let mut idle = decisiveness::never_decisive(&lines, &compiled.classes);
            idle.truncate(limits::REFUSALS);
            if !idle.is_empty() {
                return Err(idle);
            }
        }
        let owned = |text: &str| text.to_owned();
        let source =
            Source { model: owned(text.model), policy: owned(text.policy), vocabulary: owned(text.vocabulary) };
        Ok(Self { table: compiled.table, lines, source, vocabulary, digest: digest(text) })
    }

    /// Decides a request: the index of a value per column, in column order. No allocation, no lock, no casbin.
    ///
    /// A request that is none of the vocabulary's (wrong length, index out of range) is denied.
    #[inline]
    pub fn decide(&self, request: &[u16]) -> Decision<'_> {
        Decision::new(self.table.outcome(request).unwrap_or(Outcome::NOTHING), &self.table.reasons)
    }

    /// The vocabulary that gives requests their indices.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// SHA-256 over the texts: `"decision-pages/1"`, then model, policy and vocabulary, each preceded by its length as eight bytes, big-endian.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The lines, in file order.
    pub fn lines(&self) -> &[PolicyLine] {
        &self.lines
    }

    /// The line of an id.
    pub fn line(&self, id: &str) -> Option<&PolicyLine> {
        self.lines.iter().find(|line| line.id() == id)
    }

    /// The one `model.conf` that a vocabulary can have.
    pub fn golden_model(vocabulary: &Vocabulary) -> String {
        model::golden(vocabulary)
    }

    /// A request from every cell with its decision. For statements about **all** requests use [`Pages::regions`]: the request given here shows the
    /// first value where a page does not distinguish a column.
    pub fn cells(&self) -> impl Iterator<Item = (Vec<u16>, Decision<'_>)> {
        self.regions().map(|region| (region.representative(), region.decision()))
    }

    /// Every cell with the set of requests it stands for. Together they hold every request exactly once.
    pub fn regions(&self) -> impl Iterator<Item = Region<'_>> {
        Region::all(self)
    }

    /// Bytes that deciding works on, reasons aside.
    pub fn bytes(&self) -> usize {
        self.table.bytes()
    }

    /// Holds `n` requests against the whole policy in casbin's hands: decision and deciding lines. Some are chosen, even when there are more than `n`:
    /// one for every outcome on every sheet, and one inside an allow line on every page that one reaches. The others are drawn from `seed`, half of them
    /// evenly, half in or next to the reach of some line.
    ///
    /// # Errors
    /// The first request on which the two differ, or casbin's refusal.
    pub fn differential(&self, text: &PolicyText<'_>, n: usize, seed: u64) -> Result<(), Mismatch> {
        differential::run(self, text, n, seed)
    }

    /// Holds the given requests against the whole policy in casbin's hands, and says how many there were. With one request of every region
    /// ([`Region::representative`]) nothing is left to chance: casbin too tells values apart by the cells of the lines alone, and all requests of a
    /// region match the same cells.
    ///
    /// # Errors
    /// As [`differential`](Self::differential).
    pub fn differential_over(
        &self,
        text: &PolicyText<'_>,
        requests: impl IntoIterator<Item = Vec<u16>>,
    ) -> Result<usize, Mismatch> {
        differential::over(self, text, requests)
    }

    /// Every policy that differs from this one by one line deleted or with its effect turned round. A test set is good when it fails on each.
    pub fn mutants(&self) -> impl Iterator<Item = Mutant<'_>> {
        mutant::all(self)
    }
}

fn digest(text: &PolicyText<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"decision-pages/1");
    for part in [text.model, text.policy, text.vocabulary] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}
