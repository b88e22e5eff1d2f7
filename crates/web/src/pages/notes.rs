//! The notes of a case, paragraph by paragraph: each with its secrecy, what was corrected in it, and the way to release it.

use axum::routing::{get, post};
use case_registry::case::CaseView;
use case_registry::note::{NoteView, ParagraphView};
use vocabulary::{Action, Caller, CaseId, SecrecyClass};

use super::case_tabs::{self, Part, capital};
use super::{because, reason};
use crate::at::At;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::parts::{Action as Link, Block, Card, Inline, Section, Tone, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The part of the case, opened with or without a stated reason.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}/notes", Action::ReadCase, || get(open)),
    Route::page(Method::Post, "/ui/cases/{id}/notes", Action::ReadCase, || post(open_with_reason)),
];

async fn open(visit: Visit, At(case): At<CaseId>) -> Shown {
    show(&visit, case, false).await
}

async fn open_with_reason(visit: Visit, At(case): At<CaseId>, Posted(_): Posted) -> Shown {
    show(&visit, case, true).await
}

async fn show(visit: &Visit, id: CaseId, tried: bool) -> Shown {
    let read = visit.registry()?.read_case(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/cases/{id}/notes"), "/ui/cases", tried, read, |answer| {
        let why = because::why(visit);
        visit.page(&page(visit.frame(visit.msg.note_list_title()), &visit.caller, &answer.view, why), answer.entry)
    })
}

/// The page: newest note first.
pub(crate) fn page(frame: Frame, caller: &Caller, case: &CaseView, why: Why) -> DetailPage {
    let msg = frame.msg;
    let mut sections: Vec<Section> = case.notes.iter().map(|note| section(msg, case, note)).collect();
    if sections.is_empty() {
        sections.push(Section::plain().block(msg.note_none()));
    }
    sections.push(Section::plain().block(why));
    let new = Link::primary(format!("/ui/cases/{}/notes/new", case.id), msg.note_new());
    DetailPage {
        heading: Some(case_tabs::name(msg, &case.person).into()),
        tags: case_tabs::tags(msg, case),
        tabs: Some(case_tabs::tabs(msg, caller.roles, case.id, Part::Notes)),
        actions: if case.closed_at.is_none() { vec![new] } else { Vec::new() },
        sections,
        frame,
    }
}

fn section(msg: Messages, case: &CaseView, note: &NoteView) -> Section {
    let day =
        crate::i18n::dates::parse_day(&note.occurred_on).map_or_else(|| note.occurred_on.clone(), |day| msg.day(day));
    let kind = capital(&msg.of("note-kind", note.kind.code()));
    let written = msg.note_written(&note.author, msg.instant(note.written_at));
    let heading = msg.note_heading(&day, &kind);
    let cards: Vec<Card> = (1_usize..)
        .zip(&note.paragraphs)
        .map(|(number, paragraph)| card(msg, case, &heading, number, paragraph))
        .collect();
    let section = Section::new(format!("note-{}", note.id), heading).block(written);
    let section = match note.locked_at {
        Some(at) => section.block(msg.note_locked(msg.instant(at))),
        None => section,
    };
    let section = section.block(cards);
    let lock =
        vec![Link::other(format!("/ui/cases/{}/notes/{}/lock", case.id, note.id), msg.note_lock_of(&day, &kind))];
    if note.locked_at.is_none() && case.closed_at.is_none() { section.block(Block::Actions(lock)) } else { section }
}

fn card(msg: Messages, case: &CaseView, of: &str, number: usize, paragraph: &ParagraphView) -> Card {
    let (case, id) = (case.id, paragraph.id);
    let mut card = Card::new(msg.paragraph_number(number)).line(Inline::Lines(paragraph.text.clone()));
    if paragraph.class != SecrecyClass::Standard {
        card = card.tag(Tone::Soon, msg.of("secrecy-class", paragraph.class.code()));
    }
    if paragraph.third_party && paragraph.class != SecrecyClass::ThirdParty {
        card = card.line(Inline::tag(Tone::Soon, msg.paragraph_about_others()));
    }
    for annotation in &paragraph.annotations {
        let head = msg.note_correction(&annotation.author, msg.instant(annotation.written_at));
        card = card.line(Inline::Many(vec![Inline::tag(Tone::Plain, head), Inline::Lines(annotation.text.clone())]));
    }
    card.action(Link::other(
        format!("/ui/releases/new?case={case}&item=paragraph:{id}"),
        msg.paragraph_release(of, number),
    ))
    .action(Link::other(
        format!("/ui/cases/{case}/annotations/new?item=paragraph:{id}"),
        msg.paragraph_annotate(of, number),
    ))
}
