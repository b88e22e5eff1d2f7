//! The requests for information of a joint file: those of the other side that wait for an answer first, then the own ones.

use case_registry::info_request::{InfoRequestView, RequestState};
use case_registry::joint_file::JointFileView;
use vocabulary::Caller;

use super::joint_file_tabs as tabs;
use crate::i18n::Messages;
use crate::parts::{Action as Link, Inline, Section, Table, Tone};

/// The part's content.
pub(crate) fn content(msg: Messages, caller: &Caller, file: &JointFileView) -> (Vec<Link>, Vec<Section>) {
    let (own, theirs): (Vec<&InfoRequestView>, Vec<&InfoRequestView>) =
        file.requests.iter().partition(|request| request.is_own);
    let sections = vec![
        Section::new("theirs", msg.request_theirs()).block(table(
            msg,
            msg.request_theirs(),
            msg.request_theirs_none(),
            &theirs,
        )),
        Section::new("own", msg.request_own()).block(table(msg, msg.request_own(), msg.request_own_none(), &own)),
    ];
    let ask = Link::primary(format!("/ui/joint-files/{}/requests/new", file.id), msg.request_new());
    (if tabs::is_open(file) && tabs::decides(caller.roles) { vec![ask] } else { Vec::new() }, sections)
}

fn table(msg: Messages, caption: &str, none: &str, requests: &[&InfoRequestView]) -> Table {
    let table = Table::new(caption, none)
        .quiet()
        .column(msg.request_asked_at())
        .column(msg.request_peer())
        .column(msg.request_question())
        .column(msg.request_state())
        .column(msg.request_answer_by());
    requests.iter().fold(table, |table, request| {
        let by = match (&request.answer_by, request.is_overdue) {
            (Some(on), true) => {
                Inline::Many(vec![Inline::day_text(msg, on), Inline::tag(Tone::Late, msg.measure_overdue())])
            }
            (Some(on), false) => Inline::day_text(msg, on),
            (None, _) => "".into(),
        };
        table.row([
            Inline::link(format!("/ui/info-requests/{}", request.id), msg.instant(request.asked_at)),
            request.peer.clone().into(),
            if request.is_lapsed { msg.request_lapsed().into() } else { Inline::Lines(request.question.clone()) },
            Inline::tag(tone(request.state), msg.of("request-state", request.state.code())),
            by,
        ])
    })
}

/// How a state is set apart.
pub(crate) const fn tone(state: RequestState) -> Tone {
    match state {
        RequestState::Waiting => Tone::Soon,
        RequestState::Partly | RequestState::PartlyRefused | RequestState::Answered => Tone::Good,
        RequestState::Refused => Tone::Plain,
    }
}
