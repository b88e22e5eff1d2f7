//! Who works on a case and until when, its next review, and its end.

use axum::routing::{get, post};
use case_registry::case::{CaseView, ChangeCase};
use case_registry::home::Colleague;
use time::Date;
use vocabulary::{Action, Caller, CaseId, Role};

use super::{case_tabs, edited, reason};
use crate::at::At;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::i18n::dates::parse_day;
use crate::layouts::{ConfirmPage, FormPage};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Change, and close after a page that says what closing means.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}/change", Action::UpdateCase, || get(ask)),
    Route::page(Method::Post, "/ui/cases/{id}/change", Action::UpdateCase, || post(change)),
    Route::page(Method::Get, "/ui/cases/{id}/close", Action::UpdateCase, || get(ask_to_close)),
    Route::page(Method::Post, "/ui/cases/{id}/close", Action::UpdateCase, || post(close)),
];

async fn ask(visit: Visit, At(id): At<CaseId>) -> Shown {
    show(&visit, id, false).await
}

async fn show(visit: &Visit, id: CaseId, tried: bool) -> Shown {
    let registry = visit.registry()?;
    let colleagues = registry.surroundings(&visit.caller).await?.view.colleagues;
    let read = registry.read_case(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/cases/{id}/change"), &format!("/ui/cases/{id}"), tried, read, |answer| {
        let case = &answer.view;
        let form = form(visit, case, &colleagues);
        visit.page(&page(visit, case, form, case.version), answer.entry)
    })
}

async fn change(visit: Visit, At(id): At<CaseId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let registry = visit.registry()?;
    let caller = &visit.caller;
    let sent = edited::version(&data)?;
    let colleagues = registry.surroundings(caller).await?.view.colleagues;
    let case = registry.read_case(caller, id).await?.view;
    let form = form(&visit, &case, &colleagues);
    match visit.submit(form, &data, |command: ChangeCase| registry.change_case(caller, id, sent, command)).await {
        Ok(answer) => visit.done(&format!("/ui/cases/{id}"), "case-changed", answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, case.version);
            visit.again(unsent, |form| page(&visit, &case, form, version))
        }
    }
}

fn page(visit: &Visit, case: &CaseView, form: Form, version: i64) -> FormPage {
    let form = reason::carried(visit, edited::on(form, version));
    let page = FormPage::new(visit.frame(visit.msg.case_change()), form).before(case_tabs::about(visit.msg, case));
    if hands_over(&visit.caller) { page } else { page.lead(visit.msg.case_change_lead()) }
}

fn form(visit: &Visit, case: &CaseView, colleagues: &[Colleague]) -> Form {
    changing(
        visit.form(format!("/ui/cases/{}/change", case.id)),
        visit.msg,
        &visit.caller,
        case,
        colleagues,
        visit.site.clock().today(),
    )
}

/// Whom a case is handed to is for whoever leads the unit, or for the police officer of the matter; the parts of the form are absent for others.
pub(crate) fn hands_over(caller: &Caller) -> bool {
    caller.has(Role::SocialLead) || caller.has(Role::PoliceCoordinator)
}

/// The form: every part of it may be left as it is.
pub(crate) fn changing(
    form: Form,
    msg: Messages,
    caller: &Caller,
    case: &CaseView,
    colleagues: &[Colleague],
    today: Date,
) -> Form {
    let review = case.review_on.as_deref().filter(|on| parse_day(on).is_some_and(|on| on >= today));
    let review = Field::date("reviewOn", msg.case_review()).value(review.unwrap_or_default()).optional();
    let form = if hands_over(caller) { handing_over(form, msg, case, colleagues) } else { form };
    form.field(review).cancel(format!("/ui/cases/{}", case.id))
}

fn handing_over(form: Form, msg: Messages, case: &CaseView, colleagues: &[Colleague]) -> Form {
    let works = |colleague: &&Colleague| case.members.iter().any(|member| member.user_id == colleague.user_id);
    let choice = |colleague: &Colleague| {
        Choice::new(colleague.user_id.to_string(), format!("{}, {}", colleague.name, colleague.title))
    };
    let others: Vec<Choice> = colleagues.iter().filter(|colleague| !works(colleague)).map(choice).collect();
    let members = case
        .members
        .iter()
        .map(|member| Choice::new(member.user_id.to_string(), format!("{}, {}", member.name, member.title)));
    form.field(Field::select("assign", msg.case_assign(), others.clone()).hint(msg.case_assign_hint()).optional())
        .field(Field::select("cover", msg.case_cover(), others).hint(msg.case_cover_hint()).optional())
        .field(Field::date("coverUntil", msg.case_cover_until()).hint(msg.case_cover_until_hint()).when_needed())
        .field(
            Field::select("releaseOfficer", msg.case_release_officer(), members.collect())
                .hint(msg.case_release_officer_hint())
                .optional(),
        )
}

async fn ask_to_close(visit: Visit, At(id): At<CaseId>) -> Shown {
    show_close(&visit, id, false).await
}

async fn show_close(visit: &Visit, id: CaseId, tried: bool) -> Shown {
    let read = visit.registry()?.read_case(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/cases/{id}/close"), &format!("/ui/cases/{id}"), tried, read, |answer| {
        let form = closing(visit.form(format!("/ui/cases/{id}/close")), visit.msg, id);
        visit.page(&confirm(visit, &answer.view, form, answer.view.version), answer.entry)
    })
}

async fn close(visit: Visit, At(id): At<CaseId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show_close(&visit, id, true).await;
    }
    let registry = visit.registry()?;
    let caller = &visit.caller;
    let sent = edited::version(&data)?;
    let form = closing(visit.form(format!("/ui/cases/{id}/close")), visit.msg, id);
    match visit.submit(form, &data, |command: ChangeCase| registry.change_case(caller, id, sent, command)).await {
        Ok(answer) => visit.done(&format!("/ui/cases/{id}"), "case-closed", answer.entry),
        Err(unsent) => {
            let case = registry.read_case(caller, id).await?.view;
            let version = edited::again(&unsent, sent, case.version);
            visit.again(unsent, |form| confirm(&visit, &case, form, version))
        }
    }
}

fn confirm(visit: &Visit, case: &CaseView, form: Form, version: i64) -> ConfirmPage {
    let form = reason::carried(visit, edited::on(form, version));
    ConfirmPage::new(visit.frame(visit.msg.case_close_title()), consequences(visit.msg, case), form)
}

/// The form of the page that asks once more.
pub(crate) fn closing(form: Form, msg: Messages, id: CaseId) -> Form {
    form.fixed("close", true).button(msg.case_close_button()).cancel(format!("/ui/cases/{id}"))
}

/// What closing a case means, with what is still open in it.
pub(crate) fn consequences(msg: Messages, case: &CaseView) -> Vec<String> {
    let open = case.measures.iter().filter(|measure| !measure.has_ended).count();
    let mut told = vec![
        msg.case_close_whose(case_tabs::name(msg, &case.person), &case.external_number),
        msg.case_close_read_only().to_owned(),
    ];
    if open > 0 {
        told.push(msg.case_close_open_measures(open));
    }
    if case.joint_file_id.is_some() {
        told.push(msg.case_close_joint_file().to_owned());
    }
    told.push(msg.case_close_retention().to_owned());
    told
}
