//! Writing an own entry in a joint file. Police information carries its marks (2018:1693 3 kap. 2 och 4 §§).

use axum::routing::{get, post};
use case_registry::home::Colleague;
use case_registry::joint_entry::{Accuracy, Availability, Credibility, JointGround, Suspicion, WriteEntry};
use case_registry::joint_file::JointFileView;
use vocabulary::{Action, AuthorityKind, JointFileId, SecrecyClass};

use super::joint_file_tabs::{self as tabs, Part};
use super::{cases, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::parts::{Block, Section};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form, and writing.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-files/{id}/entries/new", Action::WriteEntry, || get(ask)),
    Route::page(Method::Post, "/ui/joint-files/{id}/entries/new", Action::WriteEntry, || post(write)),
];

/// Characters of an entry.
const LONGEST: u32 = 4_000;

async fn ask(visit: Visit, At(id): At<JointFileId>) -> Shown {
    show(&visit, id, false).await
}

async fn show(visit: &Visit, id: JointFileId, tried: bool) -> Shown {
    let form = form(visit, id).await?;
    let read = visit.registry()?.read_joint_file(&visit.caller, id).await;
    reason::or_ask(visit, &path(id), "/ui/joint-files", tried, read, |answer| {
        visit.page(&page(visit, form, Some(&answer.view)), answer.entry)
    })
}

async fn write(visit: Visit, At(id): At<JointFileId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let form = form(&visit, id).await?;
    match visit.submit(form, &data, |command: WriteEntry| registry.write_entry(caller, id, command)).await {
        Ok(answer) => visit.done(&Part::Entries.path(id), "entry-written", answer.entry),
        Err(unsent) => {
            let about = registry.read_joint_file(caller, id).await.ok();
            visit.again(unsent, |form| page(&visit, form, about.as_ref().map(|answer| &answer.view)))
        }
    }
}

fn path(id: JointFileId) -> String {
    format!("/ui/joint-files/{id}/entries/new")
}

fn page(visit: &Visit, form: Form, file: Option<&JointFileView>) -> FormPage {
    let msg = visit.msg;
    let page = FormPage::new(visit.frame(msg.entry_new()), reason::carried(visit, form));
    let page = if cases::own_kind(visit) == Some(AuthorityKind::Police) {
        let notice = Block::Notice(msg.entry_not_here_title().to_owned(), msg.entry_not_here().to_owned());
        page.before(Section::new("not-here", msg.entry_what_not()).block(notice))
    } else {
        page.lead(msg.entry_lead())
    };
    match file {
        Some(file) => page.before(tabs::about(msg, file)),
        None => page,
    }
}

async fn form(visit: &Visit, id: JointFileId) -> Result<Form, Failure> {
    let colleagues = visit.registry()?.surroundings(&visit.caller).await?.view.colleagues;
    let is_police = cases::own_kind(visit) == Some(AuthorityKind::Police);
    Ok(writing(visit.form(path(id)), visit.msg, is_police, &colleagues).cancel(Part::Entries.path(id)))
}

/// The form. With the police every mark that the law asks for is a field; nothing is marked by default.
pub(crate) fn writing(form: Form, msg: Messages, is_police: bool, colleagues: &[Colleague]) -> Form {
    let classes = SecrecyClass::ALL.iter().filter(|class| **class != SecrecyClass::Unknown).map(|class| class.code());
    let form = form
        .field(Field::textarea("text", msg.entry_text()).rows(8).longest(LONGEST))
        .field(
            Field::select("class", msg.paragraph_class(), Choice::codes(msg, "secrecy-class", classes))
                .value("standard"),
        )
        .button(msg.entry_save());
    if !is_police {
        return form;
    }
    let people = colleagues
        .iter()
        .map(|one| Choice::new(one.user_id.to_string(), format!("{}, {}", one.name, one.title)))
        .collect();
    let codes = |prefix: &'static str, codes: Vec<&'static str>| Choice::codes(msg, prefix, codes);
    let availability = codes("availability", Availability::ALL.iter().map(|code| code.code()).collect());
    let grounds = codes("joint-ground", JointGround::ALL.iter().map(|code| code.code()).collect());
    let suspicion = codes("suspicion", Suspicion::ALL.iter().map(|code| code.code()).collect());
    let credibility = codes("credibility", Credibility::ALL.iter().map(|code| code.code()).collect());
    let accuracy = codes("accuracy", Accuracy::ALL.iter().map(|code| code.code()).collect());
    form.field(Field::radios("police.availability", msg.entry_availability(), availability))
        .field(Field::select("police.ground", msg.entry_ground(), grounds).hint(msg.entry_ground_hint()).when_needed())
        .field(Field::checkboxes("police.named", msg.entry_named(), people).hint(msg.entry_named_hint()).optional())
        .field(Field::radios("police.suspicion", msg.entry_suspicion(), suspicion).hint(msg.entry_suspicion_hint()))
        .field(Field::select("police.credibility", msg.entry_credibility(), credibility))
        .field(Field::select("police.accuracy", msg.entry_accuracy(), accuracy))
        .field(Field::date("police.expiresOn", msg.entry_expires()).hint(msg.entry_expires_hint()))
        .field(Field::mark("containsNoSecretIntelligence", msg.entry_confirm()))
        .more(
            Field::text("police.clearance.by", msg.entry_clearance_by())
                .hint(msg.entry_clearance_hint())
                .longest(100)
                .when_needed(),
        )
        .more(Field::date("police.clearance.on", msg.entry_clearance_on()).when_needed())
}
