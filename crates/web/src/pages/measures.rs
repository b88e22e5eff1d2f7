//! The measures of a case, and one measure with its history and its next steps.

use axum::routing::{get, post};
use case_registry::case::CaseView;
use case_registry::measure::{MeasureEventView, MeasureView};
use case_registry::note::AnnotationView;
use vocabulary::{Action, Caller, CaseId, Language, MeasureId};

use super::case_tabs::{self, Part};
use super::{because, measures_change, reason};
use crate::at::At;
use crate::form::Form;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::parts::timeline::Event;
use crate::parts::{Action as Link, Inline, Section, SummaryList, Table, Timeline, Tone, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The part of the case, and one measure.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}/measures", Action::ReadCase, || get(list)),
    Route::page(Method::Post, "/ui/cases/{id}/measures", Action::ReadCase, || post(list_with_reason)),
    Route::page(Method::Get, "/ui/measures/{id}", Action::ReadMeasure, || get(open)),
    Route::page(Method::Post, "/ui/measures/{id}", Action::ReadMeasure, || post(open_with_reason)),
];

async fn list(visit: Visit, At(case): At<CaseId>) -> Shown {
    show_list(&visit, case, false).await
}

async fn list_with_reason(visit: Visit, At(case): At<CaseId>, Posted(_): Posted) -> Shown {
    show_list(&visit, case, true).await
}

async fn show_list(visit: &Visit, id: CaseId, tried: bool) -> Shown {
    let read = visit.registry()?.read_case(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/cases/{id}/measures"), "/ui/cases", tried, read, |answer| {
        let why = because::why(visit);
        visit.page(
            &list_page(visit.frame(visit.msg.measure_list_title()), &visit.caller, &answer.view, why),
            answer.entry,
        )
    })
}

/// The measures of a case, open ones first.
pub(crate) fn list_page(frame: Frame, caller: &Caller, case: &CaseView, why: Why) -> DetailPage {
    let msg = frame.msg;
    let (ended, open): (Vec<&MeasureView>, Vec<&MeasureView>) =
        case.measures.iter().partition(|measure| measure.has_ended);
    let mut sections = vec![Section::new("open", msg.measure_open()).block(table(msg, open).quiet())];
    if !ended.is_empty() {
        sections.push(Section::new("ended", msg.measure_ended()).block(table(msg, ended).quiet()));
    }
    sections.push(Section::plain().block(why));
    let new = Link::primary(format!("/ui/cases/{}/measures/new", case.id), msg.home_add_measure());
    DetailPage {
        heading: Some(case_tabs::name(msg, &case.person).into()),
        tags: case_tabs::tags(msg, case),
        tabs: Some(case_tabs::tabs(msg, caller.roles, case.id, Part::Measures)),
        actions: if case.closed_at.is_none() { vec![new] } else { Vec::new() },
        sections,
        frame,
    }
}

/// Measures with what is due of them.
pub(crate) fn table<'m>(msg: Messages, measures: impl IntoIterator<Item = &'m MeasureView>) -> Table {
    let table = Table::new(msg.case_tab_measures(), msg.measure_none())
        .column(msg.measure_kind())
        .column(msg.measure_what())
        .column(msg.measure_status())
        .column(msg.measure_follow_up())
        .column(msg.measure_responsible());
    measures.into_iter().fold(table, |table, measure| {
        table.row([
            Inline::link(format!("/ui/measures/{}", measure.id), title(msg, measure)),
            Inline::Text(measure.what.clone()),
            Inline::tag(status_tone(measure), msg.of("measure-status", measure.status.code())),
            follow_up(msg, measure),
            Inline::Text(measure.responsible.clone()),
        ])
    })
}

fn follow_up(msg: Messages, measure: &MeasureView) -> Inline {
    if measure.has_ended {
        return measure
            .outcome
            .map_or_else(|| "".into(), |outcome| Inline::Text(msg.of("measure-outcome", outcome.code())));
    }
    let day = Inline::day_text(msg, &measure.follow_up_on);
    if measure.is_overdue { Inline::Many(vec![day, Inline::tag(Tone::Late, msg.measure_overdue())]) } else { day }
}

/// The catalogue's name of a measure in the reader's language.
pub(crate) fn title(msg: Messages, measure: &MeasureView) -> &str {
    match msg.language() {
        Language::Swedish => &measure.title_sv,
        Language::English => &measure.title_en,
    }
}

fn status_tone(measure: &MeasureView) -> Tone {
    match measure.status.code() {
        "ongoing" | "done" => Tone::Good,
        "proposed" | "decided" | "accepted" | "paused" => Tone::Soon,
        _ => Tone::Plain,
    }
}

async fn open(visit: Visit, At(id): At<MeasureId>) -> Shown {
    show(&visit, id, false).await
}

async fn open_with_reason(visit: Visit, At(id): At<MeasureId>, Posted(_): Posted) -> Shown {
    show(&visit, id, true).await
}

async fn show(visit: &Visit, id: MeasureId, tried: bool) -> Shown {
    let read = visit.registry()?.read_measure(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/measures/{id}"), "/ui/cases", tried, read, |answer| {
        let form = measures_change::shown(visit, &answer.view)?;
        let why = because::why(visit);
        visit.page(&page(visit.frame(visit.msg.measure_title()), &answer.view, form, why), answer.entry)
    })
}

/// One measure. The form with the next steps is left out when its life has ended.
pub(crate) fn page(frame: Frame, measure: &MeasureView, form: Form, why: Why) -> DetailPage {
    let msg = frame.msg;
    let (case, id) = (measure.case_id, measure.id);
    let mut sections = vec![Section::new("facts", msg.measure_facts()).block(facts(msg, measure))];
    if !measure.annotations.is_empty() {
        sections
            .push(Section::new("corrections", msg.note_corrections()).block(corrections(msg, &measure.annotations)));
    }
    if !measure.has_ended {
        sections.push(Section::new("next", msg.measure_next()).block(form));
    }
    sections.push(Section::new("history", msg.measure_history()).block(history(msg, &measure.history)));
    sections.push(Section::plain().block(why));
    let mut tags = vec![(status_tone(measure), msg.of("measure-status", measure.status.code()))];
    if measure.is_overdue {
        tags.push((Tone::Late, msg.measure_overdue().to_owned()));
    }
    let actions = vec![
        Link::other(format!("/ui/releases/new?case={case}&item=measure:{id}"), msg.measure_release()),
        Link::other(format!("/ui/cases/{case}/annotations/new?item=measure:{id}"), msg.note_annotate()),
        Link::other(format!("/ui/measures/{id}/print"), msg.file_print_measure()),
        Link::other(format!("/ui/cases/{case}/measures"), msg.measure_back()),
    ];
    DetailPage { heading: Some(title(msg, measure).into()), tags, tabs: None, actions, sections, frame }
}

/// What is known of a measure.
pub(crate) fn facts(msg: Messages, measure: &MeasureView) -> SummaryList {
    let some = |text: &str| (!text.is_empty()).then(|| Inline::Lines(text.to_owned()));
    SummaryList::new()
        .row(msg.measure_what(), Inline::Lines(measure.what.clone()))
        .maybe(msg.measure_goal(), some(&measure.goal))
        .row(msg.measure_responsible(), measure.responsible.clone())
        .maybe(msg.measure_start(), measure.start_on.as_deref().map(|on| Inline::day_text(msg, on)))
        .maybe(msg.measure_due(), measure.due_on.as_deref().map(|on| Inline::day_text(msg, on)))
        .row(msg.measure_follow_up(), Inline::day_text(msg, &measure.follow_up_on))
        .maybe(msg.measure_outcome(), measure.outcome.map(|outcome| msg.of("measure-outcome", outcome.code())))
        .maybe(msg.measure_decision(), some(&measure.decision_reference))
        .row(msg.measure_voluntary(), if measure.is_voluntary { msg.yes() } else { msg.no() })
        .row(msg.paragraph_class(), msg.of("secrecy-class", measure.class.code()))
        .row(msg.measure_logged(), Inline::instant(msg, measure.logged_at))
}

/// What happened to it, oldest first.
pub(crate) fn history(msg: Messages, events: &[MeasureEventView]) -> Timeline {
    events.iter().fold(Timeline::new(), |timeline, event| {
        let what = Inline::tag(Tone::Plain, msg.of("measure-status", event.status.code()));
        let told = Event::new(Inline::instant(msg, event.at), what).by(event.author.clone());
        timeline.event(match &event.note {
            Some(note) => told.detail(Inline::Lines(note.clone())),
            None => told,
        })
    })
}

/// What was corrected, beside what stands.
pub(crate) fn corrections(msg: Messages, annotations: &[AnnotationView]) -> Timeline {
    annotations.iter().fold(Timeline::new(), |timeline, annotation| {
        let text = Inline::Lines(annotation.text.clone());
        timeline.event(Event::new(Inline::instant(msg, annotation.written_at), text).by(annotation.author.clone()))
    })
}
