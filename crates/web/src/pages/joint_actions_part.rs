//! The joint actions of a joint file, those that wait for an answer first.

use case_registry::joint_action::JointActionBrief;
use case_registry::joint_file::JointFileView;
use vocabulary::Language;

use super::joint_file_tabs as tabs;
use crate::i18n::Messages;
use crate::parts::{Action as Link, Inline, Section, Table, Tone};

/// The part's content.
pub(crate) fn content(msg: Messages, file: &JointFileView) -> (Vec<Link>, Vec<Section>) {
    let waiting = file.actions.iter().filter(|action| action.needs_answer);
    let open = file.actions.iter().filter(|action| !action.needs_answer && !action.has_ended);
    let ended = file.actions.iter().filter(|action| !action.needs_answer && action.has_ended);
    let mut sections = Vec::new();
    for (id, heading, actions) in [
        ("waiting", msg.action_waiting(), waiting.collect::<Vec<_>>()),
        ("open", msg.action_open(), open.collect()),
        ("ended", msg.action_ended(), ended.collect()),
    ] {
        if id == "open" || !actions.is_empty() {
            sections.push(Section::new(id, heading).block(table(msg, file, heading, &actions)));
        }
    }
    let propose = Link::primary(format!("/ui/joint-files/{}/actions/new", file.id), msg.action_propose());
    (if tabs::is_open(file) { vec![propose] } else { Vec::new() }, sections)
}

fn table(msg: Messages, file: &JointFileView, caption: &str, actions: &[&JointActionBrief]) -> Table {
    let table = Table::new(caption, msg.action_none())
        .quiet()
        .column(msg.action_kind())
        .column(msg.action_what())
        .column(msg.action_proposed_by())
        .column(msg.action_own_status())
        .column(msg.action_peer_status())
        .column(msg.action_due())
        .column(msg.action_responsible());
    actions.iter().fold(table, |table, action| {
        let proposer = if action.is_own { msg.action_us() } else { file.peer.as_str() };
        table.row([
            Inline::link(format!("/ui/joint-actions/{}", action.id), title(msg, action)),
            what(msg, action),
            proposer.into(),
            Inline::tag(tone(action), msg.of("measure-status", action.status.code())),
            peer_status(msg, &file.peer, action),
            due(msg, action),
            action.responsible.clone().unwrap_or_default().into(),
        ])
    })
}

/// The catalogue's name of an action in the reader's language; of one whose text is gone, what it was.
pub(crate) fn title(msg: Messages, action: &JointActionBrief) -> String {
    match (&action.text, msg.language()) {
        (Some(text), Language::Swedish) => text.title_sv.clone(),
        (Some(text), Language::English) => text.title_en.clone(),
        (None, _) => msg.action_untitled().to_owned(),
    }
}

/// What is to be done, or why the text is not here any more.
pub(crate) fn what(msg: Messages, action: &JointActionBrief) -> Inline {
    match &action.text {
        Some(text) => Inline::Lines(text.what.clone()),
        None => Inline::Withheld(msg.action_text_lapsed().to_owned()),
    }
}

/// What the other side let us know of its part.
pub(crate) fn peer_status(msg: Messages, peer: &str, action: &JointActionBrief) -> Inline {
    match action.peer_status {
        Some(status) => msg.of("measure-status", status.code()).into(),
        None if action.is_own => Inline::Text(msg.of("peer-answer", &action.peer_answer)),
        None => Inline::Withheld(msg.joint_withheld(peer)),
    }
}

fn due(msg: Messages, action: &JointActionBrief) -> Inline {
    let Some(on) = action.due_on.as_deref().or(action.follow_up_on.as_deref()) else { return "".into() };
    let day = Inline::day_text(msg, on);
    if action.is_overdue { Inline::Many(vec![day, Inline::tag(Tone::Late, msg.measure_overdue())]) } else { day }
}

/// How a status is set apart.
pub(crate) fn tone(action: &JointActionBrief) -> Tone {
    match action.status.code() {
        "ongoing" | "done" | "accepted" => Tone::Good,
        "proposed" | "decided" | "paused" => Tone::Soon,
        _ => Tone::Plain,
    }
}
