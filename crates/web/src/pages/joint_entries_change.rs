//! An entry that stands: recording that the head of the criminal investigation cleared it (OSL 18 kap. 1 §), and withdrawing it.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::joint_entry::{ClearEntry, JointEntryView, WithdrawEntry};
use case_registry::joint_file::JointFileView;
use serde::Deserialize;
use vocabulary::{Action, JointEntryId, JointFileId};

use super::joint_file_tabs::{self as tabs, Part};
use super::{edited, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Field, Form};
use crate::i18n::Messages;
use crate::layouts::{ConfirmPage, FormPage};
use crate::parts::{Block, Section};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Clear, withdraw.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-files/{id}/entries/clear", Action::WriteEntry, || get(ask_clear)),
    Route::page(Method::Post, "/ui/joint-files/{id}/entries/clear", Action::WriteEntry, || post(clear)),
    Route::page(Method::Get, "/ui/joint-files/{id}/entries/withdraw", Action::WithdrawEntry, || get(ask_withdraw)),
    Route::page(Method::Post, "/ui/joint-files/{id}/entries/withdraw", Action::WithdrawEntry, || post(withdraw)),
];

/// Which entry the address names: a random id.
#[derive(Deserialize)]
struct Named {
    entry: String,
}

impl Named {
    fn id(&self) -> Result<JointEntryId, Failure> {
        self.entry.parse().map_err(|_| Failure::NotFound)
    }
}

fn path(file: JointFileId, step: &str, entry: JointEntryId) -> String {
    format!("/ui/joint-files/{file}/entries/{step}?entry={entry}")
}

/// The entry, as long as it stands.
fn find(file: &JointFileView, id: JointEntryId) -> Result<&JointEntryView, Failure> {
    file.entries.iter().find(|entry| entry.id == id && entry.text.is_some()).ok_or(Failure::NotFound)
}

async fn ask_clear(visit: Visit, At(file): At<JointFileId>, Query(named): Query<Named>) -> Shown {
    show_clear(&visit, file, named.id()?, false).await
}

async fn show_clear(visit: &Visit, file: JointFileId, id: JointEntryId, tried: bool) -> Shown {
    let read = visit.registry()?.read_joint_file(&visit.caller, file).await;
    reason::or_ask(visit, &path(file, "clear", id), "/ui/joint-files", tried, read, |answer| {
        let entry = find(&answer.view, id)?;
        visit.page(&clear_page(visit, clear_form(visit, file, id), &answer.view, entry, entry.version), answer.entry)
    })
}

async fn clear(visit: Visit, At(file): At<JointFileId>, Query(named): Query<Named>, Posted(data): Posted) -> Shown {
    let id = named.id()?;
    if reason::only_opens(&data) {
        return show_clear(&visit, file, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    match visit
        .submit(clear_form(&visit, file, id), &data, |command: ClearEntry| {
            registry.clear_entry(caller, id, sent, command)
        })
        .await
    {
        Ok(answer) => visit.done(&Part::Entries.path(file), "entry-cleared", answer.entry),
        Err(unsent) => {
            let view = registry.read_joint_file(caller, file).await?.view;
            let entry = find(&view, id)?;
            let version = edited::again(&unsent, sent, entry.version);
            visit.again(unsent, |form| clear_page(&visit, form, &view, entry, version))
        }
    }
}

fn clear_form(visit: &Visit, file: JointFileId, entry: JointEntryId) -> Form {
    clearing(visit.form(path(file, "clear", entry)), visit.msg).cancel(Part::Entries.path(file))
}

/// The form.
pub(crate) fn clearing(form: Form, msg: Messages) -> Form {
    form.field(Field::text("clearance.by", msg.entry_clearance_by()).hint(msg.entry_clearance_hint()).longest(100))
        .field(Field::date("clearance.on", msg.entry_clearance_on()))
        .button(msg.entry_clear())
}

fn clear_page(visit: &Visit, form: Form, file: &JointFileView, entry: &JointEntryView, version: i64) -> FormPage {
    let msg = visit.msg;
    let text = entry.text.clone().unwrap_or_default();
    FormPage::new(visit.frame(msg.entry_clear()), reason::carried(visit, edited::on(form, version)))
        .lead(msg.entry_clear_lead())
        .before(tabs::about(msg, file))
        .before(Section::plain().block(Block::Quote(text)))
}

async fn ask_withdraw(visit: Visit, At(file): At<JointFileId>, Query(named): Query<Named>) -> Shown {
    show_withdraw(&visit, file, named.id()?, false).await
}

async fn show_withdraw(visit: &Visit, file: JointFileId, id: JointEntryId, tried: bool) -> Shown {
    let read = visit.registry()?.read_joint_file(&visit.caller, file).await;
    reason::or_ask(visit, &path(file, "withdraw", id), "/ui/joint-files", tried, read, |answer| {
        let version = find(&answer.view, id)?.version;
        visit.page(&withdraw_page(visit, withdraw_form(visit, file, id), version), answer.entry)
    })
}

async fn withdraw(visit: Visit, At(file): At<JointFileId>, Query(named): Query<Named>, Posted(data): Posted) -> Shown {
    let id = named.id()?;
    if reason::only_opens(&data) {
        return show_withdraw(&visit, file, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    match visit
        .submit(withdraw_form(&visit, file, id), &data, |command: WithdrawEntry| {
            registry.withdraw_entry(caller, id, sent, command)
        })
        .await
    {
        Ok(answer) => visit.done(&Part::Entries.path(file), "entry-withdrawn", answer.entry),
        Err(unsent) => {
            let view = registry.read_joint_file(caller, file).await?.view;
            let version = edited::again(&unsent, sent, find(&view, id)?.version);
            visit.again(unsent, |form| withdraw_page(&visit, form, version))
        }
    }
}

fn withdraw_form(visit: &Visit, file: JointFileId, entry: JointEntryId) -> Form {
    let msg = visit.msg;
    visit
        .form(path(file, "withdraw", entry))
        .field(Field::textarea("reason", msg.entry_withdraw_reason()).hint(msg.basis_stays()).longest(500))
        .button(msg.entry_withdraw())
        .cancel(Part::Entries.path(file))
}

fn withdraw_page(visit: &Visit, form: Form, version: i64) -> ConfirmPage {
    let msg = visit.msg;
    let consequences =
        [msg.entry_withdraw_read(), msg.entry_withdraw_lapse(), msg.entry_withdraw_trace()].map(str::to_owned);
    ConfirmPage::new(visit.frame(msg.entry_withdraw()), consequences, reason::carried(visit, edited::on(form, version)))
}
