//! The auditor's home: where the log stands, what was refused lately, and the ways into the log. No content of any record.

use case_registry::access_log::{LogPage, LogStateView, SearchLogCommand};
use time::Duration;
use vocabulary::EntryId;

use crate::frame::Frame;
use crate::i18n::Messages;
use crate::i18n::dates::iso_day;
use crate::layouts::HomePage;
use crate::parts::{Action, Inline, Section, SummaryList, Table, Tone, Why};
use crate::visit::{Shown, Visit};

/// How far back the refusals go.
const DAYS: i64 = 7;

/// Shows it.
pub(super) async fn show(visit: &Visit) -> Shown {
    let registry = visit.registry()?;
    let state = registry.log_state(&visit.caller, false).await?;
    let from = iso_day(visit.site.clock().today() - Duration::days(DAYS));
    let wanted: SearchLogCommand =
        crate::command::decode(serde_json::json!({ "outcome": "DENY", "from": from }).to_string().as_bytes())?;
    let refused = registry.search_log(&visit.caller, wanted).await?;
    let page = page(visit.frame(visit.msg.home_title()), &state.view, &refused.view, &from, refused.entry);
    visit.page(&page, refused.entry)
}

/// The page.
pub(crate) fn page(frame: Frame, state: &LogStateView, refused: &LogPage, from: &str, entry: EntryId) -> HomePage {
    let msg = frame.msg;
    let summary = SummaryList::new()
        .row(msg.verification_size(), msg.number(state.size))
        .maybe(msg.verification_last(), state.last_at.map(|at| Inline::instant(msg, at)))
        .maybe(msg.verification_signed_size(), state.signed_size.map(|size| msg.number(size)))
        .maybe(msg.verification_signed_at(), state.signed_at.map(|at| Inline::instant(msg, at)));
    let mut lately =
        Section::new("refused", msg.home_refused()).block(msg.home_refused_lead()).block(refusals(msg, refused));
    if refused.has_more {
        lately = lately
            .block(vec![Action::other(format!("/ui/audit/entries?outcome=DENY&from={from}"), msg.home_refused_all())]);
    }
    let sections = vec![
        lately,
        Section::new("state", msg.verification_state())
            .block(summary)
            .block(vec![Action::other("/ui/audit/verification", msg.nav_verification())]),
        Section::plain().block(
            Why::new(msg).rule(msg.rule_auditor_inspects_log(), "SoLPuL 10 §, brottsdatalagen 3 kap. 5 §").entry(entry),
        ),
    ];
    let actions = vec![
        Action::primary("/ui/audit/entries", msg.audit_search()),
        Action::other("/ui/audit/verification", msg.verification_run()),
    ];
    HomePage { frame, actions, sections }
}

fn refusals(msg: Messages, refused: &LogPage) -> Table {
    let table = Table::new(msg.home_refused(), msg.home_refused_none()).quiet();
    let table = table
        .column(msg.audit_when())
        .column(msg.audit_who())
        .column(msg.audit_action())
        .column(msg.audit_record())
        .column(msg.audit_timelines());
    refused.lines.iter().fold(table, |table, line| {
        table.row([
            Inline::link(format!("/ui/audit/entries/{}", line.id), msg.instant(line.at)),
            Inline::Text(format!("{}, {}", line.user, line.unit)),
            Inline::tag(Tone::Late, msg.of("action", &line.action)),
            Inline::Text(msg.of("record", &line.resource_kind)),
            Inline::link(format!("/ui/audit/entries?userId={}", line.user_id), msg.audit_timeline_user()),
        ])
    })
}
