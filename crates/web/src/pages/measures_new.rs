//! Logging a measure: one page, four required fields, the rest folded with its defaults. Reached in one click from the case's row on the home page.

use axum::routing::{get, post};
use case_registry::Registry;
use case_registry::case::CaseView;
use case_registry::home::Colleague;
use case_registry::measure::LogMeasure;
use vocabulary::{Action, AuthorityKind, CaseId, Language, SecrecyClass, UserId};

use super::{case_tabs, cases, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form, and logging.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}/measures/new", Action::LogMeasure, || get(ask)),
    Route::page(Method::Post, "/ui/cases/{id}/measures/new", Action::LogMeasure, || post(log)),
];

/// Characters of a text about a measure.
const LONGEST_WHAT: u32 = 2000;

async fn ask(visit: Visit, At(case): At<CaseId>) -> Shown {
    show(&visit, case, false).await
}

async fn show(visit: &Visit, case: CaseId, tried: bool) -> Shown {
    let form = form(visit, case).await?;
    let read = visit.registry()?.read_case(&visit.caller, case).await;
    reason::or_ask(visit, &path(case), "/ui", tried, read, |answer| {
        visit.page(&page(visit, form, Some(&answer.view)), answer.entry)
    })
}

async fn log(visit: Visit, At(case): At<CaseId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, case, true).await;
    }
    let registry = visit.registry()?;
    let caller = &visit.caller;
    let form = form(&visit, case).await?;
    match visit.submit(form, &data, |command: LogMeasure| registry.log_measure(caller, case, command)).await {
        Ok(answer) => visit.done(&format!("/ui/cases/{case}/measures"), "measure-logged", answer.entry),
        Err(unsent) => {
            let about = registry.read_case(caller, case).await.ok();
            visit.again(unsent, |form| page(&visit, form, about.as_ref().map(|answer| &answer.view)))
        }
    }
}

fn path(case: CaseId) -> String {
    format!("/ui/cases/{case}/measures/new")
}

fn page(visit: &Visit, form: Form, case: Option<&CaseView>) -> FormPage {
    let page = FormPage::new(visit.frame(visit.msg.measure_new_title()), reason::carried(visit, form));
    match case {
        Some(case) => page.before(case_tabs::about(visit.msg, case)),
        None => page,
    }
}

async fn form(visit: &Visit, case: CaseId) -> Result<Form, Failure> {
    let registry = visit.registry()?;
    let colleagues = registry.surroundings(&visit.caller).await?.view.colleagues;
    let kinds = kinds(registry, visit.msg, cases::own_kind(visit));
    let starts = registry.measures.life_cycle().starts.iter().map(|status| status.code());
    let starts = Choice::codes(visit.msg, "measure-status", starts);
    Ok(logging(visit.form(path(case)), visit.msg, kinds, starts, &colleagues, visit.caller.user)
        .cancel(format!("/ui/cases/{case}/measures")))
}

/// The catalogue as this authority may log it, under its headings.
fn kinds(registry: &Registry, msg: Messages, authority: Option<AuthorityKind>) -> Vec<Choice> {
    let catalogue = &registry.measures;
    let word = |swedish: &str, english: &str| match msg.language() {
        Language::Swedish => swedish.to_owned(),
        Language::English => english.to_owned(),
    };
    let grouped = catalogue.groups().iter().flat_map(|group| {
        let heading = word(&group.title.sv, &group.title.en);
        let kinds = catalogue
            .all()
            .filter(|kind| kind.group == group.code && authority.is_some_and(|authority| kind.logged_by(authority)));
        kinds
            .map(move |kind| {
                Choice::new(kind.code.clone(), word(&kind.title.sv, &kind.title.en)).group(heading.clone())
            })
            .collect::<Vec<_>>()
    });
    grouped.collect()
}

/// The form: type, what, who (the reader), follow-up; everything else has a default.
pub(crate) fn logging(
    form: Form,
    msg: Messages,
    kinds: Vec<Choice>,
    starts: Vec<Choice>,
    colleagues: &[Colleague],
    me: UserId,
) -> Form {
    let colleagues =
        colleagues.iter().map(|one| Choice::new(one.user_id.to_string(), format!("{}, {}", one.name, one.title)));
    let classes = SecrecyClass::ALL.iter().filter(|class| **class != SecrecyClass::Unknown).map(|class| class.code());
    let outcomes = Choice::codes(msg, "measure-outcome", ["reached", "partly", "not"]);
    form.field(Field::select("kind", msg.measure_kind(), kinds))
        .field(Field::textarea("what", msg.measure_what()).hint(msg.measure_what_hint()).rows(3).longest(LONGEST_WHAT))
        .field(Field::select("responsibleId", msg.measure_responsible(), colleagues.collect()).value(me.to_string()))
        .field(Field::date("followUpOn", msg.measure_follow_up()))
        .more(Field::select("status", msg.measure_status(), starts).value("ongoing"))
        .more(Field::textarea("goal", msg.measure_goal()).rows(2).longest(LONGEST_WHAT).optional())
        .more(Field::date("startOn", msg.measure_start()).optional())
        .more(Field::date("dueOn", msg.measure_due()).optional())
        .more(
            Field::text("decisionReference", msg.measure_decision())
                .hint(msg.measure_decision_hint())
                .longest(100)
                .optional(),
        )
        .more(Field::yes_no("isVoluntary", msg.measure_voluntary()).hint(msg.measure_default_hint()).optional())
        .more(
            Field::select("class", msg.paragraph_class(), Choice::codes(msg, "secrecy-class", classes))
                .hint(msg.measure_default_hint())
                .optional(),
        )
        .more(Field::select("outcome", msg.measure_outcome(), outcomes).hint(msg.measure_outcome_hint()).when_needed())
        .button(msg.measure_log_button())
}
