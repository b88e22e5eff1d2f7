//! What every page of a joint file has in common: which one it is, where it stands, its parts, and what is not here.

use case_registry::joint_file::{JointFileView, JointState};
use vocabulary::{AuthorityKind, JointFileId, Protection, Role, Roles};

use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::parts::{Action as Link, Inline, Section, SummaryList, Tabs, Tone, Why};

/// A part of a joint file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Whom it is about, where it stands, what is next.
    Overview,
    /// Own entries.
    Entries,
    /// Received items.
    Received,
    /// Assessment positions.
    Assessment,
    /// Joint actions.
    Actions,
    /// Requests for information.
    Requests,
    /// What happened.
    History,
}

impl Part {
    const ALL: [Self; 7] =
        [Self::Overview, Self::Entries, Self::Received, Self::Assessment, Self::Actions, Self::Requests, Self::History];

    /// The address of a part.
    pub(crate) fn path(self, file: JointFileId) -> String {
        let part = match self {
            Self::Overview => "",
            Self::Entries => "/entries",
            Self::Received => "/received",
            Self::Assessment => "/assessment",
            Self::Actions => "/actions",
            Self::Requests => "/requests",
            Self::History => "/history",
        };
        format!("/ui/joint-files/{file}{part}")
    }

    const fn words(self, msg: Messages) -> &'static str {
        match self {
            Self::Overview => msg.joint_tab_overview(),
            Self::Entries => msg.joint_tab_entries(),
            Self::Received => msg.joint_tab_received(),
            Self::Assessment => msg.joint_tab_assessment(),
            Self::Actions => msg.joint_tab_actions(),
            Self::Requests => msg.joint_tab_requests(),
            Self::History => msg.joint_tab_history(),
        }
    }
}

/// One part of a joint file as a page.
pub(crate) fn page(
    frame: Frame,
    file: &JointFileView,
    part: Part,
    actions: Vec<Link>,
    mut sections: Vec<Section>,
    why: Why,
) -> DetailPage {
    let msg = frame.msg;
    sections.push(Section::plain().block(why));
    DetailPage {
        heading: Some(heading(msg, file).into()),
        tags: tags(msg, file),
        tabs: Some(tabs(msg, file.id, part)),
        actions,
        sections,
        frame,
    }
}

fn tabs(msg: Messages, file: JointFileId, current: Part) -> Tabs {
    Part::ALL
        .into_iter()
        .fold(Tabs::new(msg.joint_tabs()), |tabs, part| tabs.tab(part.path(file), part.words(msg), part == current))
}

/// The reference, and whom it is about as far as the reader's authority knows.
pub(crate) fn heading(msg: Messages, file: &JointFileView) -> String {
    match file.name.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => msg.joint_heading(name, &file.reference),
        None => msg.joint_heading_nameless(&file.reference),
    }
}

/// Where it stands, and whether its person is protected.
pub(crate) fn tags(msg: Messages, file: &JointFileView) -> Vec<(Tone, String)> {
    let mut tags = vec![(state_tone(file.state), msg.of("joint-state", file.state.code()))];
    if file.protection != Protection::None {
        tags.push((Tone::Late, msg.of("protection", file.protection.code())));
    }
    tags
}

/// How a state is set apart.
pub(crate) const fn state_tone(state: JointState) -> Tone {
    match state {
        JointState::Active | JointState::FollowUp => Tone::Good,
        JointState::Nominated | JointState::Assessed | JointState::Paused => Tone::Soon,
        JointState::Closed => Tone::Plain,
    }
}

/// Above a form: which file it is about, so that nothing is written in the wrong one.
pub(crate) fn about(msg: Messages, file: &JointFileView) -> Section {
    let name = Inline::link(Part::Overview.path(file.id), heading(msg, file));
    let name = match file.protection {
        Protection::None => name,
        protection => Inline::Many(vec![name, Inline::tag(Tone::Late, msg.of("protection", protection.code()))]),
    };
    let summary = SummaryList::new()
        .row(msg.joint_file(), name)
        .maybe(msg.joint_age(), file.age.map(|age| msg.age_years(age)))
        .row(msg.joint_peer(), file.peer.clone());
    Section::plain().block(summary)
}

/// Something that only the other side has: why it is not shown.
pub(crate) fn withheld(msg: Messages, file: &JointFileView) -> Inline {
    Inline::Withheld(msg.joint_withheld(&file.peer))
}

/// Whether the file can be worked in: on an own open case, and not closed. Without a case there is no purpose to work for (SoLPuF 12 §).
pub(crate) const fn is_open(file: &JointFileView) -> bool {
    file.case_id.is_some() && file.closed_at.is_none()
}

/// Whether somebody with these roles takes positions and releases on an own decision; a SIG coordinator keeps the plan.
pub(crate) fn decides(roles: Roles) -> bool {
    [Role::SocialWorker, Role::SocialLead, Role::PoliceCoordinator].into_iter().any(|role| roles.has(role))
}

/// The kind of authority that the reader works for.
pub(crate) fn own_kind(frame: &Frame) -> Option<AuthorityKind> {
    frame.presence.as_ref().map(|presence| presence.authority_kind)
}
