//! What waits in the queue: entries that become durable together, perhaps with business rows, and who waits for the answer.

use tokio::sync::oneshot;
use vocabulary::{AuthorityId, Timestamp};

use crate::{CommitError, Ledger, LogError, Prepared};

/// The answer to one job.
pub(super) type Answer<L> = Result<(), CommitError<<L as Ledger>::Refusal>>;

/// Entries (and rows) that stand or fall together.
pub(super) struct Job<L: Ledger> {
    /// Each with the instant it must carry, if it must carry one.
    pub(super) entries: Vec<(Prepared, Option<Timestamp>)>,
    /// Business rows of the same transaction.
    pub(super) work: Option<L::Work>,
    answer: Option<oneshot::Sender<Answer<L>>>,
}

impl<L: Ledger> Job<L> {
    /// A job and the end at which its answer arrives. Nobody needs to be there when it does: the append survives a dropped request.
    pub(super) fn new(
        entries: Vec<(Prepared, Option<Timestamp>)>,
        work: Option<L::Work>,
    ) -> (Self, oneshot::Receiver<Answer<L>>) {
        let (answer, answered) = oneshot::channel();
        (Self { entries, work, answer: Some(answer) }, answered)
    }

    /// The logs that it writes to.
    pub(super) fn logs(&self) -> impl Iterator<Item = AuthorityId> {
        self.entries.iter().map(|(entry, _)| entry.authority())
    }

    pub(super) fn answer(mut self, answer: Answer<L>) {
        if let Some(waiter) = self.answer.take() {
            // The request may be gone; its entry is in the log all the same.
            drop(waiter.send(answer));
        }
    }

    pub(super) fn fail(self, error: LogError) {
        self.answer(Err(CommitError::Log(error)));
    }
}
