//! A concern report (orosanmälan, SoL 19 kap. 1 §) and the other reports that the law wants at once: no balancing, and nothing between the text and its
//! leaving but the questions that the law itself asks. Made about the person of a joint file or of an own case.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::RegistryError;
use case_registry::concern_report::ConcernReport;
use vocabulary::{Action, CaseId, JointFileId};

use super::basis_form::{self, Chosen, Consents, Offer, Picked};
use super::joint_file_tabs as tabs;
use super::{case_tabs, reason};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Field, Form, FormData};
use crate::i18n::Messages;
use crate::layouts::{DetailPage, FormPage};
use crate::parts::{Action as Link, Section};
use crate::route::{LONG_TEXT_BODY, Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The form, and reporting.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/joint-files/{id}/concern", Action::DecideRelease, || get(ask_in_file)),
    Route::page(Method::Post, "/ui/joint-files/{id}/concern", Action::DecideRelease, || post(report_in_file))
        .body_limit(LONG_TEXT_BODY),
    Route::page(Method::Get, "/ui/cases/{id}/concern", Action::DecideRelease, || get(ask_in_case)),
    Route::page(Method::Post, "/ui/cases/{id}/concern", Action::DecideRelease, || post(report_in_case))
        .body_limit(LONG_TEXT_BODY),
];

/// About whom: the person of one of these.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    /// A joint file.
    File(JointFileId),
    /// An own case.
    Case(CaseId),
}

impl Source {
    fn home(self) -> String {
        match self {
            Self::File(id) => format!("/ui/joint-files/{id}"),
            Self::Case(id) => format!("/ui/cases/{id}"),
        }
    }

    fn path(self) -> String {
        format!("{}/concern", self.home())
    }

    /// Above the form: whom it is about.
    async fn about(self, visit: &Visit) -> Result<case_registry::Answer<Section>, RegistryError> {
        let registry = visit.registry().map_err(|_| RegistryError::Unavailable)?;
        match self {
            Self::File(id) => {
                Ok(registry.read_joint_file(&visit.caller, id).await?.map(|file| tabs::about(visit.msg, &file)))
            }
            Self::Case(id) => {
                Ok(registry.read_case(&visit.caller, id).await?.map(|case| case_tabs::about(visit.msg, &case)))
            }
        }
    }
}

async fn ask_in_file(visit: Visit, At(id): At<JointFileId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, Source::File(id), &chosen, false).await
}

async fn ask_in_case(visit: Visit, At(id): At<CaseId>, Query(chosen): Query<Chosen>) -> Shown {
    show(&visit, Source::Case(id), &chosen, false).await
}

async fn report_in_file(
    visit: Visit,
    At(id): At<JointFileId>,
    Query(chosen): Query<Chosen>,
    Posted(data): Posted,
) -> Shown {
    report(&visit, Source::File(id), &chosen, &data).await
}

async fn report_in_case(visit: Visit, At(id): At<CaseId>, Query(chosen): Query<Chosen>, Posted(data): Posted) -> Shown {
    report(&visit, Source::Case(id), &chosen, &data).await
}

/// Whoever can be reported to, on the bases that oblige to report at once. Nothing but a parcel is quick enough.
async fn offers(visit: &Visit) -> Result<Vec<Offer>, Failure> {
    let mut offers = basis_form::offers(visit, false, |authority| authority.takes_parcels).await?;
    for offer in &mut offers {
        offer.bases.retain(|basis| basis.at_once);
    }
    offers.retain(|offer| !offer.bases.is_empty());
    Ok(offers)
}

async fn show(visit: &Visit, source: Source, chosen: &Chosen, tried: bool) -> Shown {
    let msg = visit.msg;
    let offers = offers(visit).await?;
    let picked = basis_form::pick(&offers, chosen);
    let address = picked.map_or_else(|| source.path(), |picked| picked.address(&source.path()));
    let read = source.about(visit).await;
    reason::or_ask(visit, &address, "/ui", tried, read, |answer| {
        if let Some(picked) = picked {
            let form = reporting(visit.form(address.clone()), msg, source, picked);
            visit.page(&page(visit, form, source, Some(answer.view), picked), answer.entry)
        } else {
            let mut sections = vec![answer.view, Section::plain().block(msg.concern_lead())];
            sections.extend(basis_form::choose(msg, &offers, &source.path()));
            let actions = vec![Link::other(source.home(), msg.button_cancel())];
            let frame = visit.frame(msg.concern_new());
            visit.page(
                &DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions, sections },
                answer.entry,
            )
        }
    })
}

async fn report(visit: &Visit, source: Source, chosen: &Chosen, data: &FormData) -> Shown {
    if reason::only_opens(data) {
        return show(visit, source, chosen, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let offers = offers(visit).await?;
    let picked = basis_form::pick(&offers, chosen).ok_or(Failure::Malformed)?;
    let form = reporting(visit.form(picked.address(&source.path())), visit.msg, source, picked);
    match visit.submit(form, data, |command: ConcernReport| registry.report_concern(caller, command)).await {
        Ok(answer) => visit.done(&format!("/ui/releases/{}", answer.view), "concern-reported", answer.entry),
        Err(unsent) => {
            let about = source.about(visit).await.ok().map(|answer| answer.view);
            visit.again(unsent, |form| page(visit, form, source, about, picked))
        }
    }
}

/// The form: what is known or suspected, whether it is urgent, and the questions of the law.
pub(crate) fn reporting(form: Form, msg: Messages, source: Source, picked: Picked<'_>) -> Form {
    let form = match source {
        Source::File(id) => form.fixed("jointFileId", id.to_string()),
        Source::Case(id) => form.fixed("caseId", id.to_string()),
    };
    let form = form
        .fixed("recipientId", picked.recipient.id.to_string())
        .field(Field::textarea("text", msg.concern_text()).hint(msg.concern_text_hint()).rows(8).longest(10_000))
        .field(Field::yes_no("immediateDanger", msg.concern_danger()).hint(msg.concern_danger_hint()));
    let form = picked.fields(form, msg, "grounds", Consents::NotAsked);
    form.field(Field::mark("namesOthers", msg.basis_names_others()).hint(msg.concern_others_hint()))
        .more(
            Field::text("attention", msg.basis_attention()).hint(msg.concern_attention_hint()).longest(200).optional(),
        )
        .button(msg.concern_send())
        .cancel(source.home())
}

fn page(visit: &Visit, form: Form, source: Source, about: Option<Section>, picked: Picked<'_>) -> FormPage {
    let msg = visit.msg;
    let page = FormPage::new(visit.frame(msg.concern_new()), reason::carried(visit, form)).lead(msg.concern_lead());
    let page = match about {
        Some(about) => page.before(about),
        None => page,
    };
    page.before(picked.about(msg, &source.path()))
}
