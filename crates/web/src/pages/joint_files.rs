//! The joint files of one's own: reference, initials and age as far as the own authority knows them, what is due.

use axum::routing::get;
use case_registry::joint_file::{JointFileBrief, JointFileList};
use time::Date;
use vocabulary::{Action, Protection};

use super::joint_file_tabs::state_tone;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::i18n::dates::parse_day;
use crate::layouts::ListPage;
use crate::paging::Paging;
use crate::parts::{Inline, Pager, Table, Tone};
use crate::route::{Method, Route};
use crate::visit::{Shown, Visit};

/// The list.
pub const ROUTES: &[Route] = &[Route::page(Method::Get, "/ui/joint-files", Action::ListJointFiles, || get(list))];

async fn list(visit: Visit, paging: Paging) -> Shown {
    let answer = visit.registry()?.list_joint_files(&visit.caller, paging.limit.into(), paging.offset.into()).await?;
    let page = page(visit.frame(visit.msg.nav_joint_files()), &answer.view, paging, visit.site.clock().today());
    visit.page(&page, answer.entry)
}

/// One page of the list.
pub(crate) fn page(frame: Frame, list: &JointFileList, paging: Paging, today: Date) -> ListPage {
    let msg = frame.msg;
    ListPage {
        lead: Some(msg.joint_list_lead().to_owned()),
        actions: Vec::new(),
        filters: None,
        table: table(msg, &list.joint_files, today).quiet(),
        pager: Some(Pager::new(msg, paging, list.has_more, "/ui/joint-files", "")),
        frame,
    }
}

/// Joint files by next follow-up.
pub(crate) fn table(msg: Messages, files: &[JointFileBrief], today: Date) -> Table {
    let table = Table::new(msg.nav_joint_files(), msg.joint_none())
        .column(msg.joint_reference())
        .column(msg.joint_initials())
        .numbers(msg.joint_age())
        .column(msg.joint_state())
        .column(msg.joint_peer())
        .column(msg.joint_next_follow_up())
        .numbers(msg.joint_open_tasks())
        .numbers(msg.joint_overdue_tasks());
    files.iter().fold(table, |table, file| table.row(row(msg, file, today)))
}

fn row(msg: Messages, file: &JointFileBrief, today: Date) -> Vec<Inline> {
    let reference = Inline::link(format!("/ui/joint-files/{}", file.id), file.reference.clone());
    let reference = match file.protection {
        Protection::None => reference,
        protection => Inline::Many(vec![reference, Inline::tag(Tone::Late, msg.of("protection", protection.code()))]),
    };
    let mut state = vec![Inline::tag(state_tone(file.state), msg.of("joint-state", file.state.code()))];
    if file.assessment_stands {
        state.push(Inline::Text(msg.joint_assessment_stands().to_owned()));
    }
    vec![
        reference,
        file.initials.clone().map_or_else(|| unknown(msg, file), Inline::Text),
        file.age.map(|age| age.to_string()).unwrap_or_default().into(),
        Inline::Many(state),
        file.peer.clone().into(),
        follow_up(msg, file, today),
        msg.number(file.open_tasks).into(),
        if file.overdue_tasks > 0 {
            Inline::tag(Tone::Late, msg.number(file.overdue_tasks))
        } else {
            msg.number(0).into()
        },
    ]
}

/// Why there are no initials.
fn unknown(msg: Messages, file: &JointFileBrief) -> Inline {
    Inline::Withheld(
        if file.protection == Protection::None { msg.joint_not_known() } else { msg.joint_protected_initials() }
            .to_owned(),
    )
}

/// The next follow-up, and how late it is; for a nomination that nobody takes up, the day on which it is erased.
fn follow_up(msg: Messages, file: &JointFileBrief, today: Date) -> Inline {
    match (&file.next_follow_up, &file.erase_on) {
        (Some(on), _) => {
            let day = Inline::day_text(msg, on);
            match parse_day(on).filter(|_| file.is_overdue) {
                Some(on) => Inline::Many(vec![day, Inline::tag(Tone::Late, msg.days_late((today - on).whole_days()))]),
                None => day,
            }
        }
        (None, Some(on)) => Inline::Many(vec![msg.joint_erased_on().into(), Inline::day_text(msg, on)]),
        (None, None) => msg.joint_nothing_due().into(),
    }
}
