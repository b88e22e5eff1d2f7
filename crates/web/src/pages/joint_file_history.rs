//! What happened in a joint file on the own side, newest first. What the other side did shows only as far as it let us know.

use case_registry::joint_file::JointFileView;
use vocabulary::Timestamp;

use super::joint_actions_part;
use crate::i18n::Messages;
use crate::parts::timeline::Event;
use crate::parts::{Inline, Section, Timeline};

/// The part's content.
pub(crate) fn content(msg: Messages, file: &JointFileView) -> Vec<Section> {
    let mut steps = steps(msg, file);
    steps.sort_by_key(|(at, ..)| core::cmp::Reverse(*at));
    let timeline = steps.into_iter().fold(Timeline::new(), |timeline, (at, what, who)| {
        let event = Event::new(Inline::instant(msg, at), what);
        timeline.event(match who {
            Some(who) => event.by(who),
            None => event,
        })
    });
    vec![Section::new("history", msg.joint_tab_history()).block(msg.joint_history_lead()).block(timeline)]
}

fn steps(msg: Messages, file: &JointFileView) -> Vec<(Timestamp, String, Option<String>)> {
    let peer = || Some(file.peer.clone());
    let opened =
        if file.is_nominator { msg.joint_was_nominated_by_us(&file.peer) } else { msg.joint_was_nominated(&file.peer) };
    let mut steps = vec![(file.opened_at, opened, None)];
    for entry in &file.entries {
        steps.push((entry.written_at, msg.joint_entry_was_written().to_owned(), Some(entry.author.clone())));
        if let Some(at) = entry.withdrawn_at {
            steps.push((at, msg.joint_entry_was_withdrawn().to_owned(), None));
        }
    }
    for item in &file.received {
        let what = msg.joint_was_received(msg.of("joint-received-kind", &item.kind), &item.citation);
        steps.push((item.received_at, what, peer()));
    }
    for position in &file.positions {
        let answer = if position.answer { msg.yes() } else { msg.no() };
        let what = msg.joint_position_was_taken(answer, msg.of("limb", position.limb.code()));
        let who = position.author.clone().or_else(|| Some(position.holder.clone()));
        steps.push((position.taken_at, what, who));
        if let Some(at) = position.ended_at {
            steps.push((
                at,
                msg.joint_position_has_ended(msg.of("limb", position.limb.code())),
                Some(position.holder.clone()),
            ));
        }
    }
    for action in &file.actions {
        let title = joint_actions_part::title(msg, action);
        let what =
            if action.is_own { msg.joint_action_was_proposed(title) } else { msg.joint_action_was_received(title) };
        steps.push((action.created_at, what, if action.is_own { None } else { peer() }));
    }
    for request in &file.requests {
        let what = if request.is_own { msg.joint_was_asked(&request.peer) } else { msg.joint_has_asked(&request.peer) };
        steps.push((request.asked_at, what.clone(), None));
        if let Some(at) = request.answered_at {
            steps.push((at, msg.joint_request_was_answered(msg.of("request-state", request.state.code())), None));
        }
    }
    if let Some(at) = file.closed_at {
        steps.push((at, msg.joint_was_closed().to_owned(), None));
    }
    steps
}
