//! Decisions to release: the own authority's list, those of a case, one decision with what became of it, its receipt.

use axum::routing::{get, post};
use case_registry::abstention::AbstentionView;
use case_registry::case::{CasePhase, CaseView};
use case_registry::release::{ReleaseBrief, ReleaseState, ReleaseView};
use case_registry::{Answer, RegistryError};
use vocabulary::{Action, CaseId, EntryId, Purpose, ReleaseId, Roles};

use super::case_tabs::{self, Part};
use super::{because, personal_file, reason};
use crate::at::At;
use crate::form::Form;
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{DetailPage, ListPage, ReceiptPage};
use crate::paging::Paging;
use crate::parts::{Action as Link, Inline, Pager, Section, Table, Tone, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

pub(crate) mod decision;
pub(crate) mod withdraw;

/// Lists, one decision, its receipt, its withdrawal.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/releases", Action::ListReleases, || get(list)),
    Route::page(Method::Get, "/ui/releases/{id}", Action::ReadRelease, || get(open)),
    Route::page(Method::Post, "/ui/releases/{id}", Action::ReadRelease, || post(open_with_reason)),
    Route::page(Method::Get, "/ui/releases/{id}/receipt", Action::ReadRelease, || get(receipt)),
    Route::page(Method::Post, "/ui/releases/{id}/receipt", Action::ReadRelease, || post(receipt_with_reason)),
    Route::page(Method::Get, "/ui/releases/{id}/withdraw", Action::WithdrawRelease, || get(withdraw::ask)),
    Route::page(Method::Post, "/ui/releases/{id}/withdraw", Action::WithdrawRelease, || post(withdraw::withdraw)),
    Route::page(Method::Get, "/ui/cases/{id}/releases", Action::ReadCase, || get(of_case)),
    Route::page(Method::Post, "/ui/cases/{id}/releases", Action::ReadCase, || post(of_case_with_reason)),
];

async fn list(visit: Visit, paging: Paging) -> Shown {
    let answer = visit.registry()?.list_releases(&visit.caller, paging.limit.into(), paging.offset.into()).await?;
    let view = &answer.view;
    let pager = Pager::new(visit.msg, paging, view.has_more, "/ui/releases", "");
    visit.page(&list_page(visit.frame(visit.msg.nav_releases()), &view.releases, Some(pager)), answer.entry)
}

/// The own authority's decisions, newest first.
pub(crate) fn list_page(frame: Frame, releases: &[ReleaseBrief], pager: Option<Pager>) -> ListPage {
    let msg = frame.msg;
    ListPage {
        lead: Some(msg.release_list_lead().to_owned()),
        actions: Vec::new(),
        filters: None,
        table: table(msg, releases).quiet(),
        pager,
        frame,
    }
}

/// Decisions as a table.
pub(crate) fn table(msg: Messages, releases: &[ReleaseBrief]) -> Table {
    let table = Table::new(msg.nav_releases(), msg.release_none())
        .column(msg.release_decided())
        .column(msg.release_concerns())
        .column(msg.release_recipient())
        .column(msg.release_basis())
        .column(msg.release_channel())
        .numbers(msg.release_items())
        .column(msg.release_state());
    releases.iter().fold(table, |table, release| {
        table.row([
            Inline::link(format!("/ui/releases/{}", release.id), msg.instant(release.decided_at)),
            concerns(release.initials.as_deref(), release.reference.as_deref()).unwrap_or_default().into(),
            release.recipient.clone().into(),
            release.citation.clone().into(),
            msg.of("channel", release.channel.code()).into(),
            msg.number(release.item_count).into(),
            state(msg, release),
        ])
    })
}

/// Whom something concerns, as a list may say it: initials, the joint file's reference, or both.
pub(crate) fn concerns(initials: Option<&str>, reference: Option<&str>) -> Option<String> {
    let said: Vec<&str> = [initials, reference].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// Where a decision stands, with why it lapsed.
pub(crate) fn state(msg: Messages, release: &ReleaseBrief) -> Inline {
    let words = msg.of("release-state", release.state.code());
    match (release.state, &release.lapse_reason) {
        (ReleaseState::Standing, _) => Inline::tag(Tone::Good, words),
        (ReleaseState::Withdrawn, _) => Inline::tag(Tone::Late, words),
        (ReleaseState::Lapsed, None) => Inline::tag(Tone::Soon, words),
        (ReleaseState::Lapsed, Some(reason)) => {
            Inline::Many(vec![Inline::tag(Tone::Soon, words), msg.of("lapse-reason", reason).into()])
        }
    }
}

async fn of_case(visit: Visit, At(case): At<CaseId>) -> Shown {
    show_case(&visit, case, false).await
}

async fn of_case_with_reason(visit: Visit, At(case): At<CaseId>, Posted(_): Posted) -> Shown {
    show_case(&visit, case, true).await
}

async fn show_case(visit: &Visit, case: CaseId, tried: bool) -> Shown {
    let registry = visit.registry()?;
    let read = registry.read_case(&visit.caller, case).await;
    let (drafts, abstentions) = match &read {
        Ok(_) => (
            or_none(registry.list_drafts(&visit.caller, case).await)?,
            or_none(registry.list_abstentions(&visit.caller, case).await)?,
        ),
        Err(_) => (Vec::new(), Vec::new()),
    };
    reason::or_ask(visit, &format!("/ui/cases/{case}/releases"), "/ui/cases", tried, read, |answer| {
        let why = because::why(visit);
        let msg = visit.msg;
        let mut page = case_page(visit.frame(msg.release_of_case()), visit.caller.roles, &answer.view);
        if !drafts.is_empty() {
            let table = Table::new(msg.release_drafts(), msg.release_none())
                .column(msg.release_draft_saved())
                .column(msg.release_draft_whose());
            let table = drafts.iter().fold(table, |table, draft| {
                let whose = if draft.author_id == visit.caller.user {
                    msg.release_draft_own()
                } else {
                    msg.release_draft_colleague()
                };
                table.row([
                    Inline::link(format!("/ui/release-drafts/{}/preview", draft.id), msg.instant(draft.updated_at)),
                    whose.into(),
                ])
            });
            page.sections.push(Section::new("drafts", msg.release_drafts()).block(table.quiet()));
        }
        if !abstentions.is_empty() {
            page.sections.push(
                Section::new("abstentions", msg.abstention_of_case()).block(abstained(msg, &abstentions).quiet()),
            );
        }
        page.sections.push(Section::plain().block(why));
        visit.page(&page, answer.entry)
    })
}

/// A role that may read the case and not release from it simply has none.
fn or_none<V: Default>(read: Result<Answer<V>, RegistryError>) -> Result<V, RegistryError> {
    match read {
        Ok(answer) => Ok(answer.view),
        Err(RegistryError::NotFound) => Ok(V::default()),
        Err(error) => Err(error),
    }
}

/// Decisions to abstain as a table.
pub(crate) fn abstained(msg: Messages, abstentions: &[AbstentionView]) -> Table {
    let table = Table::new(msg.abstention_of_case(), msg.release_none())
        .column(msg.release_decided())
        .column(msg.abstention_recipient())
        .column(msg.abstention_reason());
    abstentions.iter().fold(table, |table, one| {
        let link = Inline::link(format!("/ui/abstentions/{}", one.id), msg.instant(one.decided_at));
        table.row([link, one.recipient.clone().into(), Inline::Lines(one.reason.clone())])
    })
}

/// What was released from a case.
pub(crate) fn case_page(frame: Frame, roles: Roles, case: &CaseView) -> DetailPage {
    let msg = frame.msg;
    let mut actions = Vec::new();
    if case.phase == CasePhase::Open {
        actions.push(Link::primary(format!("/ui/releases/new?case={}", case.id), msg.release_new()));
    }
    let releases = Section::new("releases", msg.release_of_case()).block(table(msg, &case.releases).quiet());
    DetailPage {
        heading: Some(case_tabs::name(msg, &case.person).into()),
        tags: case_tabs::tags(msg, case),
        tabs: Some(case_tabs::tabs(msg, roles, case.id, Part::Releases)),
        actions,
        sections: vec![releases],
        frame,
    }
}

async fn open(visit: Visit, At(id): At<ReleaseId>) -> Shown {
    show(&visit, id, false).await
}

async fn open_with_reason(visit: Visit, At(id): At<ReleaseId>, Posted(_): Posted) -> Shown {
    show(&visit, id, true).await
}

async fn show(visit: &Visit, id: ReleaseId, tried: bool) -> Shown {
    let read = visit.registry()?.read_release(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/releases/{id}"), "/ui/releases", tried, read, |answer| {
        visit.page(&page(visit.frame(visit.msg.release_title()), &answer.view, answer.entry), answer.entry)
    })
}

/// One decision, with what became of it.
pub(crate) fn page(frame: Frame, release: &ReleaseView, entry: EntryId) -> DetailPage {
    let msg = frame.msg;
    let id = release.brief.id;
    let mut actions = vec![Link::other(format!("/ui/releases/{id}/receipt"), msg.release_print())];
    if let Some(case) = release.case_id {
        actions.push(Link::other(format!("/ui/cases/{case}"), msg.release_to_case()));
    }
    if release.withdrawn_at.is_none() {
        actions.push(Link::other(format!("/ui/releases/{id}/withdraw"), msg.release_withdraw()));
    }
    let mut sections = vec![decision::since(msg, release)];
    sections.extend(decision::sections(msg, release));
    sections.push(Section::plain().block(Why::new(msg).purpose(Purpose::CaseHandling).entry(entry)));
    let tone = if release.brief.state == ReleaseState::Standing { Tone::Good } else { Tone::Soon };
    DetailPage {
        frame,
        heading: Some(msg.release_to(&release.brief.recipient).into()),
        tags: vec![(tone, msg.of("release-state", release.brief.state.code()))],
        tabs: None,
        actions,
        sections,
    }
}

async fn receipt(visit: Visit, At(id): At<ReleaseId>) -> Shown {
    show_receipt(&visit, id, false).await
}

async fn receipt_with_reason(visit: Visit, At(id): At<ReleaseId>, Posted(_): Posted) -> Shown {
    show_receipt(&visit, id, true).await
}

async fn show_receipt(visit: &Visit, id: ReleaseId, tried: bool) -> Shown {
    let read = visit.registry()?.read_release(&visit.caller, id).await;
    reason::or_ask(visit, &format!("/ui/releases/{id}/receipt"), "/ui/releases", tried, read, |answer| {
        let blank = visit.form(format!("/ui/releases/{id}/personal-file"));
        visit.page(&receipt_page(visit.frame(visit.msg.release_decision_title()), &answer.view, blank), answer.entry)
    })
}

/// The authority's decision on paper: printable as it is, with the name and the number that it is filed under. `blank` notes that it was.
pub(crate) fn receipt_page(frame: Frame, release: &ReleaseView, blank: Form) -> ReceiptPage {
    let msg = frame.msg;
    let mut actions = vec![Link::other(format!("/ui/releases/{}", release.brief.id), msg.release_follow())];
    if let Some(case) = release.case_id {
        actions.insert(0, Link::primary(format!("/ui/cases/{case}"), msg.release_to_case()));
    }
    let mut sections = vec![personal_file::concerns(msg, &release.concerns, release.brief.reference.as_deref())];
    sections.extend(decision::sections(msg, release));
    sections.push(personal_file::entered(msg, release.in_file.as_ref(), blank));
    ReceiptPage {
        outcome: msg.release_receipt_outcome(&release.brief.citation, &release.brief.recipient),
        reference: release.brief.id.to_string(),
        sections,
        actions,
        frame,
    }
}
