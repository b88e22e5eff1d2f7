//! A small municipality's policy, and casbin without the loader in front of it.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use casbin::{CoreApi, DefaultModel, Enforcer, StringAdapter, function_map::OperatorFunction, rhai::Dynamic};
use decision_pages::{LoadError, Pages, PolicyText, Vocabulary};

pub(crate) const VOCABULARY: &str = r#"
[columns]
order = ["role", "action", "rel", "basis", "conflict"]
page_by = ["role", "action"]
grounds = ["basis"]

[values]
role = ["social_worker", "police_coordinator", "auditor", "administrator"]
action = ["read_note", "write_note", "read_received_item", "read_log"]
rel = ["assigned", "recipient", "none", "unknown"]
basis = ["own_case", "osl_10_18a", "review", "none", "unknown"]
conflict = ["no", "yes", "unknown"]

[obligations]
names = ["redact_health", "notify_owner"]
"#;

/// What the social board and the police may read, on six lines.
pub(crate) const POLICY: &str = "\
# comments stand on lines of their own
p, own_note, social_worker, read_note|write_note, assigned, own_case, *, -, SoLPuL 10, allow
p, received, police_coordinator, read_received_item, recipient, osl_10_18a, *, redact_health, OSL 10:18a, allow
p, own_item, police_coordinator|social_worker, read_received_item, assigned|recipient, own_case|osl_10_18a, *, notify_owner, 2018:1693 3:2, allow
p, log_review, auditor, read_log, *, review, *, -, SoLPuL 10, allow
p, no_conflict, *, *, *, *, yes|unknown, -, FL 16-18, deny
";

pub(crate) fn model() -> String {
    Pages::golden_model(&Vocabulary::parse(VOCABULARY).unwrap())
}

pub(crate) fn compile(policy: &str) -> Result<Pages, Vec<LoadError>> {
    Pages::compile(&PolicyText { model: &model(), policy, vocabulary: VOCABULARY })
}

/// Compiles and expects exactly one refusal, as it is printed.
pub(crate) fn refusal(policy: &str) -> String {
    let refusals = compile(policy).unwrap_err();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    refusals[0].to_string()
}

/// What bare casbin answers, its own effector and no loader.
pub(crate) fn bare(model: &str, policy: &str, request: &[&str]) -> bool {
    bare_enforcer(model, policy)
        .enforce(request.iter().map(|value| (*value).to_owned()).collect::<Vec<String>>())
        .unwrap()
}

pub(crate) fn bare_enforcer(model: &str, policy: &str) -> Enforcer {
    let model = ready(DefaultModel::from_str(model)).unwrap();
    let mut enforcer = ready(Enforcer::new(model, StringAdapter::new(policy))).unwrap();
    enforcer.add_function("has", OperatorFunction::Arg2(has));
    enforcer
}

pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("casbin waits for nothing when all is in memory"),
    }
}

fn has(value: Dynamic, cell: Dynamic) -> Dynamic {
    let (value, cell) = (value.into_string().unwrap(), cell.into_string().unwrap());
    (cell == "*" || cell.split('|').any(|member| member == value)).into()
}
