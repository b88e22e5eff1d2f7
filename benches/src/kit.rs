//! The measuring kit: alternating rounds, medians, and figures that stand beside what they are compared to.
//!
//! A suite builds a [`Contest`] of variants that do the same job, lets it run, and makes [`Figure`]s of the resulting [`Series`]. Suites that measure whole
//! processes fill their series themselves, one value a round, and alternate their variants by the same rule.

mod bench;
mod contest;
mod figure;
mod process;
mod program;
mod series;
pub(crate) mod unit;
mod wire;

pub(crate) use bench::Bench;
pub(crate) use contest::Contest;
pub(crate) use figure::{Aim, Figure};
pub(crate) use process::{on_processor, resident};
pub(crate) use program::{Program, Running};
pub(crate) use series::Series;
pub(crate) use unit::Unit;
pub(crate) use wire::{Request, Turn};
