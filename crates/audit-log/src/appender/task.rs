//! The one task that appends: it takes what waits, never waits for more, and writes it in one transaction.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::job::Job;
use super::shared::Shared;
use super::writer::Writer;
use crate::Ledger;
use std::sync::PoisonError;

/// At most this many anonymous jobs ride in one transaction.
const ANONYMOUS_SHARE: usize = 16;

/// The ends of the two lanes.
pub(super) struct Lanes<L: Ledger> {
    pub(super) authenticated: mpsc::Receiver<Job<L>>,
    pub(super) anonymous: mpsc::Receiver<Job<L>>,
}

impl<L: Ledger> Lanes<L> {
    /// Whatever waits now, up to a limit.
    fn drain(&mut self, jobs: &mut Vec<Job<L>>, limit: usize) {
        jobs.extend(core::iter::from_fn(|| self.anonymous.try_recv().ok()).take(ANONYMOUS_SHARE));
        while jobs.len() < limit {
            let Ok(job) = self.authenticated.try_recv() else { break };
            jobs.push(job);
        }
    }
}

/// Runs until it is told to stop or nobody can ask any more; what waits then is still written.
pub(super) async fn append<L: Ledger>(shared: Arc<Shared<L>>, mut lanes: Lanes<L>, mut stop: watch::Receiver<bool>) {
    let mut writer = Writer::new(Arc::clone(&shared));
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut stopping = false;
    while !stopping {
        let mut jobs = Vec::new();
        tokio::select! {
            biased;
            Some(job) = lanes.authenticated.recv() => jobs.push(job),
            Some(job) = lanes.anonymous.recv() => jobs.push(job),
            _ = stop.changed() => stopping = true,
            _ = tick.tick() => {}
        }
        if stopping {
            lanes.authenticated.close();
            lanes.anonymous.close();
        }
        loop {
            lanes.drain(&mut jobs, shared.settings.batch);
            let folds = due_folds(&shared, &mut jobs, stopping);
            if jobs.is_empty() {
                break;
            }
            writer.process(core::mem::take(&mut jobs)).await;
            folds.settle(&shared);
            if !stopping {
                break;
            }
        }
    }
}

/// Counted entries on their way into the log.
struct DueFolds<L: Ledger>(
    Vec<(crate::Prepared, crate::leaf::Fold, tokio::sync::oneshot::Receiver<super::job::Answer<L>>)>,
);

fn due_folds<L: Ledger>(shared: &Shared<L>, jobs: &mut Vec<Job<L>>, all: bool) -> DueFolds<L> {
    let due = shared.folds.lock().unwrap_or_else(PoisonError::into_inner).take_due(shared.clock.now(), all);
    let waiting = due.into_iter().map(|(first, fold)| {
        let (job, answered) = Job::new(vec![(first.folded(shared.new_id(), fold), None)], None);
        jobs.push(job);
        (first, fold, answered)
    });
    DueFolds(waiting.collect())
}

impl<L: Ledger> DueFolds<L> {
    /// What could not be written is counted on.
    fn settle(self, shared: &Shared<L>) {
        for (first, fold, mut answered) in self.0 {
            if !matches!(answered.try_recv(), Ok(Ok(()))) {
                shared.folds.lock().unwrap_or_else(PoisonError::into_inner).put_back(first, fold);
            }
        }
    }
}
