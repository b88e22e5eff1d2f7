//! The pages against the whole policy in casbin's hands.

use std::fmt::{self, Display, Formatter};

use crate::{
    evaluator::{CasbinFailed, Monolith, Verdict},
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

/// Compares `n` requests.
pub(crate) fn run(pages: &Pages, text: &PolicyText<'_>, n: usize, seed: u64) -> Result<(), Mismatch> {
    let mut casbin = Monolith::load(text)?;
    let mut draw = Draw(seed);
    for round in 0..n {
        let request = if round % 2 == 0 { anywhere(pages, &mut draw) } else { near_a_line(pages, &mut draw) };
        compare(pages, &mut casbin, &request)?;
    }
    Ok(())
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
