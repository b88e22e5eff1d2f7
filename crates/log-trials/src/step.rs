//! What can happen next, and what comes of it.

use crate::state::{Budget, Entry, Flight, Process, State, View};
use audit_log::testing::InstanceNumbers;

/// A rule that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bug {
    /// A leader writes without looking whether the head is where it read it, and whether a newer leader has it.
    NoFence,
    /// A request is acknowledged before its commit.
    AcknowledgesTooEarly,
    /// A commit whose answer was lost is taken for committed, without looking.
    BelievesInLostCommits,
    /// What was rolled back is never declared.
    ForgetsRollbacks,
    /// The sequencer takes what is newer than the last number that it took, instead of what has no place yet.
    TakesByCursor,
}

/// The log, with how much may happen and what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    /// How much may happen.
    pub budget: Budget,
    /// The rule that is left out, if any.
    pub bug: Option<Bug>,
}

/// One thing that happens. The first number is the process, the second its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A request comes, takes a number, and its transaction begins.
    Request(usize),
    /// The transaction commits, and the answer comes.
    Commit(usize, usize),
    /// The transaction is rolled back.
    RollBack(usize, usize),
    /// The commit is sent, and no answer comes.
    LoseAnswer(usize, usize),
    /// The process looks whether the commit happened, and answers.
    LookUp(usize, usize),
    /// A commit that nobody waits for lands.
    Land(usize),
    /// A commit that nobody waits for never happens.
    Vanish(usize),
    /// A process takes the free lead.
    Lead(usize),
    /// The leader's connection ends; a step that it has begun goes on.
    LoseLead,
    /// The leader reads the head and what waits.
    Read(usize),
    /// It writes what it made of that.
    Write(usize),
    /// A process is killed. Its commits are adrift; a new instance starts.
    Kill(usize),
}

impl Log {
    fn has(self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// What can happen now.
    #[must_use]
    pub fn steps(self, state: &State) -> Vec<Step> {
        let mut steps = Vec::new();
        let left = state.left;
        for (at, process) in state.processes.iter().enumerate() {
            if left.requests > 0 {
                steps.push(Step::Request(at));
            }
            for (flight, it) in process.flights.iter().enumerate() {
                if it.is_lost {
                    steps.push(Step::LookUp(at, flight));
                } else {
                    steps.push(Step::Commit(at, flight));
                    if left.rollbacks > 0 {
                        steps.push(Step::RollBack(at, flight));
                    }
                    if left.losses > 0 {
                        steps.push(Step::LoseAnswer(at, flight));
                    }
                }
            }
            match state.leader {
                None => steps.push(Step::Lead(at)),
                Some(leader) if leader == at && process.view.is_none() && state.rows != state.indexed => {
                    steps.push(Step::Read(at));
                }
                Some(_) => {}
            }
            if process.view.is_some() {
                steps.push(Step::Write(at));
            }
            if left.kills > 0 {
                steps.push(Step::Kill(at));
            }
        }
        if state.leader.is_some() && left.leads > 0 {
            steps.push(Step::LoseLead);
        }
        for at in 0..state.adrift.len() {
            steps.extend([Step::Land(at), Step::Vanish(at)]);
        }
        steps
    }

    /// The state after a step; none when the step is not possible.
    #[must_use]
    pub fn after(self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        match step {
            Step::Request(at) => {
                next.left.requests = next.left.requests.checked_sub(1)?;
                let process = next.processes.get_mut(at)?;
                let flight = begin(process);
                let own = flight.entries.last()?;
                if self.has(Bug::AcknowledgesTooEarly) {
                    next.acknowledged.insert((own.instance, own.number));
                }
                process.flights.push(flight);
            }
            Step::Commit(at, flight) => {
                let flight = take(&mut next, at, flight)?;
                next.rows.extend(flight.entries.iter().cloned());
                acknowledge(&mut next, &flight);
                next.processes.get_mut(at)?.numbers.settle(flight.taken, true);
            }
            Step::RollBack(at, flight) => {
                next.left.rollbacks = next.left.rollbacks.checked_sub(1)?;
                let flight = take(&mut next, at, flight)?;
                let process = next.processes.get_mut(at)?;
                process.numbers.settle(flight.taken, self.has(Bug::ForgetsRollbacks));
            }
            Step::LoseAnswer(at, flight) => {
                next.left.losses = next.left.losses.checked_sub(1)?;
                let it = next.processes.get_mut(at)?.flights.get_mut(flight)?;
                it.is_lost = true;
                next.adrift.push(it.entries.clone());
            }
            Step::LookUp(at, flight) => {
                let flight = take(&mut next, at, flight)?;
                let is_there = flight.entries.iter().all(|entry| next.rows.contains(entry));
                if is_there || self.has(Bug::BelievesInLostCommits) {
                    acknowledge(&mut next, &flight);
                }
                let believed = is_there || self.has(Bug::BelievesInLostCommits);
                next.processes.get_mut(at)?.numbers.settle(flight.taken, believed);
            }
            Step::Land(at) => {
                let entries = remove(&mut next.adrift, at)?;
                next.rows.extend(entries);
            }
            Step::Vanish(at) => drop(remove(&mut next.adrift, at)?),
            Step::Lead(at) => {
                next.epoch += 1;
                next.leader = Some(at);
            }
            Step::LoseLead => {
                next.left.leads = next.left.leads.checked_sub(1)?;
                next.leader = None;
            }
            Step::Read(at) => {
                let view = self.view(&next);
                next.processes.get_mut(at)?.view = Some(view);
            }
            Step::Write(at) => {
                let view = next.processes.get_mut(at)?.view.take()?;
                self.write(&mut next, view);
            }
            Step::Kill(at) => kill(&mut next, at)?,
        }
        Some(next)
    }

    fn view(self, state: &State) -> View {
        let newest = |instance: u8| state.tree.iter().filter(|it| it.instance == instance).map(|it| it.number).max();
        let waits = |row: &&Entry| {
            if self.has(Bug::TakesByCursor) {
                newest(row.instance).is_none_or(|newest| row.number > newest)
            } else {
                !state.indexed.contains(*row)
            }
        };
        View {
            tree: state.tree.clone(),
            waiting: state.rows.iter().filter(waits).cloned().collect(),
            epoch: state.epoch,
        }
    }

    fn write(self, next: &mut State, view: View) {
        let is_in_place = next.tree == view.tree && next.fence <= view.epoch;
        if !is_in_place && !self.has(Bug::NoFence) {
            return;
        }
        next.indexed.extend(view.waiting.iter().cloned());
        next.tree = view.tree;
        next.tree.extend(view.waiting);
        next.fence = next.fence.max(view.epoch);
        if next.tree.starts_with(&next.seen) {
            next.seen = next.tree.clone();
        } else {
            next.is_forked = true;
        }
    }
}

/// Takes a number, and one more in front where something must be declared.
fn begin(process: &mut Process) -> Flight {
    let taken = process.numbers.take(1);
    let declared = taken.declares().to_vec();
    let entries = taken.stamped().into_iter().enumerate().map(|(place, (number, low))| Entry {
        instance: process.instance,
        number,
        low,
        void: if place == 0 { declared.clone() } else { Vec::new() },
    });
    Flight { entries: entries.collect(), taken, is_lost: false }
}

fn acknowledge(next: &mut State, flight: &Flight) {
    // The declaration in front is nobody's request.
    if let Some(own) = flight.entries.last() {
        next.acknowledged.insert((own.instance, own.number));
    }
}

fn kill(next: &mut State, at: usize) -> Option<()> {
    next.left.kills = next.left.kills.checked_sub(1)?;
    let instance = next.next_instance;
    next.next_instance += 1;
    let process = next.processes.get_mut(at)?;
    let flights = core::mem::take(&mut process.flights);
    *process = Process {
        instance,
        numbers: InstanceNumbers::new(uuid::Uuid::from_u128(instance.into())),
        flights: Vec::new(),
        // A step that is on its way to the server is not stopped by the death of who sent it.
        view: process.view.take(),
    };
    next.adrift.extend(flights.into_iter().filter(|flight| !flight.is_lost).map(|flight| flight.entries));
    if next.leader == Some(at) {
        next.leader = None;
    }
    Some(())
}

fn take(next: &mut State, at: usize, flight: usize) -> Option<Flight> {
    remove(&mut next.processes.get_mut(at)?.flights, flight)
}

fn remove<T>(from: &mut Vec<T>, at: usize) -> Option<T> {
    (at < from.len()).then(|| from.remove(at))
}
