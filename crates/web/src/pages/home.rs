//! The home page: one address, a home per role. Each role's home is a function; this file only chooses.

use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use vocabulary::{Action, Role};

use crate::frame::Frame;
use crate::layouts::HomePage;
use crate::pages::{figures, home_auditor, home_police, home_social, users};
use crate::parts::{Action as Link, Section};
use crate::route::{Method, Route};
use crate::visit::{Shown, Visit};

/// One address.
pub const ROUTES: &[Route] = &[Route::page(Method::Get, "/ui", Action::ReadHome, || get(show))];

/// Whoever signs in for the first time reads first that accesses are logged and reviewed.
async fn show(visit: Visit) -> Shown {
    let me = visit.registry()?.me(&visit.caller).await?;
    if me.view.notice_seen_at.is_none() {
        return Ok(Redirect::to("/ui/notice").into_response());
    }
    let has = |role| visit.caller.has(role);
    if has(Role::SocialWorker) || has(Role::SocialLead) {
        home_social::show(&visit).await
    } else if has(Role::PoliceCoordinator) || has(Role::SigCoordinator) {
        home_police::show(&visit).await
    } else if has(Role::Auditor) {
        home_auditor::show(&visit).await
    } else if has(Role::Administrator) {
        users::show(&visit).await
    } else if has(Role::PreventionCoordinator) {
        figures::show(&visit).await
    } else {
        visit.page(&plain(visit.frame(visit.msg.home_title())), me.entry)
    }
}

/// The home of a role whose work begins with one of the pages that it can go to.
pub(crate) fn plain(frame: Frame) -> HomePage {
    let doors =
        frame.navigation.iter().filter(|item| item.href != "/ui").map(|item| Link::other(item.href, item.label));
    let doors: Vec<Link> = doors.collect();
    let section = Section::new("doors", frame.msg.home_doors()).block(frame.msg.home_doors_lead()).block(doors);
    HomePage { actions: Vec::new(), sections: vec![section], frame }
}
