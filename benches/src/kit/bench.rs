//! What a suite is run with.

use std::time::Instant;

/// The run: how many rounds, what is measured, and where to tell how far it has come.
#[derive(Debug)]
pub(crate) struct Bench {
    rounds: u32,
    profile: String,
    began: Instant,
}

impl Bench {
    /// A run that begins now.
    pub(crate) fn new(rounds: u32, profile: impl Into<String>) -> Self {
        Self { rounds, profile: profile.into(), began: Instant::now() }
    }

    /// Rounds of a suite whose turns take milliseconds.
    pub(crate) const fn rounds(&self) -> u32 {
        self.rounds
    }

    /// Rounds of a suite whose turns take seconds.
    pub(crate) fn long_rounds(&self) -> u32 {
        self.rounds.div_ceil(3)
    }

    /// The build profile of this program, for suites that build others.
    pub(crate) fn profile(&self) -> &str {
        &self.profile
    }

    /// Tells the person who waits what happens now.
    pub(crate) fn say(&self, what: &str) {
        eprintln!("[{:>4} s] {what}", self.began.elapsed().as_secs());
    }
}
