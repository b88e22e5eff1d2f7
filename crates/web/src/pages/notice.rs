//! The notice that every access is logged and reviewed: shown at the first sign-in, kept with its date, and to be read again at any time.

use axum::routing::{get, post};
use case_registry::home::MeView;
use vocabulary::Action;

use crate::form::Form;
use crate::frame::Frame;
use crate::layouts::DetailPage;
use crate::parts::{Block, Inline, Section, SummaryList};
use crate::route::{Method, Route};
use crate::visit::{Shown, Visit};

/// The notice, and the note that it was read.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/notice", Action::ReadHome, || get(show)),
    Route::page(Method::Post, "/ui/notice", Action::ReadHome, || post(see)),
];

async fn show(visit: Visit) -> Shown {
    let answer = visit.registry()?.me(&visit.caller).await?;
    let form = visit.form("/ui/notice").button(visit.msg.notice_page_read());
    visit.page(&page(visit.frame(visit.msg.notice_page_title()), form, &answer.view), answer.entry)
}

async fn see(visit: Visit) -> Shown {
    let answer = visit.registry()?.see_notice(&visit.caller).await?;
    visit.done("/ui", "notice-read", answer.entry)
}

/// The page. Whoever has read it already is shown when, and no button.
pub(crate) fn page(frame: Frame, form: Form, me: &MeView) -> DetailPage {
    let msg = frame.msg;
    let points = [
        msg.notice_page_logged(),
        msg.notice_page_refused(),
        msg.notice_page_reviewed(),
        msg.notice_page_person(),
        msg.notice_page_need(),
    ];
    let about = Section::new("about", msg.notice_page_heading())
        .block(msg.notice_page_lead())
        .block(Block::Points(points.map(str::to_owned).to_vec()));
    let about = match me.notice_seen_at {
        None => about.block(form),
        Some(at) => about.block(SummaryList::new().row(msg.notice_page_seen(), Inline::instant(msg, at))),
    };
    let roles: Vec<String> = me.roles.iter().map(|role| msg.of("role", role.code())).collect();
    let mandate = SummaryList::new()
        .row(msg.mandate_name(), format!("{}, {}", me.name, me.title))
        .row(msg.mandate_authority(), me.authority.clone())
        .row(msg.mandate_unit(), me.unit.clone())
        .row(msg.mandate_roles(), roles.join(", "))
        .row(msg.mandate_number(), me.service_number.clone());
    let mandate = Section::new("mandate", msg.mandate_heading()).block(msg.mandate_lead()).block(mandate);
    DetailPage {
        frame,
        heading: None,
        tags: Vec::new(),
        tabs: None,
        actions: Vec::new(),
        sections: vec![about, mandate],
    }
}
