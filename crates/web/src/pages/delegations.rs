//! The delegation list (delegationsordning): who decides on which legal basis in the authority's name, as the authority has decided it elsewhere.

use axum::routing::{get, post};
use case_registry::delegation::{Delegate, DelegationView};
use case_registry::directory::UserView;
use case_registry::legal_basis::BasisView;
use uuid::Uuid;
use vocabulary::{Action, Role};

use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{ConfirmPage, FormPage, ListPage};
use crate::parts::{Action as Link, Inline, Table};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// The list, a new line, the end of one.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/delegations", Action::ReadUsers, || get(list)),
    Route::page(Method::Get, "/ui/delegations/new", Action::UpdateUsers, || get(ask)),
    Route::page(Method::Post, "/ui/delegations/new", Action::UpdateUsers, || post(enter)),
    Route::page(Method::Get, "/ui/delegations/{id}/end", Action::UpdateUsers, || get(ask_to_end)),
    Route::page(Method::Post, "/ui/delegations/{id}/end", Action::UpdateUsers, || post(end)),
];

/// Roles that decide on releases; the others decide on nothing that a delegation could be for.
const DECIDING: [Role; 4] = [Role::SocialWorker, Role::SocialLead, Role::SigCoordinator, Role::PoliceCoordinator];

async fn list(visit: Visit) -> Shown {
    let registry = visit.registry()?;
    let bases = registry.legal_bases(&visit.caller).await?.view;
    let answer = registry.list_delegations(&visit.caller).await?;
    let today = visit.site.clock().today().to_string();
    let page = page(
        visit.frame(visit.msg.nav_delegations()),
        &answer.view,
        &bases,
        &today,
        visit.caller.has(Role::Administrator),
    );
    visit.page(&page, answer.entry)
}

/// The list; a line that has ended stays in it, because decisions name it.
pub(crate) fn page(
    frame: Frame,
    lines: &[DelegationView],
    bases: &[BasisView],
    today: &str,
    may_change: bool,
) -> ListPage {
    let msg = frame.msg;
    let table = Table::new(msg.nav_delegations(), msg.delegation_none())
        .column(msg.delegation_basis())
        .column(msg.delegation_who())
        .column(msg.delegation_point())
        .column(msg.delegation_from())
        .column(msg.delegation_until());
    let table = lines.iter().fold(table, |table, line| {
        let until = match &line.valid_until {
            Some(day) => Inline::day_text(msg, day),
            None if may_change => Inline::link(
                format!("/ui/delegations/{}/end", line.id),
                msg.delegation_end_of(citation(bases, &line.basis), who(msg, line)),
            ),
            None => msg.delegation_until_further().into(),
        };
        let ended = line.valid_until.as_deref().is_some_and(|last| last < today);
        let until = if ended { Inline::Many(vec![until, msg.delegation_ended().into()]) } else { until };
        table.row([
            Inline::link(format!("/ui/legal-bases/{}", line.basis), citation(bases, &line.basis)),
            who(msg, line).into(),
            line.point.clone().into(),
            Inline::day_text(msg, &line.valid_from),
            until,
        ])
    });
    let actions =
        if may_change { vec![Link::primary("/ui/delegations/new", msg.delegation_new())] } else { Vec::new() };
    ListPage { lead: Some(msg.delegation_lead().to_owned()), actions, filters: None, table, pager: None, frame }
}

fn citation(bases: &[BasisView], code: &str) -> String {
    bases.iter().find(|basis| basis.code == code).map_or_else(|| code.to_owned(), |basis| basis.citation.clone())
}

fn who(msg: Messages, line: &DelegationView) -> String {
    match (&line.user, line.role) {
        (Some(user), _) => user.clone(),
        (None, Some(role)) => msg.delegation_everyone(msg.of("role", role.code())),
        (None, None) => String::new(),
    }
}

/// The form: for everyone with a role, or for one colleague.
pub(crate) fn entering(form: Form, msg: Messages, bases: &[BasisView], users: &[UserView], today: &str) -> Form {
    let bases = bases.iter().map(|basis| {
        Choice::new(basis.code.clone(), format!("{}, {}", basis.citation, basis.title)).hint(basis.who_decides.clone())
    });
    let decides = |user: &&UserView| user.is_active && user.roles.iter().any(|role| DECIDING.contains(role));
    let users = users
        .iter()
        .filter(decides)
        .map(|user| Choice::new(user.id.to_string(), format!("{}, {}", user.name, user.title)));
    form.field(Field::select("basis", msg.delegation_basis(), bases.collect()))
        .field(
            Field::select("role", msg.delegation_role(), Choice::codes(msg, "role", DECIDING.map(Role::code)))
                .hint(msg.delegation_role_hint())
                .optional(),
        )
        .field(Field::select("userId", msg.delegation_user(), users.collect()).optional())
        .field(Field::text("point", msg.delegation_point()).hint(msg.delegation_point_hint()).longest(100))
        .field(Field::date("validFrom", msg.delegation_from()).value(today))
        .field(Field::date("validUntil", msg.delegation_until()).hint(msg.delegation_until_hint()).optional())
        .button(msg.delegation_enter())
        .cancel("/ui/delegations")
}

async fn prepared(visit: &Visit) -> Result<(Form, vocabulary::EntryId), Failure> {
    let registry = visit.registry()?;
    let answer = registry.users_to_change(&visit.caller).await?;
    let bases = registry.legal_bases(&visit.caller).await?.view;
    let today = visit.site.clock().today().to_string();
    Ok((entering(visit.form("/ui/delegations/new"), visit.msg, &bases, &answer.view.users, &today), answer.entry))
}

async fn ask(visit: Visit) -> Shown {
    let (form, entry) = prepared(&visit).await?;
    let page = FormPage::new(visit.frame(visit.msg.delegation_new()), form).lead(visit.msg.delegation_new_lead());
    visit.page(&page, entry)
}

async fn enter(visit: Visit, Posted(data): Posted) -> Shown {
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let (form, _) = prepared(&visit).await?;
    match visit.submit(form, &data, |command: Delegate| registry.delegate(caller, command)).await {
        Ok(answer) => visit.done("/ui/delegations", "delegation-entered", answer.entry),
        Err(unsent) => visit.again(unsent, |form| {
            FormPage::new(visit.frame(visit.msg.delegation_new()), form).lead(visit.msg.delegation_new_lead())
        }),
    }
}

async fn ask_to_end(visit: Visit, At(id): At<Uuid>) -> Shown {
    let registry = visit.registry()?;
    // Whoever may not change the list is refused here, not first when the form comes back.
    let entry = registry.users_to_change(&visit.caller).await?.entry;
    let lines = registry.list_delegations(&visit.caller).await?.view;
    let line = lines.iter().find(|line| line.id == id && line.valid_until.is_none()).ok_or(Failure::NotFound)?;
    let bases = registry.legal_bases(&visit.caller).await?.view;
    let msg = visit.msg;
    let consequences =
        [msg.delegation_end_what(citation(&bases, &line.basis), who(msg, line)), msg.delegation_end_from().to_owned()];
    let form = visit.form(format!("/ui/delegations/{id}/end")).button(msg.delegation_end()).cancel("/ui/delegations");
    visit.page(&ConfirmPage::new(visit.frame(msg.delegation_end()), consequences, form), entry)
}

async fn end(visit: Visit, At(id): At<Uuid>, Posted(_): Posted) -> Shown {
    let answer = visit.registry()?.end_delegation(&visit.caller, id).await?;
    visit.done("/ui/delegations", "delegation-ended", answer.entry)
}
