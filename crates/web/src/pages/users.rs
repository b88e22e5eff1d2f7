//! The users of one's authority: the list, a new user with a one-time link, the end of a mandate. Administration sees users and never persons.

use axum::routing::get;
use case_registry::directory::{UserList, UserView};
use vocabulary::{Action, Role};

use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::ListPage;
use crate::parts::{Action as Link, Inline, Table, Tone};
use crate::route::{Method, Route};
use crate::visit::{Shown, Visit};

/// The list.
pub const ROUTES: &[Route] = &[Route::page(Method::Get, "/ui/users", Action::ReadUsers, || get(list))];

async fn list(visit: Visit) -> Shown {
    show(&visit).await
}

/// Shows the list; it is the administrator's home too.
pub(super) async fn show(visit: &Visit) -> Shown {
    let answer = visit.registry()?.list_users(&visit.caller).await?;
    let page = page(visit.frame(visit.msg.nav_users()), &answer.view, visit.caller.has(Role::Administrator));
    visit.page(&page, answer.entry)
}

/// The list. Whoever may not change users is offered no change.
pub(crate) fn page(frame: Frame, list: &UserList, may_change: bool) -> ListPage {
    let msg = frame.msg;
    let actions = if may_change { vec![Link::primary("/ui/users/new", msg.user_new())] } else { Vec::new() };
    ListPage {
        lead: Some(msg.user_list_lead().to_owned()),
        actions,
        filters: None,
        table: table(msg, &list.users, may_change),
        pager: None,
        frame,
    }
}

fn table(msg: Messages, users: &[UserView], may_change: bool) -> Table {
    let table = Table::new(msg.nav_users(), msg.user_none())
        .column(msg.user_name())
        .column(msg.user_unit())
        .column(msg.user_roles())
        .column(msg.user_service_number())
        .column(msg.user_mandate());
    users.iter().fold(table, |table, user| {
        let roles: Vec<String> = user.roles.iter().map(|role| msg.of("role", role.code())).collect();
        let state = if user.is_active {
            Inline::tag(Tone::Good, msg.user_active())
        } else {
            Inline::tag(Tone::Plain, msg.user_ended())
        };
        let state = if user.is_active && may_change {
            Inline::Many(vec![
                state,
                Inline::link(format!("/ui/users/{}/link", user.id), msg.user_link_for(&user.name)),
                Inline::link(format!("/ui/users/{}/end", user.id), msg.user_end_of(&user.name)),
            ])
        } else {
            state
        };
        table.row([
            format!("{}, {}", user.name, user.title).into(),
            user.unit.clone().into(),
            roles.join(", ").into(),
            user.service_number.clone().into(),
            state,
        ])
    })
}
