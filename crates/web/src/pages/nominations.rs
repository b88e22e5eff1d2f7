//! Nominating a person for coordination: recipient and basis first, then the nomination with the tests of that basis. The acknowledgement is the same page
//! whether or not the person is known at the recipient. At the recipient a nomination is taken up on an own open case, or let be.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::case::{CaseBrief, CasePhase, CaseView};
use case_registry::home::Colleague;
use case_registry::joint_file::{JointFileView, LinkToCase, Nominate};
use vocabulary::{Action, CaseId, JointFileId};

use super::basis_form::{self, Chosen, Consents, Offer, Picked};
use super::joint_file_tabs::Part;
use super::{case_tabs, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{ConfirmPage, DetailPage, FormPage, ReceiptPage};
use crate::parts::{Action as Link, Inline, Section, Steps, SummaryList};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Nominate, the acknowledgement, take up, let be.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}/nominate", Action::Nominate, || get(ask)),
    Route::page(Method::Post, "/ui/cases/{id}/nominate", Action::Nominate, || post(nominate)),
    Route::page(Method::Get, "/ui/joint-files/{id}/nominated", Action::ReadJointFile, || get(acknowledgement)),
    Route::page(Method::Post, "/ui/joint-files/{id}/nominated", Action::ReadJointFile, || {
        post(acknowledgement_with_reason)
    }),
    Route::page(Method::Get, "/ui/joint-files/{id}/link", Action::UpdateJointFile, || get(ask_link)),
    Route::page(Method::Post, "/ui/joint-files/{id}/link", Action::UpdateJointFile, || post(link)),
    Route::page(Method::Get, "/ui/joint-files/{id}/decline", Action::UpdateJointFile, || get(ask_decline)),
    Route::page(Method::Post, "/ui/joint-files/{id}/decline", Action::UpdateJointFile, || post(decline)),
];

fn path(case: CaseId) -> String {
    format!("/ui/cases/{case}/nominate")
}

/// Where the reader is in the task.
fn steps(msg: Messages, now: usize) -> Steps {
    Steps::new(msg, &[msg.nominate_step_basis(), msg.nominate_step_form()], now)
}

/// Nominations go as parcels; an authority that takes none is asked in another way.
async fn offers(visit: &Visit) -> Result<Vec<Offer>, Failure> {
    basis_form::offers(visit, false, |authority| authority.takes_parcels).await
}

async fn ask(visit: Visit, At(case): At<CaseId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, case, &chosen, false).await
}

async fn show(visit: &Visit, case: CaseId, chosen: &Chosen, tried: bool) -> Shown {
    let offers = offers(visit).await?;
    let picked = basis_form::pick(&offers, chosen);
    let address = picked.map_or_else(|| path(case), |picked| picked.address(&path(case)));
    let form = match picked {
        Some(picked) => Some((picked, form(visit, case, picked, picked.consents(visit, Some(case)).await?))),
        None => None,
    };
    let read = visit.registry()?.read_case(&visit.caller, case).await;
    reason::or_ask(visit, &address, "/ui/cases", tried, read, |answer| match form {
        Some((picked, form)) => visit.page(&page(visit, form, case, picked, Some(&answer.view)), answer.entry),
        None => visit.page(&choose_page(visit.frame(visit.msg.nominate_title()), &answer.view, &offers), answer.entry),
    })
}

/// The first step.
pub(crate) fn choose_page(frame: Frame, case: &CaseView, offers: &[Offer]) -> DetailPage {
    let msg = frame.msg;
    let mut sections =
        vec![case_tabs::about(msg, case), Section::plain().block(msg.nominate_lead()).block(msg.basis_choose_lead())];
    sections.extend(basis_form::choose(msg, offers, &path(case.id)));
    let actions = vec![Link::other(format!("/ui/cases/{}", case.id), msg.button_cancel())];
    DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions, sections }
}

async fn nominate(visit: Visit, At(case): At<CaseId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, case, &chosen, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let offers = offers(&visit).await?;
    let picked = basis_form::pick(&offers, &chosen).ok_or(Failure::Malformed)?;
    let form = form(&visit, case, picked, picked.consents(&visit, Some(case)).await?);
    match visit.submit(form, &data, |command: Nominate| registry.nominate(caller, command)).await {
        Ok(answer) => {
            visit.done(&format!("/ui/joint-files/{}/nominated", answer.view.joint_file_id), "nominated", answer.entry)
        }
        Err(unsent) => {
            let about = registry.read_case(caller, case).await.ok();
            visit.again(unsent, |form| page(&visit, form, case, picked, about.as_ref().map(|answer| &answer.view)))
        }
    }
}

fn form(visit: &Visit, case: CaseId, picked: Picked<'_>, consents: Consents) -> Form {
    nominating(visit.form(picked.address(&path(case))), visit.msg, case, picked, consents)
}

/// The form: what leaves in words, then the tests.
pub(crate) fn nominating(form: Form, msg: Messages, case: CaseId, picked: Picked<'_>, consents: Consents) -> Form {
    let form = form
        .fixed("caseId", case.to_string())
        .fixed("to", picked.recipient.id.to_string())
        .field(Field::textarea("reason", msg.nominate_reason()).hint(msg.nominate_reason_hint()).longest(2_000))
        .field(Field::textarea("goal", msg.nominate_goal()).hint(msg.basis_leaves()).rows(2).longest(2_000).optional())
        .more(Field::text("attention", msg.basis_attention()).hint(msg.basis_attention_hint()).longest(200).optional());
    let form = picked.fields(form, msg, "grounds", consents);
    form.field(Field::mark("namesOthers", msg.basis_names_others()).hint(msg.basis_names_others_hint()))
        .button(msg.nominate_button())
        .cancel(format!("/ui/cases/{case}"))
}

fn page(visit: &Visit, form: Form, case: CaseId, picked: Picked<'_>, about: Option<&CaseView>) -> FormPage {
    let msg = visit.msg;
    let page = FormPage::new(visit.frame(msg.nominate_title()), reason::carried(visit, form))
        .step(steps(msg, 2))
        .lead(msg.nominate_leaves())
        .before(picked.about(msg, &path(case)));
    match about {
        Some(case) => page.before(case_tabs::about(msg, case)),
        None => page,
    }
}

async fn acknowledgement(visit: Visit, At(id): At<JointFileId>) -> Shown {
    show_acknowledgement(&visit, id, false).await
}

async fn acknowledgement_with_reason(visit: Visit, At(id): At<JointFileId>, Posted(_): Posted) -> Shown {
    show_acknowledgement(&visit, id, true).await
}

async fn show_acknowledgement(visit: &Visit, id: JointFileId, tried: bool) -> Shown {
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    let address = format!("/ui/joint-files/{id}/nominated");
    reason::or_ask(visit, &address, "/ui/joint-files", tried, read, |answer| {
        visit.page(&acknowledged(visit.frame(visit.msg.nominated_title()), &answer.view), answer.entry)
    })
}

/// The same words always: nothing is looked up at the recipient when a nomination arrives, so there is nothing more to say.
pub(crate) fn acknowledged(frame: Frame, file: &JointFileView) -> ReceiptPage {
    let msg = frame.msg;
    let next = [msg.nominated_unknown(), msg.nominated_silence(), msg.nominated_erased()].map(str::to_owned);
    ReceiptPage {
        outcome: msg.nominated_outcome(&file.peer),
        reference: file.reference.clone(),
        sections: vec![Section::new("next", msg.nominated_next()).block(crate::parts::Block::Points(next.to_vec()))],
        actions: vec![Link::primary(Part::Overview.path(file.id), msg.nominated_to_file())],
        frame,
    }
}

async fn ask_link(visit: Visit, At(id): At<JointFileId>) -> Shown {
    show_link(&visit, id, false).await
}

async fn show_link(visit: &Visit, id: JointFileId, tried: bool) -> Shown {
    let form = link_form(visit, id).await?;
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/joint-files/{id}/link"), "/ui/joint-files", tried, read, |answer| {
        visit.page(&link_page(visit, form, Some(&answer.view)), answer.entry)
    })
}

async fn link(visit: Visit, At(id): At<JointFileId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show_link(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let form = link_form(&visit, id).await?;
    match visit.submit(form, &data, |command: LinkToCase| registry.link_to_case(caller, id, command)).await {
        Ok(answer) => visit.done(&Part::Overview.path(id), "joint-file-linked", answer.entry),
        Err(unsent) => {
            let file = registry.read_joint_file(caller, id).await.ok();
            visit.again(unsent, |form| link_page(&visit, form, file.as_ref().map(|answer| &answer.view)))
        }
    }
}

async fn link_form(visit: &Visit, id: JointFileId) -> Result<Form, Failure> {
    let registry = visit.registry()?;
    let mut cases = registry.list_cases(&visit.caller, 100, 0).await?.view.cases;
    cases.retain(|case| case.phase == CasePhase::Open);
    let colleagues = registry.surroundings(&visit.caller).await?.view.colleagues;
    Ok(linking(visit.form(format!("/ui/joint-files/{id}/link")), visit.msg, id, &cases, &colleagues))
}

/// The form: one of the reader's own open cases, who works on the file, the first follow-up.
pub(crate) fn linking(
    form: Form,
    msg: Messages,
    id: JointFileId,
    cases: &[CaseBrief],
    colleagues: &[Colleague],
) -> Form {
    let cases = cases.iter().map(|case| {
        let name = if case.name.trim().is_empty() { msg.person_nameless() } else { case.name.as_str() };
        Choice::new(case.id.to_string(), format!("{name}, {}", msg.of("case-purpose", case.purpose.code())))
    });
    let people =
        colleagues.iter().map(|one| Choice::new(one.user_id.to_string(), format!("{}, {}", one.name, one.title)));
    form.field(Field::select("caseId", msg.joint_link_case(), cases.collect()).hint(msg.joint_link_case_hint()))
        .field(Field::date("nextFollowUp", msg.joint_next_follow_up()).optional())
        .more(Field::checkboxes("members", msg.joint_members_add(), people.collect()).optional())
        .button(msg.joint_link())
        .cancel(Part::Overview.path(id))
}

fn link_page(visit: &Visit, form: Form, file: Option<&JointFileView>) -> FormPage {
    let msg = visit.msg;
    let page = FormPage::new(visit.frame(msg.joint_link()), reason::carried(visit, form))
        .lead(msg.joint_link_lead())
        .lead(msg.joint_link_silent());
    match file {
        Some(file) => page.before(received(msg, file)),
        None => page,
    }
}

/// What came with the nomination.
fn received(msg: Messages, file: &JointFileView) -> Section {
    let some = |text: &str| (!text.trim().is_empty()).then(|| Inline::Lines(text.to_owned()));
    let summary = SummaryList::new()
        .row(msg.joint_reference(), file.reference.clone())
        .row(msg.joint_peer(), file.peer.clone())
        .maybe(msg.joint_person(), file.name.clone())
        .maybe(msg.joint_age(), file.age.map(|age| msg.age_years(age)))
        .maybe(msg.joint_why(), some(&file.reason))
        .maybe(msg.joint_goal(), some(&file.goal));
    Section::new("nomination", msg.joint_nomination()).block(summary)
}

async fn ask_decline(visit: Visit, At(id): At<JointFileId>) -> Shown {
    show_decline(&visit, id, false).await
}

async fn show_decline(visit: &Visit, id: JointFileId, tried: bool) -> Shown {
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/joint-files/{id}/decline"), "/ui/joint-files", tried, read, |answer| {
        visit.page(&decline_page(visit, decline_form(visit, id), answer.view.erase_on.as_deref()), answer.entry)
    })
}

async fn decline(visit: Visit, At(id): At<JointFileId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show_decline(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    match visit
        .submit(decline_form(&visit, id), &data, |_: serde_json::Value| registry.decline_nomination(caller, id))
        .await
    {
        Ok(answer) => visit.done("/ui/joint-files", "nomination-declined", answer.entry),
        Err(unsent) => visit.again(unsent, |form| decline_page(&visit, form, None)),
    }
}

fn decline_form(visit: &Visit, id: JointFileId) -> Form {
    visit
        .form(format!("/ui/joint-files/{id}/decline"))
        .button(visit.msg.joint_decline_nomination())
        .cancel(Part::Overview.path(id))
}

fn decline_page(visit: &Visit, form: Form, erase_on: Option<&str>) -> ConfirmPage {
    let msg = visit.msg;
    let mut consequences = vec![msg.joint_decline_silent().to_owned()];
    if let Some(on) = erase_on.and_then(crate::i18n::dates::parse_day) {
        consequences.push(msg.joint_decline_erased(msg.day(on)));
    }
    ConfirmPage::new(visit.frame(msg.joint_decline_nomination()), consequences, reason::carried(visit, form))
}
