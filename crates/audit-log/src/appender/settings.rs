//! What the appender is told at start.

use std::sync::Arc;
use std::time::Duration;

use super::room::{Elsewhere, Gauge};
use crate::Who;
use crate::signed::{Forgetful, SignedMemory};

/// Settings of the appender.
#[derive(Clone)]
pub struct LogSettings {
    /// In whose name the service writes its own entries.
    pub service: Who,
    /// How many requests may wait; one more is refused at once.
    pub queue: usize,
    /// The same for those who have not signed in.
    pub anonymous_queue: usize,
    /// At most this many requests in one transaction.
    pub batch: usize,
    /// Units of work in transactions of their own at once. Outbox mode only.
    pub units: usize,
    /// How long a request waits, and how long one statement may take.
    pub deadline: Duration,
    /// How long the sequencer rests when nobody wakes it. Outbox mode only.
    pub rest: Duration,
    /// Says how much room the disk has.
    pub gauge: Arc<dyn Gauge>,
    /// The last signed checkpoints, outside the database.
    pub signed: Arc<dyn SignedMemory>,
}

impl LogSettings {
    /// The defaults: a queue of 4 096 (anonymous 64), batches of 512, 16 units at once, five seconds, 50 milliseconds, and no memory beyond the process.
    #[must_use]
    pub fn new(service: Who) -> Self {
        Self {
            service,
            queue: 4096,
            anonymous_queue: 64,
            batch: 512,
            units: 16,
            deadline: Duration::from_secs(5),
            rest: Duration::from_millis(50),
            gauge: Arc::new(Elsewhere),
            signed: Arc::new(Forgetful::default()),
        }
    }
}
