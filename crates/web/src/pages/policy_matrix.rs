//! The matrix of the policy in force, for a lawyer to read: by role, by action, or whole.

use axum::extract::RawQuery;
use axum::routing::get;
use case_registry::policy::PolicyMatrixView;
use vocabulary::{Action, Role};

use super::policy::table;
use crate::form::Choice;
use crate::frame::Frame;
use crate::layouts::ListPage;
use crate::parts::{Action as Link, Filters};
use crate::route::{Method, Route};
use crate::visit::{Shown, Visit};

/// One address.
pub const ROUTES: &[Route] = &[Route::page(Method::Get, "/ui/policy/matrix", Action::ReadPolicy, || get(show))];

async fn show(visit: Visit, RawQuery(query): RawQuery) -> Shown {
    let query = query.unwrap_or_default();
    let (role, action) = wanted(&query);
    let answer = visit.registry()?.policy_matrix(&visit.caller, role, action).await?;
    visit.page(&page(visit.frame(visit.msg.policy_matrix_title()), &answer.view, role, action), answer.entry)
}

/// What is asked for; what is no role or action counts as none.
fn wanted(query: &str) -> (Option<Role>, Option<Action>) {
    let of =
        |name: &str| form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, text)| text);
    (of("role").and_then(|code| code.parse().ok()), of("action").and_then(|code| code.parse().ok()))
}

/// The page.
pub(crate) fn page(frame: Frame, view: &PolicyMatrixView, role: Option<Role>, action: Option<Action>) -> ListPage {
    let msg = frame.msg;
    let roles = Role::ALL.iter().map(|role| Choice::new(role.code(), msg.of("role", role.code()))).collect();
    let actions =
        Action::ALL.iter().map(|action| Choice::new(action.code(), msg.of("action", action.code()))).collect();
    let filters = Filters::new(msg, "/ui/policy/matrix")
        .by("role", msg.policy_column_role(), roles, role.map(Role::code))
        .by("action", msg.policy_column_action(), actions, action.map(Action::code));
    let count = |number: usize| msg.number(i64::try_from(number).unwrap_or(i64::MAX));
    ListPage {
        lead: Some(msg.policy_matrix_lead(count(view.rows.len()), count(view.total))),
        actions: vec![Link::other("/ui/policy", msg.policy_back())],
        filters: Some(filters),
        table: table(msg, msg.policy_matrix_title(), &view.rows, msg.policy_none_such()),
        pager: None,
        frame,
    }
}
