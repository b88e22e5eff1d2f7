//! A copy whose basis has ended: it opens only for the decision, with a stated reason, and is then kept on an own ground or erased.

use case_registry::lapse::DecideLapse;
use case_registry::received::{OpenReceived, ReceivedBrief, ReceivedState, ReceivedView};
use case_registry::{Answer, RegistryError};
use vocabulary::{EntryId, Purpose, ReceivedItemId};

use super::open;
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{ConfirmPage, DetailPage, FormPage};
use crate::pages::{edited, reason};
use crate::parts::{Action as Link, Section, Why};
use crate::visit::{Posted, Shown, Visit};

/// Rows of a list that are looked through at a time.
const PAGE: i64 = 100;

/// The copy, opened for the review.
pub(super) async fn review(visit: Visit, At(id): At<ReceivedItemId>) -> Shown {
    show(&visit, id, false).await
}

/// The same, with the reason that the log keeps.
pub(super) async fn review_with_reason(visit: Visit, At(id): At<ReceivedItemId>, Posted(_): Posted) -> Shown {
    show(&visit, id, true).await
}

async fn show(visit: &Visit, id: ReceivedItemId, tried: bool) -> Shown {
    let how = OpenReceived { lapse_review: true };
    let read = visit.registry()?.open_received(&visit.caller, id, how).await;
    match read {
        Err(RegistryError::ReasonRequired) => reason::stop(
            visit,
            reason::Stop::Lapsed,
            &format!("/ui/received-items/{id}/review"),
            "/ui/received-items",
            tried,
        ),
        read => {
            let answer = read?;
            visit.page(&review_page(visit.frame(visit.msg.lapse_title()), &answer.view, answer.entry), answer.entry)
        }
    }
}

/// What can be decided, and the copy that it is about.
pub(crate) fn review_page(frame: Frame, item: &ReceivedView, entry: EntryId) -> DetailPage {
    let msg = frame.msg;
    let id = item.brief.id;
    let mut actions = Vec::new();
    if item.brief.state == ReceivedState::Lapsed {
        actions.push(Link::primary(format!("/ui/received-items/{id}/erase"), msg.lapse_erase()));
        actions.push(Link::other(format!("/ui/received-items/{id}/keep"), msg.lapse_keep()));
    }
    let mut sections = vec![Section::plain().block(msg.lapse_lead())];
    sections.extend(open::content(msg, item));
    sections.push(Section::plain().block(Why::new(msg).purpose(Purpose::LapseReview).entry(entry)));
    DetailPage {
        heading: Some(msg.inbox_from_whom(&item.brief.from).into()),
        tags: open::tags(msg, item),
        tabs: None,
        actions,
        sections,
        frame,
    }
}

/// Keeping: on which law, why, until when.
pub(crate) fn keep_form(blank: Form, msg: Messages, id: ReceivedItemId) -> Form {
    blank
        .field(Field::text("law", msg.lapse_law()).hint(msg.lapse_law_hint()).longest(200))
        .field(Field::textarea("reason", msg.lapse_reason_label()).longest(1000))
        .field(Field::date("until", msg.lapse_until()).hint(msg.lapse_until_hint()))
        .fixed("choice", "keep")
        .button(msg.lapse_keep_do())
        .cancel(format!("/ui/received-items/{id}/review"))
}

/// The page of the first choice.
pub(crate) fn keep_page(frame: Frame, form: Form) -> FormPage {
    let msg = frame.msg;
    FormPage::new(frame, form).lead(msg.lapse_keep_lead())
}

/// Erasing: why.
pub(crate) fn erase_form(blank: Form, msg: Messages, id: ReceivedItemId) -> Form {
    blank
        .field(Field::textarea("reason", msg.lapse_reason_label()).longest(1000))
        .fixed("choice", "erase")
        .button(msg.lapse_erase_do())
        .cancel(format!("/ui/received-items/{id}/review"))
}

/// What erasing means.
pub(crate) fn erase_page(frame: Frame, form: Form) -> ConfirmPage {
    let msg = frame.msg;
    let consequences = [msg.lapse_erase_key(), msg.lapse_erase_backups(), msg.lapse_erase_stays()];
    ConfirmPage::new(frame, consequences.map(str::to_owned), form)
}

/// The copy among those that wait for a decision, without opening it once more.
async fn waiting(visit: &Visit, id: ReceivedItemId) -> Result<Answer<ReceivedBrief>, Failure> {
    let registry = visit.registry()?;
    let mut offset = 0;
    loop {
        let listed = registry.list_received(&visit.caller, Some(ReceivedState::Lapsed), PAGE, offset).await?;
        let (entry, has_more) = (listed.entry, listed.view.has_more);
        if let Some(view) = listed.view.items.into_iter().find(|item| item.id == id) {
            return Ok(Answer { view, entry });
        }
        if !has_more {
            return Err(Failure::NotFound);
        }
        offset += PAGE;
    }
}

/// Asks on which ground.
pub(super) async fn ask_to_keep(visit: Visit, At(id): At<ReceivedItemId>) -> Shown {
    let copy = waiting(&visit, id).await?;
    let form = keep_form(visit.form(format!("/ui/received-items/{id}/keep")), visit.msg, id);
    visit.page(&keep_page(visit.frame(visit.msg.lapse_keep()), edited::on(form, copy.view.version)), copy.entry)
}

/// Keeps it.
pub(super) async fn keep(visit: Visit, At(id): At<ReceivedItemId>, Posted(data): Posted) -> Shown {
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let form = keep_form(visit.form(format!("/ui/received-items/{id}/keep")), visit.msg, id);
    match visit.submit(form, &data, |command: DecideLapse| registry.decide_lapse(caller, id, sent, command)).await {
        Ok(answer) => visit.done("/ui/received-items", "lapse-decided", answer.entry),
        Err(unsent) => visit.again(unsent, |form| {
            let form = reason::carried(&visit, edited::on(form, sent));
            keep_page(visit.frame(visit.msg.lapse_keep()), form)
        }),
    }
}

/// Asks once more.
pub(super) async fn ask_to_erase(visit: Visit, At(id): At<ReceivedItemId>) -> Shown {
    let copy = waiting(&visit, id).await?;
    let form = erase_form(visit.form(format!("/ui/received-items/{id}/erase")), visit.msg, id);
    visit.page(&erase_page(visit.frame(visit.msg.lapse_erase()), edited::on(form, copy.view.version)), copy.entry)
}

/// Erases it and destroys its key.
pub(super) async fn erase(visit: Visit, At(id): At<ReceivedItemId>, Posted(data): Posted) -> Shown {
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let form = erase_form(visit.form(format!("/ui/received-items/{id}/erase")), visit.msg, id);
    match visit.submit(form, &data, |command: DecideLapse| registry.decide_lapse(caller, id, sent, command)).await {
        Ok(answer) => visit.done("/ui/received-items", "lapse-decided", answer.entry),
        Err(unsent) => visit.again(unsent, |form| {
            let form = reason::carried(&visit, edited::on(form, sent));
            erase_page(visit.frame(visit.msg.lapse_erase()), form)
        }),
    }
}
