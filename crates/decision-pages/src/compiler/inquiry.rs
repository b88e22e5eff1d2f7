//! What casbin is asked, once it is known what there is to ask.
//!
//! Going through the pages only notes the questions. They are put afterwards, by several threads with a casbin each, because almost all of the time that
//! compiling takes is casbin's. The answers come back in the order of the questions, so that the same policy gives the same pages on every machine.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::casbin_refused;
use crate::{
    bits::Bits,
    cores,
    evaluator::{CasbinFailed, Evaluator},
    limits,
    line::{Effect, PolicyLine},
    load_error::LoadError,
    model,
    policy_file::FILE,
    vocabulary::Vocabulary,
};

/// What a thread must have to do before it is worth starting: as much as it takes to build a casbin, some times over.
const STEPS_PER_THREAD: u64 = 20_000_000;

/// A class of requests of one sheet.
pub(super) struct Question {
    /// One of them.
    pub(super) request: Vec<u16>,
    /// The lines, by position on the sheet, that they match.
    pub(super) matching: Bits,
}

/// The questions about one sheet.
pub(super) struct Inquiry {
    /// Positions in the file of the sheet's lines.
    pub(super) lines: Vec<usize>,
    pub(super) questions: Vec<Question>,
}

impl Inquiry {
    fn steps(&self) -> u64 {
        let asked = (self.questions.len() + 1).saturating_mul(self.lines.len() + 4);
        u64::try_from(asked.saturating_mul(limits::STEPS_PER_CASBIN_LINE)).unwrap_or(u64::MAX)
    }
}

/// How many threads these are worth.
pub(super) fn threads(inquiries: &[Inquiry]) -> usize {
    cores::worth(inquiries.iter().map(Inquiry::steps).fold(0, u64::saturating_add), STEPS_PER_THREAD)
}

/// Casbin's decision on each question, or the first refusal.
pub(super) fn put(
    vocabulary: &Vocabulary,
    lines: &[PolicyLine],
    inquiries: &[Inquiry],
    threads: usize,
) -> Result<Vec<Vec<bool>>, LoadError> {
    let model = model::golden(vocabulary);
    let next = AtomicUsize::new(0);
    let parts = cores::spread(threads, |_| {
        let mut evaluator = Evaluator::new(&model).map_err(|error| (0, casbin_refused(&error)))?;
        let mut mine = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(inquiry) = inquiries.get(number) else { return Ok(mine) };
            mine.push((number, ask(&mut evaluator, vocabulary, lines, inquiry).map_err(|refusal| (number, refusal))?));
        }
    });
    let mut answers = Vec::with_capacity(inquiries.len());
    let mut refusals = Vec::new();
    for part in parts {
        match part {
            Ok(mine) => answers.extend(mine),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if let Some((_, refusal)) = refusals.into_iter().min_by_key(|(number, _)| *number) {
        return Err(refusal);
    }
    answers.sort_unstable_by_key(|(number, _)| *number);
    Ok(answers.into_iter().map(|(_, answers)| answers).collect())
}

/// The answers about one sheet. Casbin must see exactly those lines match that were expected.
fn ask(
    evaluator: &mut Evaluator,
    vocabulary: &Vocabulary,
    lines: &[PolicyLine],
    inquiry: &Inquiry,
) -> Result<Vec<bool>, LoadError> {
    let on_sheet: Vec<&PolicyLine> = inquiry.lines.iter().filter_map(|index| lines.get(*index)).collect();
    let refused = |error: CasbinFailed| casbin_refused(&error);
    evaluator.load(on_sheet.iter().map(|line| line.rule())).map_err(refused)?;
    let answered = inquiry.questions.iter().map(|question| {
        let values = vocabulary.names(&question.request);
        let answer = evaluator.ask(&values).map_err(refused)?;
        let matching = question.matching.iter();
        let expected: Vec<(usize, Effect)> =
            matching.filter_map(|position| Some((position, on_sheet.get(position)?.effect()))).collect();
        if answer.matched != expected {
            let what = format!("casbin matches other lines than expected on ({})", values.join(", "));
            return Err(LoadError::whole(FILE, what, "report this as a defect of decision-pages"));
        }
        Ok(answer.allowed)
    });
    answered.collect()
}
