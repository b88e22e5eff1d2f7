//! Abstaining: one page, as easy as releasing, and kept like it.

use axum::extract::RawQuery;
use axum::routing::{get, post};
use case_registry::abstention::{Abstain, AbstentionView};
use case_registry::release::{DraftView, ItemRef};
use case_registry::{Answer, RegistryError};
use serde::Deserialize;
use time::Date;
use vocabulary::{AbstentionId, Action, AuthorityId, CaseId, EntryId, JointFileId, Purpose, ReleaseDraftId};

use super::release_wizard::marked::{self, Marked};
use super::{personal_file, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{FormPage, ReceiptPage};
use crate::parts::{Action as Link, Block, Inline, Section, SummaryList, Why};
use crate::route::{LONG_TEXT_BODY, Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Abstain, and read the decision.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/abstentions/new", Action::Abstain, || get(ask)),
    Route::page(Method::Post, "/ui/abstentions/new", Action::Abstain, || post(abstain)).body_limit(LONG_TEXT_BODY),
    Route::page(Method::Get, "/ui/abstentions/{id}", Action::ReadAbstention, || get(open)),
    Route::page(Method::Post, "/ui/abstentions/{id}", Action::ReadAbstention, || post(open_with_reason)),
];

/// What is abstained from: a draft, or what was marked before there was one.
struct Matter {
    address: String,
    back: String,
    case: Option<CaseId>,
    file: Option<JointFileId>,
    draft: Option<ReleaseDraftId>,
    recipient: Option<AuthorityId>,
    basis: Option<String>,
    choices: Vec<Choice>,
    chosen: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Typed {
    recipient_id: AuthorityId,
    #[serde(default)]
    items: Vec<String>,
    reason: String,
    #[serde(default)]
    reconsider_on: Option<Date>,
}

impl Typed {
    fn command(self, matter: &Matter) -> Abstain {
        Abstain {
            case_id: matter.case,
            joint_file_id: matter.file,
            items: self.items.iter().filter_map(|item| marked::parse(item)).collect(),
            recipient_id: self.recipient_id,
            basis: matter.basis.clone(),
            reason: self.reason,
            reconsider_on: self.reconsider_on,
            draft_id: matter.draft,
        }
    }
}

/// The form. What was considered stands as boxes, so that the decision says what it is about.
pub(crate) fn form(
    blank: Form,
    msg: Messages,
    recipients: Vec<Choice>,
    recipient: Option<AuthorityId>,
    choices: Vec<Choice>,
    chosen: Vec<String>,
) -> Form {
    let recipient = recipient
        .map(|id| id.to_string())
        .or_else(|| if let [only] = recipients.as_slice() { Some(only.value.clone()) } else { None });
    let mut form = blank.field(
        Field::radios("recipientId", msg.abstention_recipient(), recipients).value(recipient.unwrap_or_default()),
    );
    if !choices.is_empty() {
        form = form.field(Field::checkboxes("items", msg.abstention_items(), choices).chosen(chosen).optional());
    }
    form.field(Field::textarea("reason", msg.abstention_reason()).hint(msg.abstention_reason_hint()))
        .more(
            Field::date("reconsiderOn", msg.abstention_reconsider()).hint(msg.abstention_reconsider_hint()).optional(),
        )
        .button(msg.abstention_do())
}

/// The page.
pub(crate) fn page(frame: Frame, form: Form) -> FormPage {
    let msg = frame.msg;
    FormPage::new(frame, form).lead(msg.abstention_lead())
}

fn draft_id(query: &str) -> Option<ReleaseDraftId> {
    let (_, id) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "draft")?;
    id.parse().ok()
}

/// What the address is about.
async fn matter(visit: &Visit, query: &str) -> Result<Answer<Matter>, RegistryError> {
    let msg = visit.msg;
    let registry = visit.registry().map_err(|_| RegistryError::Unavailable)?;
    if let Some(id) = draft_id(query) {
        return Ok(registry.read_draft(&visit.caller, id).await?.map(|view| of_draft(msg, &view)));
    }
    let marked = Marked::read(query);
    let (back, choices, entry) = match (marked.case, marked.file) {
        (Some(case), None) => {
            let answer = registry.read_case(&visit.caller, case).await?;
            (format!("/ui/cases/{case}"), marked::of_case(msg, &answer.view), answer.entry)
        }
        (None, Some(file)) => {
            let answer = registry.read_joint_file(&visit.caller, file).await?;
            (format!("/ui/joint-files/{file}"), Vec::new(), answer.entry)
        }
        _ => return Err(RegistryError::NotFound),
    };
    let mut choices = choices;
    choices.extend(
        marked
            .complete()
            .filter(|item| !known(&choices, *item))
            .map(|item| marked::elsewhere(msg, item))
            .collect::<Vec<_>>(),
    );
    let marks = |choice: &&Choice| marked::parse(&choice.value).is_some_and(|item| marked.has(item));
    let chosen = choices.iter().filter(marks).map(|choice| choice.value.clone()).collect();
    let address = format!("/ui/abstentions/new?{}", marked.query());
    let view = Matter {
        address,
        back,
        case: marked.case,
        file: marked.file,
        draft: None,
        recipient: None,
        basis: None,
        choices,
        chosen,
    };
    Ok(Answer { view, entry })
}

fn known(choices: &[Choice], item: ItemRef) -> bool {
    choices.iter().any(|choice| choice.value == marked::value(item))
}

fn of_draft(msg: Messages, view: &DraftView) -> Matter {
    let label = |item: &ItemRef, shown: Option<&case_registry::release::PreviewedItem>| match shown {
        Some(shown) => Choice::new(marked::value(*item), format!("{}: {}", shown.title, marked::excerpt(&shown.text))),
        None => marked::elsewhere(msg, *item),
    };
    let choices: Vec<Choice> =
        view.draft.items.iter().enumerate().map(|(at, item)| label(item, view.items.get(at))).collect();
    Matter {
        address: format!("/ui/abstentions/new?draft={}", view.id),
        back: super::release_wizard::source(view),
        case: view.case_id.filter(|_| view.joint_file_id.is_none()),
        file: view.joint_file_id,
        draft: Some(view.id),
        recipient: view.draft.recipient_id,
        basis: view.draft.grounds.as_ref().map(|grounds| grounds.basis.clone()),
        chosen: choices.iter().map(|choice| choice.value.clone()).collect(),
        choices,
    }
}

async fn blank(visit: &Visit, matter: &Matter) -> Result<Form, Failure> {
    let others = visit.registry()?.surroundings(&visit.caller).await?.view.authorities;
    let recipients = others.into_iter().map(|other| Choice::new(other.id.to_string(), other.name)).collect();
    let blank = visit.form(matter.address.clone()).cancel(matter.back.clone());
    Ok(form(blank, visit.msg, recipients, matter.recipient, matter.choices.clone(), matter.chosen.clone()))
}

async fn ask(visit: Visit, RawQuery(query): RawQuery) -> Shown {
    show(&visit, &query.unwrap_or_default(), false).await
}

async fn show(visit: &Visit, query: &str, tried: bool) -> Shown {
    let read = matter(visit, query).await;
    let blank = match &read {
        Ok(answer) => Some(blank(visit, &answer.view).await?),
        Err(_) => None,
    };
    let path = draft_id(query).map_or_else(
        || format!("/ui/abstentions/new?{}", Marked::read(query).query()),
        |id| format!("/ui/abstentions/new?draft={id}"),
    );
    reason::or_ask(visit, &path, "/ui", tried, read, |answer| {
        let form = reason::carried(visit, blank.ok_or(Failure::Internal)?);
        visit.page(&page(visit.frame(visit.msg.abstention_title()), form), answer.entry)
    })
}

async fn abstain(visit: Visit, RawQuery(query): RawQuery, Posted(data): Posted) -> Shown {
    let query = query.unwrap_or_default();
    if reason::only_opens(&data) {
        return show(&visit, &query, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let matter = matter(&visit, &query).await?.view;
    let form = blank(&visit, &matter).await?;
    match visit.submit(form, &data, |typed: Typed| registry.abstain(caller, typed.command(&matter))).await {
        Ok(answer) => visit.done(&format!("/ui/abstentions/{}", answer.view), "abstained", answer.entry),
        Err(unsent) => {
            visit.again(unsent, |form| page(visit.frame(visit.msg.abstention_title()), reason::carried(&visit, form)))
        }
    }
}

async fn open(visit: Visit, At(id): At<AbstentionId>) -> Shown {
    show_one(&visit, id, false).await
}

async fn open_with_reason(visit: Visit, At(id): At<AbstentionId>, Posted(_): Posted) -> Shown {
    show_one(&visit, id, true).await
}

async fn show_one(visit: &Visit, id: AbstentionId, tried: bool) -> Shown {
    let read = visit.registry()?.read_abstention(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/abstentions/{id}"), "/ui", tried, read, |answer| {
        let blank = visit.form(format!("/ui/abstentions/{id}/personal-file"));
        visit.page(
            &receipt(visit.frame(visit.msg.abstention_decision()), &answer.view, answer.entry, blank),
            answer.entry,
        )
    })
}

/// The decision, printable.
pub(crate) fn receipt(frame: Frame, abstention: &AbstentionView, entry: EntryId, blank: Form) -> ReceiptPage {
    let msg = frame.msg;
    let summary = SummaryList::new()
        .row(msg.abstention_recipient(), abstention.recipient.clone())
        .maybe(msg.abstention_basis(), abstention.basis.clone())
        .row(msg.release_decided(), Inline::instant(msg, abstention.decided_at))
        .row(msg.release_decided_by(), abstention.decided_by.clone())
        .row(msg.abstention_items(), msg.number(i64::try_from(abstention.items.len()).unwrap_or(i64::MAX)))
        .maybe(msg.abstention_reconsider(), abstention.reconsider_on.map(|day| Inline::day(msg, day)));
    ReceiptPage {
        outcome: msg.abstention_outcome(&abstention.recipient),
        reference: abstention.id.to_string(),
        sections: vec![
            abstention.concerns.as_ref().map_or_else(Section::plain, |one| personal_file::concerns(msg, one, None)),
            Section::new("decision", msg.release_decision()).block(summary),
            Section::new("reason", msg.abstention_reason()).block(Block::Quote(abstention.reason.clone())),
            personal_file::entered(msg, abstention.in_file.as_ref(), blank),
            Section::plain().block(Why::new(msg).purpose(Purpose::CaseHandling).entry(entry)),
        ],
        actions: vec![Link::other("/ui", msg.error_home())],
        frame,
    }
}
