//! Recording counsel's word on a legal basis, and taking it back: the administrator's pages.

use axum::routing::{get, post};
use case_registry::confirmation::{ConfirmBasis, WithdrawConfirmation};
use case_registry::legal_basis::BasisView;
use time::Date;
use vocabulary::Action;

use crate::at::At;
use crate::form::{Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::i18n::dates::iso_day;
use crate::layouts::{ConfirmPage, FormPage};
use crate::parts::{Section, SummaryList};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Confirm, and take back.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/legal-bases/{code}/confirm", Action::ConfirmBasis, || get(ask)),
    Route::page(Method::Post, "/ui/legal-bases/{code}/confirm", Action::ConfirmBasis, || post(confirm)),
    Route::page(Method::Get, "/ui/legal-bases/{code}/withdraw", Action::ConfirmBasis, || get(ask_back)),
    Route::page(Method::Post, "/ui/legal-bases/{code}/withdraw", Action::ConfirmBasis, || post(withdraw)),
];

async fn ask(visit: Visit, At(code): At<String>) -> Shown {
    let answer = visit.registry()?.basis_to_confirm(&visit.caller, &code).await?;
    let form = confirm_form(&visit, &answer.view);
    visit.page(&confirm_page(visit.frame(visit.msg.legal_confirm()), &answer.view, form), answer.entry)
}

async fn confirm(visit: Visit, At(code): At<String>, Posted(data): Posted) -> Shown {
    let registry = visit.registry()?;
    let basis = registry.basis_to_confirm(&visit.caller, &code).await?.view;
    let act = |command: ConfirmBasis| registry.confirm_basis(&visit.caller, &code, command);
    match visit.submit(confirm_form(&visit, &basis), &data, act).await {
        Ok(answer) => visit.done(&format!("/ui/legal-bases/{code}"), "basis-confirmed", answer.entry),
        Err(unsent) => visit.again(unsent, |form| confirm_page(visit.frame(visit.msg.legal_confirm()), &basis, form)),
    }
}

fn confirm_form(visit: &Visit, basis: &BasisView) -> Form {
    confirming(
        visit.form(format!("/ui/legal-bases/{}/confirm", basis.code)),
        visit.msg,
        basis,
        visit.site.clock().today(),
    )
}

/// The form.
pub(crate) fn confirming(form: Form, msg: Messages, basis: &BasisView, today: Date) -> Form {
    form.fixed("version", basis.version)
        .field(Field::text("confirmedBy", msg.legal_counsel()).hint(msg.legal_counsel_hint()).longest(100))
        .field(Field::date("confirmedOn", msg.legal_counsel_on()).value(iso_day(today)))
        .field(Field::textarea("wording", msg.legal_wording()).hint(msg.legal_wording_hint()).rows(3).longest(500))
        .button(msg.legal_confirm())
        .cancel(format!("/ui/legal-bases/{}", basis.code))
}

/// The page.
pub(crate) fn confirm_page(frame: Frame, basis: &BasisView, form: Form) -> FormPage {
    let msg = frame.msg;
    let summary = SummaryList::new()
        .row(msg.legal_basis(), format!("{}, {}", basis.citation, basis.title))
        .row(msg.legal_summary(), basis.summary.clone())
        .row(msg.legal_version(), msg.number(basis.version.into()));
    FormPage::new(frame, form).lead(msg.legal_confirm_lead()).before(Section::plain().block(summary))
}

async fn ask_back(visit: Visit, At(code): At<String>) -> Shown {
    let answer = visit.registry()?.basis_to_confirm(&visit.caller, &code).await?;
    let form = back_form(&visit, &answer.view);
    visit.page(&back_page(visit.frame(visit.msg.legal_withdraw()), &answer.view, form), answer.entry)
}

async fn withdraw(visit: Visit, At(code): At<String>, Posted(data): Posted) -> Shown {
    let registry = visit.registry()?;
    let basis = registry.basis_to_confirm(&visit.caller, &code).await?.view;
    let act = |command: WithdrawConfirmation| registry.withdraw_confirmation(&visit.caller, &code, command);
    match visit.submit(back_form(&visit, &basis), &data, act).await {
        Ok(answer) => visit.done(&format!("/ui/legal-bases/{code}"), "basis-withdrawn", answer.entry),
        Err(unsent) => visit.again(unsent, |form| back_page(visit.frame(visit.msg.legal_withdraw()), &basis, form)),
    }
}

fn back_form(visit: &Visit, basis: &BasisView) -> Form {
    withdrawing(visit.form(format!("/ui/legal-bases/{}/withdraw", basis.code)), visit.msg, basis)
}

/// The form.
pub(crate) fn withdrawing(form: Form, msg: Messages, basis: &BasisView) -> Form {
    form.fixed("version", basis.version)
        .field(Field::textarea("reason", msg.legal_withdraw_reason()).rows(3).longest(500))
        .button(msg.legal_withdraw())
        .cancel(format!("/ui/legal-bases/{}", basis.code))
}

/// The page.
pub(crate) fn back_page(frame: Frame, basis: &BasisView, form: Form) -> ConfirmPage {
    let msg = frame.msg;
    let which = format!("{}, {}", basis.citation, basis.title);
    ConfirmPage::new(frame, [which, msg.legal_withdraw_means().to_owned()], form)
}
