//! Creating a user, whose link is shown once, and ending a mandate.

use axum::routing::{get, post};
use case_registry::directory::{CreateUser, UnitView, UserView};
use http::{HeaderMap, header};
use identity::Identity;
use vocabulary::{Action, AuthorityKind, Role, UserId};

use super::{cases, edited};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form, Unsent};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{ConfirmPage, DetailPage, FormPage};
use crate::parts::{Action as Link, Block, Section};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// New, and end.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/users/new", Action::UpdateUsers, || get(ask)),
    Route::page(Method::Post, "/ui/users/new", Action::UpdateUsers, || post(create)),
    Route::page(Method::Get, "/ui/users/{id}/link", Action::UpdateUsers, || get(ask_for_link)),
    Route::page(Method::Post, "/ui/users/{id}/link", Action::UpdateUsers, || post(renew_link)),
    Route::page(Method::Get, "/ui/users/{id}/end", Action::UpdateUsers, || get(ask_to_end)),
    Route::page(Method::Post, "/ui/users/{id}/end", Action::UpdateUsers, || post(end)),
];

async fn ask(visit: Visit) -> Shown {
    let answer = visit.registry()?.users_to_change(&visit.caller).await?;
    let form = creating(visit.form("/ui/users/new"), visit.msg, cases::own_kind(&visit), &answer.view.units);
    visit.page(&FormPage::new(visit.frame(visit.msg.user_new()), form).lead(visit.msg.user_new_lead()), answer.entry)
}

async fn create(visit: Visit, headers: HeaderMap, Posted(data): Posted) -> Shown {
    let registry = visit.registry()?;
    let identity = visit.site.room::<Identity>()?;
    let caller = &visit.caller;
    let units = registry.users_to_change(caller).await?.view.units;
    let form = creating(visit.form("/ui/users/new"), visit.msg, cases::own_kind(&visit), &units);
    match visit.submit(form, &data, |command: CreateUser| registry.create_user(caller, identity, command)).await {
        Ok(answer) => {
            let link = address(&visit, &headers, answer.view.link.reveal());
            visit.page(&link_page(visit.frame(visit.msg.user_created_title()), &link), answer.entry)
        }
        Err(unsent) => visit.again(unsent, |form| {
            FormPage::new(visit.frame(visit.msg.user_new()), form).lead(visit.msg.user_new_lead())
        }),
    }
}

/// The whole address as this administrator's browser reaches the site, to be handed over.
fn address(visit: &Visit, headers: &HeaderMap, token: &str) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if visit.site.settings().secure { "https" } else { "http" };
    format!("{scheme}://{host}/sign-in/{token}")
}

/// The form, with the roles that an authority of the own kind has.
pub(crate) fn creating(form: Form, msg: Messages, kind: Option<AuthorityKind>, units: &[UnitView]) -> Form {
    let units = units.iter().map(|unit| Choice::new(unit.id.to_string(), unit.name.clone()));
    let roles = Role::ALL.iter().filter(|role| kind.is_some_and(|kind| role.fits(kind))).map(|role| role.code());
    form.field(Field::text("name", msg.user_name()).longest(100))
        .field(Field::text("title", msg.user_title()).longest(100))
        .field(Field::text("serviceNumber", msg.user_service_number()).hint(msg.user_service_number_hint()).longest(20))
        .field(Field::select("unitId", msg.user_unit(), units.collect()))
        .field(Field::checkboxes("roles", msg.user_roles(), Choice::codes(msg, "role", roles)))
        .button(msg.user_create_button())
        .cancel("/ui/users")
}

/// The link, shown this once: only its digest is kept.
pub(crate) fn link_page(frame: Frame, link: &str) -> DetailPage {
    let msg = frame.msg;
    let section = Section::new("link", msg.user_link())
        .block(msg.user_link_once())
        .block(Block::Quote(link.to_owned()))
        .block(msg.user_link_hand_over());
    let actions = vec![Link::primary("/ui/users", msg.user_back())];
    DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions, sections: vec![section] }
}

async fn ask_for_link(visit: Visit, At(id): At<UserId>) -> Shown {
    let answer = visit.registry()?.users_to_change(&visit.caller).await?;
    let user = of(&answer.view.users, id)?;
    let msg = visit.msg;
    let form = visit.form(format!("/ui/users/{id}/link")).button(msg.user_link_button()).cancel("/ui/users");
    visit.page(&ConfirmPage::new(visit.frame(msg.user_link_title()), for_whom(msg, user), form), answer.entry)
}

async fn renew_link(visit: Visit, headers: HeaderMap, At(id): At<UserId>, Posted(_): Posted) -> Shown {
    let identity = visit.site.room::<Identity>()?;
    let answer = visit.registry()?.renew_link(&visit.caller, identity, id).await?;
    let link = address(&visit, &headers, answer.view.link.reveal());
    visit.page(&link_page(visit.frame(visit.msg.user_link_title()), &link), answer.entry)
}

/// Whose link, and what a new one means.
pub(crate) fn for_whom(msg: Messages, user: &UserView) -> [String; 2] {
    [msg.user_link_whose(&user.name, &user.unit), msg.user_link_before().to_owned()]
}

async fn ask_to_end(visit: Visit, At(id): At<UserId>) -> Shown {
    let answer = visit.registry()?.users_to_change(&visit.caller).await?;
    let user = of(&answer.view.users, id)?;
    let form = edited::on(form_to_end(&visit, id), user.version);
    visit.page(
        &ConfirmPage::new(visit.frame(visit.msg.user_end_title()), consequences(visit.msg, user), form),
        answer.entry,
    )
}

async fn end(visit: Visit, At(id): At<UserId>, Posted(data): Posted) -> Shown {
    let registry = visit.registry()?;
    let sent = edited::version(&data)?;
    match registry.end_mandate(&visit.caller, id, sent).await {
        Ok(answer) => visit.done("/ui/users", "mandate-ended", answer.entry),
        Err(error) => {
            let unsent = form_to_end(&visit, id).refused(error);
            if let Unsent::Failed(failure) = unsent {
                return Err(failure);
            }
            let users = registry.users_to_change(&visit.caller).await?.view.users;
            let user = of(&users, id)?;
            let version = edited::again(&unsent, sent, user.version);
            visit.again(unsent, |form| {
                ConfirmPage::new(
                    visit.frame(visit.msg.user_end_title()),
                    consequences(visit.msg, user),
                    edited::on(form, version),
                )
            })
        }
    }
}

fn of(users: &[UserView], id: UserId) -> Result<&UserView, Failure> {
    users.iter().find(|user| user.id == id && user.is_active).ok_or(Failure::NotFound)
}

fn form_to_end(visit: &Visit, id: UserId) -> Form {
    visit.form(format!("/ui/users/{id}/end")).button(visit.msg.user_end_button()).cancel("/ui/users")
}

/// Whose mandate, and what its end means.
pub(crate) fn consequences(msg: Messages, user: &UserView) -> [String; 3] {
    [msg.user_end_whose(&user.name, &user.unit), msg.user_end_at_once().to_owned(), msg.user_end_cases().to_owned()]
}
