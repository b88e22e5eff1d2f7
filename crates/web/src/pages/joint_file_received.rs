//! What was received into a joint file: each item with basis, sender, handling note and date, and the way to the copies whose basis has ended.

use case_registry::joint_file::{JointFileView, ReceivedInFile};
use vocabulary::Caller;

use super::joint_file_tabs as tabs;
use crate::i18n::Messages;
use crate::parts::{Action as Link, Block, Inline, Section, SummaryList};

/// The part's content.
pub(crate) fn content(msg: Messages, caller: &Caller, file: &JointFileView) -> (Vec<Link>, Vec<Section>) {
    let mut sections = Vec::new();
    if file.lapsed > 0 {
        let title = msg.joint_received_lapsed_title().to_owned();
        let mut section = Section::new("lapsed", msg.joint_received_lapsed())
            .block(Block::Notice(title, msg.joint_received_lapsed_count(file.lapsed)));
        if file.lapsed_to_review > 0 {
            section = section.block(vec![Link::primary(
                "/ui/received-items",
                msg.joint_received_lapsed_review(file.lapsed_to_review),
            )]);
        }
        sections.push(section);
    }
    if file.received.is_empty() {
        sections.push(Section::new("none", msg.joint_tab_received()).block(msg.joint_received_none()));
    }
    sections.extend(file.received.iter().enumerate().map(|(at, item)| one(msg, at, item)));
    sections.push(Section::new("more", msg.joint_received_more()).block(msg.joint_received_more_lead(&file.peer)));
    let ask = Link::other(format!("/ui/joint-files/{}/requests/new", file.id), msg.request_new());
    let actions = if tabs::is_open(file) && tabs::decides(caller.roles) { vec![ask] } else { Vec::new() };
    (actions, sections)
}

fn one(msg: Messages, at: usize, item: &ReceivedInFile) -> Section {
    let title = msg.joint_received_title(msg.of("joint-received-kind", &item.kind), msg.instant(item.received_at));
    let note = (!item.handling_note.trim().is_empty()).then(|| Inline::Lines(item.handling_note.clone()));
    let summary = SummaryList::new()
        .row(msg.joint_received_basis(), item.citation.clone())
        .row(msg.joint_received_sender(), item.sender.clone())
        .maybe(msg.joint_received_handling_note(), note)
        .row(msg.joint_received_channel(), msg.of("channel", &item.channel))
        .row(msg.joint_received_decided(), Inline::instant(msg, item.decided_at))
        .row(msg.joint_received_at(), Inline::instant(msg, item.received_at))
        .row(msg.joint_received_filed(), if item.is_filed { msg.yes() } else { msg.no() })
        .maybe(
            msg.joint_received_corrections(),
            (item.to_acknowledge > 0).then(|| msg.joint_received_to_acknowledge(item.to_acknowledge)),
        );
    let section = Section::new(format!("item-{at}"), title);
    let section = item.items.iter().fold(section, |section, part| {
        let heading = match part.dated {
            None => part.title.clone(),
            Some(on) => format!("{}, {}", part.title, msg.day(on)),
        };
        section.block(heading).block(Block::Quote(part.text.clone()))
    });
    section
        .block(summary)
        .block(vec![Link::other(format!("/ui/received-items/{}", item.id), msg.joint_received_open())])
}
