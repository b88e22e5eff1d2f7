//! The access log as its auditor sees it: search, one entry, timelines. Who, when, what kind and why; never what a record says.

use axum::extract::Query;
use axum::routing::{get, post};
use case_registry::access_log::{LogLineView, LogPage, SearchLogCommand};
use serde::Deserialize;
use vocabulary::{Action, EntryId};

use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::parts::{Action as Link, BarChart, Inline, Section, SummaryList, Table, Tone, Why};
use crate::route::{Method, Route};
use crate::visit::{Posted, Shown, Visit};

/// Search by what may stand in an address, search by numbers (a form), one entry.
pub const ROUTES: &[Route] = &[
    Route::page(Method::Get, "/ui/audit/entries", Action::SearchLog, || get(list)),
    Route::page(Method::Post, "/ui/audit/entries", Action::SearchLog, || post(search)),
    Route::page(Method::Get, "/ui/audit/entries/{id}", Action::ReadLogEntry, || get(open)),
];

/// What may stand in an address: random ids, codes and days, no number and no name.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wanted {
    user_id: String,
    subject_id: String,
    case_id: String,
    action: String,
    outcome: String,
    from: String,
    until: String,
    after_at: String,
    after_entry: String,
    lang: String,
}

impl Wanted {
    fn command(&self) -> Result<SearchLogCommand, Failure> {
        let pairs = [
            ("userId", &self.user_id),
            ("subjectId", &self.subject_id),
            ("caseId", &self.case_id),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("until", &self.until),
            ("afterAt", &self.after_at),
            ("afterEntry", &self.after_entry),
        ];
        let fields = pairs
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.to_owned(), text.clone().into()));
        let object = serde_json::Value::Object(fields.collect());
        crate::command::decode(object.to_string().as_bytes())
    }

    /// The same search without its place in the list, for the link to the next page.
    fn kept(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("userId", &self.user_id),
            ("subjectId", &self.subject_id),
            ("caseId", &self.case_id),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("until", &self.until),
        ];
        for (name, text) in pairs.into_iter().filter(|(_, text)| !text.is_empty()) {
            query.append_pair(name, text);
        }
        query.finish()
    }
}

async fn list(visit: Visit, Query(wanted): Query<Wanted>) -> Shown {
    let answer = visit.registry()?.search_log(&visit.caller, wanted.command()?).await?;
    let form = search_form(&visit);
    show(&visit, form, &answer.view, Some(&wanted.kept()), answer.entry)
}

async fn search(visit: Visit, Posted(data): Posted) -> Shown {
    let registry = visit.registry()?;
    let caller = &visit.caller;
    match visit
        .submit(search_form(&visit), &data, |command: SearchLogCommand| registry.search_log(caller, command))
        .await
    {
        Ok(answer) => {
            let mut form = search_form(&visit);
            for name in ["from", "until", "action", "outcome"] {
                form = form.with_value(name, data.one(name).unwrap_or_default());
            }
            show(&visit, form, &answer.view, None, answer.entry)
        }
        Err(unsent) => visit.again(unsent, |form| page(&visit, vec![Section::plain().block(form)])),
    }
}

fn search_form(visit: &Visit) -> Form {
    let msg = visit.msg;
    let actions = Action::ALL
        .iter()
        .map(|action| Choice::new(upper(action.code()), msg.of("action", &action.code().replace(['.', '_'], "-"))));
    let outcomes = ["allow", "deny", "error"].into_iter().map(|code| Choice::new(upper(code), msg.of("outcome", code)));
    visit
        .form("/ui/audit/entries")
        .field(Field::text("personNumber", msg.audit_person_number()).hint(msg.audit_person_number_hint()).optional())
        .field(Field::text("caseNumber", msg.audit_case_number()).optional())
        .field(Field::date("from", msg.audit_from()).optional())
        .field(Field::date("until", msg.audit_until()).optional())
        .field(Field::select("action", msg.audit_action(), actions.collect()).optional())
        .field(Field::select("outcome", msg.audit_outcome(), outcomes.collect()).optional())
        .button(msg.audit_search())
}

fn upper(code: &str) -> String {
    code.to_ascii_uppercase()
}

fn page(visit: &Visit, sections: Vec<Section>) -> DetailPage {
    DetailPage {
        frame: visit.frame(visit.msg.nav_audit()),
        heading: None,
        tags: Vec::new(),
        tabs: None,
        actions: Vec::new(),
        sections,
    }
}

fn show(visit: &Visit, form: Form, found: &LogPage, kept: Option<&str>, entry: EntryId) -> Shown {
    let msg = visit.msg;
    let mut table = Table::new(msg.audit_lines(), msg.audit_no_lines())
        .column(msg.audit_when())
        .column(msg.audit_who())
        .column(msg.audit_action())
        .column(msg.audit_record())
        .column(msg.audit_outcome())
        .column(msg.audit_purpose())
        .column(msg.audit_timelines());
    for line in &found.lines {
        table = table.row(row(msg, line));
    }
    let mut hours = [0_u32; 24];
    for line in &found.lines {
        if let Some(slot) = hours.get_mut(usize::from(line.at.stockholm().hour())) {
            *slot += 1;
        }
    }
    let mut results = Section::new("results", msg.audit_result()).block(table);
    if let (true, Some(kept), Some(last)) = (found.has_more, kept, found.lines.last()) {
        let at = form_urlencoded::byte_serialize(last.at.rfc3339().as_bytes()).collect::<String>();
        let and = if kept.is_empty() { "" } else { "&" };
        let href = format!("/ui/audit/entries?{kept}{and}afterAt={at}&afterEntry={}", last.id);
        results = results.block(vec![Link::other(href, msg.audit_older())]);
    } else if found.has_more {
        results = results.block(msg.audit_narrow());
    }
    let sections = vec![
        Section::new("search", msg.audit_search_heading()).block(form),
        results,
        Section::new("hours", msg.audit_hours()).block(
            BarChart::new(msg, "by-hour", msg.audit_hours(), msg.audit_hour(), msg.audit_count()).by_hour(hours),
        ),
        Section::plain().block(
            Why::new(msg).rule(msg.rule_auditor_inspects_log(), "SoLPuL 10 §, brottsdatalagen 3 kap. 5 §").entry(entry),
        ),
    ];
    visit.page(&page(visit, sections), entry)
}

fn row(msg: Messages, line: &LogLineView) -> Vec<Inline> {
    let mut timelines =
        vec![Inline::link(format!("/ui/audit/entries?userId={}", line.user_id), msg.audit_timeline_user())];
    if let Some(case) = line.case_id {
        timelines.push(Inline::link(format!("/ui/audit/entries?caseId={case}"), msg.audit_timeline_case()));
    }
    if let [subject] = line.subjects.as_slice() {
        timelines.push(Inline::link(format!("/ui/audit/entries?subjectId={subject}"), msg.audit_timeline_person()));
    }
    vec![
        Inline::Link { href: format!("/ui/audit/entries/{}", line.id), text: msg.instant(line.at) },
        Inline::Text(format!("{}, {}", line.user, line.unit)),
        Inline::Text(msg.of("action", &line.action.replace(['.', '_'], "-"))),
        Inline::Text(msg.of("record", &line.resource_kind.replace('_', "-"))),
        outcome(msg, &line.outcome),
        Inline::Text(msg.of("purpose", &line.purpose.replace('_', "-"))),
        Inline::Many(timelines),
    ]
}

fn outcome(msg: Messages, code: &str) -> Inline {
    let tone = match code {
        "allow" => Tone::Plain,
        "deny" => Tone::Late,
        _ => Tone::Soon,
    };
    Inline::tag(tone, msg.of("outcome", code))
}

async fn open(visit: Visit, At(id): At<EntryId>) -> Shown {
    let msg = visit.msg;
    let answer = visit.registry()?.open_log_entry(&visit.caller, id).await?;
    let entry = &answer.view;
    let line = &entry.line;
    let summary = SummaryList::new()
        .row(msg.audit_when(), Inline::instant(msg, line.at))
        .row(msg.audit_who(), format!("{}, {}", line.user, line.unit))
        .row(msg.audit_action(), msg.of("action", &line.action.replace(['.', '_'], "-")))
        .row(msg.audit_category(), msg.of("category", &line.category))
        .row(msg.audit_outcome(), outcome(msg, &line.outcome))
        .row(msg.audit_record(), msg.of("record", &line.resource_kind.replace('_', "-")))
        .row(msg.audit_purpose(), msg.of("purpose", &line.purpose.replace('_', "-")))
        .maybe(msg.audit_basis(), line.basis.clone())
        .row(msg.audit_listed(), msg.number(i64::try_from(entry.listed).unwrap_or(i64::MAX)))
        .maybe(msg.audit_justification(), entry.justification.clone())
        .row(msg.audit_opening(), msg.of("opening", entry.opening))
        .row(
            msg.audit_place(),
            line.index.map_or_else(
                || msg.audit_place_soon().to_owned(),
                |index| msg.number(i64::try_from(index).unwrap_or(i64::MAX)),
            ),
        );
    let sections = vec![
        Section::new("entry", msg.audit_entry()).block(summary),
        Section::new("leaf", msg.audit_leaf())
            .block(msg.audit_leaf_hint())
            .block(crate::parts::Block::Quote(entry.leaf.clone())),
    ];
    let frame = visit.frame(msg.audit_entry());
    let actions = vec![Link::other("/ui/audit/entries", msg.audit_back())];
    visit.page(&DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions, sections }, answer.entry)
}
