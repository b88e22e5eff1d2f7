//! Asking another authority for information with a stated need, and one request with what came of it. The question itself is a release.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::info_request::{AskInformation, InfoRequestView, RequestState};
use case_registry::joint_file::JointFileView;
use case_registry::release::Channel;
use vocabulary::{Action, InfoRequestId, JointFileId};

use super::basis_form::{self, Chosen, Consents, Offer, Picked};
use super::info_requests_part::tone;
use super::joint_file_tabs::{self as tabs, Part};
use super::{because, joint_actions, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{DetailPage, FormPage};
use crate::parts::{Action as Link, Inline, Section, SummaryList, Tone, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Ask, read.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-files/{id}/requests/new", Action::AskInformation, || get(ask)),
    Route::page(Method::Post, "/ui/joint-files/{id}/requests/new", Action::AskInformation, || post(send)),
    Route::page(Method::Get, "/ui/info-requests/{id}", Action::ReadInformation, || get(open)),
    Route::page(Method::Post, "/ui/info-requests/{id}", Action::ReadInformation, || post(open_with_reason)),
];

fn path(id: JointFileId) -> String {
    format!("/ui/joint-files/{id}/requests/new")
}

/// Any other authority can be asked, a school by letter too.
async fn offers(visit: &Visit) -> Result<Vec<Offer>, Failure> {
    basis_form::offers(visit, false, |_| true).await
}

async fn ask(visit: Visit, At(id): At<JointFileId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, id, &chosen, false).await
}

async fn show(visit: &Visit, id: JointFileId, chosen: &Chosen, tried: bool) -> Shown {
    let msg = visit.msg;
    let offers = offers(visit).await?;
    let picked = basis_form::pick(&offers, chosen);
    let address = picked.map_or_else(|| path(id), |picked| picked.address(&path(id)));
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    let consents = match (&read, picked) {
        (Ok(answer), Some(picked)) => picked.consents(visit, answer.view.case_id).await?,
        _ => Consents::NotAsked,
    };
    reason::or_ask(visit, &address, "/ui/joint-files", tried, read, |answer| {
        if let Some(picked) = picked {
            let form = asking(visit.form(address.clone()), msg, picked, consents).cancel(Part::Requests.path(id));
            visit.page(&page(visit, form, &answer.view, picked), answer.entry)
        } else {
            let frame = visit.frame(msg.request_new());
            visit.page(
                &joint_actions::choose_page(
                    frame,
                    &answer.view,
                    msg.request_lead(),
                    &offers,
                    &path(id),
                    Part::Requests.path(id),
                ),
                answer.entry,
            )
        }
    })
}

async fn send(visit: Visit, At(id): At<JointFileId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, &chosen, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let offers = offers(&visit).await?;
    let picked = basis_form::pick(&offers, &chosen).ok_or(Failure::Malformed)?;
    let file = registry.read_joint_file(caller, id).await?.view;
    let consents = picked.consents(&visit, file.case_id).await?;
    let form =
        asking(visit.form(picked.address(&path(id))), visit.msg, picked, consents).cancel(Part::Requests.path(id));
    match visit.submit(form, &data, |command: AskInformation| registry.ask_information(caller, id, command)).await {
        Ok(answer) => visit.done(&format!("/ui/info-requests/{}", answer.view.id), "request-sent", answer.entry),
        Err(unsent) => visit.again(unsent, |form| page(&visit, form, &file, picked)),
    }
}

/// The form: the question, the need, by when; then the tests of the basis. An authority that takes no parcels is asked in another way.
pub(crate) fn asking(form: Form, msg: Messages, picked: Picked<'_>, consents: Consents) -> Form {
    let by_parcel = picked.recipient.takes_parcels;
    let channels =
        Channel::ALL.iter().filter(|channel| by_parcel || **channel != Channel::System).map(|channel| channel.code());
    let channel = if by_parcel { "system" } else { "letter" };
    let form = form
        .fixed("to", picked.recipient.id.to_string())
        .field(Field::textarea("question", msg.request_question()).hint(msg.basis_leaves()).rows(3).longest(2_000))
        .field(Field::textarea("need", msg.request_need()).hint(msg.request_need_hint()).rows(3).longest(2_000))
        .field(Field::date("answerBy", msg.request_answer_by()).optional());
    picked
        .fields(form, msg, "grounds", consents)
        .field(Field::mark("namesOthers", msg.basis_names_others()).hint(msg.basis_names_others_hint()))
        .more(Field::radios("channel", msg.basis_channel(), Choice::codes(msg, "channel", channels)).value(channel))
        .more(Field::text("attention", msg.basis_attention()).hint(msg.basis_attention_hint()).longest(200).optional())
        .button(msg.request_send())
}

fn page(visit: &Visit, form: Form, file: &JointFileView, picked: Picked<'_>) -> FormPage {
    let msg = visit.msg;
    FormPage::new(visit.frame(msg.request_new()), reason::carried(visit, form))
        .lead(msg.request_lead())
        .before(tabs::about(msg, file))
        .before(picked.about(msg, &path(file.id)))
}

async fn open(visit: Visit, At(id): At<InfoRequestId>) -> Shown {
    show_one(&visit, id, false).await
}

async fn open_with_reason(visit: Visit, At(id): At<InfoRequestId>, Posted(_): Posted) -> Shown {
    show_one(&visit, id, true).await
}

async fn show_one(visit: &Visit, id: InfoRequestId, tried: bool) -> Shown {
    let read = visit.registry()?.read_information_request(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/info-requests/{id}"), "/ui/joint-files", tried, read, |answer| {
        let why = because::why(visit);
        visit.page(
            &request_page(visit.frame(visit.msg.request()), &answer.view, tabs::decides(visit.caller.roles), why),
            answer.entry,
        )
    })
}

/// One request. Whoever may not decide a release sees no way to answer.
pub(crate) fn request_page(frame: Frame, request: &InfoRequestView, decides: bool, why: Why) -> DetailPage {
    let msg = frame.msg;
    let path = |step: &str| format!("/ui/info-requests/{}/{step}", request.id);
    let waits = request.state == RequestState::Waiting;
    let mut actions = Vec::new();
    let wants_answer = waits || request.state == RequestState::Partly;
    if wants_answer && decides && !request.is_own {
        actions.push(Link::primary(path("answer"), msg.request_answer()));
        actions.push(Link::other(path("refuse"), msg.request_refuse()));
    }
    if waits && request.is_own && request.channel != "system" {
        actions.push(Link::primary(path("record"), msg.request_record()));
    }
    if let Some(file) = request.joint_file_id {
        actions.push(Link::other(Part::Requests.path(file), msg.request_back()));
    }
    let mut tags = vec![(tone(request.state), msg.of("request-state", request.state.code()))];
    if request.is_overdue {
        tags.push((Tone::Late, msg.measure_overdue().to_owned()));
    }
    let sections = vec![
        Section::new("request", msg.request()).block(question(msg, request)),
        Section::new("answer", msg.request_answer_heading()).block(answer(msg, request)),
        Section::plain().block(why),
    ];
    let heading = if request.is_own { msg.request_to(&request.peer) } else { msg.request_from(&request.peer) };
    DetailPage { frame, heading: Some(heading.into()), tags, tabs: None, actions, sections }
}

/// What is asked, and for what.
pub(crate) fn question(msg: Messages, request: &InfoRequestView) -> SummaryList {
    SummaryList::new()
        .maybe(msg.request_lapsed_label(), request.is_lapsed.then(|| msg.request_lapsed()))
        .row(msg.request_question(), Inline::Lines(request.question.clone()))
        .row(msg.request_need(), Inline::Lines(request.need.clone()))
        .row(msg.request_peer(), request.peer.clone())
        .maybe(msg.joint_received_sender(), request.sender.clone())
        .row(msg.basis_channel(), msg.of("channel", &request.channel))
        .row(msg.request_asked_at(), Inline::instant(msg, request.asked_at))
        .maybe(msg.request_answer_by(), request.answer_by.as_deref().map(|on| Inline::day_text(msg, on)))
}

fn answer(msg: Messages, request: &InfoRequestView) -> SummaryList {
    let released =
        request.release_id.map(|release| Inline::link(format!("/ui/releases/{release}"), msg.request_to_decision()));
    let came = matches!(request.state, RequestState::Answered | RequestState::Partly | RequestState::PartlyRefused)
        && request.is_own;
    let came = request
        .joint_file_id
        .filter(|_| came)
        .map(|file| Inline::link(Part::Received.path(file), msg.request_to_received()));
    SummaryList::new()
        .row(msg.request_state(), Inline::tag(tone(request.state), msg.of("request-state", request.state.code())))
        .maybe(msg.request_answered_at(), request.answered_at.map(|at| Inline::instant(msg, at)))
        .maybe(msg.request_said(), request.said.clone().map(Inline::Lines))
        .maybe(msg.request_reasons(), request.reasons.clone().map(Inline::Lines))
        .maybe(msg.request_decision(), released)
        .maybe(msg.request_received(), came)
}
