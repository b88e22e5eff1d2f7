//! One decision: the compiled pages, a whole permit, and the same request in casbin's hands.
//!
//! Casbin runs here as anyone would run it: the policy's own text, its own effector, which stops at the first deny. All three answer the same requests in
//! the same order, and before anything is timed they are held against each other: figures of two programs that disagree would compare nothing.

use core::hint::black_box;

use anyhow::{Context as _, Result, ensure};
use casbin::function_map::OperatorFunction;
use casbin::rhai::Dynamic;
use casbin::{CoreApi as _, DefaultModel, Enforcer, StringAdapter};
use decision_pages::{Pages, PolicyText};
use rbac_policy::{Assignment, ClassFact, Conflict, Facts, Permit, Policy, Target};
use uuid::Uuid;
use vocabulary::action::ReadCase;
use vocabulary::{AgeBand, AuthorityId, Caller, Language, Purpose, RequestId, Role, Roles, Strength, UnitId, UserId};

use crate::kit::{Aim, Bench, Contest, Figure, Unit};

const TEXT: PolicyText<'static> = PolicyText {
    model: include_str!("../../../policy/model.conf"),
    policy: include_str!("../../../policy/policy.csv"),
    vocabulary: include_str!("../../../policy/vocabulary.toml"),
};

/// Prime, so that a walk in equal steps through the cells meets every role and action.
const REQUESTS: usize = 509;

pub(crate) fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let pages = Pages::compile(&TEXT).map_err(|refusals| anyhow::anyhow!("{refusals:?}"))?;
    let requests = requests(&pages);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let casbin = runtime.block_on(whole_policy())?;
    let mut allowed = 0_usize;
    for (request, names) in &requests {
        let ours = pages.decide(request).is_allowed();
        ensure!(casbin.enforce(names.clone())? == ours, "pages and casbin disagree on {names:?}");
        allowed += usize::from(ours);
    }
    bench.say(&format!("{} requests, {allowed} of them allowed, {} policy lines", requests.len(), pages.lines().len()));

    let policy = Policy::builtin().context("the policy")?;
    let (caller, facts) = (caller(), facts());
    let (mut ours, mut theirs) = (requests.iter().cycle(), requests.iter().cycle());
    let series = Contest::new(bench)
        .variant("compiled pages", || {
            if let Some((request, _)) = ours.next() {
                black_box(pages.decide(black_box(request)).is_allowed());
            }
        })
        .variant("a permit", || {
            let permit: Result<Permit<'_, ReadCase>, _> = policy.decide(black_box(&caller), facts.clone());
            black_box(permit.is_ok());
        })
        .variant("casbin, whole policy", || {
            if let Some((_, names)) = theirs.next() {
                black_box(casbin.enforce(names.clone()).is_ok());
            }
        })
        .run();
    let [decision, permit, whole] = series.as_slice() else { anyhow::bail!("three variants give three series") };

    let compile = Contest::new(bench)
        .variant("compile", || {
            black_box(Pages::compile(black_box(&TEXT)).is_ok());
        })
        .run();
    let mut figures = vec![
        Figure::beside("decision of the compiled pages", Unit::Nanoseconds, decision, whole)
            .aim(Aim::RatioAtMost(0.001)),
        Figure::beside("permit: roles, facts, reasons", Unit::Nanoseconds, permit, whole),
    ];
    // Once at every start of an instance.
    figures.extend(compile.iter().map(|series| Figure::alone("compiling the policy", Unit::Nanoseconds, series)));
    Ok(figures)
}

/// Requests from all over the policy, as indices and by name.
fn requests(pages: &Pages) -> Vec<(Vec<u16>, Vec<String>)> {
    let cells: Vec<_> = pages.cells().map(|(request, _)| request).collect();
    let step = (cells.len() / REQUESTS).max(1);
    let chosen = cells.into_iter().step_by(step).take(REQUESTS);
    chosen
        .map(|request| {
            let names = pages.vocabulary().names(&request).into_iter().map(str::to_owned).collect();
            (request, names)
        })
        .collect()
}

async fn whole_policy() -> Result<Enforcer> {
    let model = DefaultModel::from_str(TEXT.model).await?;
    let mut enforcer = Enforcer::new(model, StringAdapter::new(TEXT.policy)).await?;
    enforcer.add_function("has", OperatorFunction::Arg2(has));
    Ok(enforcer)
}

/// The one operator of the policy's matcher: a cell is `*` or a set.
fn has(value: Dynamic, cell: Dynamic) -> Dynamic {
    match (value.into_immutable_string(), cell.into_immutable_string()) {
        (Ok(value), Ok(cell)) => (cell == "*" || cell.split('|').any(|member| value == member)).into(),
        _ => false.into(),
    }
}

/// A social worker with one role, and a case that she is assigned to.
fn caller() -> Caller {
    Caller {
        user: UserId(Uuid::from_u128(1)),
        authority: AuthorityId(Uuid::from_u128(2)),
        unit: UnitId(Uuid::from_u128(3)),
        roles: Roles::default().with(Role::SocialWorker),
        strength: Strength::Strong,
        request: RequestId(Uuid::from_u128(4)),
        language: Language::Swedish,
        reason: None,
        idempotency: None,
        sends: None,
    }
}

fn facts() -> Facts {
    Facts {
        assigned: Assignment::Assigned,
        class: ClassFact::Standard,
        age: AgeBand::Under18,
        conflict: Conflict::None,
        ..Facts::own_case(Purpose::CaseHandling, Target::record("case", Uuid::from_u128(5)))
    }
}
