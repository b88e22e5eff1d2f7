//! What another policy would have said to an access that is in the log.
//!
//! A leaf of the log keeps role, action, purpose, legal basis, the outcome and the lines that decided. It does not keep the other facts (relation,
//! assignment, class, age band, emergency access, conflict): they say something of a person, and the log is to outlive the case. So the question is
//! put to **every** request that the old policy would have decided by those very lines: if the new one decides all of them alike the answer is known,
//! and otherwise it is not, and is counted as that.

use serde::Serialize;

use crate::{
    allowance::Allowances,
    cube::{Cube, bit},
    policy::Policy,
    request::{ACTION, ROLE},
};

/// What a leaf says of a decision.
#[derive(Clone, Copy, Debug)]
pub struct LoggedDecision<'l> {
    /// Code of the role that decided; none on most refusals.
    pub role: Option<&'l str>,
    /// Code of the action.
    pub action: &'l str,
    /// Code of the purpose.
    pub purpose: &'l str,
    /// Code of the legal basis, with or without its version (`OSL_10_18A/1`).
    pub basis: Option<&'l str>,
    /// Whether it was allowed.
    pub is_allowed: bool,
    /// Ids of the deciding lines.
    pub lines: &'l [&'l str],
}

/// What the newer policy would have said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Redecision {
    /// The same.
    Same,
    /// Allowed then, denied by the newer.
    NowDenied,
    /// Denied then, allowed by the newer.
    NowAllowed,
    /// It depends on facts that the log does not keep.
    Depends,
    /// The older policy, as it is now, decides nothing like it: another vocabulary, or other lines.
    NotRecognised,
}

/// How it was decided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Was {
    Allowed,
    Denied,
    /// Lines allow it, and what they ask for (a step-up, a reason) was not met.
    Unmet,
}

/// Requests that the older policy decides as it stands in the log, with what an allow asks for.
type Candidates = Vec<(Cube, Vec<String>)>;

impl Policy {
    /// Puts a logged decision of this policy to a newer one.
    pub fn redecide(&self, newer: &Self, logged: &LoggedDecision<'_>) -> Redecision {
        let (old, new) = (self.allowances(), newer.allowances());
        let Some(asked) = asked(old, logged) else { return Redecision::NotRecognised };
        let is_deny = |id: &&str| old.denies().iter().any(|(line, _)| line == id);
        let (was, candidates) = if logged.is_allowed {
            (Was::Allowed, allowed_by(old, &asked, logged.lines))
        } else if logged.lines.is_empty() {
            (Was::Denied, denied_by_nothing(old, &asked))
        } else if logged.lines.iter().any(is_deny) {
            (Was::Denied, denied_by(old, &asked, logged.lines))
        } else {
            (Was::Unmet, allowed_by(old, &asked, logged.lines))
        };
        if candidates.is_empty() {
            return Redecision::NotRecognised;
        }
        let (mut some_allowed, mut some_denied, mut asks_less) = (false, false, false);
        for (cube, asked_for) in &candidates {
            for allowance in new.near(cube).filter(|allowance| allowance.cube.meet(cube).is_some()) {
                some_allowed = true;
                asks_less |= asked_for.iter().any(|duty| !allowance.reason.obligations.contains(duty));
            }
            some_denied |= !cube.uncovered(new.near(cube).map(|allowance| &allowance.cube)).is_empty();
        }
        match (was, some_allowed, some_denied) {
            (Was::Allowed, true, false) | (Was::Denied | Was::Unmet, false, true) => Redecision::Same,
            (Was::Unmet, true, _) if !asks_less => Redecision::Same,
            (Was::Allowed, false, true) => Redecision::NowDenied,
            (Was::Denied, true, false) => Redecision::NowAllowed,
            _ => Redecision::Depends,
        }
    }
}

/// Every request with what the leaf says; `None` when it names something that the vocabulary does not know.
fn asked(allowances: &Allowances, logged: &LoggedDecision<'_>) -> Option<Cube> {
    let value = |column: usize, code: &str| {
        let (_, values) = allowances.columns().get(column)?;
        let at = values.iter().position(|value| value == code)?;
        u16::try_from(at).ok().map(bit)
    };
    let mut cube = allowances.everything();
    if let Some(role) = logged.role {
        cube = cube.with(ROLE, value(ROLE, role)?);
    }
    cube = cube.with(ACTION, value(ACTION, logged.action)?);
    let purpose = allowances.column("purpose")?;
    cube = cube.with(purpose, value(purpose, logged.purpose)?);
    let basis = allowances.column("basis")?;
    let named = match logged.basis {
        Some(code) => {
            let end = code.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(code.len());
            value(basis, &code.get(..end)?.to_ascii_lowercase())?
        }
        // Only a legal basis is written into a leaf.
        None => {
            ["own_task", "none", "unknown"].iter().filter_map(|code| value(basis, code)).fold(0, |set, bit| set | bit)
        }
    };
    Some(cube.with(basis, named))
}

/// What the policy allows by exactly these lines; else, for a list or a whole case, what it allows by some of them.
fn allowed_by(allowances: &Allowances, asked: &Cube, lines: &[&str]) -> Candidates {
    let by = |wanted: &dyn Fn(&[String]) -> bool| -> Candidates {
        let near = allowances.near(asked).filter(|allowance| wanted(&allowance.reason.lines));
        near.filter_map(|allowance| Some((allowance.cube.meet(asked)?, allowance.reason.obligations.clone()))).collect()
    };
    let exactly = by(&|named| named.len() == lines.len() && named.iter().all(|line| lines.contains(&line.as_str())));
    if exactly.is_empty() { by(&|named| named.iter().all(|line| lines.contains(&line.as_str()))) } else { exactly }
}

/// What no line allows and none denies.
fn denied_by_nothing(allowances: &Allowances, asked: &Cube) -> Candidates {
    let denies = allowances.denies().iter().map(|(_, cube)| cube);
    asking_nothing(asked.uncovered(allowances.near(asked).map(|allowance| &allowance.cube).chain(denies)))
}

/// What these deny lines deny and no other does.
fn denied_by(allowances: &Allowances, asked: &Cube, lines: &[&str]) -> Candidates {
    let (mut inside, mut others) = (Some(*asked), Vec::new());
    for (line, cube) in allowances.denies() {
        if lines.contains(&line.as_str()) {
            inside = inside.and_then(|inside| inside.meet(cube));
        } else {
            others.push(*cube);
        }
    }
    inside.map_or_else(Vec::new, |inside| asking_nothing(inside.uncovered(others.iter())))
}

fn asking_nothing(cubes: Vec<Cube>) -> Candidates {
    cubes.into_iter().map(|cube| (cube, Vec::new())).collect()
}

#[cfg(test)]
mod tests {
    use decision_pages::PolicyText;

    use super::*;

    const TEXT: PolicyText<'static> = PolicyText {
        model: include_str!("../../../policy/model.conf"),
        policy: include_str!("../../../policy/policy.csv"),
        vocabulary: include_str!("../../../policy/vocabulary.toml"),
    };

    fn changed(from: &str, to: &str) -> Policy {
        let policy = TEXT.policy.replacen(from, to, 1);
        assert_ne!(policy, TEXT.policy);
        let invariants = "[[invariant]]\nid = \"x\"\nlaw = \"x\"\nsv = \"x\"\nen = \"y\"\nform = \"never\"\nwhere = { action = [\"request.unknown\"] }\n";
        Policy::of_texts(&PolicyText { policy: &policy, ..TEXT }, invariants).unwrap()
    }

    fn read<'l>(lines: &'l [&'l str], is_allowed: bool) -> LoggedDecision<'l> {
        let role = is_allowed.then_some("sig_coordinator");
        LoggedDecision { role, action: "joint_file.read", purpose: "coordination", basis: None, is_allowed, lines }
    }

    #[test]
    fn an_access_by_a_line_that_is_gone_would_be_denied_and_one_by_another_line_is_the_same() {
        let old = Policy::builtin().unwrap();
        let gone: String = TEXT
            .policy
            .split_inclusive('\n')
            .find(|line| line.starts_with("p, sig_works_on_plan,"))
            .unwrap()
            .to_owned();
        let new = changed(&gone, "");
        assert_eq!(old.redecide(&new, &read(&["sig_works_on_plan"], true)), Redecision::NowDenied);
        assert_eq!(old.redecide(&new, &read(&["sig_works_on_plan_protected"], true)), Redecision::Same);
        assert_eq!(old.redecide(&old, &read(&["sig_works_on_plan"], true)), Redecision::Same);
        assert_eq!(new.redecide(&old, &read(&["sig_works_on_plan"], true)), Redecision::NotRecognised);
    }

    #[test]
    fn what_hangs_on_a_fact_that_the_log_does_not_keep_is_said_to() {
        let old = Policy::builtin().unwrap();
        // Health is taken away from the social worker; the log does not say of what class the record was.
        let new = changed(
            "own, assigned|cover, standard|health|third_party, own_task, case_handling|coordination|release_decision, *, *, *, -, OSL 26:1 + SoLPuL 10, allow",
            "own, assigned|cover, standard|third_party, own_task, case_handling|coordination|release_decision, *, *, *, -, OSL 26:1 + SoLPuL 10, allow",
        );
        let logged = LoggedDecision {
            role: Some("social_worker"),
            action: "case.read",
            purpose: "case_handling",
            basis: None,
            is_allowed: true,
            lines: &["soc_works_on_own"],
        };
        assert_eq!(old.redecide(&new, &logged), Redecision::Depends);
        let other = LoggedDecision { lines: &["soc_works_on_own_protected"], ..logged };
        assert_eq!(old.redecide(&new, &other), Redecision::Same);
    }

    #[test]
    fn a_release_is_recognised_by_its_basis_with_the_version() {
        let old = Policy::builtin().unwrap();
        let new = changed(
            "lul_11|lvu_43|l2025_170_4, case_handling|coordination|release_decision, *, *, *, step_up",
            "lul_11|l2025_170_4, case_handling|coordination|release_decision, *, *, *, step_up",
        );
        let logged = |basis| LoggedDecision {
            role: Some("social_worker"),
            action: "release.decide",
            purpose: "release_decision",
            basis: Some(basis),
            is_allowed: true,
            lines: &["soc_releases"],
        };
        assert_eq!(old.redecide(&new, &logged("LVU_43/1")), Redecision::NowDenied);
        assert_eq!(old.redecide(&new, &logged("LUL_11/1")), Redecision::Same);
        assert_eq!(old.redecide(&new, &logged("LUL_12/1")), Redecision::NotRecognised);
    }

    #[test]
    fn refusals_are_put_to_the_newer_policy_too() {
        let old = Policy::builtin().unwrap();
        let auditor = LoggedDecision {
            role: Some("auditor"),
            action: "case.read",
            purpose: "log_control",
            basis: None,
            is_allowed: false,
            lines: &[],
        };
        let new = changed(
            "# end\n",
            "p, oops, auditor, case.read, *, *, *, own_task|none|unknown, log_control, *, *, none, -, none, allow\n# end\n",
        );
        assert_eq!(old.redecide(&new, &auditor), Redecision::NowAllowed);
        assert_eq!(old.redecide(&old, &auditor), Redecision::Same);
        let not_stepped_up = LoggedDecision {
            role: Some("administrator"),
            action: "user.update",
            purpose: "administration",
            basis: None,
            is_allowed: false,
            lines: &["administrator_changes_users"],
        };
        assert_eq!(old.redecide(&old, &not_stepped_up), Redecision::Same);
        let asks_nothing = changed(
            "own, none, standard, own_task, administration, *, *, *, step_up, GDPR",
            "own, none, standard, own_task, administration, *, *, *, -, GDPR",
        );
        assert_eq!(old.redecide(&asks_nothing, &not_stepped_up), Redecision::Depends);
        let barred = LoggedDecision { lines: &["conflict_of_interest_bars"], ..auditor };
        assert_eq!(old.redecide(&new, &barred), Redecision::Same);
    }
}
