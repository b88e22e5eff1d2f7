//! The pages against the whole policy in casbin's hands.

use std::{
    collections::HashSet,
    fmt::{self, Display, Formatter},
};

use crate::{
    cores,
    evaluator::{CasbinFailed, Monolith, Verdict},
    line::{Effect, PolicyLine},
    pages::{Pages, PolicyText},
};

/// Why the pages must not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// The two decide a request differently, or for different lines.
    Request {
        /// The values by name, in column order.
        request: Vec<String>,
        /// What the pages say.
        pages: Verdict,
        /// What casbin says.
        casbin: Verdict,
    },
    /// Casbin refused the text or a request.
    Casbin(CasbinFailed),
}

impl Display for Mismatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = |verdict: &Verdict| if verdict.allowed { "allow" } else { "deny" };
        match self {
            Self::Request { request, pages, casbin } => write!(
                f,
                "({}): the pages say {} by [{}], casbin says {} by [{}]",
                request.join(", "),
                word(pages),
                pages.lines.join(", "),
                word(casbin),
                casbin.lines.join(", ")
            ),
            Self::Casbin(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Mismatch {}

impl From<CasbinFailed> for Mismatch {
    fn from(error: CasbinFailed) -> Self {
        Self::Casbin(error)
    }
}

/// What a thread must have to compare before it is worth starting.
const VECTORS_PER_THREAD: u64 = 250;
/// Given requests that are held in memory at once.
const BATCH: usize = 65_536;

/// Compares the [chosen](chosen) requests, and drawn ones until there are `n`. Each thread has a casbin of its own with the whole policy, draws all of
/// them and compares its share, so that how many threads there are changes nothing.
pub(crate) fn run(pages: &Pages, text: &PolicyText<'_>, n: usize, seed: u64) -> Result<(), Mismatch> {
    let chosen: Vec<Vec<u16>> = chosen(pages).into_iter().collect();
    let threads = threads_for(n.max(chosen.len()));
    let parts = cores::spread(threads, |number| {
        let mut casbin = Monolith::load(text)?;
        for request in chosen.iter().skip(number).step_by(threads) {
            compare(pages, &mut casbin, request)?;
        }
        let mut draw = Draw(seed);
        for round in chosen.len()..n {
            let request = if round % 2 == 0 { anywhere(pages, &mut draw) } else { near_a_line(pages, &mut draw) };
            if round % threads == number {
                compare(pages, &mut casbin, &request)?;
            }
        }
        Ok(())
    });
    parts.into_iter().collect()
}

fn threads_for(vectors: usize) -> usize {
    cores::worth(vectors as u64, VECTORS_PER_THREAD)
}

/// Compares the given requests; says how many.
pub(crate) fn over(
    pages: &Pages,
    text: &PolicyText<'_>,
    requests: impl IntoIterator<Item = Vec<u16>>,
) -> Result<usize, Mismatch> {
    let mut requests = requests.into_iter();
    let mut compared = 0;
    loop {
        let batch: Vec<Vec<u16>> = requests.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(compared);
        }
        let threads = threads_for(batch.len());
        let parts = cores::spread(threads, |number| {
            let mut casbin = Monolith::load(text)?;
            batch.iter().skip(number).step_by(threads).try_for_each(|request| compare(pages, &mut casbin, request))
        });
        parts.into_iter().collect::<Result<(), Mismatch>>()?;
        compared += batch.len();
    }
}

/// What is seldom drawn is chosen: one request for every outcome on every sheet, and on each page that an allow line reaches one request inside the
/// first such line. The first would show an outcome that is wrong where few requests lie, the second a page that was given another one's sheet.
fn chosen(pages: &Pages) -> HashSet<Vec<u16>> {
    let mut seen = HashSet::new();
    let outcomes = pages.regions().filter_map(|region| {
        let decision = region.decision();
        let is_new = seen.insert((region.sheet(), decision.is_allowed(), decision.reason_id()));
        is_new.then(|| region.representative())
    });
    let mut requests: HashSet<Vec<u16>> = outcomes.collect();
    let mut reached = HashSet::new();
    for line in pages.lines().iter().filter(|line| line.effect() == Effect::Allow) {
        for page in inside(pages, line) {
            let number: Vec<u16> =
                pages.vocabulary().page_by().iter().filter_map(|column| page.get(*column).copied()).collect();
            if reached.insert(number) {
                requests.insert(page);
            }
        }
    }
    requests
}

/// One request inside a line on each page that it reaches.
fn inside(pages: &Pages, line: &PolicyLine) -> Vec<Vec<u16>> {
    let page_by = pages.vocabulary().page_by();
    let mut requests = vec![Vec::new()];
    for (column, declared) in pages.vocabulary().columns().iter().enumerate() {
        let admitted = (0..).take(declared.values().len()).filter(|value| line.admits(column, *value));
        let wanted = if page_by.contains(&column) { usize::MAX } else { 1 };
        let values: Vec<u16> = admitted.take(wanted).collect();
        let extended = requests.iter().flat_map(|request: &Vec<u16>| {
            values.iter().map(|value| request.iter().copied().chain([*value]).collect::<Vec<u16>>())
        });
        requests = extended.collect();
    }
    requests
}

fn compare(pages: &Pages, casbin: &mut Monolith, request: &[u16]) -> Result<(), Mismatch> {
    let names = pages.vocabulary().names(request);
    let casbin = casbin.decide(&names)?;
    let decision = pages.decide(request);
    if decision.is_allowed() == casbin.allowed && decision.reason().lines == casbin.lines {
        return Ok(());
    }
    let pages = Verdict { allowed: decision.is_allowed(), lines: decision.reason().lines.clone() };
    Err(Mismatch::Request { request: names.into_iter().map(str::to_owned).collect(), pages, casbin })
}

fn anywhere(pages: &Pages, draw: &mut Draw) -> Vec<u16> {
    pages.vocabulary().columns().iter().map(|column| draw.below(column.values().len())).collect()
}

/// Values from the cells of one line, with one column drawn anew half of the time.
fn near_a_line(pages: &Pages, draw: &mut Draw) -> Vec<u16> {
    let mut request = anywhere(pages, draw);
    let line = usize::from(draw.below(pages.lines().len()));
    let strays = usize::from(draw.below(request.len() * 2));
    let Some(line) = pages.lines().get(line) else {
        return request;
    };
    for (column, value) in request.iter_mut().enumerate().filter(|(column, _)| *column != strays) {
        let size = pages.vocabulary().columns().get(column).map_or(0, |column| column.values().len());
        // The first admitted value from the drawn one on, round the end.
        let start = usize::from(*value);
        let admitted = (0..size)
            .filter_map(|step| u16::try_from((start + step) % size).ok())
            .find(|value| line.admits(column, *value));
        *value = admitted.unwrap_or(*value);
    }
    request
}

/// `SplitMix64` (Steele, Lea, Flood 2014): small, repeatable, good enough to pick test requests; not for secrets.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `size`, or zero.
    fn below(&mut self, size: usize) -> u16 {
        let drawn = self.next() % u64::try_from(size).unwrap_or(u64::MAX).max(1);
        u16::try_from(drawn).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{decision::Outcome, vocabulary::Vocabulary};

    const VOCABULARY: &str = "[columns]\norder = [\"role\", \"rel\"]\npage_by = [\"role\"]\n[values]\n\
        role = [\"clerk\", \"auditor\", \"guest\"]\nrel = [\"own\", \"other\", \"unknown\"]\n";
    const POLICY: &str = "p, own, clerk, own, -, Act 1, allow\np, review, auditor, *, -, Act 2, allow\n\
        p, never, *, unknown, -, Act 3, deny\n";

    /// Pages in which one outcome, wherever it lies, was replaced by another.
    fn with_planted_fault(cell: usize, fault: Outcome) -> Option<(Pages, String)> {
        let model = crate::model::golden(&Vocabulary::parse(VOCABULARY).unwrap());
        let text = PolicyText { model: &model, policy: POLICY, vocabulary: VOCABULARY };
        let mut pages = Pages::compile(&text).unwrap();
        run(&pages, &text, 100, 1).unwrap();
        let slot = pages.table.outcomes.get_mut(cell)?;
        if *slot == fault {
            return None;
        }
        *slot = fault;
        Some((pages, model))
    }

    #[test]
    fn a_single_wrong_cell_is_found_wherever_it_was_planted() {
        let cells = with_planted_fault(0, Outcome::new(true, 77)).unwrap().0.table.outcomes.len();
        let mut planted = 0;
        for cell in 0..cells {
            for fault in [Outcome::NOTHING, Outcome::new(true, 1), Outcome::new(true, 2), Outcome::new(false, 3)] {
                let Some((pages, model)) = with_planted_fault(cell, fault) else { continue };
                let text = PolicyText { model: &model, policy: POLICY, vocabulary: VOCABULARY };
                let found = run(&pages, &text, 200, 1);
                assert!(matches!(found, Err(Mismatch::Request { .. })), "cell {cell}, {fault:?}: {found:?}");
                planted += 1;
            }
        }
        assert!(planted >= 3 * cells);
    }

    #[test]
    fn every_outcome_and_every_line_of_a_page_is_compared_even_when_nothing_is_drawn() {
        let model = crate::model::golden(&Vocabulary::parse(VOCABULARY).unwrap());
        let text = PolicyText { model: &model, policy: POLICY, vocabulary: VOCABULARY };
        let pages = Pages::compile(&text).unwrap();
        // Clerk: own, never, nothing. Auditor: review, never. Guest: never, nothing. Two of them lie inside the allow lines.
        assert_eq!(chosen(&pages).len(), 7);
        let other = POLICY.replace("p, own,", "p, owner,");
        assert!(run(&pages, &PolicyText { policy: &other, ..text }, 0, 1).is_err(), "another deciding line");
        let other = POLICY.replace("p, own, clerk, own", "p, own, clerk|guest, own");
        assert!(
            run(&pages, &PolicyText { policy: &other, ..text }, 0, 1).is_err(),
            "a page that denies one thing too many"
        );
    }
}
