//! Policies of 30, 100 and 1 000 lines: the compiled pages beside casbin, cedar-policy and a `match` written by hand, on the same requests.
//!
//! Why it is fair: the four hold the same rules over the same ten columns (`lines.rs`), answer the same requests in the same order, and are held against each
//! other before anything is timed. Casbin and Cedar parse their policies beforehand, and Cedar's requests are built beforehand too: only deciding is
//! timed. The pages give the reason with the answer, the match the number of the line, Cedar its diagnostics, casbin nothing.

mod engines;
mod lines;

use core::hint::black_box;

use anyhow::{Result, anyhow, bail, ensure};
use casbin::CoreApi as _;
use decision_pages::Pages;
use rbac_policy::{CurrentPolicy, Policy};

use self::engines::{Cedar, Texts, Values, by_hand, casbin, name};
use self::lines::{COLUMNS, lines};
use crate::kit::{Aim, Bench, Contest, Figure, Series, Unit};

/// Requests that are timed; prime, so that no engine meets them in step with anything.
const REQUESTS: usize = 509;
/// Requests on which pages and match are held against each other.
const COMPARED: usize = 200_000;

pub(crate) fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for size in [30, 100, 1000] {
        figures.extend(decisions(bench, size)?);
    }
    figures.push(behind_the_pointer(bench)?);
    for size in lines::SIZES {
        figures.extend(compiling(bench, size)?);
    }
    Ok(figures)
}

fn compile(texts: &Texts) -> Result<Pages> {
    Pages::compile(&texts.text())
        .map_err(|refusals| anyhow!("{}", refusals.first().map(ToString::to_string).unwrap_or_default()))
}

/// One decision in each of the four hands.
fn decisions(bench: &Bench, size: usize) -> Result<Vec<Figure>> {
    let texts = Texts::of(size)?;
    let pages = compile(&texts)?;
    let by_hand = by_hand(size)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let casbin = runtime.block_on(casbin(&texts))?;
    let cedar = Cedar::of(&texts)?;
    let (mut draw, rules) = (Draw(42), lines(size));
    for _ in 0..COMPARED {
        let request = draw.request(&rules);
        ensure!(
            by_hand(&request).is_some() == pages.decide(&request).is_allowed(),
            "pages and match disagree on {request:?}"
        );
    }
    let mut requests = Vec::with_capacity(REQUESTS);
    let mut allowed = 0;
    for _ in 0..REQUESTS {
        let request = draw.request(&rules);
        let names: Vec<String> = request.iter().copied().map(name).collect();
        let theirs = cedar.request(&request)?;
        let ours = pages.decide(&request).is_allowed();
        ensure!(casbin.enforce(names.clone())? == ours, "pages and casbin disagree on {names:?}");
        ensure!(cedar.allows(&theirs) == ours, "pages and Cedar disagree on {names:?}");
        allowed += usize::from(ours);
        requests.push((request, names, theirs));
    }
    bench.say(&format!(
        "{size} lines: 0 mismatches on {} requests, {allowed} of {REQUESTS} timed ones allowed",
        COMPARED + REQUESTS
    ));
    let mut turn = [requests.iter().cycle(), requests.iter().cycle(), requests.iter().cycle(), requests.iter().cycle()];
    let [ours, hand, by_cedar, by_casbin] = &mut turn;
    let series = Contest::new(bench)
        .on_processor()
        .variant("pages", || {
            if let Some((request, ..)) = ours.next() {
                let decision = pages.decide(black_box(request));
                black_box((decision.is_allowed(), decision.reason_id()));
            }
        })
        .variant("match by hand", || {
            if let Some((request, ..)) = hand.next() {
                black_box(by_hand(black_box(request)));
            }
        })
        .variant("cedar-policy", || {
            if let Some((.., request)) = by_cedar.next() {
                black_box(cedar.allows(black_box(request)));
            }
        })
        .variant("casbin", || {
            if let Some((_, names, _)) = by_casbin.next() {
                black_box(casbin.enforce(names.clone()).is_ok());
            }
        })
        .run();
    let [ours, hand, by_cedar, by_casbin] = series.as_slice() else { bail!("four variants give four series") };
    let beside = |theirs: &Series| Figure::beside(format!("decision, {size} lines"), Unit::Nanoseconds, ours, theirs);
    let alone = Figure::alone(format!("decision with its reason, {size} lines"), Unit::Nanoseconds, ours);
    Ok(vec![
        if size == 100 { alone.aim(Aim::AtMost(10.0)) } else { alone },
        beside(by_cedar).aim(Aim::RatioAtMost(1.0 / 5_000.0)),
        beside(by_casbin),
        beside(hand),
    ])
}

/// The product's own policy, of about a hundred lines, as a request finds it: behind the pointer that a reload swaps.
fn behind_the_pointer(bench: &Bench) -> Result<Figure> {
    let policy = Policy::builtin()?;
    let cells: Vec<Vec<u16>> = policy.pages().cells().map(|(request, _)| request).collect();
    let step = (cells.len() / REQUESTS).max(1);
    let requests: Vec<Vec<u16>> = cells.into_iter().step_by(step).take(REQUESTS).collect();
    let lines = policy.pages().lines().len();
    let current = CurrentPolicy::new(policy.clone());
    let (mut behind, mut bare) = (requests.iter().cycle(), requests.iter().cycle());
    let series = Contest::new(bench)
        .on_processor()
        .variant("behind the pointer", || {
            if let Some(request) = behind.next() {
                let policy = current.get();
                let decision = policy.pages().decide(black_box(request));
                black_box((decision.is_allowed(), decision.reason_id()));
            }
        })
        .variant("pages", || {
            if let Some(request) = bare.next() {
                let decision = policy.pages().decide(black_box(request));
                black_box((decision.is_allowed(), decision.reason_id()));
            }
        })
        .run();
    let [behind, bare] = series.as_slice() else { bail!("two variants give two series") };
    let what = format!("decision behind the swap pointer, the product's {lines} lines");
    Ok(Figure::beside(what, Unit::Nanoseconds, behind, bare).aim(Aim::AtMost(20.0)))
}

/// What a start pays, and what the pages then hold.
fn compiling(bench: &Bench, size: usize) -> Result<Vec<Figure>> {
    let texts = Texts::of(size)?;
    let pages = compile(&texts)?;
    let series = Contest::new(bench)
        .variant("compile", || {
            black_box(Pages::compile(black_box(&texts.text())).is_ok());
        })
        .run();
    let mut bytes = Series::new("bytes");
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 bytes")]
    bytes.push(pages.bytes() as f64);
    let mut figures = Vec::new();
    for series in &series {
        let figure = Figure::alone(format!("compiling {size} lines"), Unit::Nanoseconds, series);
        figures.push(if size == 120 { figure.aim(Aim::AtMost(1e9)) } else { figure });
    }
    figures.push(Figure::alone(format!("pages of {size} lines"), Unit::Bytes, &bytes));
    Ok(figures)
}

/// `SplitMix64`: repeatable, for drawing requests only.
struct Draw(u64);

impl Draw {
    fn below(&mut self, size: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % size.max(1) as u64).unwrap_or_default()
    }

    /// Half from anywhere, half within the reach of one of the lines.
    fn request(&mut self, lines: &[lines::Line]) -> Values {
        let line = lines.get(self.below(lines.len())).filter(|_| self.below(2) == 0);
        let mut request = [0; COLUMNS.len()];
        for (column, (slot, (_, count))) in request.iter_mut().zip(COLUMNS).enumerate() {
            let anywhere = u16::try_from(self.below(usize::from(count))).unwrap_or_default();
            let admitted = line.and_then(|line| line.cells.get(column)).filter(|values| !values.is_empty());
            *slot = match admitted {
                Some(values) => values.get(self.below(values.len())).copied().unwrap_or(anywhere),
                None => anywhere,
            };
        }
        request
    }
}
