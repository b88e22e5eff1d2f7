//! The first page: what is to be released. Starts from the marked paragraph or measure.

use axum::extract::RawQuery;
use case_registry::release::{DraftView, ItemRef, SaveDraft, StartRelease, Statement};
use case_registry::{Answer, FieldError, RegistryError};
use serde::Deserialize;
use vocabulary::{CaseId, ReleaseDraftId, SecrecyClass};

use super::marked::{self, Marked};
use super::{Step, blank, instead, onward, source};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::pages::{edited, reason};
use crate::parts::{Action as Link, Section};
use crate::visit::{Posted, Shown, Visit};

/// The classes that a writer chooses between.
const CLASSES: [SecrecyClass; 3] = [SecrecyClass::Standard, SecrecyClass::Health, SecrecyClass::ThirdParty];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Typed {
    #[serde(default)]
    items: Vec<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    class: Option<SecrecyClass>,
    third_party: bool,
    contact_details: bool,
}

impl Typed {
    fn refs(&self) -> Result<Vec<ItemRef>, RegistryError> {
        let refs: Option<Vec<ItemRef>> = self.items.iter().map(|text| marked::parse(text)).collect();
        let refs = refs.ok_or_else(|| invalid("not-in-list"))?;
        if refs.is_empty() && self.text.trim().is_empty() {
            return Err(invalid("required"));
        }
        Ok(refs)
    }

    fn statements(&self) -> Vec<Statement> {
        if self.text.trim().is_empty() {
            return Vec::new();
        }
        vec![Statement {
            title: self.title.clone(),
            text: self.text.clone(),
            class: self.class.unwrap_or(SecrecyClass::Standard),
            third_party: self.third_party,
            contact_details: self.contact_details,
        }]
    }
}

fn invalid(code: &'static str) -> RegistryError {
    RegistryError::Invalid(vec![FieldError { field: "items".to_owned(), code, limit: None }])
}

/// The form's names for what the use case calls `statements[0].text`.
fn in_form(error: RegistryError) -> RegistryError {
    let RegistryError::Invalid(mut errors) = error else { return error };
    for error in &mut errors {
        if let Some(inner) = error.field.strip_prefix("statements[0].") {
            error.field = inner.to_owned();
        }
    }
    RegistryError::Invalid(errors)
}

/// The form: boxes for what there is, and room for a text of its own.
pub(crate) fn form(
    blank: Form,
    msg: Messages,
    choices: Vec<Choice>,
    chosen: Vec<String>,
    statement: Option<&Statement>,
) -> Form {
    let mut form = blank;
    if !choices.is_empty() {
        form = form.field(
            Field::checkboxes("items", msg.wizard_items(), choices)
                .hint(msg.wizard_items_hint())
                .chosen(chosen)
                .when_needed(),
        );
    }
    let class = statement.map_or(SecrecyClass::Standard, |statement| statement.class);
    let title = statement.map(|statement| statement.title.clone()).unwrap_or_default();
    let text = statement.map(|statement| statement.text.clone()).unwrap_or_default();
    let yes = |on: bool| if on { "yes" } else { "" };
    let classes = Choice::codes(msg, "secrecy-class", CLASSES.iter().map(|class| class.code()));
    form.more(Field::text("title", msg.wizard_statement_title()).value(title).longest(200).optional())
        .more(
            Field::textarea("text", msg.wizard_statement())
                .hint(msg.wizard_statement_hint())
                .value(text)
                .rows(6)
                .optional(),
        )
        .more(Field::select("class", msg.wizard_statement_class(), classes).value(class.code()).optional())
        .more(
            Field::mark("thirdParty", msg.paragraph_third_party())
                .value(yes(statement.is_some_and(|statement| statement.third_party))),
        )
        .more(
            Field::mark("contactDetails", msg.wizard_statement_contact())
                .value(yes(statement.is_some_and(|statement| statement.contact_details))),
        )
        .button(msg.wizard_next())
}

/// The page.
pub(crate) fn page(frame: Frame, form: Form, instead: Section) -> FormPage {
    let msg = frame.msg;
    FormPage::new(frame, form).step(Step::Items.steps(msg)).lead(msg.wizard_items_lead()).before(instead)
}

/// What can be chosen, and whether the person is to be thought about twice first.
async fn choices(
    visit: &Visit,
    case: Option<CaseId>,
    also: impl Iterator<Item = ItemRef>,
) -> Result<Vec<Choice>, RegistryError> {
    let msg = visit.msg;
    let registry = visit.registry().map_err(|_| RegistryError::Unavailable)?;
    let mut choices = match case {
        Some(case) => marked::of_case(msg, &registry.read_case(&visit.caller, case).await?.view),
        None => Vec::new(),
    };
    for item in also {
        if !choices.iter().any(|choice| choice.value == marked::value(item)) {
            choices.push(marked::elsewhere(msg, item));
        }
    }
    Ok(choices)
}

/// Before there is a draft.
pub(super) async fn begin(visit: Visit, RawQuery(query): RawQuery) -> Shown {
    show_new(&visit, &Marked::read(&query.unwrap_or_default()), false).await
}

fn address(marked: &Marked) -> String {
    format!("/ui/releases/new?{}", marked.query())
}

fn back(marked: &Marked) -> Result<String, Failure> {
    match (marked.case, marked.file) {
        (Some(case), None) => Ok(format!("/ui/cases/{case}")),
        (None, Some(file)) => Ok(super::joint_file(file)),
        _ => Err(Failure::NotFound),
    }
}

fn new_form(visit: &Visit, marked: &Marked, choices: Vec<Choice>) -> Result<Form, Failure> {
    let marks = |choice: &&Choice| marked::parse(&choice.value).is_some_and(|item| marked.has(item));
    let chosen = choices.iter().filter(marks).map(|choice| choice.value.clone()).collect();
    Ok(form(visit.form(address(marked)), visit.msg, choices, chosen, None).cancel(back(marked)?))
}

/// Abstaining from what was marked takes one page.
fn instead_of_new(msg: Messages, marked: &Marked) -> Section {
    Section::plain().block(vec![Link::other(format!("/ui/abstentions/new?{}", marked.query()), msg.wizard_abstain())])
}

async fn show_new(visit: &Visit, marked: &Marked, tried: bool) -> Shown {
    let back = back(marked)?;
    let read = choices(visit, marked.case, marked.complete()).await;
    let read = read.map(|choices| Answer { view: choices, entry: vocabulary::EntryId(uuid::Uuid::nil()) });
    reason::or_ask(visit, &address(marked), &back, tried, read, |answer| {
        let form = reason::carried(visit, new_form(visit, marked, answer.view)?);
        visit.plain(&page(visit.frame(visit.msg.wizard_title()), form, instead_of_new(visit.msg, marked)))
    })
}

/// Makes the draft.
pub(super) async fn start(visit: Visit, RawQuery(query): RawQuery, Posted(data): Posted) -> Shown {
    let marked = Marked::read(&query.unwrap_or_default());
    if reason::only_opens(&data) {
        return show_new(&visit, &marked, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let choices = choices(&visit, marked.case, marked.complete()).await?;
    let form = new_form(&visit, &marked, choices)?;
    let act = async |typed: Typed| {
        let command = StartRelease { case_id: marked.case, joint_file_id: marked.file, items: typed.refs()? };
        let items = command.items.clone();
        let statements = typed.statements();
        let begun = registry.start_release(caller, command).await?;
        if !statements.is_empty() {
            let draft = SaveDraft { statements, ..blank(items) };
            registry.save_draft(caller, begun.view, 1, draft).await.map_err(in_form)?;
        }
        Ok(begun)
    };
    match visit.submit(form, &data, act).await {
        Ok(answer) => onward(&Step::Basis.address(answer.view), answer.entry),
        Err(unsent) => visit.again(unsent, |form| {
            let form = reason::carried(&visit, form);
            page(visit.frame(visit.msg.wizard_title()), form, instead_of_new(visit.msg, &marked))
        }),
    }
}

/// Coming back to change the items.
pub(super) async fn ask(visit: Visit, At(id): At<ReleaseDraftId>) -> Shown {
    show(&visit, id, false).await
}

fn draft_form(visit: &Visit, view: &DraftView, choices: Vec<Choice>) -> Form {
    let chosen = view.draft.items.iter().map(|item| marked::value(*item)).collect();
    form(visit.form(Step::Items.address(view.id)), visit.msg, choices, chosen, view.draft.statements.first())
        .cancel(source(view))
}

async fn draft_choices(visit: &Visit, view: &DraftView) -> Result<Vec<Choice>, RegistryError> {
    let case = view.case_id.filter(|_| view.joint_file_id.is_none());
    choices(visit, case, view.draft.items.iter().copied()).await
}

async fn show(visit: &Visit, id: ReleaseDraftId, tried: bool) -> Shown {
    let read = visit.registry()?.read_draft(&visit.caller, id).await;
    let choices = match &read {
        Ok(answer) => draft_choices(visit, &answer.view).await?,
        Err(_) => Vec::new(),
    };
    reason::or_ask(visit, &Step::Items.address(id), "/ui", tried, read, |answer| {
        let view = &answer.view;
        let form = reason::carried(visit, edited::on(draft_form(visit, view, choices), view.version));
        visit.page(&page(visit.frame(visit.msg.wizard_title()), form, instead(visit.msg, view)), answer.entry)
    })
}

/// Saves the changed items; what was chosen after them stays.
pub(super) async fn save(visit: Visit, At(id): At<ReleaseDraftId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let view = registry.read_draft(caller, id).await?.view;
    let form = draft_form(&visit, &view, draft_choices(&visit, &view).await?);
    let act = async |typed: Typed| {
        let mut statements = typed.statements();
        statements.extend(view.draft.statements.iter().skip(1).cloned());
        let draft = SaveDraft { items: typed.refs()?, statements, ..view.draft.clone() };
        registry.save_draft(caller, id, sent, draft).await.map_err(in_form)
    };
    match visit.submit(form, &data, act).await {
        Ok(answer) => onward(&Step::Basis.address(id), answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, view.version);
            visit.again(unsent, |form| {
                let form = reason::carried(&visit, edited::on(form, version));
                page(visit.frame(visit.msg.wizard_title()), form, instead(visit.msg, &view))
            })
        }
    }
}
