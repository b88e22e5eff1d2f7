//! A decision to release in full: what, to whom, on which ground, how it was tested, and exactly what left.

use case_registry::release::{AnswerView, Channel, ReleaseView};

use crate::i18n::Messages;
use crate::parts::{Block, Inline, Section, SummaryList, Table, Tone};

/// The decision as the authority keeps it.
pub(crate) fn sections(msg: Messages, release: &ReleaseView) -> Vec<Section> {
    let mut sections = vec![Section::new("decision", msg.release_decision()).block(summary(msg, release))];
    sections.push(Section::new("tests", msg.release_tests()).block(tests(msg, &release.answers)));
    for (number, other) in release.together_with.iter().enumerate() {
        let heading = msg.release_together_with(&other.basis);
        sections.push(Section::new(format!("together-{number}"), heading).block(tests(msg, &other.answers)));
    }
    sections.push(content(msg, release));
    let sender = &release.sender;
    let mut seen = SummaryList::new()
        .row(msg.release_sender_number(), sender.service_number.clone())
        .row(msg.release_sender_unit(), sender.unit.clone())
        .row(msg.release_sender_phone(), sender.phone.clone());
    if let Some(secrecy) = &release.secrecy_at_recipient {
        seen = seen.row(msg.release_secrecy(), Inline::Lines(format!("{}\n{}", secrecy.citation, secrecy.note)));
    }
    sections.push(Section::new("recipient", msg.release_at_recipient()).block(seen));
    sections
}

fn summary(msg: Messages, release: &ReleaseView) -> SummaryList {
    let brief = &release.brief;
    let basis = msg.release_basis_version(&brief.citation, release.basis_version);
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let elsewhere = (brief.channel != Channel::System).then_some(release.occurred_at);
    let follow =
        release.follow_fields.iter().map(|field| msg.of("follow-field", field.code())).collect::<Vec<_>>().join(", ");
    let age = release.born_no_earlier_than.map(|born| {
        let by = release.age_stated_by.as_deref().unwrap_or_default();
        msg.release_age_stated(by, msg.day(born))
    });
    SummaryList::new()
        .row(msg.release_number(), brief.id.to_string())
        .row(msg.release_kind_label(), msg.of("release-kind", &brief.kind))
        .row(msg.release_recipient(), brief.recipient.clone())
        .row(msg.release_attention(), brief.attention.clone())
        .row(msg.release_basis(), basis)
        .row(msg.release_decided(), Inline::instant(msg, brief.decided_at))
        .row(msg.release_decided_by(), format!("{}, {}", brief.decided_by, release.decided_by_title))
        .row(msg.release_who_decides(), release.who_decides.clone())
        .maybe(msg.release_delegation(), text(&release.delegation))
        .maybe(
            msg.release_asked(),
            release.asked.as_ref().map(|asked| {
                let channel = msg.of("channel", asked.channel.code());
                Inline::Lines(format!("{}, {channel}, {}: {}", msg.day(asked.on), asked.by, asked.what))
            }),
        )
        .row(msg.release_channel(), msg.of("channel", brief.channel.code()))
        .maybe(msg.release_occurred(), elsewhere.map(|at| Inline::instant(msg, at)))
        .maybe(msg.release_late_reason(), text(&release.late_reason))
        .maybe(msg.release_handling_note(), text(&release.handling_note))
        .maybe(msg.release_origin_asked(), text(&release.origin_asked))
        .maybe(msg.release_age_statement(), age)
        .maybe(msg.release_follow_fields(), text(&follow))
        .maybe(msg.release_follow_until(), release.follow_until.as_deref().map(|day| Inline::day_text(msg, day)))
}

/// Questions, answers and reasons.
pub(crate) fn tests(msg: Messages, answers: &[AnswerView]) -> Table {
    let table = Table::new(msg.release_tests(), msg.release_no_tests())
        .quiet()
        .column(msg.release_question())
        .column(msg.release_answer())
        .column(msg.release_reason());
    answers.iter().fold(table, |table, given| {
        let question = if given.question.is_empty() { given.test.clone() } else { given.question.clone() };
        let answer = if given.answer.is_yes() { msg.yes() } else { msg.no() };
        let reason = match (&given.reason, given.by_system) {
            (Some(reason), _) => Inline::Lines(reason.clone()),
            (None, true) => msg.release_by_system().into(),
            (None, false) => "".into(),
        };
        table.row([question.into(), answer.into(), reason])
    })
}

/// Exactly what left.
fn content(msg: Messages, release: &ReleaseView) -> Section {
    let mut section = Section::new("content", msg.release_content());
    if let Some(about) = &release.about {
        let name = format!("{} {}", about.given_name, about.family_name);
        section = section.block(
            SummaryList::new()
                .row(msg.release_about(), name)
                .maybe(msg.of("identity-kind", about.identity_kind.code()), about.identity_value.clone())
                .maybe(msg.release_born(), about.birth_date.map(|day| Inline::day(msg, day))),
        );
    }
    for item in &release.items {
        section = section
            .block(item_summary(msg, &item.copy, msg.release_class()))
            .block(Block::Quote(item.copy.text.clone()));
    }
    section
}

/// What an item is, above its text; `class` is what the secrecy class is called on this side.
pub(crate) fn item_summary(
    msg: Messages,
    item: &case_registry::release::PreviewedItem,
    class: &'static str,
) -> SummaryList {
    SummaryList::new()
        .row(item_kind(msg, &item.kind), item.title.clone())
        .maybe(msg.release_dated(), item.dated.map(|day| Inline::day(msg, day)))
        .row(class, msg.of("secrecy-class", item.class.code()))
}

/// Kind of an item: a record of the sender's, or else what was written for the crossing.
pub(crate) fn item_kind(msg: Messages, kind: &str) -> String {
    crate::pages::case_tabs::capital(msg.find("item-kind", kind).unwrap_or_else(|| msg.item_kind_statement()))
}

/// What has become of it since.
pub(crate) fn since(msg: Messages, release: &ReleaseView) -> Section {
    let mut summary = SummaryList::new().row(msg.release_state(), super::state(msg, &release.brief));
    if let Some(at) = release.withdrawn_at {
        summary = summary
            .row(msg.release_withdrawn(), Inline::instant(msg, at))
            .maybe(msg.release_withdrawal_reason(), release.withdrawal_reason.clone());
    }
    summary = summary.maybe(msg.release_lapsed(), release.lapsed_at.map(|at| Inline::instant(msg, at)));
    let table = Table::new(msg.release_deliveries(), msg.release_no_deliveries())
        .column(msg.release_delivery_what())
        .column(msg.release_delivery_sent())
        .column(msg.release_delivery_state());
    let table = release.deliveries.iter().fold(table, |table, delivery| {
        let state = match delivery.delivered_at {
            Some(at) => Inline::Many(vec![Inline::tag(Tone::Good, msg.release_delivered()), Inline::instant(msg, at)]),
            None => Inline::tag(Tone::Soon, msg.release_waiting(delivery.attempts)),
        };
        table.row([msg.of("delivery-kind", &delivery.kind).into(), Inline::instant(msg, delivery.created_at), state])
    });
    let section = Section::new("since", msg.release_since()).block(summary).block(table);
    if release.corrections.is_empty() { section } else { section.block(corrections(msg, release)) }
}

/// What the recipient has been told is corrected, and whether it has been read there.
fn corrections(msg: Messages, release: &ReleaseView) -> Table {
    let table = Table::new(msg.release_corrections(), msg.release_no_deliveries())
        .quiet()
        .column(msg.release_corrected_item())
        .column(msg.release_corrected_told())
        .column(msg.release_corrected_read());
    release.corrections.iter().fold(table, |table, notice| {
        let item = release.items.iter().find(|item| item.copy.position == notice.position);
        let read = match notice.acknowledged_at {
            Some(at) => Inline::instant(msg, at),
            None => Inline::tag(Tone::Soon, msg.release_corrected_waiting()),
        };
        let title = item.map(|item| item.copy.title.clone()).unwrap_or_default();
        table.row([title.into(), Inline::instant(msg, notice.told_at), read])
    })
}
