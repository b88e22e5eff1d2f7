//! The appender: makes entries durable before anything leaves, and mints [`Recorded`].
//!
//! One task takes whatever waits (it never lingers for more), writes it in one transaction, commits, and answers each waiter. A full queue, a failed commit
//! or a missed deadline is [`LogError::Unavailable`] and nothing is released. An append goes on when the request that asked for it is gone.
//! In outbox mode units of work commit in transactions of their own, side by side, and the sequencer moves entries into the trees.

mod folds;
mod job;
pub(crate) mod numbers;
mod restart;
mod room;
mod sequencer;
mod settings;
mod shared;
mod task;
mod writer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use vocabulary::{AuthorityId, Clock, Entropy, Timestamp};

pub use folds::AnonymousKey;
pub use room::{Elsewhere, Gauge, Room};
pub use settings::LogSettings;

use job::{Answer, Job};
use shared::Shared;
use task::Lanes;
use writer::Writer;

use crate::proof::ProofPlan;
use crate::tile::TileSet;
use crate::{
    AppendMode, Checkpoint, CommitError, EntryDraft, Hash, Ledger, LogError, LogSigner, Prepared, Recordable, Recorded,
    SignedCheckpoint, leaf,
};

/// The access logs of all authorities over one database. Cheap to clone; all clones feed the same task.
pub struct AccessLog<L: Ledger> {
    inner: Arc<Inner<L>>,
}

impl<L: Ledger> Clone for AccessLog<L> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

struct Inner<L: Ledger> {
    shared: Arc<Shared<L>>,
    authenticated: mpsc::Sender<Job<L>>,
    anonymous: mpsc::Sender<Job<L>>,
    /// Units that may wait or run, and units that may run. Outbox mode only.
    waiting: Arc<Semaphore>,
    running: Arc<Semaphore>,
    appender: Task,
    sequencer: Task,
}

/// A task that can be told to stop. Dropping the sender tells it too.
struct Task {
    stop: watch::Sender<bool>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

impl Task {
    fn spawn<F: Future<Output = ()> + Send + 'static>(run: impl FnOnce(watch::Receiver<bool>) -> F) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { handle: Mutex::new(Some(tokio::spawn(run(stopped)))), stop }
    }

    async fn finish(&self) {
        self.stop.send_replace(true);
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = handle
            && handle.await.is_err()
        {
            tracing::error!("a task of the access log ended by a panic");
        }
    }
}

impl<L: Ledger> AccessLog<L> {
    /// Checks what is stored and starts the tasks on the running tokio runtime. The instance introduces itself to each log (`service.start`, naming the
    /// last known entry) with its first entry there.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] when head and tiles contradict each other, [`LogError::NotAContinuation`] when the stored log is behind what was signed (a
    /// restored backup), [`LogError::Unavailable`] when the database does not answer.
    pub async fn start(
        ledger: Arc<L>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        settings: LogSettings,
    ) -> Result<Self, LogError> {
        restart::check(&*ledger, &*settings.signed).await?;
        let (authenticated, from_authenticated) = mpsc::channel(settings.queue.max(1));
        let (anonymous, from_anonymous) = mpsc::channel(settings.anonymous_queue.max(1));
        let waiting = Arc::new(Semaphore::new(settings.queue.max(1)));
        let running = Arc::new(Semaphore::new(settings.units.max(1)));
        let outbox = ledger.mode() == AppendMode::Outbox;
        let shared = Arc::new(Shared::new(ledger, clock, entropy, settings));
        let lanes = Lanes { authenticated: from_authenticated, anonymous: from_anonymous };
        let appender = Task::spawn(|stop| task::append(Arc::clone(&shared), lanes, stop));
        let sequencer = Task::spawn(|stop| {
            let shared = Arc::clone(&shared);
            async move {
                if outbox {
                    sequencer::sequence(shared, stop).await;
                }
            }
        });
        Ok(Self { inner: Arc::new(Inner { shared, authenticated, anonymous, waiting, running, appender, sequencer }) })
    }

    /// The database below, for reading.
    pub fn ledger(&self) -> &Arc<L> {
        &self.inner.shared.ledger
    }

    /// Records one thing. The entry is durable when this returns.
    ///
    /// # Errors
    /// [`LogError::Unavailable`]: answer 503 and release nothing. [`LogError::Duplicate`]: the id is taken by another entry (the same entry under the same
    /// id is no error). [`LogError::Mismatch`]: `prepared` was made from something else.
    pub async fn record<R: Recordable>(&self, what: R, prepared: Prepared) -> Result<Recorded<R>, LogError> {
        let entry = prepared.id();
        matches(&what.draft(), &prepared)?;
        if !crate::RECORDS {
            return Ok(Recorded::mint(entry, what));
        }
        match self.submit(vec![(prepared, None)], None, self.deadline()).await {
            Ok(()) => Ok(Recorded::mint(entry, what)),
            Err(CommitError::Log(error)) => Err(error),
            Err(CommitError::Refused(_)) => Err(LogError::Unavailable),
        }
    }

    /// Records one thing together with business rows, in one transaction. The first entry must speak of `what`; further entries may go to other
    /// authorities' logs (a release is also a collection at its recipient).
    ///
    /// # Errors
    /// [`CommitError::Refused`] when the rows refused; otherwise as [`AccessLog::record`]. In both cases nothing was written.
    pub async fn record_with<R: Recordable>(
        &self,
        what: R,
        prepared: Vec<Prepared>,
        work: L::Work,
    ) -> Result<Recorded<R>, CommitError<L::Refusal>> {
        self.record_all(what, prepared.into_iter().map(|entry| (entry, None)).collect(), Some(work)).await
    }

    /// Like [`AccessLog::record_with`], at an explicit instant: for building the demo world and for imports. An instant before the log's last entry is
    /// refused, so that no entry can be slipped in between others.
    ///
    /// # Errors
    /// [`LogError::BeforeLast`]; otherwise as [`AccessLog::record_with`].
    pub async fn record_as_of<R: Recordable>(
        &self,
        what: R,
        prepared: Vec<Prepared>,
        work: Option<L::Work>,
        at: Timestamp,
    ) -> Result<Recorded<R>, CommitError<L::Refusal>> {
        self.record_all(what, prepared.into_iter().map(|entry| (entry, Some(at))).collect(), work).await
    }

    /// A stretch of history in one transaction, each entry at its own instant, with or without rows: for building the demo world and for imports. It
    /// mints nothing, because nothing is opened on the strength of it.
    ///
    /// # Errors
    /// As [`AccessLog::record_as_of`].
    pub async fn import(
        &self,
        history: Vec<(Timestamp, Prepared)>,
        work: Option<L::Work>,
    ) -> Result<(), CommitError<L::Refusal>> {
        if history.is_empty() {
            return Err(CommitError::Log(LogError::Mismatch));
        }
        let entries = history.into_iter().map(|(at, entry)| (entry, Some(at))).collect();
        // Weeks of history take longer than one access.
        self.submit(entries, work, self.deadline() * 12).await
    }

    /// Records something that nobody who has signed in did. The first of its kind from `key` in a minute is durable when this returns; repeats are counted
    /// and written as one entry when the minute has passed. It mints nothing: who has not signed in gets nothing.
    ///
    /// # Errors
    /// As [`AccessLog::record`].
    pub async fn record_anonymous(&self, key: AnonymousKey, prepared: Prepared) -> Result<(), LogError> {
        let shared = &self.inner.shared;
        let now = shared.clock.now();
        let folds = || shared.folds.lock().unwrap_or_else(PoisonError::into_inner);
        if folds().counts(key, &prepared, now) {
            return Ok(());
        }
        self.has_room(false)?;
        let (job, answered) = Job::new(vec![(prepared.clone(), None)], None);
        self.inner.anonymous.try_send(job).map_err(|_| LogError::Unavailable)?;
        match self.answer(answered, shared.settings.deadline).await {
            Ok(()) => {
                folds().begin(key, prepared, now);
                Ok(())
            }
            Err(CommitError::Log(error)) => Err(error),
            Err(CommitError::Refused(_)) => Err(LogError::Unavailable),
        }
    }

    async fn record_all<R: Recordable>(
        &self,
        what: R,
        entries: Vec<(Prepared, Option<Timestamp>)>,
        work: Option<L::Work>,
    ) -> Result<Recorded<R>, CommitError<L::Refusal>> {
        let Some((first, _)) = entries.first() else { return Err(CommitError::Log(LogError::Mismatch)) };
        matches(&what.draft(), first)?;
        let entry = first.id();
        self.submit(entries, work, self.deadline()).await?;
        Ok(Recorded::mint(entry, what))
    }

    async fn submit(
        &self,
        entries: Vec<(Prepared, Option<Timestamp>)>,
        work: Option<L::Work>,
        patience: Duration,
    ) -> Answer<L> {
        let inner = &self.inner;
        self.has_room(work.is_some())?;
        let (job, answered) = Job::new(entries, work);
        if inner.shared.ledger.mode() == AppendMode::Outbox && job.work.is_some() {
            let slot = Arc::clone(&inner.waiting).try_acquire_owned().map_err(|_| LogError::Unavailable)?;
            let (shared, running) = (Arc::clone(&inner.shared), Arc::clone(&inner.running));
            tokio::spawn(async move {
                let _slot = slot;
                if let Ok(_turn) = running.acquire().await {
                    Writer::new(shared).process(vec![job]).await;
                }
            });
        } else {
            inner.authenticated.try_send(job).map_err(|_| LogError::Unavailable)?;
        }
        self.answer(answered, patience).await
    }

    /// Whether the disk has room: for a change, or from the log's reserve for what is only read.
    fn has_room(&self, for_a_change: bool) -> Result<(), LogError> {
        let shared = &self.inner.shared;
        let room = shared.settings.gauge.room();
        shared.said.alarm(room);
        match room {
            Room::Enough => Ok(()),
            Room::Reserve if !for_a_change => Ok(()),
            Room::Reserve | Room::None => Err(LogError::NoRoom),
        }
    }

    fn deadline(&self) -> Duration {
        self.inner.shared.settings.deadline
    }

    async fn answer(&self, answered: oneshot::Receiver<Answer<L>>, patience: Duration) -> Answer<L> {
        match tokio::time::timeout(patience, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(CommitError::Log(LogError::Unavailable)),
        }
    }

    /// Waits until every entry that this instance has acknowledged is in its tree. At once in integrated mode.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] when that does not happen within six deadlines.
    pub async fn sequenced(&self) -> Result<(), LogError> {
        let shared = &self.inner.shared;
        if shared.ledger.mode() == AppendMode::Integrated {
            return Ok(());
        }
        let marks = shared.own_logs();
        let wait = async {
            loop {
                shared.committed.notify_one();
                if self.moved(&marks).await? {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(shared.settings.deadline * 6, wait).await.unwrap_or(Err(LogError::Unavailable))
    }

    async fn moved(&self, marks: &[(AuthorityId, Timestamp)]) -> Result<bool, LogError> {
        let ledger = &self.inner.shared.ledger;
        let mut tx = ledger.begin().await.map_err(restart::unavailable)?;
        for (log, mark) in marks {
            // They come in order of time: if the first is later than the mark, so are all.
            let waiting = ledger.take_unsequenced(&mut tx, *log, 1).await.map_err(restart::unavailable)?;
            let before = |leaf: &[u8]| leaf::read(leaf).map_or(true, |leaf| leaf.stamp.at <= *mark);
            if waiting.first().is_some_and(|(_, leaf)| before(leaf)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Signs the tree as it stands, once it is shown to continue what was signed before, and keeps the checkpoint in the database and outside it.
    ///
    /// # Errors
    /// [`LogError::NotAContinuation`] when it does not; nothing is signed then.
    pub async fn sign_checkpoint(&self, log: AuthorityId, key: &LogSigner) -> Result<SignedCheckpoint, LogError> {
        let shared = &self.inner.shared;
        let heads = shared.ledger.heads().await.map_err(restart::unavailable)?;
        let head = heads.into_iter().find(|(other, _)| *other == log).map(|(_, head)| head);
        let signed = shared.settings.signed.all().map_err(|_| LogError::SignedMemory)?;
        if let Some((_, note)) = signed.iter().find(|(other, _)| *other == log) {
            restart::continues(&*shared.ledger, log, head.as_ref(), note).await?;
        }
        let size = head.as_ref().map_or(0, |head| head.size);
        let root = restart::root_at(&*shared.ledger, log, size).await?;
        if head.is_some_and(|head| head.root != root) {
            return Err(LogError::Corrupt(log));
        }
        let signed = Checkpoint { origin: key.origin().to_owned(), size, root }.sign(key);
        let note = signed.note.to_string();
        shared.ledger.put_checkpoint(log, &note, size, shared.clock.now()).await.map_err(restart::unavailable)?;
        shared.settings.signed.keep(log, &note).map_err(|_| LogError::SignedMemory)?;
        Ok(signed)
    }

    /// The proof that the leaf at `index` is in the tree of `size`.
    ///
    /// # Errors
    /// [`LogError::Mismatch`] when the tree of that size has no such leaf, [`LogError::Corrupt`] when tiles are missing.
    pub async fn inclusion(&self, log: AuthorityId, index: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        self.proof(log, ProofPlan::inclusion(index, size).ok_or(LogError::Mismatch)?).await
    }

    /// The proof that the tree of `size` continues that of `old`.
    ///
    /// # Errors
    /// As [`AccessLog::inclusion`].
    pub async fn consistency(&self, log: AuthorityId, old: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        self.proof(log, ProofPlan::consistency(old, size).ok_or(LogError::Mismatch)?).await
    }

    async fn proof(&self, log: AuthorityId, plan: ProofPlan) -> Result<Vec<Hash>, LogError> {
        let tiles = self.ledger().tiles(log, &plan.tiles()).await.map_err(restart::unavailable)?;
        plan.hashes(&tiles.into_iter().collect::<TileSet>()).ok_or(LogError::Corrupt(log))
    }

    /// Takes no more, writes what waits, counts of the anonymous lane included, and ends the tasks.
    pub async fn shutdown(self) {
        let inner = &self.inner;
        let units = u32::try_from(inner.shared.settings.queue.max(1)).unwrap_or(u32::MAX);
        let all = inner.waiting.acquire_many(units).await;
        inner.waiting.close();
        drop(all);
        inner.appender.finish().await;
        inner.sequencer.finish().await;
    }
}

fn matches(draft: &EntryDraft, prepared: &Prepared) -> Result<(), LogError> {
    if prepared.speaks_of(draft) { Ok(()) } else { Err(LogError::Mismatch) }
}
