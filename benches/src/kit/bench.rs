//! What a suite is run with.

use std::time::Instant;

/// The run: how many rounds, and where to tell how far it has come.
#[derive(Debug)]
pub(crate) struct Bench {
    rounds: u32,
    began: Instant,
}

impl Bench {
    /// A run that begins now.
    pub(crate) fn new(rounds: u32) -> Self {
        Self { rounds, began: Instant::now() }
    }

    /// Rounds of a suite whose turns take milliseconds.
    pub(crate) const fn rounds(&self) -> u32 {
        self.rounds
    }

    /// Tells the person who waits what happens now.
    pub(crate) fn say(&self, what: &str) {
        eprintln!("[{:>4} s] {what}", self.began.elapsed().as_secs());
    }
}
