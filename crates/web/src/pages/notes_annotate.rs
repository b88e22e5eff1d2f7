//! Correcting a paragraph or a measure: beside what stands, never over it. Whoever received the item is told.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::case::CaseView;
use case_registry::note::{Annotate, AnnotatedKind};
use serde::Deserialize;
use uuid::Uuid;
use vocabulary::{Action, CaseId};

use super::{case_tabs, measures, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Field, Form};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::parts::{Block, Section};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form beside what stands, and the correction.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/cases/{id}/annotations/new", Action::AnnotateNote, || get(ask)),
    Route::page(Method::Post, "/ui/cases/{id}/annotations/new", Action::AnnotateNote, || post(write)),
];

/// Which item: `paragraph:{id}` or `measure:{id}`.
#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    item: String,
}

impl Chosen {
    fn item(&self) -> Result<Item, Failure> {
        let (kind, id) = self.item.split_once(':').ok_or(Failure::NotFound)?;
        Ok(Item { kind: kind.parse().map_err(|_| Failure::NotFound)?, id: id.parse().map_err(|_| Failure::NotFound)? })
    }
}

#[derive(Clone, Copy)]
struct Item {
    kind: AnnotatedKind,
    id: Uuid,
}

async fn ask(visit: Visit, At(case): At<CaseId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, case, chosen.item()?, false).await
}

async fn show(visit: &Visit, case: CaseId, item: Item, tried: bool) -> Shown {
    let read = visit.registry()?.read_case(&visit.caller, case).await;
    reason::or_ask(visit, &path(case, item), &format!("/ui/cases/{case}"), tried, read, |answer| {
        let stands = stands(visit.msg, &answer.view, item)?;
        visit.page(&page(visit, Some((&answer.view, stands)), form(visit, case, item)), answer.entry)
    })
}

async fn write(visit: Visit, At(case): At<CaseId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    let item = chosen.item()?;
    if reason::only_opens(&data) {
        return show(&visit, case, item, true).await;
    }
    let registry = visit.registry()?;
    let caller = &visit.caller;
    match visit
        .submit(form(&visit, case, item), &data, |command: Annotate| Box::pin(registry.annotate(caller, case, command)))
        .await
    {
        Ok(answer) => {
            let back = match item.kind {
                AnnotatedKind::Paragraph => format!("/ui/cases/{case}/notes"),
                AnnotatedKind::Measure => format!("/ui/measures/{}", item.id),
            };
            visit.done(&back, "annotated", answer.entry)
        }
        Err(unsent) => {
            let about = registry.read_case(caller, case).await.ok().map(|answer| answer.view);
            let about = about.as_ref().and_then(|case| stands(visit.msg, case, item).ok().map(|text| (case, text)));
            visit.again(unsent, |form| page(&visit, about, form))
        }
    }
}

fn path(case: CaseId, item: Item) -> String {
    format!("/ui/cases/{case}/annotations/new?item={}:{}", item.kind, item.id)
}

/// What stands and will go on standing.
fn stands(msg: Messages, case: &CaseView, item: Item) -> Result<String, Failure> {
    let text = match item.kind {
        AnnotatedKind::Paragraph => {
            let mut paragraphs = case.notes.iter().flat_map(|note| &note.paragraphs);
            paragraphs.find(|paragraph| paragraph.id.0 == item.id).map(|paragraph| paragraph.text.clone())
        }
        AnnotatedKind::Measure => {
            let measure = case.measures.iter().find(|measure| measure.id.0 == item.id);
            measure.map(|measure| format!("{}\n{}", measures::title(msg, measure), measure.what))
        }
    };
    text.ok_or(Failure::NotFound)
}

fn page(visit: &Visit, about: Option<(&CaseView, String)>, form: Form) -> FormPage {
    let msg = visit.msg;
    let page = FormPage::new(visit.frame(msg.note_annotate()), reason::carried(visit, form)).lead(msg.annotate_lead());
    match about {
        Some((case, text)) => page
            .before(case_tabs::about(msg, case))
            .before(Section::new("stands", msg.annotate_stands()).block(Block::Quote(text))),
        None => page,
    }
}

fn form(visit: &Visit, case: CaseId, item: Item) -> Form {
    correcting(visit.form(path(case, item)), visit.msg, item.kind, item.id).cancel(format!("/ui/cases/{case}"))
}

/// The form.
pub(crate) fn correcting(form: Form, msg: Messages, kind: AnnotatedKind, id: Uuid) -> Form {
    form.fixed("itemKind", kind.code())
        .fixed("itemId", id.to_string())
        .field(Field::textarea("text", msg.annotate_text()).hint(msg.annotate_text_hint()).rows(6).longest(10_000))
        .button(msg.annotate_button())
}
