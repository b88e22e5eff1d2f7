//! Colleagues who ask for access to a person: what they ask, and the answer of whoever assigns the case.

use axum::routing::{get, post};
use case_registry::access_request::{AccessRequestView, AskAccess, DeclineAccess, GrantAccess};
use case_registry::person::IdentityKind;
use vocabulary::{AccessRequestId, Action, Role, Roles};

use super::{because, edited};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{DetailPage, FormPage};
use crate::parts::{Action as Link, Block, Card, Inline, Section, SummaryList, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Ask; one request with its two answers.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Post, "/ui/access-requests/new", Action::AskAccess, || post(ask)),
    Route::page(Method::Get, "/ui/access-requests/{id}", Action::ReadAccessRequest, || get(open)),
    Route::page(Method::Post, "/ui/access-requests/{id}/grant", Action::UpdateCase, || post(grant)),
    Route::page(Method::Post, "/ui/access-requests/{id}/decline", Action::DeclineAccess, || post(decline)),
];

/// Whether the mandate is one that assigns cases.
pub(super) fn assigns(roles: Roles) -> bool {
    roles.has(Role::SocialLead) || roles.has(Role::PoliceCoordinator)
}

/// The form under "the person exists": the number that was typed goes along, hidden, so that nobody learns an id. It has no draft: it stands on no page
/// of its own and cannot be opened anew.
pub(crate) fn asking(form: Form, msg: Messages, kind: IdentityKind, value: &str, issuer: &str) -> Form {
    form.undrafted()
        .field(Field::hidden("identityKind", kind.code()))
        .field(Field::hidden("identityValue", value))
        .field(Field::hidden("identityIssuer", issuer).optional())
        .field(Field::textarea("reason", msg.access_reason()).hint(msg.access_reason_hint()).rows(3).longest(500))
        .button(msg.access_ask())
}

async fn ask(visit: Visit, Posted(data): Posted) -> Shown {
    let msg = visit.msg;
    let registry = visit.registry()?;
    let kind = data.one("identityKind").and_then(|kind| kind.parse().ok()).ok_or(Failure::Malformed)?;
    let typed = |name: &str| data.one(name).unwrap_or_default().to_owned();
    let (value, issuer) = (typed("identityValue"), typed("identityIssuer"));
    let form = asking(visit.form("/ui/access-requests/new"), msg, kind, &value, &issuer);
    match visit.submit(form, &data, |command: AskAccess| registry.ask_access(&visit.caller, command)).await {
        Ok(answer) => visit.done("/ui", "access-asked", answer.entry),
        Err(unsent) => visit.again(unsent, |form| FormPage::new(visit.frame(msg.access_ask()), form)),
    }
}

/// What waits, for the home of whoever assigns.
pub(super) async fn waiting(visit: &Visit) -> Result<Option<Section>, Failure> {
    if !assigns(visit.caller.roles) {
        return Ok(None);
    }
    let requests = visit.registry()?.list_access_requests(&visit.caller).await?.view;
    Ok(section(visit.msg, &requests))
}

/// The cards; nothing when nobody asks.
pub(crate) fn section(msg: Messages, requests: &[AccessRequestView]) -> Option<Section> {
    let card = |request: &AccessRequestView| {
        let link = Inline::link(
            format!("/ui/access-requests/{}", request.id),
            msg.access_card(&request.person, &request.asked_by),
        );
        Card::new(link).line(Inline::Lines(request.reason.clone())).line(Inline::instant(msg, request.asked_at))
    };
    (!requests.is_empty())
        .then(|| Section::new("access", msg.access_waiting()).block(requests.iter().map(card).collect::<Vec<Card>>()))
}

async fn one(visit: &Visit, id: AccessRequestId) -> Result<(AccessRequestView, vocabulary::EntryId), Failure> {
    let answer = visit.registry()?.read_access_request(&visit.caller, id).await?;
    Ok((answer.view, answer.entry))
}

async fn open(visit: Visit, At(id): At<AccessRequestId>) -> Shown {
    let (request, entry) = one(&visit, id).await?;
    let why = because::why(&visit);
    let page = page(
        visit.frame(visit.msg.access_request()),
        &request,
        granting(&visit, &request),
        declining(&visit, &request),
        why,
    );
    visit.page(&page, entry)
}

/// The request, the case to give, and the way to say no.
pub(crate) fn page(frame: Frame, request: &AccessRequestView, grant: Form, decline: Form, why: Why) -> DetailPage {
    let msg = frame.msg;
    let summary = SummaryList::new()
        .row(msg.access_who(), format!("{}, {}", request.asked_by, request.title))
        .row(msg.access_person(), request.person.clone())
        .row(msg.access_when(), Inline::instant(msg, request.asked_at))
        .row(msg.access_reason(), Inline::Lines(request.reason.clone()));
    let give = Section::new("grant", msg.access_grant());
    let give = if request.cases.is_empty() { give.block(msg.access_no_case()) } else { give.block(grant) };
    let sections = vec![
        Section::plain().block(summary),
        give,
        Section::new("decline", msg.access_decline()).block(msg.access_decline_silent()).block(decline),
        Section::plain().block(why),
    ];
    let actions = vec![Link::other("/ui", msg.error_home())];
    DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions, sections }
}

fn granting(visit: &Visit, request: &AccessRequestView) -> Form {
    let form = visit.form(format!("/ui/access-requests/{}/grant", request.id));
    edited::on(granting_form(form, visit.msg, request), request.version)
}

/// The form that gives a case.
pub(crate) fn granting_form(form: Form, msg: Messages, request: &AccessRequestView) -> Form {
    let choices: Vec<Choice> = request
        .cases
        .iter()
        .map(|case| {
            let label = format!("{}, {}", case.external_number, msg.of("case-purpose", case.purpose.code()));
            Choice::new(case.id.to_string(), label)
        })
        .collect();
    let only = if let [only] = choices.as_slice() { only.value.clone() } else { String::new() };
    form.field(Field::radios("caseId", msg.access_case(), choices).value(only))
        .field(Field::date("coverUntil", msg.access_cover_until()).hint(msg.access_cover_hint()).optional())
        .button(msg.access_grant())
}

fn declining(visit: &Visit, request: &AccessRequestView) -> Form {
    let form = visit.form(format!("/ui/access-requests/{}/decline", request.id));
    edited::on(declining_form(form, visit.msg), request.version)
}

/// The form that says no.
pub(crate) fn declining_form(form: Form, msg: Messages) -> Form {
    form.field(Field::textarea("reason", msg.access_decline_reason()).hint(msg.access_decline_hint()).longest(500))
        .button(msg.access_decline())
}

async fn grant(visit: Visit, At(id): At<AccessRequestId>, Posted(data): Posted) -> Shown {
    let sent = edited::version(&data)?;
    let (request, _) = one(&visit, id).await?;
    let registry = visit.registry()?;
    let form = granting_form(visit.form(format!("/ui/access-requests/{id}/grant")), visit.msg, &request);
    let act = |command: GrantAccess| registry.grant_access(&visit.caller, id, sent, command);
    match visit.submit(form, &data, act).await {
        Ok(answer) => visit.done("/ui", "access-granted", answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, request.version);
            visit.again(unsent, |form| {
                FormPage::new(visit.frame(visit.msg.access_grant()), edited::on(form, version))
                    .before(said(&visit, &request))
            })
        }
    }
}

async fn decline(visit: Visit, At(id): At<AccessRequestId>, Posted(data): Posted) -> Shown {
    let sent = edited::version(&data)?;
    let (request, _) = one(&visit, id).await?;
    let registry = visit.registry()?;
    let form = declining_form(visit.form(format!("/ui/access-requests/{id}/decline")), visit.msg);
    let act = |command: DeclineAccess| registry.decline_access(&visit.caller, id, sent, command);
    match visit.submit(form, &data, act).await {
        Ok(answer) => visit.done("/ui", "access-declined", answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, request.version);
            visit.again(unsent, |form| {
                FormPage::new(visit.frame(visit.msg.access_decline()), edited::on(form, version))
                    .before(said(&visit, &request))
            })
        }
    }
}

fn said(visit: &Visit, request: &AccessRequestView) -> Section {
    let lead = visit.msg.access_card(&request.person, &request.asked_by);
    Section::plain().block(lead).block(Block::Quote(request.reason.clone()))
}
