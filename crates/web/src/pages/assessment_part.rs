//! The assessment in a joint file: the own positions with grounds and reasons, the other side's as far as it told. Shown as an assessment of a date, never
//! as a mark on a person.

use case_registry::assessment::PositionView;
use case_registry::joint_file::JointFileView;
use vocabulary::Caller;

use super::joint_file_tabs as tabs;
use crate::i18n::Messages;
use crate::parts::{Action as Link, Inline, Section, SummaryList, Tone};

/// The part's content.
pub(crate) fn content(msg: Messages, caller: &Caller, file: &JointFileView) -> (Vec<Link>, Vec<Section>) {
    let stands = if file.assessment_stands { msg.joint_assessment_stands() } else { msg.joint_assessment_open() };
    let mut sections = vec![Section::new("joint", msg.position_joint()).block(stands).block(msg.position_joint_lead())];
    let (own, theirs): (Vec<&PositionView>, Vec<&PositionView>) =
        file.positions.iter().partition(|position| position.is_own);
    sections.push(side(msg, file, "own", msg.position_own().to_owned(), msg.position_own_none().to_owned(), &own));
    sections.push(side(
        msg,
        file,
        "theirs",
        msg.position_theirs(&file.peer),
        msg.position_theirs_none(&file.peer),
        &theirs,
    ));
    let mut doors = Vec::new();
    if tabs::is_open(file) && tabs::decides(caller.roles) {
        doors.push(Link::primary(format!("/ui/joint-files/{}/positions/new", file.id), msg.position_new()));
    }
    (doors, sections)
}

fn side(
    msg: Messages,
    file: &JointFileView,
    id: &str,
    heading: String,
    none: String,
    positions: &[&PositionView],
) -> Section {
    let section = Section::new(id, heading);
    if positions.is_empty() {
        return section.block(none);
    }
    positions.iter().fold(section, |section, position| section.block(one(msg, file, position)))
}

fn one(msg: Messages, file: &JointFileView, position: &PositionView) -> SummaryList {
    let standing = match (position.stands, position.ended_at.is_some(), position.answer) {
        (true, ..) => Inline::tag(Tone::Good, msg.position_stands()),
        (false, true, _) => Inline::tag(Tone::Plain, msg.position_ended()),
        (false, false, false) => Inline::tag(Tone::Plain, msg.position_is_no()),
        (false, false, true) => Inline::tag(Tone::Late, msg.position_lapsed()),
    };
    let answer = if position.answer { msg.yes() } else { msg.no() };
    let list = SummaryList::new()
        .row(msg.position_limb(), msg.of("limb", position.limb.code()))
        .row(msg.position_answer(), Inline::Many(vec![answer.into(), standing]))
        .row(msg.position_taken(), Inline::instant(msg, position.taken_at))
        .row(msg.position_review(), Inline::day_text(msg, &position.review_on))
        .maybe(msg.position_ended_at(), position.ended_at.map(|at| Inline::instant(msg, at)));
    if !position.is_own {
        return list
            .row(msg.position_grounds(), tabs::withheld(msg, file))
            .row(msg.position_reasons(), tabs::withheld(msg, file));
    }
    let grounds: Vec<String> = position.grounds.iter().map(|ground| msg.of("position-ground", ground.code())).collect();
    list.maybe(msg.position_author(), position.author.clone())
        .maybe(msg.position_grounds(), (!grounds.is_empty()).then(|| grounds.join(", ")))
        .maybe(msg.position_reasons(), position.reasons.clone().map(Inline::Lines))
}
