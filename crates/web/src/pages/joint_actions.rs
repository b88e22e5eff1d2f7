//! Proposing a joint action, and amending the text of an own one. Both are releases: the basis first, then the text with the tests.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::Registry;
use case_registry::home::Colleague;
use case_registry::joint_action::{AmendAction, JointActionView, ProposeAction};
use case_registry::joint_file::JointFileView;
use case_registry::release::FollowField;
use vocabulary::{Action, AuthorityId, JointActionId, JointFileId, Language, UserId};

use super::basis_form::{self, Chosen, Consents, Offer, Picked};
use super::joint_file_tabs::{self as tabs, Part};
use super::{edited, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{DetailPage, FormPage};
use crate::parts::{Action as Link, Section, Steps};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Propose, amend.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-files/{id}/actions/new", Action::ProposeAction, || get(ask)),
    Route::page(Method::Post, "/ui/joint-files/{id}/actions/new", Action::ProposeAction, || post(propose)),
    Route::page(Method::Get, "/ui/joint-actions/{id}/amend", Action::AmendAction, || get(ask_amend)),
    Route::page(Method::Post, "/ui/joint-actions/{id}/amend", Action::AmendAction, || post(amend)),
];

/// Characters of a text.
const LONGEST: u32 = 2_000;

fn path(id: JointFileId) -> String {
    format!("/ui/joint-files/{id}/actions/new")
}

fn amend_path(id: JointActionId) -> String {
    format!("/ui/joint-actions/{id}/amend")
}

/// Where the reader is in the task.
fn steps(msg: Messages, now: usize) -> Steps {
    Steps::new(msg, &[msg.nominate_step_basis(), msg.action_step_text()], now)
}

/// The other party of the joint file is the only recipient.
pub(super) async fn offers(visit: &Visit, peer: AuthorityId) -> Result<Vec<Offer>, Failure> {
    basis_form::offers(visit, false, |authority| authority.id == peer && authority.takes_parcels).await
}

/// The first step, the same for everything that leaves from a joint file.
pub(super) fn choose_page(
    frame: Frame,
    file: &JointFileView,
    lead: &str,
    offers: &[Offer],
    path: &str,
    back: String,
) -> DetailPage {
    let msg = frame.msg;
    let mut sections = vec![tabs::about(msg, file), Section::plain().block(lead).block(msg.basis_choose_lead())];
    sections.extend(basis_form::choose(msg, offers, path));
    DetailPage {
        frame,
        heading: None,
        tags: Vec::new(),
        tabs: None,
        actions: vec![Link::other(back, msg.button_cancel())],
        sections,
    }
}

async fn ask(visit: Visit, At(id): At<JointFileId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, id, &chosen, false).await
}

async fn show(visit: &Visit, id: JointFileId, chosen: &Chosen, tried: bool) -> Shown {
    let msg = visit.msg;
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    let offers = match &read {
        Ok(answer) => offers(visit, answer.view.peer_id).await?,
        Err(_) => Vec::new(),
    };
    let picked = basis_form::pick(&offers, chosen);
    let address = picked.map_or_else(|| path(id), |picked| picked.address(&path(id)));
    let form = match (&read, picked) {
        (Ok(answer), Some(picked)) => Some((picked, form(visit, &answer.view, picked).await?)),
        _ => None,
    };
    reason::or_ask(visit, &address, "/ui/joint-files", tried, read, |answer| {
        if let Some((picked, form)) = form {
            visit.page(&page(visit, form, &answer.view, picked), answer.entry)
        } else {
            let frame = visit.frame(msg.action_propose());
            visit.page(
                &choose_page(
                    frame,
                    &answer.view,
                    msg.action_propose_lead(),
                    &offers,
                    &path(id),
                    Part::Actions.path(id),
                ),
                answer.entry,
            )
        }
    })
}

async fn propose(visit: Visit, At(id): At<JointFileId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, &chosen, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let file = registry.read_joint_file(caller, id).await?.view;
    let offers = offers(&visit, file.peer_id).await?;
    let picked = basis_form::pick(&offers, &chosen).ok_or(Failure::Malformed)?;
    let form = form(&visit, &file, picked).await?;
    match visit.submit(form, &data, |command: ProposeAction| registry.propose_action(caller, id, command)).await {
        Ok(answer) => visit.done(&format!("/ui/joint-actions/{}", answer.view.id), "action-proposed", answer.entry),
        Err(unsent) => visit.again(unsent, |form| page(&visit, form, &file, picked)),
    }
}

async fn form(visit: &Visit, file: &JointFileView, picked: Picked<'_>) -> Result<Form, Failure> {
    let registry = visit.registry()?;
    let colleagues = registry.surroundings(&visit.caller).await?.view.colleagues;
    let consents = picked.consents(visit, file.case_id).await?;
    let blank = visit.form(picked.address(&path(file.id)));
    Ok(proposing(blank, visit.msg, kinds(registry, visit.msg), &colleagues, visit.caller.user, picked, consents)
        .cancel(Part::Actions.path(file.id)))
}

/// The catalogue as far as both sides can take part, under its headings.
fn kinds(registry: &Registry, msg: Messages) -> Vec<Choice> {
    let catalogue = &registry.measures;
    let word = |swedish: &str, english: &str| match msg.language() {
        Language::Swedish => swedish.to_owned(),
        Language::English => english.to_owned(),
    };
    let grouped = catalogue.groups().iter().flat_map(|group| {
        let heading = word(&group.title.sv, &group.title.en);
        let of_group = catalogue.all().filter(|kind| kind.group == group.code);
        let joint = of_group.filter(|kind| kind.owners.iter().any(|owner| matches!(owner.code(), "J" | "S" | "P")));
        joint
            .map(move |kind| {
                Choice::new(kind.code.clone(), word(&kind.title.sv, &kind.title.en)).group(heading.clone())
            })
            .collect::<Vec<_>>()
    });
    grouped.collect()
}

/// The form: the text that leaves, dates, what may follow, and the tests.
pub(crate) fn proposing(
    form: Form,
    msg: Messages,
    kinds: Vec<Choice>,
    colleagues: &[Colleague],
    me: UserId,
    picked: Picked<'_>,
    consents: Consents,
) -> Form {
    let people =
        colleagues.iter().map(|one| Choice::new(one.user_id.to_string(), format!("{}, {}", one.name, one.title)));
    let form = form
        .field(Field::select("kind", msg.action_kind(), kinds))
        .field(Field::textarea("what", msg.action_what()).hint(msg.basis_leaves()).rows(3).longest(LONGEST))
        .field(
            Field::textarea("ownPart", msg.action_own_part())
                .hint(msg.basis_leaves())
                .rows(2)
                .longest(LONGEST)
                .optional(),
        )
        .field(
            Field::textarea("yourPart", msg.action_your_part())
                .hint(msg.basis_leaves())
                .rows(2)
                .longest(LONGEST)
                .optional(),
        )
        .field(Field::select("responsibleId", msg.action_responsible_own(), people.collect()).value(me.to_string()))
        .field(Field::date("dueOn", msg.action_due()).optional());
    let form = picked
        .fields(form, msg, "grounds", consents)
        .field(Field::mark("namesOthers", msg.basis_names_others()).hint(msg.basis_names_others_hint()));
    follows(terms(form, msg), msg, picked, true).button(msg.action_propose_button())
}

/// Folded: goal, follow-up, handling.
fn terms(form: Form, msg: Messages) -> Form {
    form.more(Field::textarea("goal", msg.action_goal()).hint(msg.basis_leaves()).rows(2).longest(LONGEST).optional())
        .more(Field::date("followUpOn", msg.action_follow_up()).optional())
        .more(Field::text("attention", msg.basis_attention()).hint(msg.basis_attention_hint()).longest(200).optional())
        .more(
            Field::textarea("handlingNote", msg.basis_handling_note())
                .hint(msg.basis_handling_note_hint())
                .rows(2)
                .longest(500)
                .optional(),
        )
}

/// What may follow later without a new decision; nothing where the basis does not carry it.
pub(super) fn follows(form: Form, msg: Messages, picked: Picked<'_>, with_reply: bool) -> Form {
    if !picked.basis.follow_up {
        return form;
    }
    let fields =
        FollowField::ALL.iter().filter(|field| with_reply || **field != FollowField::Reply).map(|field| field.code());
    form.more(
        Field::checkboxes("followFields", msg.action_follow_fields(), Choice::codes(msg, "follow-field", fields))
            .hint(msg.action_follow_fields_hint())
            .optional(),
    )
    .more(Field::date("followUntil", msg.action_follow_until()).hint(msg.action_follow_until_hint()).when_needed())
}

fn page(visit: &Visit, form: Form, file: &JointFileView, picked: Picked<'_>) -> FormPage {
    let msg = visit.msg;
    FormPage::new(visit.frame(msg.action_propose()), reason::carried(visit, form))
        .step(steps(msg, 2))
        .before(tabs::about(msg, file))
        .before(picked.about(msg, &path(file.id)))
}

/// An action with its joint file: whoever amends needs both.
async fn both(
    visit: &Visit,
    id: JointActionId,
) -> Result<case_registry::Answer<(JointActionView, JointFileView)>, case_registry::RegistryError> {
    let registry = visit.registry().map_err(|_| case_registry::RegistryError::Unavailable)?;
    let action = registry.read_action(&visit.caller, id).await?;
    let file = registry.read_joint_file(&visit.caller, action.view.joint_file_id).await?.view;
    Ok(action.map(|action| (action, file)))
}

async fn ask_amend(visit: Visit, At(id): At<JointActionId>, Query(chosen): Query<Chosen>) -> Shown {
    show_amend(&visit, id, &chosen, false).await
}

async fn show_amend(visit: &Visit, id: JointActionId, chosen: &Chosen, tried: bool) -> Shown {
    let msg = visit.msg;
    let read = both(visit, id).await;
    let offers = match &read {
        Ok(answer) => offers(visit, answer.view.1.peer_id).await?,
        Err(_) => Vec::new(),
    };
    let picked = basis_form::pick(&offers, chosen);
    let address = picked.map_or_else(|| amend_path(id), |picked| picked.address(&amend_path(id)));
    let consents = match (&read, picked) {
        (Ok(answer), Some(picked)) => picked.consents(visit, answer.view.1.case_id).await?,
        _ => Consents::NotAsked,
    };
    reason::or_ask(visit, &address, "/ui/joint-files", tried, read, |answer| {
        let (action, file) = &answer.view;
        if let Some(picked) = picked {
            let form = amending(visit.form(address.clone()), msg, action, picked, consents);
            visit.page(&amend_page(visit, form, file, picked, action.version, id), answer.entry)
        } else {
            let frame = visit.frame(msg.action_amend());
            let back = format!("/ui/joint-actions/{id}");
            visit.page(&choose_page(frame, file, msg.action_amend_lead(), &offers, &amend_path(id), back), answer.entry)
        }
    })
}

async fn amend(visit: Visit, At(id): At<JointActionId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show_amend(&visit, id, &chosen, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let (action, file) = both(&visit, id).await?.view;
    let offers = offers(&visit, file.peer_id).await?;
    let picked = basis_form::pick(&offers, &chosen).ok_or(Failure::Malformed)?;
    let consents = picked.consents(&visit, file.case_id).await?;
    let form = amending(visit.form(picked.address(&amend_path(id))), visit.msg, &action, picked, consents);
    match visit.submit(form, &data, |command: AmendAction| registry.amend_action(caller, id, sent, command)).await {
        Ok(answer) => visit.done(&format!("/ui/joint-actions/{id}"), "action-amended", answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, action.version);
            visit.again(unsent, |form| amend_page(&visit, form, &file, picked, version, id))
        }
    }
}

/// The form, with the text that stands.
pub(crate) fn amending(
    form: Form,
    msg: Messages,
    action: &JointActionView,
    picked: Picked<'_>,
    consents: Consents,
) -> Form {
    let text = |part: fn(&case_registry::joint_action::ActionTextView) -> &String| {
        action.text.as_ref().map(part).cloned().unwrap_or_default()
    };
    let form = form
        .field(
            Field::textarea("what", msg.action_what())
                .hint(msg.basis_leaves())
                .value(text(|text| &text.what))
                .rows(3)
                .longest(LONGEST),
        )
        .field(
            Field::textarea("goal", msg.action_goal())
                .value(text(|text| &text.goal))
                .rows(2)
                .longest(LONGEST)
                .optional(),
        )
        .field(
            Field::textarea("ownPart", msg.action_own_part())
                .value(text(|text| &text.proposer_part))
                .rows(2)
                .longest(LONGEST)
                .optional(),
        )
        .field(
            Field::textarea("yourPart", msg.action_your_part())
                .value(text(|text| &text.receiver_part))
                .rows(2)
                .longest(LONGEST)
                .optional(),
        )
        .field(Field::date("dueOn", msg.action_due()).value(action.due_on.clone().unwrap_or_default()).optional())
        .field(
            Field::date("followUpOn", msg.action_follow_up())
                .value(action.follow_up_on.clone().unwrap_or_default())
                .optional(),
        );
    let form = picked
        .fields(form, msg, "grounds", consents)
        .field(Field::mark("namesOthers", msg.basis_names_others()).hint(msg.basis_names_others_hint()));
    form.button(msg.action_amend_button()).cancel(format!("/ui/joint-actions/{}", action.id))
}

fn amend_page(
    visit: &Visit,
    form: Form,
    file: &JointFileView,
    picked: Picked<'_>,
    version: i64,
    id: JointActionId,
) -> FormPage {
    let msg = visit.msg;
    FormPage::new(visit.frame(msg.action_amend()), reason::carried(visit, edited::on(form, version)))
        .step(steps(msg, 2))
        .lead(msg.action_amend_again())
        .before(tabs::about(msg, file))
        .before(picked.about(msg, &amend_path(id)))
}
