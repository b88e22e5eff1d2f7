//! Every interleaving of a small world: the rules hold, and each planted bug is found.

#![cfg(test)]

use log_trials::{Budget, Bug, Log, State, Step};
use stateright::{Checker as _, Model, Property};

#[derive(Clone)]
struct Checked(Log);

impl Model for Checked {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(self.0.budget)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        actions.extend(self.0.steps(state));
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        self.0.after(state, step)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(ACKNOWLEDGED, |_, state: &State| state.keeps_what_it_acknowledged()),
            Property::always(FORK, |_, state: &State| state.has_no_fork()),
            Property::always(DOUBLE, |_, state: &State| state.has_no_double()),
            Property::always(GAP, |_, state: &State| state.accounts_for_every_number()),
            Property::sometimes("all comes to rest in the tree", |_, state: &State| {
                state.is_at_rest() && state.has_everything_in_the_tree()
            }),
            Property::sometimes("a leader that is none any more has a step under way", |_, state: &State| {
                state.has_a_leader_that_is_none()
            }),
            Property::sometimes("a commit that was declared void lands", |_, state: &State| state.has_a_late_commit()),
        ]
    }
}

const ACKNOWLEDGED: &str = "no acknowledged entry is lost";
const FORK: &str = "no tree that was seen is left";
const DOUBLE: &str = "no entry stands twice";
const GAP: &str = "every number is accounted for";

fn check(budget: Budget, bug: Option<Bug>) -> impl stateright::Checker<Checked> {
    Checked(Log { budget, bug }).checker().threads(2).spawn_bfs().join()
}

#[test]
fn no_interleaving_of_commits_losses_and_leaders_loses_forks_or_hides_anything() {
    let small = Budget { requests: 3, rollbacks: 1, losses: 1, leads: 1, kills: 0 };
    let large = Budget { requests: 4, rollbacks: 1, losses: 1, leads: 1, kills: 1 };
    let budget = if std::env::var_os("SAMLAD_SOAK").is_some() { large } else { small };
    let checked = check(budget, None);
    println!("{} states", checked.unique_state_count());
    checked.assert_properties();
    assert!(checked.unique_state_count() > 10_000, "{}", checked.unique_state_count());
}

#[test]
fn a_killed_instance_loses_nothing_that_was_acknowledged() {
    let checked = check(Budget { requests: 2, rollbacks: 0, losses: 1, leads: 1, kills: 1 }, None);
    for property in [ACKNOWLEDGED, FORK, DOUBLE, GAP] {
        checked.assert_no_discovery(property);
    }
}

#[test]
fn each_planted_bug_is_found() {
    let budget = Budget { requests: 3, rollbacks: 1, losses: 1, leads: 1, kills: 0 };
    for (bug, property) in [
        (Bug::NoFence, FORK),
        (Bug::AcknowledgesTooEarly, ACKNOWLEDGED),
        (Bug::BelievesInLostCommits, ACKNOWLEDGED),
        (Bug::ForgetsRollbacks, GAP),
        (Bug::TakesByCursor, GAP),
    ] {
        let checked = check(budget, Some(bug));
        let found = checked.discovery(property);
        assert!(found.is_some(), "{bug:?} was not found");
        println!("{bug:?}: {} steps to \"{property}\" broken", found.unwrap().into_actions().len());
    }
}
