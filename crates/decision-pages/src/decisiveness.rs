//! Lines that decide nothing: without them every request would be decided alike, obligations included.
//!
//! They are refused: a line that can be deleted unnoticed cannot be tested, and its reader believes in a rule that is not there.

use std::collections::BTreeSet;

use crate::{
    limits,
    line::{Effect, PolicyLine},
    load_error::LoadError,
    policy_file::FILE,
};

/// Most lines that one refusal names.
const NAMED: usize = 8;

/// What is known of a line that has not yet decided anything.
#[derive(Default)]
struct Standing {
    decides: bool,
    /// Some request meets this allow line and no deny line, or this deny line and some allow line.
    counts: bool,
    /// Some of the lines that make it superfluous.
    others: BTreeSet<usize>,
}

impl Standing {
    fn meet(&mut self, decides: bool, counts: bool, others: impl Iterator<Item = usize>) {
        self.decides |= decides;
        if counts && !self.counts {
            self.counts = true;
            self.others.clear();
        }
        if counts == self.counts && self.others.len() <= NAMED {
            self.others.extend(others.take(NAMED + 1));
        }
    }
}

/// One refusal per line that never decides, naming lines that take its place. `classes` are the sets of lines that some request matches.
pub(crate) fn never_decisive(lines: &[PolicyLine], classes: &BTreeSet<Vec<usize>>) -> Vec<LoadError> {
    let mut standings: Vec<Standing> = lines.iter().map(|_| Standing::default()).collect();
    for class in classes {
        let denying = |index: &&usize| lines.get(**index).is_some_and(|line| line.effect() == Effect::Deny);
        let (denies, allows): (Vec<usize>, Vec<usize>) = class.iter().partition(denying);
        if allows.is_empty() {
            continue;
        }
        let bearers = bearers(&allows, lines);
        for index in &allows {
            let Some((line, standing)) = lines.get(*index).zip(standings.get_mut(*index)) else {
                continue;
            };
            let alone = allows.len() == 1 || line.obligations.iter().any(|duty| bearers.get(duty) == Some(&1));
            let others = if denies.is_empty() { &allows } else { &denies };
            standing.meet(
                alone && denies.is_empty(),
                denies.is_empty(),
                others.iter().copied().filter(|other| other != index),
            );
        }
        for index in &denies {
            let Some(standing) = standings.get_mut(*index) else {
                continue;
            };
            standing.meet(denies.len() == 1, true, denies.iter().copied().filter(|other| other != index));
        }
    }
    let idle = lines.iter().zip(&standings).filter(|(_, standing)| !standing.decides);
    idle.map(|(line, standing)| refusal(line, standing, lines)).collect()
}

/// How many of the lines bring each obligation.
fn bearers(allows: &[usize], lines: &[PolicyLine]) -> [usize; limits::OBLIGATIONS] {
    let mut bearers = [0; limits::OBLIGATIONS];
    for line in allows.iter().filter_map(|index| lines.get(*index)) {
        for duty in line.obligations.iter() {
            if let Some(count) = bearers.get_mut(duty) {
                *count += 1;
            }
        }
    }
    bearers
}

fn refusal(line: &PolicyLine, standing: &Standing, lines: &[PolicyLine]) -> LoadError {
    let named = standing.others.iter().take(NAMED).filter_map(|index| lines.get(*index));
    let mut others = named.map(|line| format!("`{}`", line.id())).collect::<Vec<_>>().join(", ");
    if standing.others.len() > NAMED {
        others.push_str(" and others");
    }
    let why = match (line.effect(), standing.counts) {
        (Effect::Allow, true) => {
            format!("it is shadowed, all it allows is allowed by {others} too")
        }
        (Effect::Allow, false) => format!("it is unreachable, all it allows is denied by {others}"),
        (Effect::Deny, true) => format!("it is shadowed, all it denies is denied by {others} too"),
        (Effect::Deny, false) => "no line allows anything that it denies".to_owned(),
    };
    let what = format!("line `{}` never decides: {why}", line.id());
    LoadError::at(FILE, (line.number(), 1), what, "delete it, or narrow the lines that take its place")
}
