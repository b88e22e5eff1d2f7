//! Own entries in a joint file. Of one that is withdrawn or has expired only the trace is left.

use case_registry::joint_entry::{JointEntryView, PoliceMarks};
use case_registry::joint_file::JointFileView;
use vocabulary::{AuthorityKind, SecrecyClass};

use super::joint_file_tabs as tabs;
use crate::i18n::Messages;
use crate::parts::{Action as Link, Block, Inline, Section, SummaryList};

/// The part's content.
pub(crate) fn content(msg: Messages, kind: Option<AuthorityKind>, file: &JointFileView) -> (Vec<Link>, Vec<Section>) {
    let is_open = tabs::is_open(file);
    let new = Link::primary(format!("/ui/joint-files/{}/entries/new", file.id), msg.entry_new());
    let lead = if kind == Some(AuthorityKind::Police) { msg.entry_lead_police() } else { msg.entry_lead() };
    let mut sections = vec![Section::plain().block(lead)];
    if file.entries.is_empty() {
        sections.push(Section::new("none", msg.joint_tab_entries()).block(msg.entry_none()));
    }
    sections.extend(file.entries.iter().enumerate().map(|(at, entry)| one(msg, file, at, entry, is_open)));
    sections.push(Section::new("theirs", msg.entry_theirs(&file.peer)).block(msg.joint_withheld(&file.peer)));
    (if is_open { vec![new] } else { Vec::new() }, sections)
}

fn one(msg: Messages, file: &JointFileView, at: usize, entry: &JointEntryView, is_open: bool) -> Section {
    let title = msg.entry_title(msg.of("entry-kind", entry.kind.code()), msg.instant(entry.written_at));
    let section = Section::new(format!("entry-{at}"), title);
    let section = match &entry.text {
        Some(text) => section.block(Block::Quote(text.clone())),
        None => {
            section.block(if entry.withdrawn_at.is_some() { msg.entry_is_withdrawn() } else { msg.entry_has_expired() })
        }
    };
    let section = section.block(marks(msg, file, entry));
    if entry.text.is_none() || !is_open {
        return section;
    }
    let mut doors = vec![Link::other(
        format!("/ui/releases/new?joint-file={}&item=joint-entry:{}:{}", file.id, entry.id, entry.version),
        msg.entry_release(),
    )];
    let waits = entry.class == SecrecyClass::Investigation
        && entry.police.as_ref().is_some_and(|marks| marks.clearance.is_none());
    if waits {
        doors.push(Link::other(
            format!("/ui/joint-files/{}/entries/clear?entry={}", file.id, entry.id),
            msg.entry_clear(),
        ));
    }
    doors.push(Link::other(
        format!("/ui/joint-files/{}/entries/withdraw?entry={}", file.id, entry.id),
        msg.entry_withdraw(),
    ));
    section.block(doors)
}

/// By whom, how secret, and how the police mark it.
fn marks(msg: Messages, file: &JointFileView, entry: &JointEntryView) -> SummaryList {
    let list = SummaryList::new()
        .row(msg.entry_author(), entry.author.clone())
        .row(msg.paragraph_class(), msg.of("secrecy-class", entry.class.code()))
        .maybe(msg.entry_expires(), entry.expires_on.as_deref().map(|on| Inline::day_text(msg, on)))
        .maybe(msg.entry_withdrawn(), entry.withdrawn_at.map(|at| Inline::instant(msg, at)));
    match &entry.police {
        Some(police) => of_police(msg, file, list, police),
        None => list,
    }
}

fn of_police(msg: Messages, file: &JointFileView, list: SummaryList, marks: &PoliceMarks) -> SummaryList {
    let name = |user: &vocabulary::UserId| {
        file.members.iter().find(|member| member.user_id == *user).map(|member| member.name.clone())
    };
    let named: Vec<String> = marks.named.iter().filter_map(name).collect();
    let unnamed = marks.named.len() - named.len();
    let clearance = match &marks.clearance {
        Some(given) => Inline::Text(msg.entry_cleared_by(&given.by, msg.day(given.on))),
        None => msg.entry_not_cleared().into(),
    };
    let list = list
        .row(msg.entry_availability(), msg.of("availability", marks.availability.code()))
        .maybe(msg.entry_ground(), marks.ground.map(|ground| msg.of("joint-ground", ground.code())))
        .maybe(msg.entry_named(), (!named.is_empty()).then(|| named.join(", ")))
        .maybe(msg.entry_named_others(), (unnamed > 0).then(|| msg.number(i64::try_from(unnamed).unwrap_or(i64::MAX))))
        .row(msg.entry_suspicion(), msg.of("suspicion", marks.suspicion.code()))
        .row(msg.entry_credibility(), msg.of("credibility", marks.credibility.code()))
        .row(msg.entry_accuracy(), msg.of("accuracy", marks.accuracy.code()));
    list.row(msg.entry_clearance(), clearance)
}
