//! casbin, asked one question at a time.
//!
//! The decision is that of casbin's own [`DefaultEffector`]; an effector wrapped around it lets casbin go through all lines instead of stopping
//! at the first deny, and notes what each did, so that an answer comes with every line that matched.

use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

use casbin::{
    Adapter, CoreApi, DefaultEffector, DefaultModel, EffectKind, Effector, EffectorStream, Enforcer, NullAdapter,
    StringAdapter, function_map::OperatorFunction, rhai::Dynamic,
};
use thiserror::Error;

use crate::{line::Effect, pages::PolicyText};

/// Casbin refused a model, a policy or a request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("casbin: {0}")]
pub struct CasbinFailed(String);

impl From<casbin::Error> for CasbinFailed {
    fn from(error: casbin::Error) -> Self {
        Self(error.to_string())
    }
}

/// The one operator of the golden matcher: `*`, or a member of a `|` set.
pub(crate) fn has(value: &str, cell: &str) -> bool {
    cell == "*" || cell.split('|').any(|member| member == value)
}

/// [`has`] as casbin's expression engine calls it. Anything but two strings never matches.
fn has_operator(value: Dynamic, cell: Dynamic) -> Dynamic {
    match (value.into_immutable_string(), cell.into_immutable_string()) {
        (Ok(value), Ok(cell)) => has(&value, &cell).into(),
        _ => false.into(),
    }
}

/// What casbin answered: its decision, and each matching line by position with its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) allowed: bool,
    pub(crate) matched: Vec<(usize, Effect)>,
}

/// A casbin enforcer of our own, never shared, with the recording effector.
pub(crate) struct Evaluator {
    enforcer: Enforcer,
    seen: Arc<Mutex<Vec<EffectKind>>>,
}

impl Evaluator {
    /// An evaluator without lines.
    pub(crate) fn new(model: &str) -> Result<Self, CasbinFailed> {
        Self::over(model, NullAdapter)
    }

    fn over(model: &str, adapter: impl Adapter + 'static) -> Result<Self, CasbinFailed> {
        let model = ready(DefaultModel::from_str(model))??;
        let mut enforcer = ready(Enforcer::new(model, adapter))??;
        let seen = Arc::new(Mutex::new(Vec::new()));
        enforcer.add_function("has", OperatorFunction::Arg2(has_operator));
        enforcer.set_effector(Box::new(RecordingEffector { seen: Arc::clone(&seen) }));
        Ok(Self { enforcer, seen })
    }

    /// Replaces the lines. Casbin keeps them in this order; equal ones would collapse into one, which is refused.
    pub(crate) fn load(&mut self, rules: impl Iterator<Item = Vec<String>>) -> Result<(), CasbinFailed> {
        let model = self.enforcer.get_mut_model();
        model.clear_policy();
        for rule in rules {
            if !model.add_policy("p", "p", rule) {
                return Err(CasbinFailed("a line was taken for a copy of another".to_owned()));
            }
        }
        Ok(())
    }

    pub(crate) fn ask(&mut self, values: &[&str]) -> Result<Answer, CasbinFailed> {
        let request: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let allowed = self.enforcer.enforce(request)?;
        let kinds = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let effect = |kind: &EffectKind| match kind {
            EffectKind::Allow => Some(Effect::Allow),
            EffectKind::Deny => Some(Effect::Deny),
            EffectKind::Indeterminate => None,
        };
        let matched = kinds.iter().enumerate().filter_map(|(position, kind)| Some((position, effect(kind)?))).collect();
        Ok(Answer { allowed, matched })
    }
}

/// Casbin's constructors are async for the sake of files and databases. With texts in memory their futures are ready at the first poll, so no
/// runtime is needed, and compiling works inside and outside of one.
fn ready<F: Future>(future: F) -> Result<F::Output, CasbinFailed> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err(CasbinFailed("waited for something outside memory".to_owned())),
    }
}

struct RecordingEffector {
    seen: Arc<Mutex<Vec<EffectKind>>>,
}

impl Effector for RecordingEffector {
    fn new_stream(&self, expression: &str, lines: usize) -> Box<dyn EffectorStream> {
        Box::new(RecordingStream {
            casbin: DefaultEffector.new_stream(expression, lines),
            decided: false,
            lines,
            kinds: Vec::with_capacity(lines),
            seen: Arc::clone(&self.seen),
        })
    }
}

struct RecordingStream {
    casbin: Box<dyn EffectorStream>,
    decided: bool,
    lines: usize,
    kinds: Vec<EffectKind>,
    seen: Arc<Mutex<Vec<EffectKind>>>,
}

impl EffectorStream for RecordingStream {
    fn next(&self) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&self.kinds);
        self.decided && self.casbin.next()
    }

    fn push_effect(&mut self, kind: EffectKind) -> bool {
        if !self.decided {
            self.decided = self.casbin.push_effect(kind);
        }
        self.kinds.push(kind);
        self.kinds.len() == self.lines
    }
}

/// A decision and the ids of the lines that made it: the matching deny lines, else the matching allow lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The decision.
    pub allowed: bool,
    /// Ids of the deciding lines, in file order; empty when no line matched.
    pub lines: Vec<String>,
}

/// A whole policy in casbin's hands, read by casbin itself from the text: the yardstick of the differential run and of benchmarks. Its
/// answers take about a microsecond a line and it accepts whatever casbin accepts; nothing in production should decide with it.
pub struct Monolith {
    evaluator: Evaluator,
    ids: Vec<String>,
}

impl Monolith {
    /// Lets casbin read model and policy.
    ///
    /// # Errors
    /// What casbin itself refuses.
    pub fn load(text: &PolicyText<'_>) -> Result<Self, CasbinFailed> {
        let evaluator = Evaluator::over(text.model, StringAdapter::new(text.policy))?;
        let lines = evaluator.enforcer.get_model().get_policy("p", "p");
        let ids = lines.into_iter().map(|line| line.into_iter().next().unwrap_or_default()).collect();
        Ok(Self { evaluator, ids })
    }

    /// Casbin's decision on values given by name, in column order.
    ///
    /// # Errors
    /// What casbin itself refuses, such as a wrong number of values.
    pub fn decide(&mut self, values: &[&str]) -> Result<Verdict, CasbinFailed> {
        let Answer { allowed, matched } = self.evaluator.ask(values)?;
        let deciding = if allowed { Effect::Allow } else { Effect::Deny };
        let positions = matched.iter().filter(|(_, effect)| *effect == deciding).map(|(position, _)| *position);
        Ok(Verdict { allowed, lines: positions.filter_map(|position| self.ids.get(position).cloned()).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::has;

    #[test]
    fn a_cell_is_a_star_or_a_set() {
        assert!(has("read", "*"));
        assert!(has("read", "write|read"));
        assert!(!has("read", "write|reads"));
        assert!(!has("*", "read"));
    }
}
