//! One received item: what the other authority released, on what basis, and what has come after it.

use case_registry::received::{ReceivedBrief, ReceivedState, ReceivedView};
use vocabulary::{Caller, EntryId, Purpose};

use crate::form::Form;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::pages::releases::decision::item_summary;
use crate::parts::{Action as Link, Block, Inline, Section, SummaryList, Tone, Why};

/// The page. `blank` gives an empty form to an address.
pub(crate) fn page(
    frame: Frame,
    caller: &Caller,
    item: &ReceivedView,
    entry: EntryId,
    blank: &dyn Fn(String) -> Form,
) -> DetailPage {
    let msg = frame.msg;
    let mut sections = corrections(msg, item, blank);
    sections.extend(content(msg, item));
    sections.push(Section::plain().block(Why::new(msg).purpose(Purpose::Coordination).entry(entry)));
    DetailPage {
        heading: Some(msg.inbox_from_whom(&item.brief.from).into()),
        tags: tags(msg, item),
        tabs: None,
        actions: actions(msg, caller, item),
        sections,
        frame,
    }
}

/// Where it stands.
pub(crate) fn tags(msg: Messages, item: &ReceivedView) -> Vec<(Tone, String)> {
    let tone = if item.brief.is_overdue { Tone::Late } else { Tone::Plain };
    let state = (tone, msg.of("received-state", item.brief.state.code()));
    let danger = item.brief.immediate_danger.then(|| (Tone::Late, msg.inbox_immediate_danger().to_owned()));
    danger.into_iter().chain([state]).collect()
}

fn actions(msg: Messages, caller: &Caller, item: &ReceivedView) -> Vec<Link> {
    let (id, brief) = (item.brief.id, &item.brief);
    let mut actions = Vec::new();
    let readable = matches!(brief.state, ReceivedState::Received | ReceivedState::Filed | ReceivedState::Kept);
    let files = !caller.has(vocabulary::Role::SigCoordinator) || caller.has(vocabulary::Role::SocialWorker);
    if files && item.filed_at.is_none() && matches!(brief.state, ReceivedState::Received | ReceivedState::Kept) {
        actions
            .push(Link::primary(format!("/ui/received-items/{id}/file?version={}", brief.version), msg.inbox_file()));
    }
    if let Some(clock) = brief.clock.filter(|_| files) {
        let (step, version) = (clock.code(), brief.version);
        let href = format!("/ui/received-items/{id}/assess?step={step}&version={version}");
        actions.push(Link::other(href, msg.of("concern-assess", step)));
    }
    if let Some(file) = brief.joint_file_id {
        actions.push(Link::other(format!("/ui/joint-files/{file}"), msg.inbox_to_file()));
    }
    if let Some(case) = brief.case_id {
        actions.push(Link::other(format!("/ui/cases/{case}"), msg.release_to_case()));
    }
    if readable {
        let from = match (brief.case_id, brief.joint_file_id) {
            (Some(case), _) => Some(format!("case={case}")),
            (None, Some(file)) => Some(format!("joint-file={file}")),
            (None, None) => None,
        };
        actions.extend(from.map(|from| {
            let href = format!("/ui/releases/new?{from}&item=received_item:{id}:{}", brief.version);
            Link::other(href, msg.inbox_pass_on())
        }));
    }
    actions
}

/// Of a concern report the running clock has a name of its own.
fn respond_by(msg: Messages, brief: &ReceivedBrief) -> String {
    brief.clock.map_or_else(|| msg.inbox_respond_by().to_owned(), |clock| msg.of("concern-clock", clock.code()))
}

/// What the board has assessed of a concern report.
fn assessment(msg: Messages, item: &ReceivedView) -> Option<Section> {
    if item.steps.is_empty() {
        return None;
    }
    let steps = item.steps.iter().map(|step| {
        SummaryList::new()
            .row(msg.of("concern-clock", step.step.code()), msg.of("concern-outcome", step.outcome.code()))
            .row(msg.concern_decided_on(), Inline::day_text(msg, &step.decided_on))
            .row(msg.concern_reason(), step.reason.clone())
            .row(msg.release_decided_by(), step.entered_by.clone())
    });
    Some(steps.fold(Section::new("assessment", msg.concern_assessment()), Section::block))
}

/// The sender's corrections; each that waits can be acknowledged.
fn corrections(msg: Messages, item: &ReceivedView, blank: &dyn Fn(String) -> Form) -> Vec<Section> {
    if item.corrections.is_empty() {
        return Vec::new();
    }
    let mut section = Section::new("corrections", msg.inbox_corrections()).block(msg.inbox_corrections_lead());
    for correction in &item.corrections {
        let place = item.items.iter().find(|part| part.position == correction.position);
        let summary = SummaryList::new()
            .row(msg.inbox_corrected(), place.map(|part| part.title.clone()).unwrap_or_default())
            .row(msg.inbox_received(), Inline::instant(msg, correction.arrived_at))
            .maybe(msg.inbox_acknowledged(), correction.acknowledged_at.map(|at| Inline::instant(msg, at)));
        section = section.block(summary);
        section = if correction.text.is_empty() {
            section.block(msg.inbox_correction_withheld())
        } else {
            section.block(Block::Quote(correction.text.clone()))
        };
        if correction.acknowledged_at.is_none() {
            let action = format!("/ui/received-items/{}/corrections/{}", item.brief.id, correction.id);
            section = section.block(blank(action).button(msg.inbox_acknowledge()));
        }
    }
    vec![section]
}

/// What was released and under which decision.
pub(crate) fn content(msg: Messages, item: &ReceivedView) -> Vec<Section> {
    let brief = &item.brief;
    let basis = item.citation.clone().unwrap_or_else(|| brief.basis.clone());
    let elsewhere = item.occurred_at.filter(|_| brief.channel.code() != "system");
    let lapsed = brief.lapsed_at.map(|at| {
        let why = brief.lapse_reason.as_deref().map(|reason| msg.of("lapse-reason", reason)).unwrap_or_default();
        Inline::Many(vec![Inline::instant(msg, at), why.into()])
    });
    let sender =
        item.sender.as_ref().map(|sender| format!("{}, {}, {}", sender.service_number, sender.unit, sender.phone));
    let note = item.handling_note.as_ref().filter(|note| !note.is_empty());
    let decision = SummaryList::new()
        .row(msg.inbox_kind(), msg.of("received-kind", &brief.kind))
        .row(msg.release_basis(), msg.release_basis_version(&basis, item.basis_version))
        .maybe(msg.inbox_sender(), sender)
        .maybe(msg.release_attention(), brief.attention.clone())
        .maybe(msg.release_decided(), item.decided_at.map(|at| Inline::instant(msg, at)))
        .row(msg.release_channel(), msg.of("channel", brief.channel.code()))
        .maybe(msg.release_occurred(), elsewhere.map(|at| Inline::instant(msg, at)))
        .row(msg.inbox_received(), Inline::instant(msg, brief.received_at))
        .maybe(msg.inbox_handling_note(), note.map(|note| Inline::Lines(note.clone())))
        .row(msg.inbox_reference(), item.release_ref.to_string())
        .maybe(respond_by(msg, brief), brief.respond_on.as_deref().map(|day| Inline::day_text(msg, day)))
        .maybe(msg.inbox_filed(), item.filed_at.map(|at| Inline::instant(msg, at)))
        .maybe(msg.inbox_filed_reason(), item.filed_reason.clone())
        .maybe(msg.release_lapsed(), lapsed);
    let mut sections = vec![Section::new("decision", msg.inbox_decision()).block(decision)];
    sections.push(copy(msg, item));
    sections.extend(assessment(msg, item));
    if let Some(decided) = &item.lapse_decision {
        let summary = SummaryList::new()
            .row(msg.lapse_decided(), msg.of("lapse-choice", decided.choice.code()))
            .maybe(msg.lapse_law(), Some(decided.law.clone()).filter(|law| !law.is_empty()))
            .row(msg.lapse_reason_label(), decided.reason.clone())
            .maybe(msg.release_decided(), decided.decided_at.map(|at| Inline::instant(msg, at)))
            .row(msg.release_decided_by(), decided.decided_by.clone())
            .maybe(msg.inbox_kept_until(), decided.kept_until.as_deref().map(|day| Inline::day_text(msg, day)));
        sections.push(Section::new("lapse", msg.lapse_title()).block(summary));
    }
    sections
}

fn copy(msg: Messages, item: &ReceivedView) -> Section {
    let mut section = Section::new("copy", msg.inbox_copy());
    if item.brief.state == ReceivedState::Erased {
        return section.block(msg.inbox_erased());
    }
    if let Some(about) = &item.about {
        section = section.block(
            SummaryList::new()
                .row(msg.release_about(), format!("{} {}", about.given_name, about.family_name))
                .maybe(msg.of("identity-kind", about.identity_kind.code()), about.identity_value.clone())
                .maybe(msg.release_born(), about.birth_date.map(|day| Inline::day(msg, day))),
        );
    }
    for part in &item.items {
        section = section.block(item_summary(msg, part)).block(Block::Quote(part.text.clone()));
    }
    section
}
