//! One transaction for many jobs: units in their savepoints, stamps, entries, tree, commit, and an answer to each waiter.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use vocabulary::{Action, AuthorityId, EntryId, Timestamp};

use super::job::{Answer, Job};
use super::numbers::{Numbers, Taken};
use super::shared::Shared;
use crate::edge::Edge;
use crate::leaf::Previous;
use crate::prepared::ServiceNote;
use crate::{
    AppendMode, CommitError, EntryRow, Head, Integration, LastEntry, Ledger, LedgerError, LogError, Prepared, tree,
};

/// How often a batch is tried again when the database was busy or another process moved a head.
const TRIES: usize = 8;

/// Writes batches. In integrated mode it also keeps the edges of the trees; a copy is worked on, and takes its place only after the commit.
pub(super) struct Writer<L: Ledger> {
    shared: Arc<Shared<L>>,
    edges: HashMap<AuthorityId, Edge>,
}

/// Why an attempt came to nothing. All of it was rolled back.
enum Fault {
    /// The unit of the job at this place broke the transaction: leave it out and try the others.
    Unit(usize),
    /// An entry id exists already.
    Duplicate,
    /// Another attempt may succeed.
    Again,
    /// It cannot be done now.
    Failed(LogError),
}

impl Fault {
    fn of(error: LedgerError) -> Self {
        match error {
            LedgerError::Busy | LedgerError::Moved => Self::Again,
            LedgerError::Duplicate => Self::Duplicate,
            LedgerError::Lost | LedgerError::Failed(_) => {
                tracing::error!(%error, "the access log could not be written");
                Self::Failed(LogError::Unavailable)
            }
        }
    }
}

/// What an attempt decided about one job: accepted with its instants, or not.
type Verdict<L> = Result<Vec<Timestamp>, CommitError<<L as Ledger>::Refusal>>;

/// Entries of one log in one transaction.
struct Part {
    log: AuthorityId,
    taken: Taken,
    rows: Vec<EntryRow>,
}

impl<L: Ledger> Writer<L> {
    pub(super) fn new(shared: Arc<Shared<L>>) -> Self {
        Self { shared, edges: HashMap::new() }
    }

    /// Makes the jobs durable and answers each of them.
    pub(super) async fn process(&mut self, mut jobs: Vec<Job<L>>) {
        self.introduce(&mut jobs).await;
        let mut later = Vec::new();
        let mut tries = 0;
        while !jobs.is_empty() {
            let outcome = self.attempt(&jobs).await;
            tries += 1;
            match outcome {
                Ok(answers) => {
                    for (job, answer) in core::mem::take(&mut jobs).into_iter().zip(answers) {
                        let answer = self.forgive_repetition(&job, answer).await;
                        job.answer(answer);
                    }
                    self.shared.committed.notify_one();
                    jobs = core::mem::take(&mut later);
                    tries = 0;
                }
                Err(Fault::Unit(place)) if tries < TRIES => jobs.remove(place).fail(LogError::Unavailable),
                Err(Fault::Duplicate) if tries < TRIES => later.extend(self.settle_duplicates(&mut jobs).await),
                Err(Fault::Again) if tries < TRIES => self.edges.clear(),
                Err(fault) => {
                    let error = if let Fault::Failed(error) = fault { error } else { LogError::Unavailable };
                    jobs.append(&mut later);
                    for job in core::mem::take(&mut jobs) {
                        job.fail(error.clone());
                    }
                }
            }
            if jobs.is_empty() {
                jobs = core::mem::take(&mut later);
            }
        }
    }

    /// Writes `service.start` to logs that this instance has not written to; jobs of a log that cannot be started are answered.
    async fn introduce(&mut self, jobs: &mut Vec<Job<L>>) {
        let mut first: BTreeMap<AuthorityId, Option<Timestamp>> = BTreeMap::new();
        for (entry, at) in jobs.iter().flat_map(|job| &job.entries) {
            first.entry(entry.authority()).or_insert(*at);
        }
        for (log, at) in first {
            let mut outcome = Ok(());
            for _ in 0..TRIES {
                outcome = self.introduce_to(log, at).await;
                if !matches!(outcome, Err(Fault::Again)) {
                    break;
                }
                self.edges.clear();
            }
            let Err(fault) = outcome else { continue };
            let error = if let Fault::Failed(error) = fault { error } else { LogError::Unavailable };
            let (stopped, rest): (Vec<_>, Vec<_>) =
                core::mem::take(jobs).into_iter().partition(|job| job.logs().any(|other| other == log));
            *jobs = rest;
            for job in stopped {
                job.fail(error.clone());
            }
        }
    }

    async fn introduce_to(&mut self, log: AuthorityId, at: Option<Timestamp>) -> Result<(), Fault> {
        let shared = Arc::clone(&self.shared);
        let _once = shared.starting.lock().await;
        if shared.with(log, |_| ()).is_some() {
            return Ok(());
        }
        let mut tx = shared.within(shared.ledger.begin()).await.map_err(Fault::of)?;
        let head = shared.within(shared.ledger.head(&mut tx, log)).await.map_err(Fault::of)?;
        let last = head.as_ref().and_then(|head| head.last);
        let log_last = last.map_or(Timestamp::from_micros(i64::MIN), |last| last.at);
        if let Some(at) = at.filter(|at| *at < log_last) {
            return Err(Fault::Failed(LogError::BeforeLast { at, last: log_last }));
        }
        // A new instance for every attempt: should a commit whose answer was lost turn up later, nobody has used its name.
        let mut numbers = Numbers::new(shared.entropy.id(), log_last);
        let previous = last.map(|last| Previous { instance: last.instance, sequence: last.sequence });
        let entry = shared.own_entry(log, Action::StartInstance, ServiceNote { previous, ..ServiceNote::default() });
        let at = at.unwrap_or_else(|| shared.clock.now());
        let taken = numbers.take(&mut vec![at]);
        let rows = vec![entry.row(taken.stamp(0, at), None)];
        let mut parts = vec![Part { log, taken, rows }];
        let edges = self.write(&mut tx, &mut parts).await.map_err(Fault::of)?;
        self.commit(tx, (log, entry.id())).await?;
        self.edges.extend(edges);
        for part in parts {
            numbers.settle(part.taken, true);
        }
        shared.introduced(log, numbers);
        Ok(())
    }

    /// One try at all jobs. `Ok`: committed; each job has its answer.
    async fn attempt(&mut self, jobs: &[Job<L>]) -> Result<Vec<Answer<L>>, Fault> {
        let shared = Arc::clone(&self.shared);
        let mut tx = shared.within(shared.ledger.begin()).await.map_err(Fault::of)?;
        let verdicts = self.judge(&mut tx, jobs).await?;
        let accepted = jobs
            .iter()
            .zip(&verdicts)
            .filter_map(|(job, verdict)| verdict.as_ref().ok().map(|instants| (job, instants)));
        let mut parts = self.stamp(accepted);
        let Some(probe) = parts.first().and_then(|part| part.rows.first()).map(|row| (row.authority, row.id)) else {
            // Every unit was refused: there is nothing to commit.
            return Ok(verdicts.into_iter().map(|verdict| verdict.map(|_| ())).collect());
        };
        let outcome = match self.write(&mut tx, &mut parts).await {
            Ok(edges) => self.commit(tx, probe).await.map(|()| self.edges.extend(edges)),
            Err(error) => Err(Fault::of(error)),
        };
        let committed = outcome.is_ok();
        for part in parts {
            shared.with(part.log, |numbers| numbers.settle(part.taken, committed));
        }
        outcome.map(|()| verdicts.into_iter().map(|verdict| verdict.map(|_| ())).collect())
    }

    /// Runs the units and checks explicit instants.
    async fn judge(&self, tx: &mut L::Tx, jobs: &[Job<L>]) -> Result<Vec<Verdict<L>>, Fault> {
        let shared = &self.shared;
        let now = shared.clock.now();
        let mut last: HashMap<AuthorityId, Timestamp> = HashMap::new();
        let mut verdicts = Vec::with_capacity(jobs.len());
        for (place, job) in jobs.iter().enumerate() {
            let mut ahead = last.clone();
            let instants = job.entries.iter().map(|(entry, at)| {
                let log = entry.authority();
                let last =
                    ahead.entry(log).or_insert_with(|| shared.with(log, |numbers| numbers.log_last()).unwrap_or(now));
                match *at {
                    Some(at) if at < *last => Err(LogError::BeforeLast { at, last: *last }),
                    Some(at) => {
                        *last = at;
                        Ok(at)
                    }
                    None => {
                        *last = now.max(*last);
                        Ok(now)
                    }
                }
            });
            let instants = match instants.collect::<Result<Vec<_>, _>>() {
                Ok(instants) => instants,
                Err(error) => {
                    verdicts.push(Err(CommitError::Log(error)));
                    continue;
                }
            };
            if let Some(work) = &job.work {
                match shared.within(shared.ledger.run(tx, work)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(refusal)) => {
                        verdicts.push(Err(CommitError::Refused(refusal)));
                        continue;
                    }
                    Err(LedgerError::Busy) => return Err(Fault::Again),
                    Err(error) => {
                        tracing::error!(%error, "a unit of work broke its transaction");
                        return Err(Fault::Unit(place));
                    }
                }
            }
            last = ahead;
            verdicts.push(Ok(instants));
        }
        Ok(verdicts)
    }

    /// Gives numbers and instants to the entries, log by log, with a declaration of void numbers in front where one is due.
    fn stamp<'j>(&self, accepted: impl Iterator<Item = (&'j Job<L>, &'j Vec<Timestamp>)>) -> Vec<Part>
    where
        L: 'j,
    {
        let shared = &self.shared;
        let mut logs: BTreeMap<AuthorityId, (Vec<&Prepared>, Vec<Timestamp>)> = BTreeMap::new();
        for ((entry, _), at) in accepted.flat_map(|(job, instants)| job.entries.iter().zip(instants)) {
            let (entries, instants) = logs.entry(entry.authority()).or_default();
            entries.push(entry);
            instants.push(*at);
        }
        let mut parts = Vec::with_capacity(logs.len());
        for (log, (mut entries, mut instants)) in logs {
            let Some(taken) = shared.with(log, |numbers| numbers.take(&mut instants)) else { continue };
            let void = taken.declares().to_vec();
            let void = (!void.is_empty())
                .then(|| shared.own_entry(log, Action::VoidNumbers, ServiceNote { void, ..ServiceNote::default() }));
            if let Some(void) = &void {
                entries.insert(0, void);
            }
            let stamped = entries.iter().zip(&instants).enumerate();
            let rows = stamped.map(|(place, (entry, at))| entry.row(taken.stamp(place, *at), None)).collect();
            parts.push(Part { log, taken, rows });
        }
        parts
    }

    /// Writes the entries; in integrated mode also the trees, whose new edges come back.
    async fn write(&self, tx: &mut L::Tx, parts: &mut [Part]) -> Result<Vec<(AuthorityId, Edge)>, LedgerError> {
        let shared = &self.shared;
        let mut edges = Vec::with_capacity(parts.len());
        for part in parts {
            if shared.ledger.mode() == AppendMode::Outbox {
                shared.within(shared.ledger.put_entries(tx, &part.rows)).await?;
                continue;
            }
            let head = shared.within(shared.ledger.head(tx, part.log)).await?;
            let known = self.edges.get(&part.log);
            let mut edge = current_edge(shared, tx, part.log, head.as_ref(), known).await?;
            let size_before = edge.size();
            for (index, row) in (size_before..).zip(&mut part.rows) {
                row.index = Some(index);
                edge.push(tree::leaf_hash(&row.leaf));
            }
            let before = head.as_ref().and_then(|head| head.last);
            let last = part.rows.last().map(|row| LastEntry {
                instance: row.instance,
                sequence: row.sequence,
                at: before.map_or(row.at, |before| before.at.max(row.at)),
            });
            let step = Integration {
                size_before,
                epoch: 0,
                entries: Vec::new(),
                tiles: edge.take_tiles(),
                head: edge.head(last, 0),
            };
            shared.within(shared.ledger.put_entries(tx, &part.rows)).await?;
            shared.within(shared.ledger.integrate(tx, part.log, &step)).await?;
            edges.push((part.log, edge));
        }
        Ok(edges)
    }

    /// Commits. An answer that was lost is looked up by an entry of the transaction.
    async fn commit(&self, tx: L::Tx, (log, id): (AuthorityId, EntryId)) -> Result<(), Fault> {
        let shared = &self.shared;
        match shared.commit(tx).await {
            Err(LedgerError::Lost) => {
                let found = shared.within(shared.ledger.holds(log, id)).await;
                let found = matches!(found, Ok(Some(_)));
                tracing::warn!(%log, found, "the answer to a commit was lost");
                if found { Ok(()) } else { Err(Fault::Failed(LogError::Unavailable)) }
            }
            other => other.map_err(Fault::of),
        }
    }

    /// A unit that was refused because it had been committed before, under the same entry ids, is the same unit: a retry gets the first answer.
    async fn forgive_repetition(&self, job: &Job<L>, answer: Answer<L>) -> Answer<L> {
        match answer {
            Err(CommitError::Refused(refusal)) => match self.found(job).await {
                Some(Found::Whole) => Ok(()),
                _ => Err(CommitError::Refused(refusal)),
            },
            other => other,
        }
    }

    /// Answers jobs whose entries exist, and those whose ids are taken by something else. Gives back those that part an id with another job of this
    /// batch: they are tried after it, and then found.
    async fn settle_duplicates(&self, jobs: &mut Vec<Job<L>>) -> Vec<Job<L>> {
        let mut seen = HashSet::new();
        let mut later = Vec::new();
        for job in core::mem::take(jobs) {
            let ids: HashSet<_> = job.entries.iter().map(|(entry, _)| (entry.authority(), entry.id())).collect();
            match (job.entries.first(), self.found(&job).await) {
                (Some((entry, _)), _) if ids.len() < job.entries.len() => {
                    let id = entry.id();
                    job.fail(LogError::Duplicate(id));
                }
                (_, Some(Found::Whole)) => job.answer(Ok(())),
                (_, Some(Found::Other(id))) => job.fail(LogError::Duplicate(id)),
                (_, Some(Found::Nothing)) if ids.is_disjoint(&seen) => {
                    seen.extend(ids);
                    jobs.push(job);
                }
                (_, Some(Found::Nothing)) => later.push(job),
                (_, None) => job.fail(LogError::Unavailable),
            }
        }
        later
    }

    async fn found(&self, job: &Job<L>) -> Option<Found> {
        let mut held = 0;
        for (entry, _) in &job.entries {
            let stored = self.shared.within(self.shared.ledger.holds(entry.authority(), entry.id())).await.ok()?;
            match stored {
                Some(leaf) if entry.is(&leaf) => held += 1,
                Some(_) => return Some(Found::Other(entry.id())),
                None => {}
            }
        }
        Some(match job.entries.first() {
            _ if held == job.entries.len() => Found::Whole,
            Some((entry, _)) if held > 0 => Found::Other(entry.id()),
            _ => Found::Nothing,
        })
    }
}

/// What the ledger holds of a job's entries.
enum Found {
    Nothing,
    Whole,
    Other(EntryId),
}

/// The edge that belongs to a head: the known one if it does, else read from the tiles.
pub(super) async fn current_edge<L: Ledger>(
    shared: &Shared<L>,
    tx: &mut L::Tx,
    log: AuthorityId,
    head: Option<&Head>,
    known: Option<&Edge>,
) -> Result<Edge, LedgerError> {
    let Some(head) = head else { return Ok(Edge::default()) };
    if let Some(known) = known.filter(|known| known.size() == head.size && known.root() == head.root) {
        return Ok(known.clone());
    }
    let tiles = shared.within(shared.ledger.tiles_in(tx, log, &Edge::tiles_of(head.size))).await?;
    Edge::load(head, tiles).map_err(|error| {
        tracing::error!(%error, %log, "nothing is appended until someone has looked");
        LedgerError::Failed("the stored log contradicts itself")
    })
}
