//! The fourth page: exactly what the recipient gets, and the decision. What was lawful on the page before is tested again when it is decided.

use case_registry::RegistryError;
use case_registry::release::{Channel, DraftView, FollowField, ItemKind, ReleasePreview, SaveDraft};
use http::StatusCode;
use serde::Deserialize;
use time::Date;
use vocabulary::{ReleaseDraftId, Timestamp};

use super::{Step, instead, offers, onward, picked, refusal, source};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form, Unsent};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::i18n::dates::iso_day;
use crate::layouts::FormPage;
use crate::pages::releases::decision::item_summary;
use crate::pages::{edited, reason};
use crate::parts::{Block, Inline, Section, SummaryList};
use crate::visit::{Posted, Shown, Visit};

/// What the last page asks for, beside the decision itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// The recipient takes parcels.
    pub(crate) by_parcel: bool,
    /// Later fields may follow under the basis.
    pub(crate) follow_up: bool,
    /// A received item is passed on: its origin is asked first.
    pub(crate) passes_on: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Typed {
    #[serde(default)]
    handling_note: String,
    channel: Channel,
    #[serde(default)]
    occurred_on: Option<Date>,
    #[serde(default)]
    occurred_at: Option<String>,
    #[serde(default)]
    late_reason: String,
    #[serde(default)]
    origin_asked: String,
    #[serde(default)]
    follow_fields: Vec<FollowField>,
    #[serde(default)]
    follow_until: Option<Date>,
}

impl Typed {
    fn draft(self, draft: &SaveDraft) -> Result<SaveDraft, RegistryError> {
        let fault = |field: &str, code: &'static str| {
            RegistryError::Invalid(vec![case_registry::FieldError { field: field.to_owned(), code, limit: None }])
        };
        let occurred_at = match (self.occurred_on, self.occurred_at.as_deref()) {
            (None, None) => None,
            (Some(_), None) => return Err(fault("occurredAt", "required")),
            (None, Some(_)) => return Err(fault("occurredOn", "required")),
            (Some(day), Some(time)) => Some(instant(day, time).ok_or_else(|| fault("occurredAt", "not-a-time"))?),
        };
        Ok(SaveDraft {
            handling_note: self.handling_note,
            channel: self.channel,
            occurred_at,
            late_reason: self.late_reason,
            origin_asked: self.origin_asked,
            follow_fields: self.follow_fields,
            follow_until: self.follow_until,
            ..draft.clone()
        })
    }
}

/// `14.30` or `14:30` on a day in Swedish time. On the day of the change of clocks the hour that the clock on the wall showed is meant.
pub(crate) fn instant(day: Date, time: &str) -> Option<Timestamp> {
    let (hour, minute) = time.trim().split_once([':', '.'])?;
    let (hour, minute) = (hour.parse::<i64>().ok()?, minute.parse::<i64>().ok()?);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return None;
    }
    let seconds = hour * 3600 + minute * 60;
    let guess = Timestamp::start_of(day).plus_seconds(seconds);
    let shown = guess.stockholm();
    let shown = i64::from(shown.hour()) * 3600 + i64::from(shown.minute()) * 60;
    Some(guess.plus_seconds(seconds - shown))
}

/// The form: a wish on handling, the channel, and the decision.
pub(crate) fn form(blank: Form, msg: Messages, draft: &SaveDraft, asked: Asked) -> Form {
    let channels = Channel::ALL.iter().filter(|channel| asked.by_parcel || **channel != Channel::System);
    let channel = if asked.by_parcel || draft.channel != Channel::System { draft.channel } else { Channel::Letter };
    let at = draft.occurred_at.map(Timestamp::stockholm);
    let day = at.map(|at| iso_day(at.date())).unwrap_or_default();
    let time = at.map(|at| format!("{:02}.{:02}", at.hour(), at.minute())).unwrap_or_default();
    let mut form = blank
        .field(
            Field::textarea("handlingNote", msg.release_handling_note())
                .hint(msg.wizard_handling_note_hint())
                .value(draft.handling_note.clone())
                .longest(1000)
                .rows(2)
                .optional(),
        )
        .field(
            Field::radios(
                "channel",
                msg.release_channel(),
                Choice::codes(msg, "channel", channels.map(|channel| channel.code())),
            )
            .hint(msg.wizard_channel_hint())
            .value(channel.code()),
        );
    if asked.passes_on {
        form = form.field(
            Field::textarea("originAsked", msg.release_origin_asked())
                .hint(msg.wizard_origin_hint())
                .value(draft.origin_asked.clone())
                .longest(1000),
        );
    }
    form = form
        .more(
            Field::date("occurredOn", msg.wizard_occurred_on())
                .hint(msg.wizard_occurred_on_hint())
                .value(day)
                .when_needed(),
        )
        .more(
            Field::text("occurredAt", msg.wizard_occurred_at())
                .hint(msg.wizard_occurred_at_hint())
                .value(time)
                .longest(5)
                .when_needed(),
        )
        .more(
            Field::text("lateReason", msg.release_late_reason())
                .hint(msg.wizard_late_hint())
                .value(draft.late_reason.clone())
                .longest(500)
                .when_needed(),
        );
    if asked.follow_up {
        let fields = Choice::codes(msg, "follow-field", FollowField::ALL.iter().map(|field| field.code()));
        let chosen = draft.follow_fields.iter().map(|field| field.code().to_owned());
        let until = draft.follow_until.map(iso_day).unwrap_or_default();
        form = form
            .more(
                Field::checkboxes("followFields", msg.release_follow_fields(), fields)
                    .hint(msg.wizard_follow_hint())
                    .chosen(chosen)
                    .optional(),
            )
            .more(
                Field::date("followUntil", msg.release_follow_until())
                    .hint(msg.wizard_until_hint())
                    .value(until)
                    .when_needed(),
            );
    }
    form.button(msg.wizard_decide()).serious()
}

/// Exactly what the recipient gets.
pub(crate) fn content(msg: Messages, preview: &ReleasePreview) -> Vec<Section> {
    let sender = &preview.sender;
    let head = SummaryList::new()
        .row(msg.release_recipient(), preview.recipient.clone())
        .row(msg.release_attention(), preview.attention.clone())
        .row(msg.release_basis(), preview.citation.clone())
        .row(msg.release_who_decides(), preview.who_decides.clone())
        .row(msg.wizard_sender(), format!("{}, {}, {}", sender.service_number, sender.unit, sender.phone));
    let mut copy = Section::new("copy", msg.wizard_copy());
    copy = match &preview.about {
        None => copy.block(msg.wizard_about_known()),
        Some(about) => copy.block(
            SummaryList::new()
                .row(msg.release_about(), format!("{} {}", about.given_name, about.family_name))
                .maybe(msg.of("identity-kind", about.identity_kind.code()), about.identity_value.clone())
                .maybe(msg.release_born(), about.birth_date.map(|day| Inline::day(msg, day))),
        ),
    };
    for item in &preview.items {
        copy = copy.block(item_summary(msg, item, msg.release_class())).block(Block::Quote(item.text.clone()));
    }
    let mut sections = vec![Section::new("to", msg.wizard_to()).block(head), copy];
    if let Some(secrecy) = &preview.secrecy_at_recipient {
        sections.push(
            Section::new("secrecy", msg.release_secrecy())
                .block(secrecy.note.as_str())
                .block(secrecy.citation.as_str()),
        );
    }
    sections
}

/// The page.
pub(crate) fn page(frame: Frame, preview: &ReleasePreview, form: Form, instead: Section) -> FormPage {
    let msg = frame.msg;
    let page = FormPage::new(frame, form).step(Step::Preview.steps(msg)).lead(msg.wizard_preview_lead());
    content(msg, preview).into_iter().chain([instead]).fold(page, FormPage::before)
}

/// Asks.
pub(super) async fn ask(visit: Visit, At(id): At<ReleaseDraftId>) -> Shown {
    show(&visit, id, false).await
}

/// What is asked for; none when recipient and ground are not chosen yet.
async fn asked(visit: &Visit, draft: &SaveDraft) -> Result<Option<Asked>, Failure> {
    let offers = offers(visit).await?;
    let passes_on = draft.items.iter().any(|item| item.kind == ItemKind::ReceivedItem);
    Ok(picked(&offers, draft).map(|picked| Asked {
        by_parcel: picked.recipient.takes_parcels,
        follow_up: picked.basis.follow_up,
        passes_on,
    }))
}

fn blank(visit: &Visit, view: &DraftView) -> Form {
    visit.form(Step::Preview.address(view.id)).cancel(source(view))
}

async fn show(visit: &Visit, id: ReleaseDraftId, tried: bool) -> Shown {
    let read = visit.registry()?.read_draft(&visit.caller, id).await;
    let asked = match &read {
        Ok(answer) => asked(visit, &answer.view.draft).await?,
        Err(_) => None,
    };
    reason::or_ask(visit, &Step::Preview.address(id), "/ui", tried, read, |answer| {
        let view = &answer.view;
        let (Some(asked), Some(preview)) = (asked, &view.preview) else {
            return onward(&Step::Basis.address(id), answer.entry);
        };
        if !preview.can_be_decided {
            return visit
                .page(&refusal::page(visit.frame(visit.msg.refusal_title()), view, &preview.failed), answer.entry);
        }
        let form = form(blank(visit, view), visit.msg, &view.draft, asked);
        let form = reason::carried(visit, edited::on(form, view.version));
        visit.page(
            &page(visit.frame(visit.msg.wizard_preview_title()), preview, form, instead(visit.msg, view)),
            answer.entry,
        )
    })
}

/// Saves what this page asked for, and decides.
pub(super) async fn decide(visit: Visit, At(id): At<ReleaseDraftId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let read = registry.read_draft(caller, id).await?;
    let view = read.view;
    let Some(asked) = asked(&visit, &view.draft).await? else { return onward(&Step::Basis.address(id), read.entry) };
    let form = form(blank(&visit, &view), visit.msg, &view.draft, asked);
    let again = |unsent: Unsent, version: i64| match &view.preview {
        None => onward(&Step::Basis.address(id), read.entry),
        Some(preview) => visit.again(unsent, |form| {
            let form = reason::carried(&visit, edited::on(form, version));
            page(visit.frame(visit.msg.wizard_preview_title()), preview, form, instead(visit.msg, &view))
        }),
    };
    let (form, typed) = match form.decode::<Typed>(&data) {
        Ok(decoded) => decoded,
        Err(unsent) => return again(unsent, sent),
    };
    // The draft is saved before it is decided: after that, the form was made on the next version.
    let saved = match typed.draft(&view.draft) {
        Ok(draft) => registry.save_draft(caller, id, sent, draft).await,
        Err(error) => Err(error),
    };
    if let Err(error) = saved {
        let unsent = form.refused(error);
        let version = edited::again(&unsent, sent, view.version);
        return again(unsent, version);
    }
    match registry.decide_release(caller, id, sent + 1).await {
        Ok(answer) => visit.done(&format!("/ui/releases/{}/receipt", answer.view), "released", answer.entry),
        Err(RegistryError::Refused(refusal)) => {
            let mut response =
                visit.plain(&refusal::page(visit.frame(visit.msg.refusal_title()), &view, &refusal.failed))?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => again(form.refused(error), sent + 1),
    }
}

#[cfg(test)]
mod checks {
    use super::*;
    use time::macros::date;

    #[test]
    fn the_clock_on_the_wall_is_meant_on_every_day_of_the_year() {
        assert_eq!(instant(date!(2026 - 11 - 22), "14.30").unwrap().rfc3339(), "2026-11-22T13:30:00.000000Z");
        // Clocks change on 29 March and 25 October 2026.
        assert_eq!(instant(date!(2026 - 03 - 29), "14:30").unwrap().rfc3339(), "2026-03-29T12:30:00.000000Z");
        assert_eq!(instant(date!(2026 - 10 - 25), "14:30").unwrap().rfc3339(), "2026-10-25T13:30:00.000000Z");
        for wrong in ["", "14", "24.00", "12.60", "kl 9"] {
            assert!(instant(date!(2026 - 11 - 22), wrong).is_none(), "{wrong}");
        }
    }
}
