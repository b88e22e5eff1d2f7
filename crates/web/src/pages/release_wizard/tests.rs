//! The third page: the tests of the chosen ground, all on one page, with worked examples folded under each question.

use case_registry::release::{BasisChoice, DraftView, SaveDraft, TestAnswer};
use serde::Deserialize;
use vocabulary::ReleaseDraftId;

use super::{Step, instead, offers, onward, picked, source};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Form, FormData};
use crate::frame::Frame;
use crate::layouts::FormPage;
use crate::pages::basis_form::Picked;
use crate::pages::{edited, reason};
use crate::parts::Section;
use crate::visit::{Posted, Shown, Visit};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    grounds: BasisChoice,
}

/// The form with the answers that were given before. Only a whole set of answers is filled in: half a set would look like a fault.
pub(crate) fn filled(form: Form, grounds: &BasisChoice, picked: &Picked<'_>) -> Form {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut fill = |under: &str, tests: &[crate::pages::basis_form::Test], answers: &[TestAnswer]| {
        for (at, test) in tests.iter().enumerate() {
            if let Some(given) = answers.iter().find(|given| given.test_id == test.id) {
                pairs.push((format!("{under}.answers[{at}].answer"), given.answer.code().to_owned()));
                pairs.push((format!("{under}.answers[{at}].reason"), given.reason.clone()));
            }
        }
    };
    fill("grounds", &picked.basis.tests, &grounds.answers);
    if let (Some(other), Some(given)) = (picked.with, grounds.together_with.first()) {
        fill("grounds.togetherWith[0]", &other.tests, &given.answers);
    }
    if pairs.is_empty() {
        return form;
    }
    if let Some(consent) = grounds.consent_id {
        pairs.push(("grounds.consentId".to_owned(), consent.to_string()));
    }
    if let Some(stated) = &grounds.age_statement {
        pairs.push(("grounds.ageStatement.years".to_owned(), stated.years.to_string()));
        pairs.push(("grounds.ageStatement.statedBy".to_owned(), stated.stated_by.clone().unwrap_or_default()));
    }
    let data = FormData::of(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    form.clone().decode::<serde_json::Value>(&data).map_or(form, |(filled, _)| filled)
}

/// The page.
pub(crate) fn page(frame: Frame, about: Section, form: Form, instead: Section) -> FormPage {
    let msg = frame.msg;
    FormPage::new(frame, form).step(Step::Tests.steps(msg)).lead(msg.wizard_tests_lead()).before(about).before(instead)
}

/// Asks.
pub(super) async fn ask(visit: Visit, At(id): At<ReleaseDraftId>) -> Shown {
    show(&visit, id, false).await
}

/// The form of what was picked; none when recipient and ground are not chosen yet.
async fn prepared(visit: &Visit, view: &DraftView) -> Result<Option<(Form, Section)>, Failure> {
    let msg = visit.msg;
    let offers = offers(visit).await?;
    let (Some(picked), Some(grounds)) = (picked(&offers, &view.draft), view.draft.grounds.as_ref()) else {
        return Ok(None);
    };
    let consents = picked.consents(visit, view.case_id).await?;
    let blank = visit.form(Step::Tests.address(view.id)).button(msg.wizard_to_preview()).cancel(source(view));
    let form = filled(picked.fields(blank, msg, "grounds", consents), grounds, &picked);
    Ok(Some((form, picked.about(msg, &Step::Basis.address(view.id)))))
}

async fn show(visit: &Visit, id: ReleaseDraftId, tried: bool) -> Shown {
    let read = visit.registry()?.read_draft(&visit.caller, id).await;
    let prepared = match &read {
        Ok(answer) => prepared(visit, &answer.view).await?,
        Err(_) => None,
    };
    reason::or_ask(visit, &Step::Tests.address(id), "/ui", tried, read, |answer| {
        let Some((form, about)) = prepared else { return onward(&Step::Basis.address(id), answer.entry) };
        let form = reason::carried(visit, edited::on(form, answer.view.version));
        let instead = instead(visit.msg, &answer.view);
        visit.page(&page(visit.frame(visit.msg.wizard_tests_title()), about, form, instead), answer.entry)
    })
}

/// Saves the answers.
pub(super) async fn save(visit: Visit, At(id): At<ReleaseDraftId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let answer = registry.read_draft(caller, id).await?;
    let view = answer.view;
    let Some((form, about)) = prepared(&visit, &view).await? else {
        return onward(&Step::Basis.address(id), answer.entry);
    };
    let act = async |typed: Typed| {
        let draft = SaveDraft { grounds: Some(typed.grounds), ..view.draft.clone() };
        registry.save_draft(caller, id, sent, draft).await
    };
    match visit.submit(form, &data, act).await {
        Ok(answer) => onward(&Step::Preview.address(id), answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, view.version);
            visit.again(unsent, |form| {
                let form = reason::carried(&visit, edited::on(form, version));
                page(visit.frame(visit.msg.wizard_tests_title()), about, form, instead(visit.msg, &view))
            })
        }
    }
}
